// What lines and their names on a plot are drawn in.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Plot } from "../plots/plot.js";

const plot = Object.assign(Object.create(Plot.prototype), {
  roles: { text: "#111111", field: "#c17d01", "field-text": "#a26000" }, series: ["#0072b2"], inks: ["#0060a0"],
});

test("a line's name has the shade for text of its colour, and the text's own colour where the line has that", () => {
  assert.equal(plot.inkOf({ series: 0 }), "#0060a0");
  assert.equal(plot.inkOf({ role: "field" }), "#a26000");
  assert.equal(plot.colourOf({ role: "text" }), plot.inkOf({ role: "text" }));
});
