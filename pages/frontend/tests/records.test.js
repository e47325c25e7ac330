// What is offered of what the browser keeps, and how its time is said; and that all works where it keeps nothing.

import assert from "node:assert/strict";
import { test } from "node:test";
import { VISIT, forget, keep, keepOnly, latest, left, read, when } from "../core/records.js";

const now = new Date(2026, 2, 1, 11, 0).getTime(); // the first of a month
const hour = 3_600_000;
const head = (visit, name, hours) => ({ kind: "picture", visit, name, at: now - hours * hour, said: name });

test("the newest visit is offered, with all that it left", () => {
  const heads = [head("a", "upload", 1), head("b", "draw", 5), head("b", "upload", 3), head("a", "draw", 9)];
  assert.deepEqual(latest(heads, "c", now), { visit: "a", at: now - hour, heads: [heads[0], heads[3]] });
  assert.deepEqual(latest(heads, "a", now), { visit: "b", at: now - 3 * hour, heads: [heads[1], heads[2]] });
});

test("what is older than a month is not offered", () => {
  assert.equal(latest([head("a", "upload", 24 * 31)], "c", now), null);
  assert.equal(latest([], "c", now), null);
});

test("a time is said as one says it", () => {
  assert.equal(when(now - 18 * 60_000, now), "10:42");
  assert.equal(when(now - 12 * hour, now), "yesterday, 23:00");
  assert.equal(when(now - 36 * hour, now), "27 February");
});

test("a browser that keeps nothing is no error", async () => {
  assert.equal(globalThis.indexedDB, undefined);
  await keep("picture", "draw", "your drawing", "data");
  await keepOnly("picture", []);
  assert.equal(await left("picture", VISIT), null);
  assert.equal((await read({ visit: VISIT, at: now, heads: [head(VISIT, "draw", 0)] })).size, 0);
  await forget();
});
