// What the network sees of a drawing, with the numbers that `explorer.sketch.preparation` comes to in Python: the ink,
// which is what differs from the paper, is centred and scaled. The paper of a pad has one level all over; the surface
// that Python fits to photographed paper is no part of this page.

"use strict";

globalThis.Ink = (() => {
  const { Explorer, Foreign } = globalThis;
  const { whole } = Explorer;

  const SIDE = 64; // rows and columns of what the network sees
  const INK = 52; // its longer side, to which the ink is scaled
  const STEP = 4; // pixels from one that the paper is judged by to the next
  const BINS = 32; // of grey levels, when the commonest is looked for
  const RIM = 0.5; // what a pixel at the rim counts more
  const INWARDS = 16; // parts of a side: one of them inwards is where the rim is looked at
  const NEAR = 0.1; // pixels this close to the commonest level may be paper
  const FAINT = 0.06; // differences from the paper up to this are not taken for ink
  const DARKEST = 3; // times weaker may the light be, and ink with it, than where it is strongest
  const EDGE = 0.25; // from here on a pixel belongs to the drawing

  const largest = (values) => values.reduce((most, value) => Math.max(most, value), -Infinity);
  const smallest = (values) => values.reduce((least, value) => Math.min(least, value), Infinity);
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

  /** The level that most pixels have, those at the rim counted more. */
  const commonest = ({ side, values }) => {
    const bins = values.map((value) => Math.min(Math.floor(value * BINS), BINS - 1));
    const votes = new Float64Array(BINS);
    for (const bin of bins) votes[bin] += 1 / bins.length;
    const inwards = Math.floor(side / INWARDS);
    const rim = [];
    for (let at = 0; at < side; at += 1) {
      for (const edge of [inwards, side - 1 - inwards]) rim.push(bins[edge * side + at], bins[at * side + edge]);
    }
    for (const bin of rim) votes[bin] += RIM / rim.length;
    const around = votes.map((vote, bin) => (votes[bin - 1] ?? 0) + vote + (votes[bin + 1] ?? 0));
    const middle = around.indexOf(largest(around));
    const start = Math.max(middle - 1, 0);
    const three = votes.slice(start, middle + 2);
    const best = start + three.indexOf(largest(three)); // of three bins that win together the fullest is meant
    return mean(values.filter((_, at) => bins[at] === best));
  };

  /** The level of the paper: the middle one of those near the commonest. */
  const paperOf = ({ width, values }) => {
    const side = width / STEP;
    const spread = Array.from({ length: side }, (_, cell) => Math.min(cell * STEP + (cell % STEP), width - 1));
    const some = Float32Array.from(spread.flatMap((row) => spread.map((column) => values[row * width + column])));
    const level = commonest({ side, values: some });
    return Math.fround(Foreign.median(some.filter((value) => Math.abs(value - level) < NEAR)));
  };

  /** How far ink differs from what is under it, in the light in which it can differ most. */
  const uncovered = (sheet, room) => {
    const over = Foreign.cover(sheet, FAINT);
    if (!over) return sheet.values;
    return sheet.values.map((value, at) => {
      const gain = room / Math.max(room - over[at], FAINT);
      return (value - over[at]) * Math.min(Math.max(gain, 1), DARKEST);
    });
  };

  const amount = (values) => values.reduce((sum, value) => sum + Math.max(value - FAINT, 0), 0);

  /** How much ink each pixel has, from how far it differs from the paper. */
  const sharesOf = (values) => {
    const marks = values.filter((value) => value > FAINT);
    if (!marks.length) return new Float32Array(values.length);
    const middle = mean(marks);
    const full = mean(marks.filter((value) => value >= Math.fround(middle)));
    const floor = Math.min(Math.max(FAINT, 0.2 * full), 0.9 * full);
    return values.map((value) => Math.min(Math.max((value - floor) / (full - floor), 0), 1));
  };

  const inkOf = ({ width, height, values }) => {
    const paper = paperOf({ width, values });
    const darker = uncovered({ width, height, values: values.map((value) => paper - value) }, paper);
    const lighter = uncovered({ width, height, values: values.map((value) => value - paper) }, 1 - paper);
    const differences = amount(lighter) > amount(darker) ? lighter : darker;
    const ink = sharesOf(differences);
    const other = Foreign.foreign({ width, height, values: Uint8Array.from(ink, (share) => (share >= EDGE ? 1 : 0)) });
    if (!Foreign.some(other)) return ink;
    const around = Foreign.dilated({ width, height, values: other }, Foreign.rectangle(3, 3)).values;
    return sharesOf(differences.map((value, at) => (other[at] || (around[at] && ink[at] < EDGE) ? 0 : value)));
  };

  /** For each cell of a shorter row: where it begins to read, and its weights there, in proportion to what it covers. */
  const averaging = (length, wanted) => {
    const scale = length / wanted;
    return Array.from({ length: wanted }, (_, cell) => {
      const [from, to] = [cell * scale, Math.min((cell + 1) * scale, length)];
      const start = Math.floor(from + 1e-9);
      const weights = [];
      for (let at = start; at < to - 1e-9; at += 1) weights.push((Math.min(at + 1, to) - Math.max(at, from)) / (to - from));
      return { start, weights };
    });
  };

  /** Likewise for a longer row: between the two cells that it lies between. */
  const between = (length, wanted) => Array.from({ length: wanted }, (_, cell) => {
    const place = Math.min(Math.max(((cell + 0.5) * length) / wanted - 0.5, 0), length - 1);
    const start = Math.min(Math.floor(place), Math.max(length - 2, 0));
    return { start, weights: length > 1 ? [1 - (place - start), place - start] : [1] };
  });

  /** What the network sees of the levels of a square sheet, 0 to 255: {width, height, values}, or null if it is empty. */
  const seenBy = ({ width, height, levels }) => {
    const ink = inkOf({ width, height, values: Float32Array.from(levels, (level) => level / 255) });
    const rows = [];
    const columns = [];
    ink.forEach((share, at) => {
      if (share < EDGE) return;
      rows.push(Math.floor(at / width));
      columns.push(at % width);
    });
    if (!rows.length) return null;
    const [top, bottom, left, right] = [smallest(rows), largest(rows) + 1, smallest(columns), largest(columns) + 1];
    const scale = INK / Math.max(bottom - top, right - left);
    const [tall, wide] = [bottom - top, right - left].map((length) => Math.max(1, whole(length * scale)));
    const taps = scale < 1 ? averaging : between;
    const [down, across] = [taps(bottom - top, tall), taps(right - left, wide)];
    const [first, second] = [Math.floor((SIDE - tall) / 2), Math.floor((SIDE - wide) / 2)];
    const values = new Float32Array(SIDE * SIDE);
    down.forEach((rowTaps, row) => {
      across.forEach((columnTaps, column) => {
        let sum = 0;
        rowTaps.weights.forEach((weight, y) => {
          const from = (top + rowTaps.start + y) * width + left + columnTaps.start;
          columnTaps.weights.forEach((other, x) => { sum += weight * other * ink[from + x]; });
        });
        values[(first + row) * SIDE + second + column] = sum;
      });
    });
    const most = largest(values); // a thin line that was shrunk has become pale, and is ink nevertheless
    return { width: SIDE, height: SIDE, values: values.map((value) => value / most) };
  };

  return { seenBy };
})();
