// Elements of a page.

/** @typedef {Node | string | null | undefined} Child */

/**
 * Make an element: attributes, then children; what is missing of either is left out.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, any>} [attributes] `on…` are listeners, `class` and `aria-…` as in HTML
 * @param {...(Child | Child[])} children one by one, or as lists
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(.../** @type {(Node | string)[]} */ (children.flat().filter((child) => child != null)));
  return element;
}
