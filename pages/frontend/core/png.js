// Pictures as PNG files, written here because a browser's own have no grey ones, and the number of channels counts.

/** @typedef {import("../live/live.js").Pixels} Pixels */

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const GREY = 0; // PNG's numbers of what a pixel is
const RGB = 2;
const LEFT = 1; // and of how a line is written: each level less the one to its left

const REMAINDERS = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit += 1) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

/** The checksum of a chunk. @param {Uint8Array} bytes */
function checksum(bytes) {
  let rest = 0xffffffff;
  for (let at = 0; at < bytes.length; at += 1) rest = REMAINDERS[(rest ^ bytes[at]) & 0xff] ^ (rest >>> 8);
  return ~rest >>> 0;
}

/** @param {string} kind @param {Uint8Array} content */
function chunk(kind, content) {
  const bytes = new Uint8Array(12 + content.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, content.length);
  bytes.set(Array.from(kind, (letter) => letter.charCodeAt(0)), 4);
  bytes.set(content, 8);
  view.setUint32(8 + content.length, checksum(bytes.subarray(4, 8 + content.length)));
  return bytes;
}

/** The lines of a picture as PNG has them. @param {Pixels} pixels */
function filtered({ height, width, channels, data }) {
  const lines = new Uint8Array(height * (1 + width * channels));
  let to = 0;
  for (let row = 0; row < height; row += 1) {
    lines[to] = LEFT;
    to += 1;
    for (let channel = 0; channel < channels; channel += 1) {
      let before = 0;
      for (let column = 0, from = 4 * row * width + channel, at = to + channel; column < width; column += 1, from += 4, at += channels) {
        lines[at] = data[from] - before; // (bytes wrap)
        before = data[from];
      }
    }
    to += width * channels;
  }
  return lines;
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
async function deflated(bytes) {
  const { readable, writable } = new CompressionStream("deflate");
  const writer = writable.getWriter();
  writer.write(bytes);
  writer.close();
  return new Uint8Array(await new Response(readable).arrayBuffer());
}

/**
 * A picture of one or three channels as a PNG file, without loss.
 * @param {Pixels} pixels
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function pngOf(pixels) {
  const { height, width, channels } = pixels;
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, channels === 1 ? GREY : RGB], 8);
  const parts = [new Uint8Array(SIGNATURE), chunk("IHDR", header), chunk("IDAT", await deflated(filtered(pixels))), chunk("IEND", new Uint8Array())];
  const file = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  return file;
}
