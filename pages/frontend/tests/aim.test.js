import assert from "node:assert/strict";
import test from "node:test";

import { beside, snapped, spacing } from "../plots/aim.js";

test("a dragged number is a twentieth, written without what rounding leaves", () => {
  assert.deepEqual([0.024, 0.026, -1.4999, 2.987].map(snapped), [0, 0.05, -1.5, 3]);
  for (let step = -120; step <= 120; step += 1) assert.equal(String(snapped(step * 0.05)).length <= 5, true);
});

test("a number beside a point is written where all of it is seen", () => {
  assert.deepEqual(beside(100, 100, true), { x: 112, y: 92, "text-anchor": "start" });
  assert.deepEqual(beside(100, 100, false), { x: 112, y: 118, "text-anchor": "start" });
  assert.deepEqual(beside(25, 9, true), { x: 37, y: 16, "text-anchor": "start" });
  assert.deepEqual(beside(334, 231, false), { x: 322, y: 234, "text-anchor": "end" });
});

test("an axis has four lines to either side at most, or one at each whole number", () => {
  assert.deepEqual([1, 2, 3, 6].map(spacing), [0.25, 0.5, 1, 1]);
});
