// Colours as numbers.

/** Red, green and blue from 0 to 255 of a colour written as #rrggbb. @param {string} colour */
export function rgbOf(colour) {
  return [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
}

/** Whether black is read better on a colour than white. @param {string} colour written as #rrggbb */
export function isLight(colour) {
  const [red, green, blue] = rgbOf(colour);
  return 0.3 * red + 0.59 * green + 0.11 * blue > 128;
}
