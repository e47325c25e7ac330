// One view for each place in a page, however often Streamlit calls for it.

/** @typedef {import("./open.js").Component} Component */

/**
 * Give the function that Streamlit calls to show a component: at first, and again with each run of the page.
 * @template View
 * @param {(component: Component, view: View | undefined) => View} show makes the view where there is none, and brings
 * it up to date
 * @param {(view: View) => void} close
 */
export function kept(show, close) {
  /** @type {WeakMap<ParentNode, {view: View, calls: number}>} */
  const places = new WeakMap();
  return (/** @type {Component} */ component) => {
    const { parentElement } = component;
    const before = places.get(parentElement);
    const place = { view: show(component, before?.view), calls: (before?.calls ?? 0) + 1 };
    places.set(parentElement, place);
    // Streamlit also calls the farewell of a call that a newer one has overtaken: only the last may close.
    return () => {
      if (places.get(parentElement) !== place) return;
      places.delete(parentElement);
      close(place.view);
    };
  };
}
