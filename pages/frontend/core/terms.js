// The terms of the glossary. Their words are fetched once, on first use; each picture when it is shown.

import { make } from "./dom.js";

/** @typedef {{name: string, term: string, meaning: string, shows: string, pages: string[], aliases: string[], see: string[]}} Term */
/** @typedef {{terms: Term[], titles: Record<string, string>}} Glossary terms from A to Z, and what pages are called */

const PLACE = new URL("../../", import.meta.url); // what all files of this release are below

/** @type {Promise<Glossary> | undefined} */
let fetched;

/** Fetch the words; what has failed is tried again next time. @returns {Promise<Glossary>} */
export function glossary() {
  fetched ??= fetch(new URL("described/glossary.json", PLACE)).then((answer) => {
    if (!answer.ok) throw new Error(`The glossary: ${answer.status}`);
    return answer.json();
  });
  fetched.catch(() => { fetched = undefined; });
  return fetched;
}

/** The name of the term that an address of the glossary opens at, or null. @param {string} address */
export function termAt(address) {
  const url = new URL(address, document.baseURI);
  return /\/glossary\/?$/.test(url.pathname) ? url.searchParams.get("term") : null;
}

/** Where the glossary opens at a term. @param {string} name */
export const addressOf = (name) => `glossary?term=${encodeURIComponent(name)}`;

/** Whether the page around an element is dark. @param {Element} element */
export function isDark(element) {
  return getComputedStyle(element).colorScheme.startsWith("dark");
}

/** Where the picture of a term is. @param {string} name @param {boolean} dark */
export const pictureOf = (name, dark) => new URL(`pictures/${dark ? "dark" : "light"}/${name}`, PLACE).href;

/**
 * What the glossary says of a term.
 * @param {Glossary} known
 * @param {Term} term
 * @param {boolean} dark
 * @param {"h2" | "h3"} heading
 */
export function entry({ terms, titles }, term, dark, heading) {
  const links = term.see.map((name) => make("a", { href: addressOf(name) }, terms.find((each) => each.name === name)?.term));
  return make("article", { class: "term", "data-term": term.name },
    make("img", { src: pictureOf(term.name, dark), alt: term.shows, loading: "lazy", decoding: "async" }),
    make("div", {},
      make(heading, { tabindex: "-1" }, term.term),
      make("p", {}, term.meaning),
      listed("Seen on", term.pages.map((name) => make("a", { href: name, "data-page": name }, titles[name]))),
      links.length ? listed("See also", links) : null));
}

/** @param {string} before @param {HTMLElement[]} links */
function listed(before, links) {
  const parts = links.flatMap((link, place) => (place ? [", ", link] : [link]));
  return make("p", { class: "more" }, `${before} `, ...parts);
}
