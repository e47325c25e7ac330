// One view for each place in a page, however often Streamlit calls for it.

/** @typedef {import("./open.js").Component} Component */

// After an upgrade of the server the scripts of the release before still hold a view in the page, and nobody tells
// them that others have come: what closes it stands at its place, under a name that both releases know.
const CLOSE = Symbol.for("explorer.close");

/**
 * Give the function that Streamlit calls to show a component: at first, and again with each run of the page.
 * @template View
 * @param {(component: Component, view: View | undefined) => View} show makes the view where there is none, and brings
 * it up to date
 * @param {(view: View) => void} close
 */
export function kept(show, close) {
  /** @type {WeakMap<ParentNode, View>} */
  const places = new WeakMap();
  return (/** @type {Component} */ component) => {
    const parentElement = /** @type {HTMLElement & {[CLOSE]?: () => void}} */ (component.parentElement);
    const before = places.get(parentElement);
    if (before === undefined) parentElement[CLOSE]?.();
    places.set(parentElement, show(component, before));
    const leave = () => {
      const view = places.get(parentElement);
      if (view === undefined) return;
      places.delete(parentElement);
      delete parentElement[CLOSE];
      close(view);
    };
    parentElement[CLOSE] = leave;
    // Streamlit also calls the farewell of a call that another one has overtaken, even before that one comes: only
    // what has left the page is closed.
    return () => { if (!parentElement.isConnected) leave(); };
  };
}
