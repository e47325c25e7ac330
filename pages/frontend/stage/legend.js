// What the colours of a map mean.

import { cleared } from "../core/canvas.js";
import { make, write } from "../core/dom.js";
import { short } from "../core/numbers.js";

/**
 * @typedef {import("../types/messages.js").MapFacts} MapFacts
 * @typedef {import("../live/live.js").Colours} Colours
 * @typedef {{limits: MapFacts["scale"] | null, scale: string}} Held a scale, and its ends where they are held
 */

/** A histogram of the map on the axis of its colour scale. */
export class Legend {
  /** @param {() => void} onFit */
  constructor(onFit) {
    this.bars = make("canvas", { class: "histogram", role: "img", "aria-label": "Histogram of the map" });
    this.colours = make("div", { class: "colours" });
    this.gradient = "";
    this.numbers = make("div", { class: "numbers" });
    this.note = make("span", { class: "note" });
    this.remark = make("p", { class: "remark" }); // no live region: under a hand it changes with every answer
    this.fit = make("button", {
      type: "button", class: "small", title: "Fit colours: fit their ends to this map", onclick: onFit,
    }, "Fit colours");
    /** Draw the bars of the latest answer. */
    this.redraw = () => {};
    new ResizeObserver(() => this.redraw()).observe(this.bars);
    this.element = make("div", { class: "legend" }, this.bars, this.colours, this.numbers,
      make("div", { class: "foot" }, this.note, this.fit), this.remark);
  }

  /** @param {MapFacts} facts @param {Held} values @param {Colours} roles */
  show(facts, values, roles) {
    const { legend, scale: [low, high], counts } = facts;
    /** @param {number} value */
    const place = (value) => (high > low ? (100 * (value - low)) / (high - low) : 50);
    const gradient = `linear-gradient(to right, ${legend.map(([value, colour]) => `${colour} ${place(value)}%`).join(", ")})`;
    if (gradient !== this.gradient) this.colours.style.background = gradient;
    this.gradient = gradient;
    const marks = low < 0 && high > 0 ? [low, 0, high] : low === high ? [low] : [low, high];
    if (this.numbers.childElementCount !== marks.length) this.numbers.replaceChildren(...marks.map(() => make("span")));
    [...this.numbers.children].forEach((mark, index) => {
      write(mark, short(marks[index]));
      /** @type {HTMLElement} */ (mark).style.left = `${place(marks[index])}%`;
    });
    write(this.note, [`min ${short(facts.low)}`, `mean ${short(facts.mean)}`, `max ${short(facts.high)}`].join("  "));
    write(this.remark, facts.remark);
    this.fit.disabled = values.limits === null;
    this.redraw = () => this.draw(facts, low, high, counts, roles);
    this.redraw();
  }

  /**
   * The bars lie where their values lie on the colour scale; what is beyond its ends is left out.
   * @param {MapFacts} facts
   * @param {number} low
   * @param {number} high
   * @param {number[]} counts
   * @param {Colours} roles
   */
  draw(facts, low, high, counts, roles) {
    const drawing = cleared(this.bars);
    if (!drawing || !(high > low)) return;
    const { context, width, height } = drawing;
    const most = Math.sqrt(Math.max(...counts, 1));
    const step = (facts.high - facts.low) / counts.length;
    context.fillStyle = roles.text;
    context.globalAlpha = 0.55;
    counts.forEach((count, index) => {
      const from = ((facts.low + index * step - low) / (high - low)) * width;
      const size = Math.max(1, (step / (high - low)) * width);
      // Square roots, so that the few strong responses are seen beside the many near zero.
      const tall = (Math.sqrt(count) / most) * height;
      context.fillRect(from, height - tall, Math.max(1, size - 0.5), tall);
    });
  }
}
