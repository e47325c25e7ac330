// Goes to another experiment within the same session, so that what the person has there stays.

/** Whether Streamlit has reached its server. */
export function isConnected() {
  const app = /** @type {HTMLElement | null} */ (document.querySelector("[data-testid=stApp]"));
  return app?.dataset.testConnectionState === "CONNECTED";
}

/**
 * Open an address of the explorer's, as the browser's history does: its page reads all settings from it.
 * @param {string} address seen from the explorer's own
 */
export function go(address) {
  const url = new URL(address || "./", document.baseURI);
  const here = new URLSearchParams(location.search);
  if (here.has("projector")) url.searchParams.set("projector", here.get("projector") ?? "");
  if (!isConnected()) {
    location.assign(url);
    return;
  }
  history.pushState(null, "", url);
  dispatchEvent(new PopStateEvent("popstate"));
}
