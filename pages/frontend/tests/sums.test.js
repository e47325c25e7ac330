// The sums behind a cell, by hand.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { digitsOf } from "../core/numbers.js";
import { pooled, shareOf, weightedSum, winnerOf } from "../stage/sums.js";

/** A window whose patch has one channel. */
function windowOf(values, outside = values.map((row) => row.map(() => false))) {
  return {
    cell: { row: 0, column: 0 }, rows: values.map((_, r) => r + 4), columns: values[0].map((_, c) => c + 7),
    patch: values.map((row) => row.map((value) => [value])), outside, channels: 1,
  };
}

const filter = { kernel: { weights: [[1, 2], [3, -4]] }, flip: false, gain: 1, bias: 0, activation: "none" };

test("a sum is made of every product", () => {
  const { products, sum, value, steps, padding } = weightedSum(windowOf([[0.5, 0.25], [0, 1]]), filter, 0);
  assert.deepEqual(products, [[0.5, 0.5], [0, -4]]);
  assert.equal(sum, -3);
  assert.equal(value, -3);
  assert.equal(steps, "sum −3.0000");
  assert.equal(padding, "");
});

test("a convolution lays the kernel on turned by half a turn", () => {
  const { kernel, sum } = weightedSum(windowOf([[0.5, 0.25], [0, 1]]), { ...filter, flip: true }, 0);
  assert.deepEqual(kernel, [[-4, 3], [2, 1]]);
  assert.equal(sum, -2 + 0.75 + 1);
});

test("gain comes before bias, and the activation last", () => {
  const moved = { ...filter, gain: 2, bias: 0.5 };
  assert.equal(weightedSum(windowOf([[0.5, 0.25], [0, 1]]), moved, 0).value, -5.5);
  assert.equal(weightedSum(windowOf([[0.5, 0.25], [0, 1]]), { ...moved, activation: "relu" }, 0).value, 0);
  const { value, steps } = weightedSum(windowOf([[0.5, 0.25], [0, 1]]), { ...moved, activation: "absolute" }, 0);
  assert.equal(value, 5.5);
  assert.equal(steps, "sum −3.0000 × gain 2 + bias 0.5 = −5.5000 → absolute");
});

test("a sum that rounding alone leaves is nought", () => {
  const thirds = { ...filter, kernel: { weights: [[1 / 3, 1 / 3], [1 / 3, -1]] } };
  assert.equal(weightedSum(windowOf([[0.1, 0.1], [0.1, 0.1]]), thirds, 0).sum, 0);
});

test("cells that lie in the padding are counted", () => {
  const outside = [[true, true], [false, false]];
  assert.equal(weightedSum(windowOf([[0, 0], [0.5, 0.5]], outside), filter, 0).padding, "; 2 of 4 from the padding");
});

test("a channel has a sum of its own", () => {
  const window = { ...windowOf([[0, 0], [0, 0]]), channels: 2, patch: [[[1, 0], [0, 0]], [[0, 0], [0, 1]]] };
  assert.equal(weightedSum(window, filter, 0).sum, 1);
  assert.equal(weightedSum(window, filter, 1).sum, -4);
});

test("of equals the first in reading order wins, and padding never does", () => {
  assert.deepEqual(winnerOf("max", windowOf([[0.25, 0.75], [0.75, 0.5]]), 0), { r: 0, c: 1, value: 0.75 });
  assert.deepEqual(winnerOf("min", windowOf([[0, 0.75], [0.5, 0.5]], [[true, false], [false, false]]), 0), { r: 1, c: 0, value: 0.5 });
  assert.equal(winnerOf("average", windowOf([[1]]), 0), null);
  assert.equal(winnerOf("max", windowOf([[0]], [[true]]), 0), null);
});

test("a winner is told with its place in the picture", () => {
  const { value, steps, padding } = pooled(windowOf([[0, 0.75], [0.5, 0.25]], [[true, false], [false, false]]), "max", 4, 0);
  assert.equal(value, 0.75);
  assert.equal(steps, "the largest of 3 pixels, in row 5, column 9");
  assert.equal(padding, "; 1 of 4 cells lies in the padding, which never counts");
});

test("an average divides by the cells that count", () => {
  const window = windowOf([[0, 0.75], [0.5, 0.25]], [[true, false], [false, false]]);
  assert.equal(pooled(window, "average", 3, 0).value, 0.5);
  const { value, steps, padding } = pooled(window, "average", 4, 0);
  assert.equal(value, 0.375);
  assert.equal(steps, "sum 1.5000 ÷ 4");
  assert.equal(padding, "; 1 of 4 cells lies in the padding, 1 of them counts as 0");
});

test("the root of a sum of squares", () => {
  const { value, squares, steps } = pooled(windowOf([[0.3, 0.4]]), "l2", 2, 0);
  assert.ok(Math.abs(value - 0.5) < 1e-15);
  assert.deepEqual(squares.map((row) => row.map((square) => square.toFixed(2))), [["0.09", "0.16"]]);
  assert.equal(steps, "√ of the sum 0.2500");
});

test("of a sum over maps each map's share is told, and one is written out", () => {
  const patch = { shape: [1, 2, 2], data: Float32Array.of(1, 10, 2, 20) };
  const weights = { shape: [1, 2, 2], data: Float32Array.of(3, 0.5, -1, 0.25) };
  const { pixels, kernel, products, parts } = shareOf(patch, weights, 1);
  assert.deepEqual([pixels, kernel, products], [[[10, 20]], [[0.5, 0.25]], [[5, 5]]]);
  assert.deepEqual(parts, [1, 10]);
  assert.deepEqual(shareOf(patch, undefined, 0), { pixels: [[1, 2]], kernel: null, products: null, parts: [] });
});

test("a number is as wide as its digits, and its point half of one", () => {
  assert.equal(digitsOf("−0.25"), 4.5);
  assert.equal(digitsOf("142"), 3);
});

// The library's rule for what wins, met by Python as well.
const { winners: cases } = JSON.parse(readFileSync(new URL("written.json", import.meta.url)));

for (const { kind, image, pool: [height, width], padding: [[top], [left]], winners } of cases) {
  test(`the ${kind} of ${height} x ${width} windows of ${JSON.stringify(image)} is where Python finds it`, () => {
    const places = winners.map((line, down) => line.map((_, across) => {
      const rows = Array.from({ length: height }, (__, tap) => down * height + tap - top);
      const columns = Array.from({ length: width }, (__, tap) => across * width + tap - left);
      const outside = rows.map((row) => columns.map((column) => image[row]?.[column] === undefined));
      const patch = rows.map((row) => columns.map((column) => image[row]?.[column] ?? 0));
      const { r, c } = winnerOf(kind, windowOf(patch, outside), 0);
      return [rows[r], columns[c]];
    }));
    assert.deepEqual(places, winners);
  });
}
