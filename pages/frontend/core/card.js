// A card with what the glossary says of a term, beside the word that opened it. Escape, or a click elsewhere, closes it.

import { make } from "./dom.js";
import { go } from "./going.js";
import { addressOf, entry, glossary, isDark } from "./terms.js";

const GAP = 8; // CSS pixels between the word, the card and the edges of the screen

class Card {
  constructor() {
    this.host = make("div", { class: "glossary-card", popover: "auto", role: "dialog" });
    this.root = this.host.attachShadow({ mode: "open" });
    this.body = make("div", { class: "card" });
    this.root.append(make("link", { rel: "stylesheet", href: new URL("../styles/terms.css", import.meta.url).href }), this.body);
    this.host.addEventListener("click", (event) => this.follow(event));
    document.body.append(this.host);
    /** The word that opened it. @type {HTMLElement | null} */
    this.word = null;
    const place = () => { if (this.host.matches(":popover-open")) this.place(); };
    addEventListener("resize", place);
    addEventListener("scroll", place, true);
  }

  /** @param {string} name @param {HTMLElement} link */
  async open(name, link) {
    const known = await glossary();
    const term = known.terms.find((each) => each.name === name);
    if (!term) {
      go(addressOf(name));
      return;
    }
    if (!this.root.contains(link)) this.word = link;
    const app = document.querySelector("[data-testid=stApp]") ?? document.body;
    const dark = isDark(app);
    this.host.style.colorScheme = dark ? "dark" : "light";
    this.host.style.fontFamily = getComputedStyle(app).fontFamily;
    this.host.setAttribute("aria-label", term.term);
    const close = make("button", { type: "button", class: "close", "aria-label": "Close", onclick: () => this.close() }, "×");
    const said = entry(known, term, dark, "h2");
    said.querySelector("img")?.addEventListener("load", () => this.place());
    this.body.replaceChildren(close, said, make("p", { class: "all" }, make("a", { href: addressOf(name), "data-page": addressOf(name) }, "Open the glossary")));
    if (!this.host.matches(":popover-open")) this.host.showPopover();
    this.place();
    said.querySelector("h2")?.focus({ preventScroll: true });
  }

  close() {
    this.host.hidePopover();
    this.word?.focus({ preventScroll: true });
  }

  /** Below the word where there is room, else above it, and never over the edge of the screen. */
  place() {
    const word = this.word?.getBoundingClientRect() ?? new DOMRect();
    const { offsetWidth: width, offsetHeight: height, style } = this.host;
    const below = word.bottom + GAP;
    const top = below + height <= innerHeight - GAP ? below : word.top - GAP - height;
    style.left = `${Math.max(GAP, Math.min(word.left, innerWidth - width - GAP))}px`;
    style.top = `${Math.max(GAP, Math.min(top, innerHeight - height - GAP))}px`;
  }

  /** Go to a page within the session. @param {MouseEvent} event */
  follow(event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = event.composedPath().find((each) => each instanceof HTMLAnchorElement);
    const page = link instanceof HTMLAnchorElement ? link.dataset.page : null;
    if (!page) return;
    event.preventDefault();
    this.host.hidePopover();
    go(page);
  }
}

/** @type {Card | undefined} */
let card;

/** Open the card of a term beside a link. @param {string} name @param {HTMLElement} link */
export function open(name, link) {
  card ??= new Card();
  return card.open(name, link);
}
