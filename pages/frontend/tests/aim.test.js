import assert from "node:assert/strict";
import test from "node:test";

import { snapped, spacing } from "../plots/aim.js";

test("a dragged number is a twentieth, written without what rounding leaves", () => {
  assert.deepEqual([0.024, 0.026, -1.4999, 2.987].map(snapped), [0, 0.05, -1.5, 3]);
  for (let step = -120; step <= 120; step += 1) assert.equal(String(snapped(step * 0.05)).length <= 5, true);
});

test("an axis has four lines to either side at most, or one at each whole number", () => {
  assert.deepEqual([1, 2, 3, 6].map(spacing), [0.25, 0.5, 1, 1]);
});
