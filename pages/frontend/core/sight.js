// What a step of a lesson is about, brought into sight below the step's strip.

const SETTLED = 4000; // ms after which a page has its height
const GAP = 12; // CSS pixels below the strip

/**
 * Scroll to an element, and again while what stands above it grows, until the person does something.
 * @param {() => HTMLElement | null} find there may be none yet
 * @returns {AbortController} ends it
 */
export function keepInSight(find) {
  const resting = new AbortController();
  const bring = () => {
    const element = find();
    if (!element) return;
    const strip = document.querySelector(".st-key-lesson");
    const isAbove = strip && getComputedStyle(/** @type {Element} */ (strip.parentElement)).position === "sticky";
    element.style.scrollMarginTop = isAbove ? `${strip.getBoundingClientRect().height + GAP}px` : "";
    element.scrollIntoView({ block: "start" });
  };
  const growing = new ResizeObserver(bring);
  for (const block of document.querySelectorAll("[data-testid='stMainBlockContainer']")) growing.observe(block);
  const rest = () => resting.abort();
  for (const kind of ["wheel", "pointerdown", "keydown", "touchstart"]) {
    window.addEventListener(kind, rest, { signal: resting.signal, capture: true, passive: true });
  }
  setTimeout(rest, SETTLED);
  resting.signal.addEventListener("abort", () => growing.disconnect());
  return resting;
}
