// Numbers and counts as they are written: the cases stand beside this file, for Python's side as well.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { decimalsOf, fixed, inColumn, percent, short, total, typed } from "../core/numbers.js";
import { counted, grouped, plural } from "../core/words.js";

const cases = JSON.parse(readFileSync(new URL("written.json", import.meta.url)));

for (const { value, digits, text } of cases.short) {
  test(`${value} with ${digits} digits is ${text}`, () => assert.equal(short(value, digits), text));
}

for (const { terms, sum } of cases.total) {
  test(`${terms.join(" + ")} is ${sum}`, () => assert.equal(total(terms), sum));
}

for (const { share, text } of cases.percent) {
  test(`a share of ${share} is ${text}`, () => assert.equal(percent(share), text));
}

for (const { count, one, text } of cases.counted) {
  test(`${text} is so many`, () => assert.equal(counted(count, one), text));
}

test("decimals are fixed, with a true minus sign and no negative nought", () => {
  assert.equal(fixed(-1.005, 2), "−1.00");
  assert.equal(fixed(-0.001, 2), "0.00");
  assert.equal(fixed(2, 0), "2");
  assert.equal(fixed(NaN, 2), "not a number");
  assert.deepEqual([NaN, Infinity, -Infinity].map((value) => short(value)), ["not a number", "∞", "−∞"]);
});

test("what is typed is a number with a point, a comma or a stroke, or none", () => {
  assert.deepEqual(["1/9", "−1 / 4", "1,5/3", " -0,25 ", ".5", "2.", "1e-3", "-0"].map(typed), [1 / 9, -0.25, 0.5, -0.25, 0.5, 2, 0.001, 0]);
  assert.deepEqual(["", "abc", "1/0", "1/", "/9", "1/2/3", "1.2.3", "0x10", "Infinity", "1e999", "1 2"].map(typed), Array(11).fill(null));
});

test("a slider's step says how many decimals it needs", () => {
  assert.deepEqual([1, 0.05, 0.5].map(decimalsOf), [0, 2, 1]);
});

test("nouns and verbs follow their count", () => {
  assert.equal(plural(1, "counts", "count"), "counts");
  assert.equal(plural(0, "cell"), "cells");
  assert.equal(grouped(1234567), "1,234,567");
});

test("the numbers of a column have the same decimals, but for what these cannot hold", () => {
  assert.deepEqual(inColumn([6.25, 2.5, 2, 0, -1]), ["6.25", "2.50", "2.00", "0.00", "−1.00"]);
  assert.deepEqual(inColumn([0.5, 0.1054]), ["0.500", "0.105"]);
  assert.deepEqual(inColumn([12345, 400, 0.0012]), ["12,345", "400.00", "0.0012"]);
  assert.deepEqual(inColumn([Infinity, NaN, 1]), ["∞", "not a number", "1.00"]);
});
