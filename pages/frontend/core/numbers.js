// Numbers for the screen, as the server writes them in its texts.

/**
 * A number with so many decimals. Half a last digit goes to the even one, as Python writes it: `toFixed` alone would
 * take the larger, and a text of the server say 0.12 where a view says 0.13.
 * @param {number} value
 * @param {number} decimals
 */
function decimal(value, decimals) {
  const text = value.toFixed(decimals);
  if (!/[13579]$/.test(text)) return text;
  const exact = value.toFixed(Math.min(100, decimals + 40)); // 0.05 is a little more than half a tenth
  const end = exact.indexOf(".") + 1 + decimals;
  return /^50*$/.test(exact.slice(end)) ? exact.slice(0, decimals ? end : end - 1) : text;
}

/** A number for the screen: a fixed count of decimals and a true minus sign. @param {number} value @param {number} decimals */
export function fixed(value, decimals) {
  if (!Number.isFinite(value)) return "not a number";
  const text = decimal(value, decimals);
  return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "−");
}

const SPARE = 3; // decimals beyond the significant digits, before a small number is said to be nearly 0

/**
 * A number for the screen with about three significant digits, or as many as asked for, and without a power of ten.
 * The server's texts write numbers in this way too: `figures.format_number`.
 * @param {number} value
 */
export function short(value, digits = 3) {
  if (Number.isNaN(value)) return "not a number";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size > 1e15) return value > 0 ? "> 10¹⁵" : "< −10¹⁵";
  const power = Number(value.toExponential(digits - 1).split("e")[1]);
  const text = decimal(value, size >= 10 ** (digits - 1) ? 0 : Math.min(digits + SPARE, Math.max(0, digits - 1 - power)));
  if (Number(text) === 0) return "≈ 0";
  const trimmed = text.includes(".") ? text.replace(/\.?0+$/, "") : text;
  return (size >= 9999.5 ? trimmed.replace(/\B(?=(\d{3})+$)/g, ",") : trimmed).replace("-", "−");
}

/**
 * The numbers of one grid, with about three significant digits of the largest: whole ones as they are, and all others
 * with the same number of decimals.
 * @param {number[]} values
 * @param {number} most decimals
 */
export function alike(values, most) {
  const size = Math.max(0, ...values.filter((value) => Number.isFinite(value) && !Number.isInteger(value)).map(Math.abs));
  const power = size && Number(size.toExponential(2).split("e")[1]);
  const decimals = Math.max(power < 3 ? 1 : 0, Math.min(most, 2 - power)); // a whole number would be taken for exact
  return values.map((value) => (Number.isInteger(value) ? short(value, 4) : fixed(value, decimals)));
}

/**
 * The numbers of one column, all with two decimals, or three where all are below 1; what has no room in them, or is
 * too small for them, is written by itself.
 * @param {number[]} values
 */
export function inColumn(values) {
  const sizes = values.filter(Number.isFinite).map(Math.abs);
  const decimals = Math.max(...sizes) < 1 ? 3 : 2;
  return values.map((value) => {
    const size = Math.abs(value);
    return value !== 0 && (!(size < 9999.5) || size < 0.5 * 10 ** -decimals) ? short(value) : fixed(value, decimals);
  });
}

const [DOUBLE, SINGLE] = [2 ** -53, 2 ** -24]; // shares of a float64 and of a float32 that rounding may change

/**
 * The sum of products of numbers that were read as float32, or 0 where rounding alone is left: `rounding.total` here.
 * @param {number[]} terms
 */
export function total(terms) {
  const [sum, size] = terms.reduce(([added, sizes], term) => [added + term, sizes + Math.abs(term)], [0, 0]);
  return Math.abs(sum) <= (3 * SINGLE + terms.length * DOUBLE) * size ? 0 : sum;
}

/** A share as students read it: no line is broken before its sign. @param {number} share */
export function percent(share) {
  if (share > 0 && share < 0.0005) return "<\u00a00.1\u00a0%";
  if (share >= 0.9995 && share < 1) return ">\u00a099.9\u00a0%";
  return `${fixed(100 * share, 1)}\u00a0%`;
}

/**
 * The number that a person typed: with a point or a comma, or as a fraction, 1/9; null where it is none.
 * @param {string} text
 */
export function typed(text) {
  const parts = text.trim().replaceAll("−", "-").replaceAll(",", ".").split("/");
  if (parts.length > 2 || !parts.every((part) => /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(part))) return null;
  const [number, divisor = 1] = parts.map(Number);
  const value = number / divisor;
  return Number.isFinite(value) ? value + 0 : null; // no negative nought
}

/** How wide a number is written, in digits: a point takes half of one. @param {string} text */
export function digitsOf(text) {
  return [...text].reduce((width, letter) => width + (letter === "." ? 0.5 : 1), 0);
}

/** As many decimals as a slider's step needs. @param {number} step */
export function decimalsOf(step) {
  return (String(step).split(".")[1] ?? "").length;
}
