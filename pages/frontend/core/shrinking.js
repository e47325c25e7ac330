// Pictures brought to a size by area average: a pixel of the result is the mean of what lies under it, each pixel of
// the source with the share of it that does.

/** @typedef {import("../live/live.js").Pixels} Pixels */

const LUMA = [0.299, 0.587, 0.114]; // of red, green and blue in grey: as `images.prepare`

/**
 * The size in proportion of which one side is `longest`, as `images.fitted_size` has it.
 * @param {number} height
 * @param {number} width
 * @param {number} longest
 */
export function fittedSize(height, width, longest) {
  const side = Math.max(height, width);
  /** @param {number} one */
  const fitted = (one) => Math.max(1, Math.floor((2 * one * longest + side) / (2 * side)));
  return { height: fitted(height), width: fitted(width) };
}

/**
 * Which pixels of a line lie under each pixel of a shorter or longer one: the first, and the shares from there on.
 * @param {number} from pixels of the line
 * @param {number} to
 */
function sharesOf(from, to) {
  return Array.from({ length: to }, (_, index) => {
    const begin = (index * from) / to;
    const end = ((index + 1) * from) / to;
    const first = Math.floor(begin);
    const count = Math.max(1, Math.ceil(end - 1e-9) - first);
    const shares = Float64Array.from({ length: count }, (__, at) => {
      const covered = Math.min(end, first + at + 1) - Math.max(begin, first + at);
      return (covered * to) / from;
    });
    return { first, shares };
  });
}

/**
 * A picture in colour whose longest side has so many pixels. Its levels are rounded to the nearest of 256.
 * @param {{height: number, width: number, data: Uint8ClampedArray}} source red, green, blue and alpha of each
 * @param {number} longest
 * @returns {Pixels}
 */
export function shrunk({ height, width, data }, longest) {
  const size = fittedSize(height, width, longest);
  const across = sharesOf(width, size.width);
  const result = new Uint8ClampedArray(4 * size.height * size.width);
  const line = new Float32Array(3 * width); // of the source, averaged down
  let place = 0;
  for (const { first, shares } of sharesOf(height, size.height)) {
    line.fill(0);
    shares.forEach((share, at) => {
      let from = 4 * (first + at) * width;
      for (let to = 0; to < line.length; to += 3, from += 4) {
        line[to] += share * data[from];
        line[to + 1] += share * data[from + 1];
        line[to + 2] += share * data[from + 2];
      }
    });
    for (const { first: left, shares: columns } of across) {
      let [red, green, blue] = [0, 0, 0];
      for (let at = 0, from = 3 * left; at < columns.length; at += 1, from += 3) {
        red += columns[at] * line[from];
        green += columns[at] * line[from + 1];
        blue += columns[at] * line[from + 2];
      }
      // (What is clamped rounds halves to the even level, as NumPy does.)
      result[place] = red;
      result[place + 1] = green;
      result[place + 2] = blue;
      result[place + 3] = 255;
      place += 4;
    }
  }
  return { ...size, channels: 3, data: result };
}

/** A picture in grey. @param {Pixels} picture @returns {Pixels} */
export function greyed({ height, width, data }) {
  const result = new Uint8ClampedArray(data.length);
  for (let at = 0; at < data.length; at += 4) {
    const grey = LUMA[0] * data[at] + LUMA[1] * data[at + 1] + LUMA[2] * data[at + 2];
    result[at] = grey;
    result[at + 1] = grey;
    result[at + 2] = grey;
    result[at + 3] = 255;
  }
  return { height, width, channels: 1, data: result };
}
