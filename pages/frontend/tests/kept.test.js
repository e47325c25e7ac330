// One view for each place: who makes it, who brings it up to date, and who closes it.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { kept } from "../core/kept.js";

/** @type {string[]} */
let done = [];
beforeEach(() => { done = []; });

/** @param {string} release */
const opened = (release) => kept((component, /** @type {string | undefined} */ view) => {
  done.push(view ? `${view} again` : `${release} made`);
  return view ?? release;
}, (view) => done.push(`${view} closed`));

/** A call of Streamlit's for a place in the page. @param {{isConnected: boolean}} place */
const call = (place) => /** @type {any} */ ({ parentElement: place });

test("a view outlives the farewell of a call that is overtaken before the next one comes", () => {
  const show = opened("view");
  const place = { isConnected: true };
  const first = show(call(place));
  first();
  const second = show(call(place));
  first();
  assert.deepEqual(done, ["view made", "view again"]);
  place.isConnected = false;
  second();
  second();
  assert.deepEqual(done, ["view made", "view again", "view closed"]);
});

test("two places have a view each, and a place that comes back a new one", () => {
  const show = opened("view");
  const [here, there] = [{ isConnected: true }, { isConnected: true }];
  const farewell = show(call(here));
  show(call(there));
  here.isConnected = false;
  farewell();
  assert.deepEqual(done, ["view made", "view made", "view closed"]);
  here.isConnected = true;
  show(call(here));
  assert.equal(done.at(-1), "view made");
});

test("another release closes the view of the one before, which says farewell in vain", () => {
  const place = { isConnected: true };
  const farewell = opened("old")(call(place));
  opened("new")(call(place));
  assert.deepEqual(done, ["old made", "old closed", "new made"]);
  place.isConnected = false;
  farewell();
  assert.deepEqual(done, ["old made", "old closed", "new made"]);
});
