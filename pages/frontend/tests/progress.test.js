// How far somebody is in the lessons, in a browser that keeps it and in one that does not.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { forgetProgress, note, noted } from "../core/progress.js";

const DAY = 86_400_000;

beforeEach(() => {
  /** @type {Map<string, string>} */
  const kept = new Map();
  Object.defineProperty(globalThis, "localStorage", { configurable: true, value: {
    getItem: (/** @type {string} */ name) => kept.get(name) ?? null,
    setItem: (/** @type {string} */ name, /** @type {string} */ text) => kept.set(name, text),
    removeItem: (/** @type {string} */ name) => kept.delete(name),
  } });
});

/** @param {number} at @param {number[]} met */
const progress = (at, met) => ({ at, total: 7, met, title: "Edges, First" });

test("what was done in an earlier visit stays done", () => {
  note("edges/first", progress(3, [1, 2]), 10);
  note("edges/first", progress(1, [4]), 20);
  assert.deepEqual(noted(30), { "edges/first": { ...progress(1, [1, 2, 4]), time: 20 } });
});

test("each level has a progress of its own, and what is too old goes", () => {
  note("edges/first", progress(3, []), 0);
  note("edges/second", progress(2, []), 20 * DAY);
  assert.deepEqual(Object.keys(noted(31 * DAY)), ["edges/second"]);
});

test("what another program has written there is no progress", () => {
  for (const text of ["{", "7", "null", '{"a": 3, "b": null, "c": {"at": "x", "total": 2, "time": 3, "met": []}}']) {
    localStorage.setItem("explorer.lessons", text);
    assert.deepEqual(noted(10), {});
  }
});

test("it can be forgotten", () => {
  note("edges/first", progress(3, []), 10);
  forgetProgress();
  assert.deepEqual(noted(10), {});
});

test("a browser that keeps nothing goes on without", () => {
  Object.defineProperty(globalThis, "localStorage", { configurable: true, get() { throw new Error("refused"); } });
  note("edges/first", progress(3, []), 10);
  forgetProgress();
  assert.deepEqual(noted(10), {});
});
