// One entry of the browser's history for each page, with the settings that the page was left with. Streamlit adds an
// entry whenever a run writes a setting into the address.

const push = history.pushState.bind(history);
const replace = history.replaceState.bind(history);

let leaving = false; // for a page whose address is still to come

/** @param {string | URL} address */
const isHere = (address) => new URL(address, document.baseURI).pathname === location.pathname;

history.replaceState = (state, unused, url) => {
  // These are settings of the next page: Streamlit writes them again with its name.
  if (leaving && isHere(url ?? location.href)) return;
  replace(state, unused, url);
};

history.pushState = (state, unused, url) => {
  if (isHere(url ?? location.href)) {
    history.replaceState(state, unused, url);
    return;
  }
  leaving = false;
  push(state, unused, url);
};

document.addEventListener("click", ({ target, defaultPrevented }) => {
  const link = target instanceof Element ? target.closest("a") : null;
  if (link && defaultPrevented) leaving = !isHere(link.href); // what Streamlit leaves to the browser opens elsewhere
});
addEventListener("popstate", () => { leaving = false; });
