// What goes wrong in a script: the part of the page that it shows says so, and the server writes it down once.

const ROOT = new URL("../../", import.meta.url).href; // what all files of this release are below
const SENTENCE = "Something went wrong in this part of the page, and the server has noted it: reload the page.";

/** The places of the views that are on the page, with their modules. @type {Map<HTMLElement, string>} */
const places = new Map();

/** @type {Set<string>} */
const reported = new Set();

/** Let failures of a view be said in its place. @param {HTMLElement} place @param {string} module */
export function watch(place, module) {
  places.set(place, module);
}

/** @param {HTMLElement} place */
export function unwatch(place) {
  places.delete(place);
}

/**
 * Say that something went wrong, in a place or where the error comes from, and report it.
 * @param {Error} error
 * @param {HTMLElement} [place]
 */
export function fail(error, place) {
  const candidates = [...places].filter(([each]) => each.isConnected);
  const [found] = candidates.find(([, module]) => error.stack?.includes(ROOT + module)) ?? candidates.at(-1) ?? [];
  say(place ?? found);
  report(error);
}

/** Tell the server of an error, once. @param {Error} error */
export function report({ message, stack = "" }) {
  if (reported.has(message)) return;
  reported.add(message);
  const body = JSON.stringify({ message, stack, page: location.pathname });
  // A server that cannot be reached writes nothing down, and the page has said what to do.
  fetch(`${ROOT}report`, { method: "POST", body, keepalive: true }).catch(() => {});
}

/** @param {HTMLElement | undefined} place */
function say(place) {
  // (A place may be the root of a shadow tree, which is no scope for a selector.)
  if (!place || [...place.children].some(({ textContent }) => textContent === SENTENCE)) return;
  place.prepend(Object.assign(document.createElement("p"), { role: "alert", textContent: SENTENCE }));
}

/** Whether an error comes from a file of ours: what Streamlit does wrong is its own to say. @param {any} error */
const isOurs = (error) => String(error?.stack).includes(ROOT);

window.addEventListener("error", ({ error }) => { if (isOurs(error)) fail(error); });
window.addEventListener("unhandledrejection", ({ reason }) => { if (isOurs(reason)) fail(reason); });
