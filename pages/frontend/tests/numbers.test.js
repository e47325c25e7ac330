import assert from "node:assert/strict";
import test from "node:test";

import { alike } from "../core/numbers.js";

test("the numbers of a grid have the same number of decimals, and whole ones none", () => {
  assert.deepEqual(alike([0.29, -0.5649, 0, 1], 2), ["0.29", "−0.56", "0", "1"]);
  assert.deepEqual(alike([0.0751, 0.1238, 0.2042], 3), ["0.075", "0.124", "0.204"]);
  assert.deepEqual(alike([-1, 0.34, 2], 3), ["−1", "0.340", "2"]);
  assert.deepEqual(alike([1, 2, -255], 2), ["1", "2", "−255"]);
});

test("large numbers of a grid have as few decimals as the largest needs", () => {
  assert.deepEqual(alike([12.34, 5.678], 2), ["12.3", "5.7"]);
  assert.deepEqual(alike([146.4, 4.56, 0.02], 2), ["146.4", "4.6", "0.0"]);
});

test("a grid of numbers that are none is written all the same", () => {
  assert.deepEqual(alike([], 2), []);
  assert.deepEqual(alike([NaN, Infinity], 2), ["not a number", "not a number"]);
});
