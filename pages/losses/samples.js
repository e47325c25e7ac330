// A few samples under the losses above, and what an outlier does to each loss as it is moved away.

import { make } from "../frontend/core/dom.js";
import { decimalsOf, inColumn, short } from "../frontend/core/numbers.js";
import { Follower } from "../frontend/live/follower.js";
import { mount } from "../frontend/live/live.js";
import { Plot } from "../frontend/plots/plot.js";

/**
 * @typedef {import("../frontend/live/live.js").Control} Control
 * @typedef {import("../frontend/types/messages.js").LossesDescription} LossesDescription
 * @typedef {import("../frontend/types/messages.js").NumberDescription} NumberDescription
 * @typedef {import("../frontend/types/messages.js").SampledLoss} SampledLoss
 * @typedef {import("../frontend/types/messages.js").SamplesFacts} SamplesFacts
 * @typedef {import("../frontend/types/messages.js").SamplesValues} SamplesValues
 * @typedef {import("../frontend/types/messages.js").TaskDescription} TaskDescription
 * @typedef {Exclude<keyof SamplesValues, "losses">} Wild the setting of a task's outlier
 */

/** The outlier's share of the total gradient, in %. @param {SampledLoss} curve */
function wildPull({ pulls }) {
  return 100 * pulls[pulls.length - 1];
}

/** @extends {Follower<SamplesFacts, SamplesValues>} */
class SampleTable extends Follower {
  get leader() { return "explorer:losses"; }

  get shared() { return ["losses"]; }

  build() {
    /** @type {LossesDescription} */
    const losses = this.data.settings.find(({ name }) => name === "losses");
    /** @type {Map<string, TaskDescription>} */
    this.tasks = new Map(losses.tasks.map((task) => [task.name, task]));
    /** @type {Map<string, NumberDescription>} */
    this.settings = new Map(this.own.map((setting) => [setting.name, setting]));
    /** @type {Map<string, HTMLElement>} */
    this.wilds = new Map(this.own.map((setting) => [setting.name, /** @type {Control} */ (this.addControl(setting)).element]));
    /** @type {Plot} */
    this.plot = new Plot({
      name: "samples",
      markers: [{ name: "wild", title: "The outlier", step: 1 }],
      onInput: (_, value) => this.move({ [this.wild]: value }),
      onCommit: (_, value) => this.commit({ [this.wild]: value }),
    });
    /** @type {HTMLElement} */
    this.table = make("table", { class: "sampletable" });
    return this.withKeys(make("div", { class: "lab samples" }, this.plot.element,
      make("section", { class: "aside", "aria-label": "Samples" }, ...this.wilds.values(), this.buildUndo(), make("div", { class: "scrolled", role: "group", "aria-label": "Table", tabindex: "0" }, this.table)),
      this.message));
  }

  /** The setting of the outlier's number for the present task. */
  get wild() {
    return /** @type {Wild} */ (/** @type {TaskDescription} */ (this.tasks.get(this.values.losses.task)).wild);
  }

  get dragging() {
    return super.dragging || this.plot.dragging;
  }

  showControls() {
    super.showControls();
    for (const [name, element] of this.wilds) element.hidden = name !== this.wild;
    const { step } = /** @type {NumberDescription} */ (this.settings.get(this.wild));
    Object.assign(this.plot.markers[0], { step, decimals: decimalsOf(step) });
  }

  /** @param {SamplesFacts} facts */
  fits({ task }) {
    return task === this.values.losses.task;
  }

  /** @param {import("../frontend/live/live.js").Colours} roles */
  colour(roles) {
    this.plot.colour(roles, this.data.series);
  }

  /** @param {import("../frontend/live/lane.js").Answer<SamplesFacts>} answer */
  show({ facts, blobs, seq }) {
    const { curves, chosen, wild, x: [low, high, title], even } = facts;
    this.plot.show({
      x: { low, high, title },
      y: { low: 0, high: 105, title: "How much of the total gradient comes from the outlier, %" },
      lines: curves.map((curve, series) => ({
        title: curve.title, x: blobs[`x${series}`].data, y: blobs[`values${series}`].data, series, strong: curve.name === chosen,
      })),
      points: curves.map((curve, series) => ({ x: wild, y: wildPull(curve), series })),
      levels: [{ y: even, title: "an equal share" }],
      summary: `${title} ${short(wild)}. ${curves.map((curve) => `${curve.title}: ${short(wildPull(curve))} % of the total gradient comes from the outlier`).join(", ")}.`,
    });
    const now = this.values[this.wild]; // the answer may be older than the hand
    this.plot.mark("wild", now, `${title} ${short(now)}`);
    this.element.dataset.seq = String(seq);
  }

  write() {
    const { curves, targets, predictions, moves } = this.facts;
    /** @param {HTMLElement} cell @param {number} series */
    const toned = (cell, series) => {
      cell.style.setProperty("--tone", this.plot.colourOf({ series }));
      return cell;
    };
    const last = targets.length - 1;
    const columns = curves.map(({ losses, mean, without }) => inColumn([...losses, mean, without]));
    const [aims, guesses] = [targets, predictions].map(inColumn);
    const rows = targets.map((_, row) => make("tr", { class: row === last ? "wild" : "" },
      make("th", { scope: "row" }, row === last ? "outlier" : String(row + 1)),
      make("td", { class: row === last && moves === "target" ? "moved" : "" }, aims[row]),
      make("td", { class: row === last && moves === "prediction" ? "moved" : "" }, guesses[row]),
      ...curves.map(({ losses, pulls, name }, series) => {
        const cell = make("td", { class: "loss", "data-read": `${name} ${row + 1}`, "data-value": losses[row], title: `${losses[row]}; ${short(100 * pulls[row])} % of the total gradient` }, columns[series][row]);
        cell.style.setProperty("--share", `${100 * pulls[row]}%`);
        return toned(cell, series);
      })));
    /** @param {string} title @param {"mean" | "without"} key */
    const foot = (title, key) => make("tr", { class: "mean" }, make("th", { scope: "row", colspan: 3 }, title),
      ...curves.map((curve, series) => make("td", { "data-read": `${curve.name} ${key}`, "data-value": curve[key], title: curve[key] }, columns[series].at(key === "mean" ? -2 : -1))));
    this.table.replaceChildren(
      make("caption", {}, "The loss of each sample. The bar is its share of the total gradient: how hard it pulls."),
      make("tr", {}, make("td", {}), ...["target", "prediction"].map((title) => make("th", { scope: "col" }, title)),
        ...curves.map(({ title }, series) => toned(make("th", { scope: "col", class: "toned" }, title), series))),
      ...rows, foot("mean", "mean"), foot("mean without the outlier", "without"));
  }

  describe() {
    this.write();
    if (this.dragging) return; // the text alternative can wait until the answer at rest
    this.plot.describe();
  }

  release() {
    super.release();
    this.plot.release();
  }
}

export default mount(SampleTable);
