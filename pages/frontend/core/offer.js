// Asks whether to go on with what an earlier visit left. Nothing is taken back unless somebody says so.

import { make } from "./dom.js";
import { VISIT, drop, left, read, settle, when } from "./records.js";

const UNREADABLE = "What this browser had kept could not be read, and is forgotten.";

/** Kinds that were asked about, each with the visit that was asked. @type {Set<string>} */
const asked = new Set();

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
 * Ask at a place of the page, once in a visit, and only where something was left.
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
  if (asked.has(key)) return false;
  asked.add(key);
  ask(place, kind, wiring);
  return true;
}

/** @type {(...of: Parameters<typeof offer>) => Promise<void>} */
async function ask(place, kind, { take, isNews, visit = VISIT }) {
  await idle();
  const found = await left(kind, visit);
  if (!found || !place.isConnected) return;
  if (isNews && !isNews(await read(found))) return;
  const what = found.heads.map(({ said }) => said).filter(Boolean).join(" and ");
  place.replaceChildren(yesOrNo(`Go on with ${what} from ${when(found.at)}?`, async () => {
    place.replaceChildren();
    try {
      await take(await read(found));
      settle(kind, visit);
    } catch {
      place.replaceChildren(make("p", { class: "offer", role: "status" }, UNREADABLE));
      drop(kind, visit);
    }
  }, () => {
    place.replaceChildren();
    drop(kind, visit);
  }));
}
