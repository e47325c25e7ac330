// A heat map over a photograph.

import assert from "node:assert/strict";
import { test } from "node:test";
import { heatStops, spread } from "../stage/heat.js";

test("nothing is covered at 0, all of the opacity at the greatest value, and in proportion between", () => {
  const stops = heatStops(Array(256).fill("#ff0000"), 0.75);
  assert.equal(stops.length, 18);
  assert.deepEqual([stops[0], stops[17]], ["rgb(128 128 128)", "rgb(223 32 32)"]);
  assert.equal(heatStops(Array(256).fill("#008000"), 0.6)[1], "rgb(123 128 123)"); // 128 less 0.6 / 17 of it
});

test("values are interpolated between the cells' middles, and go on to the rim", () => {
  const { shape, data } = spread({ shape: [2, 2], data: Uint8Array.of(0, 200, 100, 40) }, { height: 2, width: 4 });
  assert.deepEqual(shape, [2, 4]);
  assert.deepEqual([...data], [0, 50, 150, 200, 100, 85, 55, 40]);
  assert.deepEqual([...spread({ shape: [1, 1], data: Uint8Array.of(7) }, { height: 1, width: 2 }).data], [7, 7]);
});
