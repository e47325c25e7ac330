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

/** Whether Streamlit runs the page, or is about to. */
export function isRunning() {
  const app = /** @type {HTMLElement | null} */ (document.querySelector("[data-testid=stApp]"));
  return (app?.dataset.testScriptState ?? "notRunning") !== "notRunning";
}
