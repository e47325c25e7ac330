// Opens a component's view: its module and its styles are fetched once for the whole page.

/** @type {Map<string, Promise<CSSStyleSheet>>} */
const sheets = new Map();

/** @param {string} url */
function sheetOf(url) {
  if (!sheets.has(url)) {
    sheets.set(url, fetch(url).then(async (answer) => {
      if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
      return new CSSStyleSheet().replace(await answer.text());
    }));
  }
  return sheets.get(url);
}

/**
 * @typedef {{ parentElement: HTMLElement, data: any, setStateValue: (name: string, value: unknown) => void }} Component
 * @typedef {(component: Component) => (() => void) | undefined} View
 */

/**
 * Fetch a view and its styles, and give the function that shows a component: at first, and again with each run of
 * the page.
 * @param {(name: string) => string} at gives the address of a file
 * @param {string[]} names the module, then the styles
 * @returns {Promise<View>}
 */
export async function open(at, [module, ...styles]) {
  const [{ default: show }, ...own] = await Promise.all([import(at(module)), ...styles.map((name) => sheetOf(at(name)))]);
  return (component) => {
    const root = component.parentElement.getRootNode();
    const missing = own.filter((sheet) => !root.adoptedStyleSheets.includes(sheet));
    if (missing.length) root.adoptedStyleSheets = [...root.adoptedStyleSheets, ...missing];
    return show(component);
  };
}
