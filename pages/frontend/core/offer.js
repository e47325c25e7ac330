// Asks whether to go on with what an earlier visit left. Nothing is taken back unless somebody says so.

import { make } from "./dom.js";
import { VISIT, drop, left, read, settle, when } from "./records.js";

const UNREADABLE = "What this browser had kept could not be read, and is forgotten.";

/**
 * Where the question stands or stood, by its kind and the visit that is asked; nothing once it is answered.
 * @type {Map<string, HTMLElement | null>}
 */
const asked = new Map();

/** A question with two answers. @param {string} question @param {() => void} yes @param {() => void} no */
export function yesOrNo(question, yes, no) {
  const answers = make("span", { class: "yesno" },
    make("button", { type: "button", onclick: yes }, "Yes"), make("button", { type: "button", onclick: no }, "No"));
  return make("div", { class: "offer", role: "group", "aria-label": question }, make("p", {}, question), answers);
}

/** What is read can wait until the page stands; not every browser says when that is. */
const idle = () => new Promise((resolve) => {
  (window.requestIdleCallback ?? ((/** @type {() => void} */ act) => setTimeout(act, 200)))(() => resolve(undefined), { timeout: 2000 });
});

/**
 * Ask at a place of the page, until it is answered once in a visit, and only where something was left.
 * @param {HTMLElement} place empty, and so again once it is answered
 * @param {string} kind of the records
 * @param {object} wiring
 * @param {(values: Map<string, any>) => Promise<void> | void} wiring.take what becomes of them; it throws where they are
 * no good
 * @param {(values: Map<string, any>) => boolean} [wiring.isNews] whether they are worth a question
 * @param {string} [wiring.visit] which asks about the others
 * @returns {boolean} whether this visit was not asked before
 */
export function offer(place, kind, wiring) {
  const key = `${kind} ${wiring.visit ?? VISIT}`;
  const before = asked.get(key);
  // A tab of the page may have been closed over the question, which was no answer.
  if (before === undefined || (before && !before.isConnected)) {
    asked.set(key, place);
    ask(place, kind, wiring, () => asked.set(key, null));
  }
  return before === undefined;
}

/** @type {(...of: [...Parameters<typeof offer>, () => void]) => Promise<void>} */
async function ask(place, kind, { take, isNews, visit = VISIT }, answered) {
  await idle();
  const found = await left(kind, visit);
  if (!place.isConnected) return;
  if (!found || (isNews && !isNews(await read(found)))) {
    answered();
    return;
  }
  const what = found.heads.map(({ said }) => said).filter(Boolean).join(" and ");
  place.replaceChildren(yesOrNo(`Go on with ${what} from ${when(found.at)}?`, async () => {
    answered();
    place.replaceChildren();
    try {
      await take(await read(found));
      settle(kind, visit);
    } catch {
      place.replaceChildren(make("p", { class: "offer", role: "status" }, UNREADABLE));
      drop(kind, visit);
    }
  }, () => {
    answered();
    place.replaceChildren();
    drop(kind, visit);
  }));
}
