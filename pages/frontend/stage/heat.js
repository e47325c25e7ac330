// A heat map over a picture: it covers as much as its values are large, as `explorer.imagenet.overlays` lays it.

import { contextOf, surfaceOf } from "../core/canvas.js";
import { rgbOf } from "../core/colours.js";

/** @typedef {import("../live/lane.js").Table<Uint8Array>} Levels from 0 to 255, which is the greatest value */

/**
 * Levels between the cells' middles, so that a map has the size of a picture; at the rim the outermost cells go on.
 * @param {Levels} levels
 * @param {{height: number, width: number}} size
 * @returns {Levels}
 */
export function spread({ shape: [rows, columns], data }, { height, width }) {
  /** @param {number} at @param {number} size @param {number} cells @returns {[number, number, number]} */
  const between = (at, size, cells) => {
    const place = Math.min(cells - 1, Math.max(0, ((at + 0.5) * cells) / size - 0.5));
    const before = Math.floor(place);
    return [before, Math.min(cells - 1, before + 1), place - before];
  };
  const across = Array.from({ length: width }, (_, at) => between(at, width, columns));
  const large = new Uint8Array(height * width);
  for (let row = 0; row < height; row += 1) {
    const [top, bottom, down] = between(row, height, rows);
    across.forEach(([left, right, along], column) => {
      /** @param {number} line */
      const on = (line) => data[line * columns + left] * (1 - along) + data[line * columns + right] * along;
      large[row * width + column] = Math.round(on(top) * (1 - down) + on(bottom) * down);
    });
  }
  return { shape: [height, width], data: large };
}

/**
 * The map as a picture to be drawn over another.
 * @param {Levels} levels
 * @param {readonly string[]} colours one for each level
 * @param {number} opacity of the greatest value
 * @param {{height: number, width: number} | null} size to which it is interpolated; none where cells are shown
 */
export function heatOver(levels, colours, opacity, size) {
  const { shape: [height, width], data } = size ? spread(levels, size) : levels;
  const painted = colours.flatMap((colour, level) => [...rgbOf(colour), Math.round(opacity * level)]);
  const table = new Uint32Array(new Uint8Array(painted).buffer);
  const pixels = Uint32Array.from(data, (level) => table[level]);
  return surfaceOf(new Uint8ClampedArray(pixels.buffer), width, height);
}

/** The legend's colours, over the mid-grey that stands for the photograph. @param {readonly string[]} colours @param {number} opacity */
export function heatStops(colours, opacity) {
  return Array.from({ length: 18 }, (_, index) => {
    const level = 15 * index;
    const covered = (opacity * level) / 255;
    return `rgb(${rgbOf(colours[level]).map((value) => Math.round(128 * (1 - covered) + value * covered)).join(" ")})`;
  });
}

/** The photograph in grey. @param {OffscreenCanvas | import("../core/decoding.js").Picture} photograph */
export function greyOf(photograph) {
  const { width, height } = photograph;
  const context = contextOf(new OffscreenCanvas(width, height), { willReadFrequently: true });
  context.drawImage(photograph, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  const pixels = new Uint8ClampedArray(data.length);
  for (let at = 0; at < data.length; at += 4) {
    const mean = Math.floor((data[at] + data[at + 1] + data[at + 2]) / 3);
    pixels.set([mean, mean, mean, 255], at);
  }
  return surfaceOf(pixels, width, height);
}
