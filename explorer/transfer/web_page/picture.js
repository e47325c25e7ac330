// What the network sees of a picture, with the numbers that the explorer comes to in Python: the picture is shrunk by
// Pillow's Hamming filter, laid over its ground, made square, and brought to the network's size by Pillow's bilinear
// filter, which averages over what it shrinks.

"use strict";

globalThis.Picture = (() => {
  const { whole } = globalThis.Explorer;

  const CHANNELS = 4; // red, green and blue, multiplied by alpha, and alpha

  const FILTERS = {
    bilinear: (x) => Math.max(0, 1 - Math.abs(x)),
    hamming: (x) => {
      if (x === 0) return 1;
      if (Math.abs(x) >= 1) return 0;
      return (Math.sin(Math.PI * x) / (Math.PI * x)) * (0.54 + 0.46 * Math.cos(Math.PI * x));
    },
  };

  const level = (value) => Math.min(255, Math.max(0, Math.floor(value + 0.5)));

  /** For each cell of a row of another length: where it begins to read, and its weights there. */
  const taps = (length, wanted, filter) => {
    const scale = length / wanted;
    const reach = Math.max(scale, 1); // the filter is as wide as a cell of the longer of both rows
    return [...Array(wanted).keys()].map((cell) => {
      const centre = (cell + 0.5) * scale;
      const start = Math.max(0, Math.trunc(centre - reach + 0.5));
      const end = Math.min(length, Math.trunc(centre + reach + 0.5));
      const weights = [...Array(end - start).keys()].map((at) => filter((at + start - centre + 0.5) / reach));
      const sum = weights.reduce((total, weight) => total + weight, 0);
      return { start, weights: weights.map((weight) => weight / sum) };
    });
  };

  /** Resample rows of numbers along one axis; `step` numbers lie between two cells of it, `lines` runs beside it. */
  const along = (values, length, wanted, step, lines, filter, round) => {
    const found = new Float32Array(wanted * step * lines);
    taps(length, wanted, filter).forEach(({ start, weights }, cell) => {
      for (let line = 0; line < lines; line += 1) {
        const from = line * length * step + start * step;
        const to = line * wanted * step + cell * step;
        for (let at = 0; at < step; at += 1) {
          let sum = 0;
          for (let tap = 0; tap < weights.length; tap += 1) sum += weights[tap] * values[from + tap * step + at];
          found[to + at] = round(sum);
        }
      }
    });
    return found;
  };

  /** Resample a picture {width, height, values}, across and then down, as Pillow does. */
  const resized = ({ width, height, values }, columns, rows, filter, round = Math.fround) => {
    const channels = values.length / (width * height);
    const across = columns === width ? values : along(values, width, columns, channels, height, filter, round);
    const down = rows === height ? across : along(across, height, rows, columns * channels, 1, filter, round);
    return { width: columns, height: rows, values: down };
  };

  /** A width and a height in proportion, with no side longer than asked. */
  const fitted = (width, height, longest) => {
    const most = Math.max(width, height);
    const side = Math.min(longest, most);
    return [width, height].map((length) => Math.max(1, Math.floor((2 * length * side + most) / (2 * most))));
  };

  /** Lay colours that are multiplied by alpha over white, or over a grey checker where the ink is light. */
  const overGround = ({ width, height, values }, { light, greys, squares }) => {
    let visible = 0;
    let ink = 0;
    for (let at = 0; at < values.length; at += CHANNELS) {
      visible += values[at + 3];
      ink += 0.299 * values[at] + 0.587 * values[at + 1] + 0.114 * values[at + 2];
    }
    const checkered = visible > 0 && ink >= light * visible;
    const side = Math.max(1, Math.floor(Math.max(width, height) / squares));
    const levels = new Float32Array(width * height * 3);
    for (let pixel = 0; pixel < width * height; pixel += 1) {
      const row = Math.floor(Math.floor(pixel / width) / side);
      const ground = checkered ? greys[(row + Math.floor((pixel % width) / side)) % 2] : 1;
      const alpha = values[pixel * CHANNELS + 3];
      for (let channel = 0; channel < 3; channel += 1) {
        levels[pixel * 3 + channel] = whole(values[pixel * CHANNELS + channel] + ground * (255 - alpha));
      }
    }
    return { width, height, values: levels };
  };

  /** The levels of what the browser can draw: upright, in sRGB, over its ground, no side longer than asked. */
  const levelsOf = (source, width, height, { longest, ground }) => {
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d", { willReadFrequently: true, colorSpace: "srgb" });
    context.drawImage(source, 0, 0, width, height);
    const { data } = context.getImageData(0, 0, width, height);
    for (let at = 0; at < data.length; at += CHANNELS) {
      const alpha = data[at + 3];
      if (alpha < 255) {
        for (let channel = 0; channel < 3; channel += 1) data[at + channel] = (data[at + channel] * alpha) / 255;
      }
    }
    const [columns, rows] = fitted(width, height, longest);
    const small = resized({ width, height, values: data }, columns, rows, FILTERS.hamming, level);
    return overGround(small, ground);
  };

  /** The levels of a picture without its colours. */
  const withoutColours = (values) => {
    const levels = new Float32Array(values.length);
    for (let at = 0; at < values.length; at += 3) {
      levels.fill(whole(0.299 * values[at] + 0.587 * values[at + 1] + 0.114 * values[at + 2]), at, at + 3);
    }
    return levels;
  };

  /** What the network sees of levels, {width, height, values}: all of them, or the largest square in the middle. */
  const seenBy = ({ width, height, values: colours }, { size, fit, grey }) => {
    const values = grey ? withoutColours(colours) : colours;
    const side = Math.min(width, height);
    const [columns, rows] = fit === "crop" ? [side, side] : [width, height];
    const [left, top] = [Math.floor((width - columns) / 2), Math.floor((height - rows) / 2)];
    const frame = new Float32Array(columns * rows * 3);
    for (let row = 0; row < rows; row += 1) {
      const start = ((top + row) * width + left) * 3;
      frame.set(values.subarray(start, start + columns * 3), row * columns * 3);
    }
    const seen = resized({ width: columns, height: rows, values: frame }, size, size, FILTERS.bilinear);
    return { ...seen, values: seen.values.map(whole) };
  };

  return { levelsOf, seenBy };
})();
