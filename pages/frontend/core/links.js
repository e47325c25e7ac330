// The link of the experiment on the screen.

/** How a page is looked at, which is nobody else's business unless somebody says so. */
export const LOOKS = ["tab", "projector"];

/**
 * The address of the experiment on the screen, without what only says how it is looked at.
 * @param {string} address
 * @param {string[]} included of `LOOKS`
 */
export function experimentAt(address, included = []) {
  const [page, query = ""] = address.split("#")[0].split("?");
  const left = query.split("&").filter((part) => {
    const [name] = part.split("=");
    return name && (!LOOKS.includes(name) || included.includes(name));
  });
  return left.length ? `${page}?${left.join("&")}` : page;
}
