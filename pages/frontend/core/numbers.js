// Numbers for the screen, as the server writes them in its texts.

/** A number for the screen: a fixed count of decimals and a true minus sign. */
export function fixed(value, decimals) {
  if (!Number.isFinite(value)) return "not a number";
  const text = value.toFixed(decimals);
  return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "−");
}

/** A number for the screen with about three significant digits, or as many as asked for. */
export function short(value, digits = 3) {
  if (!Number.isFinite(value)) return "not a number";
  if (value === 0) return "0";
  const size = Math.abs(value);
  // The server's texts write numbers in this way too: `figures.format_number`.
  const [mantissa, power] = value.toExponential(digits - 1).split("e").map(Number);
  if (size >= 9999.5 || power < -3) return `${mantissa}e${power}`.replaceAll("-", "−");
  const text = size >= 10 ** (digits - 1) ? value.toFixed(0) : String(Number(value.toPrecision(digits)));
  return text.replace("-", "−");
}

const [DOUBLE, SINGLE] = [2 ** -53, 2 ** -24]; // shares of a float64 and of a float32 that rounding may change

/** The sum of products of numbers that were read as float32, or 0 where rounding alone is left: `rounding.total` here. */
export function total(terms) {
  const [sum, size] = terms.reduce(([added, sizes], term) => [added + term, sizes + Math.abs(term)], [0, 0]);
  return Math.abs(sum) <= (3 * SINGLE + terms.length * DOUBLE) * size ? 0 : sum;
}

/** A probability as students read it. */
export function percent(share) {
  if (share > 0 && share < 0.0005) return "< 0.1 %";
  if (share >= 0.9995 && share < 1) return "> 99.9 %";
  return `${(100 * share).toFixed(1)} %`;
}

/** As many decimals as a slider's step needs. */
export function decimalsOf(step) {
  return (String(step).split(".")[1] ?? "").length;
}
