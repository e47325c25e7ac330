// How one cell of a map comes about, with every number in it. Nothing here draws: a view shows what these give.

import { fixed, short, total } from "../core/numbers.js";
import { counted, plural } from "../core/words.js";

/**
 * @typedef {import("./stage.js").SlidingWindow} SlidingWindow
 * @typedef {import("../types/messages.js").FilterValues} FilterValues
 * @typedef {import("../types/messages.js").PoolValues} PoolValues
 * @typedef {Pick<FilterValues, "flip" | "gain" | "bias" | "activation">
 *   & {kernel: Pick<FilterValues["kernel"], "weights">}} Filter
 */

/** The values of one channel in a window. @param {SlidingWindow} window @param {number} channel */
export function channelOf({ patch }, channel) {
  return patch.map((row) => row.map((values) => values[channel]));
}

/** The kernel as it lies on the patch: a convolution turns it by half a turn. @param {Filter} filter */
export function laidOn({ kernel, flip }) {
  return flip ? kernel.weights.map((row) => [...row].reverse()).reverse() : kernel.weights;
}

/**
 * The weighted sum of a window, and what gain, bias and activation make of it.
 * @param {SlidingWindow} window
 * @param {Filter} filter
 * @param {number} channel
 */
export function weightedSum(window, filter, channel) {
  const { gain, bias, activation } = filter;
  const pixels = channelOf(window, channel);
  const kernel = laidOn(filter);
  const products = pixels.map((row, r) => row.map((value, c) => value * kernel[r][c]));
  const sum = total(products.flat());
  const moved = total([...products.flat().map((product) => gain * product), bias]);
  const value = { none: moved, relu: Math.max(0, moved), absolute: Math.abs(moved) }[activation];

  const steps = [`sum ${fixed(sum, 4)}`];
  if (gain !== 1) steps.push(`× gain ${short(gain)}`);
  if (bias !== 0) steps.push(`${bias < 0 ? "−" : "+"} bias ${short(Math.abs(bias))}`);
  if (steps.length > 1) steps.push(`= ${fixed(moved, 4)}`);
  if (activation !== "none") steps.push(activation === "relu" ? "→ ReLU" : "→ absolute");

  const borrowed = window.outside.flat().filter(Boolean).length;
  const padding = borrowed ? `; ${borrowed} of ${products.flat().length} from the padding` : "";
  return { pixels, kernel, products, sum, value, steps: steps.join(" "), padding };
}

/**
 * One map's share of a sum over many: what the window read there, the weights on it, and the products.
 * @typedef {import("../live/lane.js").Table<Float32Array>} Cube rows, columns and maps
 * @param {Cube} patch
 * @param {Cube | undefined} weights none where nothing is multiplied
 * @param {number} map
 */
export function shareOf(patch, weights, map) {
  const { shape: [height, width, maps] } = patch;
  /** @param {Cube} cube @param {number} of */
  const plane = ({ data }, of) => Array.from({ length: height }, (_, r) =>
    Array.from({ length: width }, (__, c) => data[(r * width + c) * maps + of]));
  const pixels = plane(patch, map);
  if (!weights) return { pixels, kernel: null, products: null, parts: [] };
  /** @param {number} of */
  const multiplied = (of) => {
    const kernel = plane(weights, of);
    return plane(patch, of).map((row, r) => row.map((value, c) => value * kernel[r][c]));
  };
  const parts = Array.from({ length: maps }, (_, of) => total(multiplied(of).flat()));
  return { pixels, kernel: plane(weights, map), products: multiplied(map), parts };
}

/**
 * Which cell of a window is its answer: the first in reading order of the largest or smallest; padding never is.
 * @param {PoolValues["kind"]} kind of pooling
 * @param {SlidingWindow} window
 * @param {number} channel
 * @returns {{r: number, c: number, value: number} | null} null where the answer is made of all cells
 */
export function winnerOf(kind, window, channel) {
  if (kind !== "max" && kind !== "min") return null;
  /** @type {{r: number, c: number, value: number} | null} */
  let best = null;
  for (const [r, row] of channelOf(window, channel).entries()) {
    for (const [c, value] of row.entries()) {
      if (window.outside[r][c]) continue;
      if (!best || (kind === "max" ? value > best.value : value < best.value)) best = { r, c, value };
    }
  }
  return best;
}

/**
 * The number that pooling makes of a window, and how.
 * @param {SlidingWindow} window
 * @param {PoolValues["kind"]} kind of pooling
 * @param {number} count of cells that an average is divided by
 * @param {number} channel
 * @param {"pixel" | "cell"} unit what the window is made of
 */
export function pooled(window, kind, count, channel, unit = "pixel") {
  const { outside, rows, columns } = window;
  const pixels = channelOf(window, channel);
  const squares = pixels.map((row) => row.map((value) => value * value));
  const winner = winnerOf(kind, window, channel);
  const sum = total(pixels.flat());
  const power = total(squares.flat());
  const value = winner?.value ?? (kind === "average" ? sum / count : Math.sqrt(power));
  const cells = outside.flat().length;
  const read = outside.flat().filter((padded) => !padded).length;
  const steps = winner
    ? `the ${kind === "max" ? "largest" : "smallest"} of ${counted(read, unit)}, in row ${rows[winner.r] + 1}, column ${columns[winner.c] + 1}`
    : kind === "average" ? `sum ${fixed(sum, 4)} ÷ ${count}` : `√ of the sum ${fixed(power, 4)}`;
  const borrowed = cells - read;
  const counts = kind === "average" && count > read ? `${count - read} of them ${plural(count - read, "counts", "count")} as 0` : "which never counts";
  const padding = borrowed ? `; ${borrowed} of ${cells} cells ${plural(borrowed, "lies", "lie")} in the padding, ${counts}` : "";
  return { pixels, squares, winner, value, steps, padding };
}
