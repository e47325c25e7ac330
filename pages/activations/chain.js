// How slopes multiply: one number goes through layers of the functions above, and the gradient comes back.

import { make } from "../frontend/core/dom.js";
import { short } from "../frontend/core/numbers.js";
import { Follower } from "../frontend/live/follower.js";
import { mount } from "../frontend/live/live.js";
import { Plot, powerOfTen } from "../frontend/plots/plot.js";

/**
 * @typedef {import("../frontend/types/messages.js").ChainFacts} ChainFacts
 * @typedef {import("../frontend/types/messages.js").ChainValues} ChainValues
 * @typedef {import("../frontend/types/messages.js").ChainedActivation} ChainedActivation
 */

/** @extends {Follower<ChainFacts, ChainValues>} */
class Chain extends Follower {
  get leader() { return "explorer:activations"; }

  get shared() { return ["curves", "x"]; }

  build() {
    /** @type {Plot} */
    this.plot = new Plot({ name: "chain" });
    /** @type {HTMLElement} */
    this.verdicts = make("ul", { class: "facts" });
    /** @type {HTMLElement} */
    this.product = make("p", { class: "place" });
    const aside = make("section", { class: "aside", "aria-label": "Layers" },
      ...this.own.map((setting) => this.addControl(setting)?.element), this.buildUndo(), this.verdicts, this.product);
    return this.withKeys(make("div", { class: "lab chain" }, this.plot.element, aside, this.message));
  }

  /** @param {import("../frontend/live/live.js").Colours} roles */
  colour(roles) {
    this.plot.colour(roles, this.data.series);
  }

  /** @param {import("../frontend/live/lane.js").Answer<ChainFacts>} answer */
  show({ facts, blobs, seq }) {
    const { curves, chosen, layers, ends: [low, high] } = facts;
    this.plot.show({
      x: { low: 0, high: layers + 1, title: "Layers" },
      y: { low, high, title: "Size of the gradient factor", log: true },
      lines: curves.map(({ name, title }, series) => ({
        title, x: blobs[`x${series}`].data, y: blobs[`values${series}`].data, series, strong: name === chosen, dotted: true,
      })),
      levels: [{ y: 1, title: "1: unchanged" }, { y: low, title: `${powerOfTen(Math.round(Math.log10(low)))} or less, also 0` }],
      summary: curves.map(({ said, verdict }) => `${said} ${verdict}.`).join(" "),
    });
    this.element.dataset.seq = String(seq);
  }

  describe() {
    const { curves, chosen, x } = this.facts;
    this.verdicts.replaceChildren(...curves.map(({ said, verdict, name }, series) => {
      const mark = make("b", {}, said);
      mark.style.color = this.plot.inkOf({ series });
      return make("li", { "data-verdict": name }, mark, ` ${verdict}`);
    }));
    const { slopes, title } = /** @type {ChainedActivation} */ (curves.find(({ name }) => name === chosen));
    const factors = slopes.map((slope) => (slope < 0 ? `(${short(slope)})` : short(slope))).join(" × ");
    this.product.textContent = slopes.length === 0 ? ""
      : `${title} from x = ${short(x)}, weight × slope in each layer: ${factors}`;
    this.plot.describe();
  }

  release() {
    super.release();
    this.plot.release();
  }
}

export default mount(Chain);
