// The glossary as a page: a search, letters, every term, and a sheet for print.

import { make } from "../frontend/core/dom.js";
import { go } from "../frontend/core/going.js";
import { kept } from "../frontend/core/kept.js";
import { addressOf, entry, glossary, isDark, pictureOf, termAt } from "../frontend/core/terms.js";

/** @typedef {import("../frontend/core/terms.js").Term} Term */

const SETTLES = 150; // ms without a key until the number of terms is told

/** What is searched, in small letters. @param {Term} term */
const textOf = ({ term, aliases, meaning }) => [term, ...aliases, meaning].join("\n").toLowerCase();

class Book {
  /** @param {HTMLElement} parent */
  constructor(parent) {
    this.field = make("input", { type: "search", placeholder: "stride, bias, overfitting …", oninput: () => this.search() });
    this.told = make("p", { class: "told", role: "status" });
    this.letters = make("nav", { class: "letters", "aria-label": "Letters" });
    this.list = make("div", { class: "list" });
    this.element = make("div", { class: "glossary" },
      make("div", { class: "tools" },
        make("label", {}, make("span", {}, "Find a term"), this.field),
        make("button", { type: "button", onclick: () => this.print() }, "Print")),
      this.letters, this.told, this.list);
    this.element.addEventListener("click", (event) => this.follow(event));
    parent.append(this.element);
    this.stop = new AbortController();
    addEventListener("beforeprint", () => this.load(), { signal: this.stop.signal });
    addEventListener("afterprint", () => this.paint(this.dark), { signal: this.stop.signal });
    /** @type {{term: Term, text: string, element: HTMLElement}[]} */
    this.entries = [];
    /** @type {HTMLElement[]} */
    this.groups = [];
    this.asked = "";
    this.dark = false;
    this.waiting = 0;
    this.ready = glossary().then((known) => this.fill(known), () => {
      this.told.textContent = "The glossary could not be fetched: reload the page.";
    });
  }

  /** @param {import("../frontend/core/terms.js").Glossary} known */
  fill(known) {
    this.dark = isDark(this.element);
    this.entries = known.terms.map((term) => ({ term, text: textOf(term), element: entry(known, term, this.dark, "h3") }));
    const letters = [...new Set(known.terms.map(({ term }) => term[0].toUpperCase()))];
    this.groups = letters.map((letter) => make("section", { "aria-label": letter },
      make("h2", { tabindex: "-1" }, letter),
      ...this.entries.filter(({ term }) => term.term[0].toUpperCase() === letter).map(({ element }) => element)));
    this.letters.replaceChildren(...letters.map((letter, place) => make("button", {
      type: "button", onclick: () => this.show(this.groups[place].querySelector("h2")),
    }, letter)));
    this.list.replaceChildren(...this.groups);
  }

  /** Open at the term that the address asks for, once. @param {string} name */
  async open(name) {
    await this.ready;
    if (this.dark !== isDark(this.element)) this.fill(await glossary()); // the theme has changed
    if (name === this.asked) return;
    this.asked = name;
    this.goTo(name);
  }

  /** @param {string} name */
  goTo(name) {
    const found = this.entries.find(({ term }) => term.name === name);
    if (!found) return;
    this.field.value = "";
    this.search();
    for (const { element } of this.entries) element.classList.toggle("open", element === found.element);
    this.show(found.element.querySelector("h3"));
  }

  /** @param {HTMLElement | null} heading */
  show(heading) {
    heading?.closest(".term, section")?.scrollIntoView({ block: "start" });
    heading?.focus({ preventScroll: true });
  }

  search() {
    const words = this.field.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const { text, element } of this.entries) element.hidden = !words.every((word) => text.includes(word));
    for (const [place, group] of this.groups.entries()) {
      group.hidden = !group.querySelector(".term:not([hidden])");
      /** @type {HTMLButtonElement} */ (this.letters.children[place]).disabled = group.hidden;
    }
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => { this.told.textContent = words.length ? this.sentence() : ""; }, SETTLES);
  }

  sentence() {
    const count = this.entries.filter(({ element }) => !element.hidden).length;
    if (!count) return "No term has these words. Try a shorter one.";
    return count === 1 ? "1 term" : `${count} terms`;
  }

  /** Show the pictures of a theme. @param {boolean} dark */
  paint(dark) {
    return this.entries.filter(({ element }) => !element.hidden).map(({ term, element }) => {
      const picture = /** @type {HTMLImageElement} */ (element.querySelector("img"));
      const src = pictureOf(term.name, dark);
      if (picture.src !== src) picture.src = src;
      return picture;
    });
  }

  /** Fetch all pictures for paper, also those that nobody has scrolled to. */
  load() {
    const pictures = this.paint(false);
    for (const picture of pictures) picture.loading = "eager";
    return Promise.allSettled(pictures.map((picture) => picture.decode()));
  }

  async print() {
    await this.load();
    print();
  }

  /** @param {MouseEvent} event */
  follow(event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = event.composedPath().find((each) => each instanceof HTMLAnchorElement);
    if (!(link instanceof HTMLAnchorElement)) return;
    event.preventDefault();
    const name = termAt(link.href);
    if (name === null) {
      go(link.dataset.page ?? "");
      return;
    }
    this.asked = name;
    history.replaceState(null, "", new URL(addressOf(name), document.baseURI));
    this.goTo(name);
  }

  close() {
    this.stop.abort();
    clearTimeout(this.waiting);
    this.element.remove();
  }
}

export default kept(({ parentElement, data }, /** @type {Book | undefined} */ book) => {
  const view = book ?? new Book(/** @type {HTMLElement} */ (parentElement));
  view.open(/** @type {{term: string}} */ (data).term);
  return view;
}, (book) => book.close());
