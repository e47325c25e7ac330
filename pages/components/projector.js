// Projector mode's slim bar, with the keys that a teacher has at hand while the class looks at the screen.

import { make } from "../frontend/core/dom.js";
import { kept } from "../frontend/core/kept.js";

/** @typedef {{title: string, path: string}} Neighbour a page that is one step away */
/** @typedef {{before: Neighbour | null, after: Neighbour | null, here: string, stage: boolean, hasChooser: boolean}} Places */

/** What the keys do, as the bar lists them. */
const KEYS = [["← →", "page before, next page"], ["B", "black screen, and back"], ["F", "full screen"], ["?", "these keys"]];
// Where a key has a meaning of its own.
const TYPED = "input, select, textarea, [contenteditable]";
const STEERED = `${TYPED}, canvas, [role=slider], [role=radio], [role=tab], [role=spinbutton]`;

class Bar {
  /** @param {HTMLElement} parent */
  constructor(parent) {
    /** @type {Places} */
    this.places = { before: null, after: null, here: "", stage: false, hasChooser: true };
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.back = this.button("‹", "Page before", () => this.go(this.places.before));
    this.here = make("b", {});
    this.on = this.button("›", "Next page", () => this.go(this.places.after));
    this.aside = this.button("Picture", "", () => this.toggle());
    this.keys = make("div", { class: "keys", popover: "auto", role: "dialog", "aria-label": "Keys" },
      make("dl", {}, ...KEYS.flatMap(([key, meaning]) => [make("dt", {}, key), make("dd", {}, meaning)])));
    this.black = make("div", { class: "black", popover: "manual", onclick: () => this.blank() });
    this.element = make("nav", { class: "bar", "aria-label": "Projector" }, this.back, this.here, this.on,
      make("span", { class: "gap" }), this.aside,
      this.button("Reset", "Start this page afresh", () => location.assign(`${location.pathname}?projector=true`)),
      this.button("Full screen", "Full screen, and back", () => this.fill()),
      this.button("?", "Keys", () => this.keys.togglePopover()), this.keys, this.black);
    parent.append(this.element);
    document.addEventListener("keydown", (event) => this.key(event), { signal });
  }

  /** @param {string} text @param {string} name @param {() => void} onclick */
  button(text, name, onclick) {
    return make("button", { type: "button", title: name, "aria-label": text.length > 1 ? null : name, onclick }, text);
  }

  /** @param {Places} places */
  show(places) {
    this.places = places;
    this.here.textContent = places.here;
    this.back.disabled = !places.before;
    this.on.disabled = !places.after;
    this.aside.textContent = places.hasChooser ? "Picture" : "Pages";
    this.aside.title = `Choose ${places.hasChooser ? "a picture or a page" : "a page"} in the sidebar`;
    document.documentElement.dataset.projector = places.stage ? "stage" : "all";
  }

  /** Bring the sidebar over the page, or take it away. */
  toggle() {
    const on = this.aside.getAttribute("aria-pressed") !== "true";
    this.aside.setAttribute("aria-pressed", String(on));
    document.documentElement.toggleAttribute("data-projector-aside", on);
  }

  /** Go to a page as a click in the sidebar does, which keeps the session. @param {Neighbour | null} page */
  go(page) {
    if (!page) return;
    const { pathname } = new URL(page.path, document.baseURI);
    const link = [...document.querySelectorAll("a")].find((each) => each.pathname === pathname);
    if (link) link.click();
    else location.assign(`${pathname}?projector=true`);
  }

  blank() {
    this.black.togglePopover();
  }

  fill() {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const [target] = event.composedPath();
    const on = target instanceof Element ? target : document.body;
    const act = /** @type {Record<string, () => void>} */ ({
      ArrowLeft: () => this.go(this.places.before), ArrowRight: () => this.go(this.places.after),
      b: () => this.blank(), f: () => this.fill(), "?": () => this.keys.togglePopover(),
    })[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act || on.matches(event.key.startsWith("Arrow") ? STEERED : TYPED)) return;
    event.preventDefault();
    act();
  }

  close() {
    this.stop.abort();
    this.element.remove();
    for (const name of ["data-projector", "data-projector-aside"]) document.documentElement.removeAttribute(name);
  }
}

export default kept(({ parentElement, data }, /** @type {Bar | undefined} */ bar) => {
  const view = bar ?? new Bar(/** @type {HTMLElement} */ (parentElement));
  view.show(/** @type {Places} */ (data));
  return view;
}, (bar) => bar.close());
