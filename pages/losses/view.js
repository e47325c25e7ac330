// The losses: their values and their gradients side by side over the prediction, as many as one likes on one plot,
// with the target and the prediction to take hold of.

import { Slider, Strip } from "../frontend/controls/controls.js";
import { Palette } from "../frontend/controls/palette.js";
import { make } from "../frontend/core/dom.js";
import { decimalsOf, inColumn, short } from "../frontend/core/numbers.js";
import { Live, mount } from "../frontend/live/live.js";
import { Undoing } from "../frontend/live/undoing.js";
import { Plot } from "../frontend/plots/plot.js";

/**
 * @typedef {import("../frontend/live/live.js").Control} Control
 * @typedef {import("../frontend/types/messages.js").CurveValue} CurveValue
 * @typedef {import("../frontend/types/messages.js").LossesDescription} LossesDescription
 * @typedef {import("../frontend/types/messages.js").LossesFacts} LossesFacts
 * @typedef {import("../frontend/types/messages.js").LossesValue} LossesValue
 * @typedef {import("../frontend/types/messages.js").LossesValues} LossesValues
 * @typedef {import("../frontend/types/messages.js").NumberDescription} NumberDescription
 * @typedef {import("../frontend/types/messages.js").TaskDescription} TaskDescription
 * @typedef {Exclude<keyof LossesValues, "losses">} Placed a setting that is a target or a prediction
 * @typedef {TaskDescription & {target: Placed, prediction: Placed}} Task
 */

/** What is predicted, and the losses for that: each task remembers the losses that were chosen for it. */
class TaskPicker {
  /**
   * @param {LossesDescription} setting
   * @param {import("../frontend/controls/controls.js").Wiring<LossesValue>} wiring
   */
  constructor(setting, { onInput, onCommit }) {
    this.setting = setting;
    this.onInput = onInput;
    this.onCommit = onCommit;
    this.tasks = new Map(setting.tasks.map((task) => [task.name, task]));
    /** @type {Map<string, LossesValue>} */
    this.kept = new Map();
    this.strip = new Strip({
      name: "task", title: "Predict", default: setting.default.task,
      help: "Losses that take the same kind of prediction share a plot.",
      options: setting.tasks.map(({ name, title, said }) => ({ value: name, title, detail: said })),
    }, { onInput: (task) => this.onInput(this.begin(task)), onCommit: (task) => this.onCommit(this.begin(task)) });
    this.strip.element.hidden = setting.tasks.length === 1;
    this.holder = make("div", { class: "taskpalette" });
    this.element = make("div", { class: "picker" }, this.strip.element, this.holder);
    this.value = setting.default;
    this.palette = this.list();
    this.set(setting.default);
  }

  get dragging() {
    return this.strip.dragging;
  }

  get task() {
    return this.taskOf(this.value.task);
  }

  /** @param {string} name */
  taskOf(name) {
    return /** @type {Task} */ (this.tasks.get(name));
  }

  /** @param {string} task */
  begin(task) {
    return this.kept.get(task) ?? { ...this.taskOf(task).curves.default, task };
  }

  /** List the losses of the present task. */
  list() {
    const palette = new Palette(this.task.curves, {
      onCommit: (curves) => this.onCommit({ ...curves, task: this.value.task }),
    });
    palette.element.append(palette.clear);
    this.holder.replaceChildren(palette.element);
    return palette;
  }

  /** @param {LossesValue} value */
  set(value) {
    const before = this.value.task;
    this.value = value;
    this.kept.set(value.task, value);
    this.strip.set(value.task);
    if (before !== value.task) this.palette = this.list();
    this.palette.set(value);
  }
}

const QUANTITIES = [["loss", "Loss"], ["gradient", "Gradient"]];

/** @extends {Undoing<LossesFacts, LossesValues>} */
class Losses extends Undoing {
  static controls = { ...Live.controls, losses: TaskPicker };

  build() {
    const settings = new Map(this.data.settings.map((setting) => [setting.name, setting]));
    /** @type {Map<string, LossesDescription | NumberDescription>} */
    this.settings = settings;
    /** @type {TaskPicker} */
    this.picker = /** @type {TaskPicker} */ (this.addControl(settings.get("losses")));
    /** @type {Plot[]} */
    this.plots = QUANTITIES.map(([name]) => {
      const plot = new Plot({
        name,
        markers: [
          { name: "target", title: "Target", step: 1, role: "text" },
          { name: "prediction", title: "Prediction", step: 1 },
        ],
        onInput: (marker, value) => this.move(this.moved(marker, value)),
        onCommit: (marker, value) => this.commit(this.moved(marker, value)),
      });
      plot.element.classList.add(name);
      return plot;
    });
    /**
     * Of each plot the target's and the prediction's, also where only the latter is on it.
     * @type {Plot["markers"][]}
     */
    this.markers = this.plots.map(({ markers }) => markers);
    /** @type {Map<string, HTMLElement>} */
    this.sliders = new Map();
    const numbers = make("section", { class: "settings", "aria-label": "Target, prediction and parameters" });
    for (const { name, target, prediction } of this.picker.tasks.values()) {
      const both = make("div", { class: "knobs" }, ...[target, prediction].map(
        (setting) => /** @type {Control} */ (this.addControl(settings.get(setting))).element));
      this.sliders.set(name, both);
      numbers.append(both);
    }
    /** @type {HTMLElement} */
    this.heading = make("h2", { class: "chosenname" });
    /** @type {HTMLElement} */
    this.knobs = make("div", { class: "knobs" });
    /** @type {Slider[]} */
    this.parameterSliders = [];
    /** Task and loss that they belong to. @type {string} */
    this.knobbed = "";
    /** @type {HTMLElement} */
    this.table = make("table", { class: "readings", "aria-label": "Loss and gradient at the prediction" });
    /** @type {HTMLElement} */
    this.notes = make("ul", { class: "facts" });
    /** The names of the losses in the table. @type {string} */
    this.rows = "";
    numbers.append(this.knobs, this.buildUndo());
    return this.withKeys(make("div", { class: "lab losses" }, this.picker.element, this.message, numbers,
      ...this.plots.map(({ element }) => element), this.table, make("section", { class: "notes", "aria-label": "The chosen loss" }, this.heading, this.notes)));
  }

  get chosen() {
    const { chosen, curves } = this.values.losses;
    return /** @type {CurveValue} */ (curves.find(({ name }) => name === chosen));
  }

  /** What a marker changes. @param {string} marker @param {number} value */
  moved(marker, value) {
    return { [this.picker.task[/** @type {"target" | "prediction"} */ (marker)]]: value };
  }

  /** The losses with another parameter for the chosen one. @param {string} name @param {number} value */
  withParameter(name, value) {
    const { chosen, curves } = this.values.losses;
    return {
      losses: {
        ...this.values.losses,
        curves: curves.map((curve) => (curve.name === chosen ? { ...curve, parameters: { ...curve.parameters, [name]: value } } : curve)),
      },
    };
  }

  get dragging() {
    return super.dragging || this.plots.some(({ dragging }) => dragging) || this.parameterSliders.some(({ dragging }) => dragging);
  }

  /** @param {Partial<LossesValues>} changes @param {boolean} rest */
  ask(changes, rest) {
    const request = super.ask(changes, rest);
    // Whoever shows samples under these losses follows them while they move.
    window.dispatchEvent(new CustomEvent("explorer:losses", { detail: this.values }));
    return request;
  }

  showControls() {
    super.showControls();
    const { task } = this.values.losses;
    for (const [name, both] of this.sliders) both.hidden = name !== task;
    const { same, target, prediction } = this.picker.taskOf(task);
    this.plots.forEach((plot, index) => {
      const [aim, guess] = this.markers[index];
      plot.markers = same ? this.markers[index] : [guess];
      aim.handle.hidden = !same;
      for (const [marker, setting] of /** @type {[typeof aim, string][]} */ ([[aim, target], [guess, prediction]])) {
        marker.step = /** @type {NumberDescription} */ (this.settings.get(setting)).step;
        marker.decimals = decimalsOf(marker.step);
      }
    });
    const { name, parameters } = this.chosen;
    const known = `${task} ${name}`;
    if (this.knobbed !== known) {
      this.knobbed = known;
      this.parameterSliders = this.picker.palette.describe(name).parameters.map((parameter) => new Slider(parameter, {
        onInput: (value) => this.move(this.withParameter(parameter.name, value)),
        onCommit: (value) => this.commit(this.withParameter(parameter.name, value)),
      }));
      this.knobs.replaceChildren(...this.parameterSliders.map(({ element }) => element));
    }
    for (const slider of this.parameterSliders) slider.set(parameters[slider.setting.name]);
  }

  /** @param {import("../frontend/live/live.js").Colours} roles */
  colour(roles) {
    for (const plot of this.plots) plot.colour(roles, this.data.series);
    this.picker.palette.paint(this.plots[0]);
  }

  /** @param {LossesFacts} facts */
  fits({ task }) {
    return task === this.values.losses.task;
  }

  /** @param {import("../frontend/live/lane.js").Answer<LossesFacts>} answer */
  show({ facts, blobs, seq }) {
    const { curves, chosen, target, prediction, x: [low, high, title], ends, task } = facts;
    const { same, ...names } = this.picker.taskOf(task);
    // The answer may be older than the hand, and the next key goes on from where the marker is.
    const aim = this.values[names.target];
    const guess = this.values[names.prediction];
    this.plots.forEach((plot, index) => {
      const gradient = index === 1;
      const key = gradient ? "slope" : "value";
      plot.show({
        x: { low, high, title },
        y: { low: ends[index][0], high: ends[index][1], title: gradient ? "Gradient: the slope of the loss" : "Loss" },
        lines: curves.map((curve, series) => ({
          title: curve.title, x: blobs[`x${series}`].data, y: blobs[`${key}s${series}`].data, series,
          strong: curve.name === chosen, dashed: gradient,
        })),
        points: curves.flatMap((curve, series) => [
          ...(gradient ? curve.kinks.filter(({ left, right }) => left !== right).flatMap(({ x, left, right, slope }) => [
            { x, y: left, open: true, series }, { x, y: right, open: true, series }, { x, y: slope, series },
          ]) : []),
          { x: prediction, y: curve[key], series },
        ]),
        summary: `${gradient ? "Gradient" : "Loss"} over ${title.toLowerCase()} at a target of ${short(target)}. `
          + `At ${short(prediction)}: ${curves.map((curve) => `${curve.title} ${short(curve[key], 4)}`).join(", ")}.`,
      });
      plot.mark("prediction", guess, `${title} ${short(guess)}`);
      if (same) plot.mark("target", aim, `Target ${short(aim)}`);
    });
    this.readings();
    this.element.dataset.seq = String(seq);
  }

  /** Write loss and gradient of each at the prediction: the cells stay while only their numbers change. */
  readings() {
    const { curves, chosen } = this.facts;
    const rows = curves.map(({ name }) => name).join();
    if (this.rows !== rows) {
      this.rows = rows;
      /** @type {HTMLElement[][]} */
      this.cells = curves.map(() => [make("td", {}), make("td", {})]);
      /** @type {HTMLElement[]} */
      this.heads = curves.map(({ title }) => make("th", { scope: "row" }, title));
      this.table.replaceChildren(
        make("tr", {}, make("td", {}), ...QUANTITIES.map(([, title]) => make("th", { scope: "col" }, title.toLowerCase()))),
        ...curves.map((_, index) => make("tr", {}, this.heads[index], ...this.cells[index])));
    }
    const columns = [curves.map(({ value }) => value), curves.map(({ slope }) => slope)].map(inColumn);
    curves.forEach(({ name, value, slope }, series) => {
      this.heads[series].classList.toggle("chosen", name === chosen);
      [value, slope].forEach((number, index) => {
        const cell = this.cells[series][index];
        cell.textContent = columns[index][series];
        cell.dataset.read = `${name} ${QUANTITIES[index][0]}`;
        cell.dataset.value = String(number);
        cell.title = String(number);
      });
    });
  }

  describe() {
    const { curves, chosen, task } = this.facts;
    const series = curves.findIndex(({ name }) => name === chosen);
    const why = this.picker.taskOf(task).curves.functions.find(({ name }) => name === chosen)?.why;
    this.heading.textContent = curves[series].said;
    this.heading.style.color = this.plots[0].inkOf({ series });
    this.heads.forEach((head, at) => head.style.setProperty("--tone", this.plots[0].colourOf({ series: at })));
    this.notes.replaceChildren(make("li", {}, why), ...curves.filter(({ note }) => note)
      .map(({ title, note }) => make("li", {}, make("b", {}, `${title}: `), note)));
    if (this.dragging) return; // the text alternative can wait until the answer at rest
    this.picker.palette.paint(this.plots[0]);
    for (const plot of this.plots) plot.describe();
  }

  release() {
    for (const plot of this.plots) plot.release();
  }
}

export default mount(Losses);
