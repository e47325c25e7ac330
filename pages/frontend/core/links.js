// The link of the experiment on the screen, for oneself and for others.

/** How a page is looked at, which is nobody else's business unless somebody says so. */
export const LOOKS = ["tab", "projector"];

/** @typedef {{link: string, isForAll: boolean, code: string | null}} Shared a link as others open it, and its QR code */

/** Ask for a link that others in the network can open. @param {string} link @returns {Promise<Shared>} */
export async function sharedAs(link) {
  const answer = await fetch(new URL(`share?link=${encodeURIComponent(link)}`, document.baseURI));
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}

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
