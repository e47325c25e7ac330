// Streamlit's sidebar on a narrow screen, where it covers the page: closed once a page is chosen, and at the next visit.

const NARROW = "(max-width: 768px)"; // where Streamlit lays the sidebar over the page
const KEPT = "stSidebarCollapsed-"; // under which Streamlit keeps whether it is folded

const UNFOLD = '[data-testid="stExpandSidebarButton"]';
const FOLD = '[data-testid="stSidebarCollapseButton"] button';
const PAGE = '[data-testid="stSidebarNavLink"]';

/** @param {string} selector */
function press(selector) {
  /** @type {HTMLElement | null} */ (document.querySelector(selector))?.click();
}

/** Open the sidebar at the picture. */
export function showPicture() {
  press(UNFOLD);
  const chooser = document.querySelector(".st-key-chooser");
  chooser?.scrollIntoView({ block: "start" });
  chooser?.querySelector("input")?.focus({ preventScroll: true });
}

/** Close the sidebar where it covers the page. */
export function uncover() {
  if (matchMedia(NARROW).matches) press(FOLD);
}

/** Close the sidebar when a page is chosen in it, and let the next visit begin with it closed. */
export function closeWhenChosen() {
  document.addEventListener("click", ({ target }) => {
    const isChoice = target instanceof Element && target.closest(PAGE);
    if (isChoice) uncover();
  });
  addEventListener("pagehide", () => {
    if (!matchMedia(NARROW).matches) return;
    for (const key of Object.keys(localStorage)) if (key.startsWith(KEPT)) localStorage.removeItem(key);
  });
}
