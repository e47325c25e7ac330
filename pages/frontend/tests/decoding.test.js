// Pictures from their files, in browsers that have a decoder for bytes, have none, or have one that fails.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { decoded, release } from "../core/decoding.js";

const BYTES = new Uint8Array([1, 2, 3]);

beforeEach(() => { globalThis.createImageBitmap = async (blob) => ({ bitmap: blob.type, size: blob.size }); });
afterEach(() => {
  delete globalThis.ImageDecoder;
  delete globalThis.createImageBitmap;
});

/** A browser with a decoder that gives this frame, or fails where there is none. */
function install(frame) {
  const closed = [];
  globalThis.ImageDecoder = class {
    constructor({ data, type }) { Object.assign(this, { data, type }); }
    async decode() {
      if (!frame) throw new DOMException("no such format", "NotSupportedError");
      return { image: { ...frame, of: this.data } };
    }
    close() { closed.push(this.type); }
  };
  return closed;
}

test("a JPEG is decoded from its bytes, and has a size as other pictures have", async () => {
  const closed = install({ displayWidth: 5, displayHeight: 4 });
  const { width, height, of } = await decoded(BYTES, "image/jpeg");
  assert.deepEqual([width, height, of], [5, 4, BYTES]);
  assert.deepEqual(closed, ["image/jpeg"]);
});

test("what is exact goes the way that keeps every level", async () => {
  install({ displayWidth: 5, displayHeight: 4 });
  assert.deepEqual(await decoded(BYTES, "image/png"), { bitmap: "image/png", size: 3 });
});

test("a browser without the decoder shows the same", async () => {
  assert.deepEqual(await decoded(BYTES, "image/jpeg"), { bitmap: "image/jpeg", size: 3 });
});

test("a decoder that does not know the format is closed, and the other way taken", async () => {
  const closed = install(null);
  assert.deepEqual(await decoded(BYTES, "image/jpeg"), { bitmap: "image/jpeg", size: 3 });
  assert.deepEqual(closed, ["image/jpeg"]);
});

test("a picture is given up, and nothing and a canvas are left alone", () => {
  let closed = 0;
  release({ close: () => { closed += 1; } });
  release(null);
  release({ width: 1 });
  assert.equal(closed, 1);
});
