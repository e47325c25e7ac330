// What a script that speaks to Streamlit unasked has to wait for: a run of the page, and a press that has yet to reach the
// server. What is said in between can take the place of either.

let acted = -Infinity; // when a key or a button was pressed last
for (const kind of ["pointerdown", "keydown"]) {
  addEventListener(kind, () => { acted = performance.now(); }, { capture: true, passive: true });
}

let making = 0; // how many things that somebody has asked for are made at the moment

/**
 * Make what somebody has asked for, and say it to the server in the same turn: it counts as a press that lasts.
 * @template Thing
 * @param {() => Promise<Thing>} make
 * @returns {Promise<Thing>}
 */
export async function acting(make) {
  making += 1;
  try {
    return await make();
  } finally {
    making -= 1;
    acted = performance.now();
  }
}

/** Milliseconds since a key or a button was pressed, anywhere on the page, or what was asked for has been made. */
export function sinceActed() {
  return making > 0 ? 0 : performance.now() - acted;
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
