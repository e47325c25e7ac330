// Numbers in English sentences: one thing, two things, no things.

const GROUPS = new Intl.NumberFormat("en-GB");

/** A whole number for the screen, in groups of three digits. @param {number} count */
export function grouped(count) {
  return GROUPS.format(count);
}

/**
 * The form of a noun, or of the verb that goes with it, for so many.
 * @param {number} count
 * @param {string} one
 * @param {string} [several]
 */
export function plural(count, one, several = `${one}s`) {
  return count === 1 ? one : several;
}

/** A count with its noun. @param {number} count @param {string} one @param {string} [several] */
export function counted(count, one, several) {
  return `${grouped(count)} ${plural(count, one, several)}`;
}
