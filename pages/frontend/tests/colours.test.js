// Colours read from their hexadecimal digits.

import assert from "node:assert/strict";
import test from "node:test";

import { isLight, rgbOf } from "../core/colours.js";

test("a colour's digits are its red, green and blue", () => {
  assert.deepEqual(rgbOf("#0a80ff"), [10, 128, 255]);
});

test("yellow is light and blue is dark, as eyes weigh them", () => {
  assert.deepEqual(["#ffff00", "#0000ff", "#7f7f7f", "#828282"].map(isLight), [true, false, false, true]);
});
