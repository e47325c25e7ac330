// Opens a component's view: its module, its styles and its description are fetched once for the whole page.

import { fail, report, unwatch, watch } from "./failures.js";
import { inTurn } from "./turns.js";

/** @type {Map<string, Promise<CSSStyleSheet>>} */
const sheets = new Map();

/** @param {string} url */
function sheetOf(url) {
  const sheet = sheets.get(url) ?? fetch(url).then(async (answer) => {
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
    return new CSSStyleSheet().replace(await answer.text());
  });
  sheets.set(url, sheet);
  return sheet;
}

/** @param {string} url */
async function descriptionOf(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer.json();
}

/**
 * @typedef {object} Component
 * @property {HTMLElement} parentElement
 * @property {any} data
 * @property {any} described what the view's operation is described with
 * @property {(name: string, value: unknown) => void} setStateValue
 * @property {(name: string, value: unknown) => void} setTriggerValue sends it with one run, and no later one
 * @typedef {(component: Component) => (() => void) | void} View
 */

/**
 * Fetch a view with what belongs to it, and give the function that shows a component: at first, and again with each
 * run of the page.
 * @param {(name: string) => string} at gives the address of a file
 * @param {string} module
 * @param {string[]} styles
 * @param {string | null} description of the view's operation, where it has one
 * @returns {Promise<View>}
 */
export async function open(at, module, styles, description) {
  const files = Promise.all([
    import(at(module)), description && descriptionOf(at(description)), ...styles.map((name) => sheetOf(at(name))),
  ]);
  files.catch(report); // whoever opens the view says so on the page
  const [{ default: show }, described, ...own] = await files;
  return (component) => {
    const root = /** @type {ShadowRoot} */ (component.parentElement.getRootNode());
    const missing = own.filter((sheet) => !root.adoptedStyleSheets.includes(sheet));
    if (missing.length) root.adoptedStyleSheets = [...root.adoptedStyleSheets, ...missing];
    const place = component.parentElement;
    watch(place, module);
    try {
      /** @type {Pick<Component, "setStateValue" | "setTriggerValue">} */
      const speaking = {
        setStateValue: (name, value) => inTurn(place, () => component.setStateValue(name, value)),
        setTriggerValue: (name, value) => inTurn(place, () => component.setTriggerValue(name, value)),
      };
      const farewell = show({ ...component, ...speaking, described });
      return () => {
        if (!place.isConnected) unwatch(place);
        farewell?.();
      };
    } catch (error) {
      console.error(error);
      fail(/** @type {Error} */ (error), place);
    }
  };
}
