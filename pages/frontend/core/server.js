// Where the explorer's server is, seen from any page.

/** What all its addresses are below. */
export const BASE = new URL("../../../../", import.meta.url);

/** The address of a WebSocket. @param {string} path below `BASE` */
export function socketAt(path) {
  const address = new URL(path, BASE);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  return address.href;
}
