// What is on a sheet and does not count as drawn, as `explorer.sketch.foreign` finds it in Python: a rim, lines from edge
// to edge, what covers a part. A sheet is {width, height, values}, marks are such values of 0 and 1.

"use strict";

globalThis.Foreign = (() => {
  const { whole } = globalThis.Explorer;

  const MOST = 0.5; // of a side of the sheet is dark at its very edge: a rim
  const DEEPEST = 0.12; // of the sheet, so deep may a rim reach
  const SLACK = 2; // times the usual depth of a rim: from there on it is what was drawn
  const LONG = 0.25; // of the sheet: pieces of a printed line are at least so long
  const REACH = 0.04; // of the sheet: so close to both edges comes a printed line
  const THIN = 4; // pixels, the thickest printed line
  const ALONG = 0.2; // of a printed line, at least, no stroke lies along it
  const BROAD = 0.1; // of the sheet: no pen is so broad
  const PALE = 0.75; // of the ink's difference from the paper, at most, is that of a cover
  const REST = 0.04; // of what covers the sheet, at least, is there besides: else it is the drawing

  const quantile = (numbers, share) => {
    const sorted = Float64Array.from(numbers).sort();
    const at = share * (sorted.length - 1);
    const low = Math.floor(at);
    const high = Math.min(low + 1, sorted.length - 1);
    return sorted[low] + (sorted[high] - sorted[low]) * (at - low);
  };
  const median = (numbers) => quantile(numbers, 0.5);

  const some = (values) => values.some((value) => value > 0);
  const marksOf = (values, test) => Uint8Array.from(values, (value, at) => (test(value, at) ? 1 : 0));

  /** The cells around each pixel that a kernel covers: in each of its rows, [down, from, to], counted from the pixel. */
  const rectangle = (rows, columns) => Array.from({ length: rows }, (_, row) => (
    [row - (rows >> 1), -(columns >> 1), columns - 1 - (columns >> 1)]
  ));

  /** A disc, as OpenCV draws one into a square. */
  const disc = (side) => {
    const radius = side >> 1;
    return rectangle(side, side).map(([down]) => {
      const reach = whole(radius * Math.sqrt((radius * radius - down * down) / (radius * radius)));
      return [down, -reach, reach];
    });
  };

  /** The best of the values from one to another cell to the right of each; `none` is what lies beyond the sheet. */
  const alongRows = ({ width, values }, from, to, better, none) => {
    const length = to - from + 1;
    const row = new Float32Array(width + length - 1);
    const found = new Float32Array(values.length);
    for (let start = 0; start < values.length; start += width) {
      row.fill(none);
      for (let at = Math.max(0, from); at < Math.min(width, width + to); at += 1) row[at - from] = values[start + at];
      let reach = 1; // each cell has the best of so many
      for (; 2 * reach <= length; reach *= 2) {
        for (let at = 0; at + reach < row.length; at += 1) row[at] = better(row[at], row[at + reach]);
      }
      for (let at = 0; at < width; at += 1) found[start + at] = better(row[at], row[at + length - reach]);
    }
    return found;
  };

  /** The largest, or the smallest, of the values under a kernel; what lies beyond the sheet has no say. */
  const spread = (sheet, kernel, better, none) => {
    const { width, height, values } = sheet;
    const found = values.slice();
    const known = new Map();
    for (const [down, from, to] of kernel) {
      if (!known.has(to)) known.set(to, alongRows(sheet, from, to, better, none)); // rows of one length begin alike
      const rows = known.get(to);
      for (let row = Math.max(0, -down); row < Math.min(height, height - down); row += 1) {
        for (let column = 0; column < width; column += 1) {
          const at = row * width + column;
          found[at] = better(found[at], rows[at + down * width]);
        }
      }
    }
    return { width, height, values: found };
  };
  const larger = (one, other) => (other > one ? other : one);
  const smaller = (one, other) => (other < one ? other : one);
  const dilated = (sheet, kernel) => spread(sheet, kernel, larger, -Infinity);
  const openedBy = (sheet, kernel) => dilated(spread(sheet, kernel, smaller, Infinity), kernel);

  /** Number the places that hang together, corners included: 0 where there is none. */
  const places = ({ width, height, values }) => {
    const found = new Int32Array(values.length);
    let count = 0;
    for (let start = 0; start < values.length; start += 1) {
      if (!values[start] || found[start]) continue;
      count += 1;
      found[start] = count;
      const waiting = [start];
      while (waiting.length) {
        const at = waiting.pop();
        const row = Math.floor(at / width);
        const column = at % width;
        for (let y = Math.max(0, row - 1); y <= Math.min(height - 1, row + 1); y += 1) {
          for (let x = Math.max(0, column - 1); x <= Math.min(width - 1, column + 1); x += 1) {
            const beside = y * width + x;
            if (values[beside] && !found[beside]) {
              found[beside] = count;
              waiting.push(beside);
            }
          }
        }
      }
    }
    return { count, found };
  };

  /** The values of the four edges. */
  const edges = ({ width, height, values }) => {
    const column = (at) => Array.from({ length: height }, (_, row) => values[row * width + at]);
    return [values.slice(0, width), values.slice((height - 1) * width), column(0), column(width - 1)];
  };

  /** For each edge in turn: its length, how far the sheet reaches from it, and where a pixel of it lies. */
  const sides = ({ width, height }) => [
    [height, width, (along, deep) => along * width + deep],
    [width, height, (along, deep) => deep * width + (width - 1 - along)],
    [height, width, (along, deep) => (height - 1 - along) * width + (width - 1 - deep)],
    [width, height, (along, deep) => (height - 1 - deep) * width + along],
  ];

  const rims = (sheet) => {
    const { values } = sheet;
    const found = new Uint8Array(values.length);
    for (const [length, reach, at] of sides(sheet)) {
      const deepest = Math.max(2, whole(DEEPEST * reach));
      const depths = Array.from({ length }, (_, along) => {
        let deep = 0;
        while (deep <= deepest && values[at(along, deep)]) deep += 1;
        return deep; // one more than the deepest where there is no end
      });
      const there = depths.filter((depth) => depth > 0);
      if (there.length <= MOST * length || median(there) > deepest) continue;
      const usual = quantile(there.filter((depth) => depth <= deepest), 0.9);
      depths.forEach((depth, along) => {
        const cut = depth > SLACK * usual + 2 ? whole(usual) : depth + (depth > 0 ? 1 : 0); // and its soft side
        for (let deep = 0; deep < Math.min(cut, reach); deep += 1) found[at(along, deep)] = 1;
      });
    }
    return marksOf(found, (value, at) => value && values[at]);
  };

  const turned = ({ width, height, values }) => {
    const found = new values.constructor(values.length);
    for (let at = 0; at < values.length; at += 1) found[(at % width) * height + Math.floor(at / width)] = values[at];
    return { width: height, height: width, values: found };
  };

  /** Thin lines from the left edge to the right one, level or nearly so. */
  const linesAcross = (sheet) => {
    const { width, height, values } = sheet;
    const found = new Uint8Array(values.length);
    const reach = Math.max(2, whole(REACH * width));
    const kernel = rectangle(1, Math.max(8, whole(LONG * width)));
    const long = openedBy(dilated(sheet, rectangle(3, 1)), kernel);
    const marked = places(long);
    for (let line = 1; line <= marked.count; line += 1) {
      const pixels = [];
      marked.found.forEach((place, at) => { if (place === line) pixels.push([Math.floor(at / width), at % width]); });
      const columns = pixels.map(([, x]) => x);
      const left = columns.reduce(smaller);
      const right = columns.reduce(larger);
      const counts = new Array(right - left + 1).fill(0);
      for (const x of columns) counts[x - left] += 1;
      const thickness = quantile(counts, ALONG) - 2;
      if (left > reach || right + 1 < width - reach || thickness > THIN) continue;
      const first = median(pixels.filter(([, x]) => x <= reach).map(([y]) => y));
      const last = median(pixels.filter(([, x]) => x >= width - 1 - reach).map(([y]) => y));
      for (const [y, x] of pixels) {
        if (Math.abs(y - first - ((last - first) * x) / width) <= thickness / 2 + 1) found[y * width + x] = values[y * width + x];
      }
    }
    return { width, height, values: found };
  };

  /** Where strokes go on both above and below, within the thickness of a printed line. */
  const crossed = ({ width, height, values }) => {
    const found = new Uint8Array(values.length);
    for (let at = 0; at < values.length; at += 1) {
      let above = 0;
      let below = 0;
      for (let shift = 1; shift < THIN + 2; shift += 1) {
        above |= at >= shift * width ? values[at - shift * width] : 0;
        below |= at + shift * width < width * height ? values[at + shift * width] : 0;
      }
      found[at] = above & below;
    }
    return { width, height, values: found };
  };

  const printed = (sheet) => {
    const across = linesAcross(sheet).values;
    const down = turned(linesAcross(turned(sheet))).values;
    const lines = marksOf(across, (value, at) => value || down[at]);
    if (!some(lines)) return lines;
    const strokes = { ...sheet, values: marksOf(sheet.values, (value, at) => value && !lines[at]) };
    const [level, upright] = [crossed(strokes).values, turned(crossed(turned(strokes))).values];
    return marksOf(lines, (value, at) => value && !level[at] && !upright[at]);
  };

  /** Which of the marks were not drawn: a rim, and printed lines. */
  const foreign = (sheet) => {
    const { width, height, values } = sheet;
    const reach = Math.max(2, whole(REACH * Math.max(width, height)));
    const isNear = (at, length) => at < reach || at >= length - reach;
    if (!values.some((value, at) => value && (isNear(Math.floor(at / width), height) || isNear(at % width, width)))) {
      return new Uint8Array(values.length); // nothing comes near an edge
    }
    const found = rims(sheet);
    const rest = { ...sheet, values: marksOf(sheet.values, (value, at) => value && !found[at]) };
    const lines = printed(rest);
    return marksOf(found, (value, at) => value || lines[at]);
  };

  /** By how much what covers the sheet from an edge changes its paper, or null where nothing does. */
  const cover = (sheet, least) => {
    const { width, height, values } = sheet;
    const across = 2 * whole((BROAD * Math.max(width, height)) / 2) + 1;
    const over = (numbers, limit) => numbers.filter((value) => value > limit);
    if (!edges(sheet).some((edge) => over(edge, least).length >= across)) return null;
    const marked = marksOf(values, (value) => value > least);
    const rim = rims({ width, height, values: marked });
    const kernel = disc(across);
    const broad = openedBy({ width, height, values: marksOf(marked, (value, at) => value && !rim[at]) }, kernel);
    if (!edges(broad).some((edge) => over(edge, 0).length >= across)) return null;
    const level = openedBy({ width, height, values: values.map((value, at) => (rim[at] ? 0 : value)) }, kernel);
    const { found } = places({ width, height, values: marksOf(level.values, (value) => value > least / 2) });
    const covering = new Set();
    for (const edge of edges({ width, height, values: found })) {
      const counts = new Map();
      for (const place of edge) counts.set(place, (counts.get(place) ?? 0) + 1);
      for (const [place, count] of counts) if (place && count >= across) covering.add(place);
    }
    const changed = level.values.map((value, at) => (covering.has(found[at]) ? value : 0));
    const rest = over(values.map((value, at) => value - changed[at]), least);
    const under = over(changed, least);
    if (!rest.length || rest.length < REST * under.length) return null;
    return median(under) > PALE * quantile(rest, 0.9) ? null : changed; // a broad pen leaves crumbs of its own level
  };

  return { cover, dilated, foreign, median, rectangle, some };
})();
