// What a script that speaks to Streamlit unasked has to wait for: a run of the page, and a press that has yet to reach the
// server. What is said in between can take the place of either.

let acted = -Infinity; // when a key or a button was pressed last
for (const kind of ["pointerdown", "keydown"]) {
  addEventListener(kind, () => { acted = performance.now(); }, { capture: true, passive: true });
}

/** Milliseconds since a key or a button was pressed, anywhere on the page. */
export function sinceActed() {
  return performance.now() - acted;
}

const LOOK = 150; // ms between two looks whether the page runs

/**
 * Do something once no run is under way: what is asked in the midst of a page's run would end it.
 * @param {() => void} act
 * @returns {() => void} leaves it
 */
export function onceOver(act) {
  const looking = window.setInterval(() => {
    if (isRunning()) return;
    clearInterval(looking);
    act();
  }, LOOK);
  return () => clearInterval(looking);
}

/** Whether Streamlit runs the page, or is about to. */
export function isRunning() {
  const app = /** @type {HTMLElement | null} */ (document.querySelector("[data-testid=stApp]"));
  return (app?.dataset.testScriptState ?? "notRunning") !== "notRunning";
}
