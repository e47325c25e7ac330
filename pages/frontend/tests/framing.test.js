// The frame over the picture: what a hand does with it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ALL, boxOf, moved } from "../../imagenet/framing.js";

const size = { width: 400, height: 200 };
const middle = { x: 0.5, y: 0.5 };

/** The pixel of the picture under a point of the frame. */
const under = (frame, { x, y }) => {
  const { left, top, width, height } = boxOf(frame, size);
  return [left + x * width, top + y * height];
};

test("all of the picture is squeezed, and the square in its middle cropped", () => {
  assert.deepEqual(boxOf({ ...ALL, fit: "resize" }, size), { left: 0, top: 0, width: 400, height: 200 });
  assert.deepEqual(boxOf({ ...ALL, fit: "crop" }, size), { left: 100, top: 0, width: 200, height: 200 });
});

test("what is under the hand stays under it while it drags and zooms", () => {
  for (const fit of ["resize", "crop"]) {
    const frame = { ...ALL, fit, zoom: 4 };
    const from = { x: 0.4, y: 0.6 };
    const to = { x: 0.45, y: 0.5 };
    const after = { fit, ...moved(frame, size, { from, to, factor: 1.3, most: 8 }) };
    assert.equal(after.zoom, 5.2);
    const [before, now] = [under(frame, from), under(after, to)];
    before.forEach((place, axis) => assert.ok(Math.abs(place - now[axis]) < 0.05, `${before} ${now}`));
  }
});

test("a frame stops at the edges and at both ends of the zoom", () => {
  const frame = { ...ALL, fit: "resize", zoom: 2 };
  assert.deepEqual(moved(frame, size, { from: middle, to: { x: 9, y: -9 }, most: 8 }), { zoom: 2, across: 0, down: 1 });
  assert.equal(moved(frame, size, { from: middle, factor: 100, most: 8 }).zoom, 8);
  assert.deepEqual(moved({ ...frame, across: 0.1 }, size, { from: middle, factor: 0.01, most: 8 }), ALL);
});
