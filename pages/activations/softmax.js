// Softmax: a few numbers become shares of one, and the temperature says how unequal these are.

import { Slider } from "../frontend/controls/controls.js";
import { make } from "../frontend/core/dom.js";
import { fixed, short } from "../frontend/core/numbers.js";
import { mount } from "../frontend/live/live.js";
import { Undoing } from "../frontend/live/undoing.js";

/**
 * @typedef {import("../frontend/types/messages.js").SoftmaxFacts} SoftmaxFacts
 * @typedef {import("../frontend/types/messages.js").SoftmaxValues} SoftmaxValues
 * @typedef {{power: HTMLElement, bar: HTMLElement, share: HTMLElement}} Share what a number becomes
 */

/** @extends {Undoing<SoftmaxFacts, SoftmaxValues>} */
class Softmax extends Undoing {
  build() {
    const [logits, temperature] = ["logits", "temperature"].map((name) => this.data.settings.find((setting) => setting.name === name));
    /** The setting of the numbers. @type {import("../frontend/types/messages.js").VectorDescription} */
    this.logits = logits;
    /** @param {string} title @param {() => void} act */
    const button = (title, act) => make("button", { type: "button", class: "small", onclick: act }, title);
    /** @type {HTMLButtonElement} */
    this.more = button("One more number", () => this.commit({ logits: [...this.values.logits, 0] }));
    /** @type {HTMLButtonElement} */
    this.fewer = button("One fewer", () => this.commit({ logits: this.values.logits.slice(0, -1) }));
    /** @type {HTMLElement} */
    this.rows = make("div", { class: "shares" });
    /** @type {HTMLElement} */
    this.total = make("p", { class: "total" });
    /** @type {Slider[]} */
    this.sliders = [];
    /** @type {Share[]} */
    this.shares = [];
    return this.withKeys(make("div", { class: "lab softmax", "data-revision": "0" },
      make("div", { class: "knobs" }, this.addControl(temperature)?.element,
        make("div", { class: "actions" }, this.more, this.fewer, button("Add 1 to all", () => this.shift()), this.buildUndo())),
      this.rows, this.total, this.message));
  }

  get dragging() {
    return super.dragging || this.sliders.some((slider) => slider.dragging);
  }

  shift() {
    const { high } = this.logits;
    const shifted = this.values.logits.map((value) => value + 1);
    if (shifted.some((value) => value > high)) this.say(`A number cannot be above ${high}: lower the largest first.`);
    else this.commit({ logits: shifted });
  }

  showControls() {
    super.showControls();
    const { logits } = this.values;
    if (this.sliders.length !== logits.length) this.makeRows(logits.length);
    this.sliders.forEach((slider, index) => slider.set(logits[index]));
    this.more.disabled = logits.length >= this.logits.most;
    this.fewer.disabled = logits.length <= this.logits.fewest;
  }

  /** @param {number} count */
  makeRows(count) {
    const { low, high, step } = this.logits;
    /** @param {number} index @param {number} value */
    const changed = (index, value) => {
      const before = this.values.logits;
      return { logits: before.map((old, other) => (other === index ? value : old)) };
    };
    this.sliders = Array.from({ length: count }, (_, index) => new Slider(
      { name: `logit${index + 1}`, title: `z${"₁₂₃₄₅₆₇₈"[index]}`, low, high, step, default: 0, unit: "" },
      { onInput: (value) => this.move(changed(index, value)), onCommit: (value) => this.commit(changed(index, value)) }));
    this.shares = this.sliders.map((_, index) => {
      const power = make("span", { class: "power" });
      const bar = make("div", { class: "bar" });
      const share = make("span", { class: "share", "data-share": index + 1 });
      return { power, bar, share };
    });
    this.rows.replaceChildren(
      ...["logit", "exp((z − max) / T)", "probability", ""].map((title) => make("span", { class: "columnhead" }, title)),
      ...this.sliders.flatMap((slider, index) => {
        const { power, bar, share } = this.shares[index];
        return [slider.element, power, make("div", { class: "gauge" }, bar), share];
      }));
  }

  /** @param {import("../frontend/live/lane.js").Answer<SoftmaxFacts>} answer */
  show({ seq, facts }) {
    const { probabilities, powers } = facts;
    if (this.sliders.length !== probabilities.length) this.makeRows(probabilities.length);
    this.shares.forEach(({ power, bar, share }, index) => {
      bar.style.width = `${100 * probabilities[index]}%`;
      power.textContent = short(powers[index]);
      share.textContent = fixed(probabilities[index], 3);
      share.dataset.value = String(probabilities[index]);
    });
    this.element.dataset.revision = String(Number(this.element.dataset.revision) + 1);
    this.element.dataset.seq = String(seq);
  }

  describe() {
    this.total.textContent = this.facts.sentence;
    this.tell(this.facts.sentence);
  }
}

export default mount(Softmax);
