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

/** Make a button with words on it. @param {string} text @param {() => void} onclick @param {Record<string, any>} [attributes] */
export function button(text, onclick, attributes = {}) {
  return make("button", { type: "button", onclick, ...attributes }, text);
}

/** Whether a screen is tapped, and nothing can hover over it. */
export function isTapped() {
  return matchMedia("(hover: none)").matches;
}

/**
 * Write a text where another one stands: the same text again would make the browser lay the page out again.
 * @param {Element} element
 * @param {string} text
 */
export function write(element, text) {
  const { firstChild, childNodes } = element;
  // A new node would be styled and laid out from nothing; a text that changes keeps its box.
  if (firstChild instanceof Text && childNodes.length === 1) {
    if (firstChild.data !== text) firstChild.data = text;
  } else if (element.textContent !== text) element.textContent = text;
}

/**
 * Choose an option of a menu, where another one is chosen: at the same one again Chromium reads through all
 * fields of the page, in which it looks for forms to fill in.
 * @param {HTMLSelectElement} menu
 * @param {string} value
 */
export function choose(menu, value) {
  if (menu.value !== value) menu.value = value;
}

/**
 * Write a name in bold and what is said of it, where they do not stand already.
 * @param {Element} element
 * @param {string} name
 * @param {string} said
 */
export function writeNamed(element, name, said) {
  if (element.textContent !== name + said) element.replaceChildren(make("b", {}, name), said);
}

/**
 * Scroll what is around an element, across the borders of shadow trees.
 * @param {Element} inner
 * @param {number} by CSS pixels down
 */
export function scrollAround(inner, by) {
  /** @param {Element} element @returns {Element | null} */
  const around = (element) => element.parentElement ?? /** @type {ShadowRoot} */ (element.getRootNode()).host ?? null;
  for (let element = around(inner); element; element = around(element)) {
    const before = element.scrollTop;
    if (/auto|scroll/.test(getComputedStyle(element).overflowY)) element.scrollBy({ top: by, behavior: "instant" });
    if (element.scrollTop !== before) return;
  }
}
