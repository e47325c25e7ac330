// One view for each place in a page, however often Streamlit calls for it.

/**
 * Give the function that Streamlit calls to show a component: at first, and again with each run of the page.
 * @template View
 * @param {(component: any, view: View | undefined) => View} show makes the view where there is none, and brings it up to date
 * @param {(view: View) => void} close
 */
export function kept(show, close) {
  /** @type {WeakMap<ParentNode, {view: View, calls: number}>} */
  const places = new WeakMap();
  return (component) => {
    const { parentElement } = component;
    const place = places.get(parentElement) ?? { view: undefined, calls: 0 };
    place.view = show(component, place.view);
    places.set(parentElement, place);
    // Streamlit also calls the farewell of a call that a newer one has overtaken: only the last may close.
    const call = (place.calls += 1);
    return () => {
      if (call !== place.calls) return;
      places.delete(parentElement);
      close(place.view);
    };
  };
}
