import { contextOf } from "../core/canvas.js";
import { make } from "../core/dom.js";

// Functions for a plot: which are on it, and which of them is in question. Used by several views.

/**
 * @typedef {import("../types/messages.js").CurvesDescription} CurvesDescription
 * @typedef {import("../types/messages.js").CurvesValue} CurvesValue
 * @typedef {import("../types/messages.js").CurveValue} CurveValue
 * @typedef {import("../types/messages.js").FunctionDescription} FunctionDescription
 */

/**
 * What is drawn of a function in the list.
 * @typedef {object} Entry
 * @property {string} title
 * @property {HTMLButtonElement} choose
 * @property {HTMLButtonElement} keep
 * @property {HTMLCanvasElement} swatch
 * @property {HTMLElement} element
 */

/** @type {Record<string, number>} */
const STEPS = { ArrowRight: 1, ArrowLeft: -1 };

/** The list of functions: a click chooses the one in question, the button beside it keeps it on the plot. */
export class Palette {
  /** @param {CurvesDescription} setting @param {{onCommit: (value: CurvesValue) => void}} wiring */
  constructor(setting, { onCommit }) {
    this.setting = setting;
    this.onCommit = onCommit;
    /** @type {Map<string, Entry>} */
    this.picks = new Map(setting.functions.map(({ name, title, why, basic }) => {
      const choose = make("button", { type: "button", class: "choice", tabindex: "-1", "data-function": name, title: why,
        onclick: () => this.choose(name) }, title);
      const swatch = make("canvas", { class: "swatch", width: "44", height: "20", "aria-hidden": "true" });
      const keep = make("button", { type: "button", class: "keep", tabindex: "-1", "data-keep": name,
        onclick: () => this.keep(name) }, make("span", { class: "plus" }, "+"), swatch);
      return [name, { title, choose, keep, swatch, element: make("span", { class: basic ? "pick" : "pick further" }, choose, keep) }];
    }));
    this.clear = make("button", { type: "button", class: "small clear", onclick: () => this.alone() }, "Only the chosen one");
    this.element = make("div", { class: "palette", role: "toolbar", "aria-label": setting.title, "data-name": setting.name },
      ...[...this.picks.values()].map(({ element }) => element));
    this.element.addEventListener("keydown", (event) => this.key(event));
    /** The function that was brought into sight last. @type {string | undefined} */
    this.revealed = undefined;
    // The names that Everything alone has come once the level is known, and move the chosen one.
    const moving = new ResizeObserver(() => this.revealAnew());
    for (const further of this.element.querySelectorAll(".further")) moving.observe(further);
    this.set(setting.default);
  }

  revealAnew() {
    this.revealed = undefined;
    this.reveal(this.value.chosen);
  }

  /** The record of a function: its sliders and its title. @param {string} name */
  describe(name) {
    return /** @type {FunctionDescription} */ (this.setting.functions.find((one) => one.name === name));
  }

  /** What is drawn of a function. @param {string} name */
  entry(name) {
    return /** @type {Entry} */ (this.picks.get(name));
  }

  /** @param {CurvesValue} value */
  set(value) {
    /** @type {CurvesValue} */
    this.value = value;
    const shown = value.curves.map(({ name }) => name);
    for (const [name, { title, choose, keep, element }] of this.picks) {
      const on = shown.includes(name);
      const chosen = name === value.chosen;
      choose.setAttribute("aria-pressed", String(chosen));
      choose.tabIndex = chosen ? 0 : -1;
      element.classList.toggle("on", on);
      keep.setAttribute("aria-pressed", String(on));
      keep.title = on ? `Take ${title} off the plot` : `Show ${title} as well`;
      keep.setAttribute("aria-label", keep.title);
      keep.disabled = on && shown.length === 1;
    }
    this.clear.hidden = shown.length === 1;
  }

  /** Draw each line's look beside its name. @param {import("../plots/plot.js").Plot} plot */
  paint(plot) {
    this.value.curves.forEach(({ name }, series) => {
      const { swatch } = this.entry(name);
      contextOf(swatch).clearRect(0, 0, swatch.width, swatch.height);
      plot.sample(swatch, { series, strong: name === this.value.chosen });
    });
  }

  /** Where the names are swiped sideways, bring the chosen one into sight. @param {string} name */
  reveal(name) {
    if (this.revealed === name || !this.element.clientWidth) return;
    this.revealed = name;
    const { element } = this.entry(name);
    const { scrollLeft, clientWidth } = this.element;
    const from = element.offsetLeft - this.element.offsetLeft;
    if (from < scrollLeft || from + element.offsetWidth > scrollLeft + clientWidth) this.element.scrollLeft = from - 24;
  }

  /** @param {string} name @returns {CurveValue} */
  fresh(name) {
    return { name, parameters: Object.fromEntries(this.describe(name).parameters.map((one) => [one.name, one.default])) };
  }

  /** @param {string} name */
  choose(name) {
    const { chosen, curves } = this.value;
    const there = curves.some((curve) => curve.name === name);
    this.change(name, there ? curves : curves.map((curve) => (curve.name === chosen ? this.fresh(name) : curve)));
  }

  /** @param {string} name */
  keep(name) {
    const { chosen, curves } = this.value;
    const others = curves.filter((curve) => curve.name !== name);
    if (others.length === curves.length) this.change(chosen, [...curves, this.fresh(name)]);
    else this.change(chosen === name ? others[others.length - 1].name : chosen, others);
  }

  alone() {
    this.change(this.value.chosen, this.value.curves.filter(({ name }) => name === this.value.chosen));
  }

  /** @param {string} chosen @param {CurveValue[]} curves */
  change(chosen, curves) {
    const value = { chosen, curves };
    this.set(value);
    this.onCommit(value);
  }

  /** Left and right go along the names, down and up to the button beside one and back. @param {KeyboardEvent} event */
  key(event) {
    const names = [...this.picks.keys()].filter((name) => this.entry(name).element.checkVisibility());
    const focused = /** @type {Document | ShadowRoot} */ (this.element.getRootNode()).activeElement;
    const at = names.findIndex((name) => this.entry(name).element.contains(focused));
    if (at < 0) return;
    const pick = this.entry(names[at]);
    const beside = focused === pick.keep;
    const step = STEPS[event.key];
    let next = null;
    if (step) {
      const other = this.entry(names[(at + step + names.length) % names.length]);
      next = beside ? other.keep : other.choose;
    } else if (event.key === "ArrowDown") next = pick.keep;
    else if (event.key === "ArrowUp") next = pick.choose;
    else if (event.key === "Home") next = this.entry(names[0]).choose;
    else if (event.key === "End") next = this.entry(names[names.length - 1]).choose;
    if (!next) return;
    event.preventDefault();
    next.focus({ preventScroll: false });
  }
}
