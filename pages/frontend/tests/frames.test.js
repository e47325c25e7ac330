// Frames of the camera: brought to a size, and written as PNG.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { inflateSync } from "node:zlib";
import { pngOf } from "../core/png.js";
import { fittedSize, greyed, shrunk } from "../core/shrinking.js";

const { shrunk: cases } = JSON.parse(readFileSync(new URL("written.json", import.meta.url), "utf8"));

/** Levels by row, column and channel as a canvas has them. */
const canvasOf = (rows) => ({
  height: rows.length, width: rows[0].length,
  data: Uint8ClampedArray.from(rows.flatMap((row) => row.flatMap((pixel) => [...pixel, 255]))),
});

for (const { picture, longest, channels, levels } of cases) {
  const [rows, columns] = [picture.length, picture[0].length];
  test(`${rows} x ${columns} pixels become ${longest} by area average, ${channels === 1 ? "grey" : "in colour"}`, () => {
    const colour = shrunk(canvasOf(picture), longest);
    const found = channels === 3 ? colour : greyed(colour);
    const expected = channels === 3 ? levels : levels.map((row) => row.map(([grey]) => [grey, grey, grey]));
    assert.deepEqual(found, { ...canvasOf(expected), channels });
  });
}

test("a picture that has the size stays as it is", () => {
  const picture = canvasOf([[[1, 2, 3], [250, 0, 7]], [[9, 8, 7], [0, 255, 128]]]);
  assert.deepEqual(shrunk(picture, 2), { ...picture, channels: 3 });
});

test("sides stay in proportion, and none is less than a pixel", () => {
  assert.deepEqual(fittedSize(480, 640, 256), { height: 192, width: 256 });
  assert.deepEqual(fittedSize(640, 360, 256), { height: 256, width: 144 });
  assert.deepEqual(fittedSize(1, 900, 16), { height: 1, width: 16 });
});

/** The chunks of a PNG by name. */
function chunksOf(file) {
  const view = new DataView(file.buffer);
  const chunks = {};
  for (let at = 8; at < file.length;) {
    const length = view.getUint32(at);
    chunks[String.fromCharCode(...file.subarray(at + 4, at + 8))] = file.slice(at + 8, at + 8 + length);
    at += 12 + length;
  }
  return chunks;
}

for (const channels of [1, 3]) {
  test(`a PNG of ${channels} channels has the levels, each less its left neighbour`, async () => {
    const picture = { ...canvasOf([[[10, 20, 30], [5, 25, 255], [0, 0, 0]], [[1, 1, 1], [2, 4, 8], [255, 254, 253]]]), channels };
    const { IHDR, IDAT, IEND } = chunksOf(await pngOf(picture));
    assert.deepEqual([...IHDR], [0, 0, 0, 3, 0, 0, 0, 2, 8, channels === 1 ? 0 : 2, 0, 0, 0]);
    assert.equal(IEND.length, 0);
    const lines = channels === 1 ? [[1, 10, 251, 251], [1, 1, 1, 253]]
      : [[1, 10, 20, 30, 251, 5, 225, 251, 231, 1], [1, 1, 1, 1, 1, 3, 7, 253, 250, 245]];
    assert.deepEqual([...inflateSync(IDAT)], lines.flat());
  });
}
