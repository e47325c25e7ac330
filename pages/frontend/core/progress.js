// How far somebody has come in the lessons: kept by this browser, and by nobody else.

const KEPT = "explorer.lessons"; // what the browser calls it
const DAYS_MOST = 30;
const DAY = 86_400_000; // ms

/**
 * How far a level of a lesson is.
 * @typedef {object} Progress
 * @property {number} at the step, from 1 on; beyond the last one all are done
 * @property {number} total
 * @property {number[]} met the steps whose checks held
 * @property {string} title of lesson and level
 * @typedef {Progress & {time: number}} Noted when it was, as `Date.now()` has it
 */

/** All that is noted and not too old, by lesson and level. @param {number} [now] @returns {Record<string, Noted>} */
export function noted(now = Date.now()) {
  try {
    const found = Object.entries(JSON.parse(localStorage.getItem(KEPT) ?? "{}"));
    return Object.fromEntries(found.filter(([, each]) => isNoted(each) && now - each.time < DAYS_MOST * DAY));
  } catch {
    return {}; // a browser that keeps nothing, or what another program has written there
  }
}

/** @param {any} each @returns {each is Noted} */
function isNoted(each) {
  return Boolean(each) && [each.at, each.total, each.time].every(Number.isFinite) && Array.isArray(each.met);
}

/** Note how far a level is; what was done stays done. @param {string} key @param {Progress} progress @param {number} [now] */
export function note(key, progress, now = Date.now()) {
  const all = noted(now);
  const met = [...new Set([...(all[key]?.met ?? []), ...progress.met])].sort((one, other) => one - other);
  try {
    localStorage.setItem(KEPT, JSON.stringify({ ...all, [key]: { ...progress, met, time: now } }));
  } catch {
    // It is known until the page is closed.
  }
}

/** Forget all of it. */
export function forgetProgress() {
  try {
    localStorage.removeItem(KEPT);
  } catch {
    // Nothing is kept.
  }
}
