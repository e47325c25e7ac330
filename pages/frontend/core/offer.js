// Asks whether to go on with what an earlier visit left. Nothing is taken back unless somebody says so.

import { make } from "./dom.js";
import { drop, left, read, settle, when } from "./records.js";

const UNREADABLE = "What this browser had kept could not be read, and is forgotten.";

/** Kinds that were asked about in this visit. @type {Set<string>} */
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
 * @param {boolean} [wiring.mine] whether this visit's own count
 * @returns {boolean} whether this visit had not asked before
 */
export function offer(place, kind, wiring) {
  if (asked.has(kind)) return false;
  asked.add(kind);
  ask(place, kind, wiring);
  return true;
}

/** @type {(...of: Parameters<typeof offer>) => Promise<void>} */
async function ask(place, kind, { take, isNews, mine = false }) {
  await idle();
  const found = await left(kind, mine);
  if (!found || !place.isConnected) return;
  if (isNews && !isNews(await read(found))) return;
  const what = found.heads.map(({ said }) => said).filter(Boolean).join(" and ");
  place.replaceChildren(yesOrNo(`Go on with ${what} from ${when(found.at)}?`, async () => {
    place.replaceChildren();
    try {
      await take(await read(found));
      settle(kind);
    } catch {
      place.replaceChildren(make("p", { class: "offer", role: "status" }, UNREADABLE));
      drop(kind);
    }
  }, () => {
    place.replaceChildren();
    drop(kind);
  }));
}
