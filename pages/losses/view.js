import { Slider, Strip } from "../frontend/controls/controls.js";
import { Palette } from "../frontend/controls/palette.js";
import { make } from "../frontend/core/dom.js";
import { decimalsOf, short } from "../frontend/core/numbers.js";
import { Live, mount } from "../frontend/live/live.js";
import { Plot } from "../frontend/plots/plot.js";

// The losses: their values and their gradients side by side over the prediction, as many as one likes on one plot,
// with the target and the prediction to take hold of.

/** What is predicted, and the losses for that: each task remembers the losses that were chosen for it. */
class TaskPicker {
  constructor(setting, { onInput, onCommit }) {
    Object.assign(this, { setting, onInput, onCommit });
    this.tasks = new Map(setting.tasks.map((task) => [task.name, task]));
    this.kept = new Map();
    this.strip = new Strip({
      name: "task", title: "Predict", default: setting.default.task,
      help: "Losses that take the same kind of prediction share a plot.",
      options: setting.tasks.map(({ name, title, said }) => ({ value: name, title, detail: said })),
    }, { onInput: (task) => this.onInput(this.begin(task)), onCommit: (task) => this.onCommit(this.begin(task)) });
    this.holder = make("div", { class: "taskpalette" });
    this.element = make("div", { class: "picker" }, this.strip.element, this.holder);
    this.set(setting.default);
  }

  get dragging() {
    return this.strip.dragging;
  }

  get task() {
    return this.tasks.get(this.value.task);
  }

  begin(task) {
    return this.kept.get(task) ?? { ...this.tasks.get(task).curves.default, task };
  }

  set(value) {
    const before = this.value?.task;
    this.value = value;
    this.kept.set(value.task, value);
    this.strip.set(value.task);
    if (before !== value.task) {
      this.palette = new Palette(this.task.curves, { onCommit: (curves) => this.onCommit({ ...curves, task: this.value.task }) });
      this.palette.element.append(this.palette.clear);
      this.holder.replaceChildren(this.palette.element);
    }
    this.palette.set(value);
  }
}

const QUANTITIES = [["loss", "Loss"], ["gradient", "Gradient"]];

class Losses extends Live {
  static controls = { ...Live.controls, losses: TaskPicker };

  build() {
    const settings = new Map(this.data.settings.map((setting) => [setting.name, setting]));
    this.settings = settings;
    this.picker = this.addControl(settings.get("losses"));
    this.plots = QUANTITIES.map(([name]) => {
      const plot = new Plot({
        name,
        markers: [
          { name: "target", title: "Target", step: 1, role: "input" },
          { name: "prediction", title: "Prediction", step: 1 },
        ],
        onInput: (marker, value) => this.move({ [this.picker.task[marker]]: value }),
        onCommit: (marker, value) => this.commit({ [this.picker.task[marker]]: value }),
      });
      plot.element.classList.add(name);
      plot.allMarkers = plot.markers;
      return plot;
    });
    this.sliders = new Map();
    const numbers = make("section", { class: "settings", "aria-label": "Target, prediction and parameters" });
    for (const { name, target, prediction } of this.picker.tasks.values()) {
      const both = make("div", { class: "knobs" }, this.addControl(settings.get(target)).element, this.addControl(settings.get(prediction)).element);
      this.sliders.set(name, both);
      numbers.append(both);
    }
    this.heading = make("h2", { class: "bendname" });
    this.knobs = make("div", { class: "knobs" });
    this.parameterSliders = [];
    this.table = make("table", { class: "readings", "aria-label": "Loss and gradient at the prediction" });
    this.notes = make("ul", { class: "facts" });
    numbers.append(this.knobs);
    return make("div", { class: "lab losses" }, this.picker.element, this.message, numbers,
      ...this.plots.map(({ element }) => element), this.table, make("section", { class: "notes", "aria-label": "The chosen loss" }, this.heading, this.notes));
  }

  get chosen() {
    const { chosen, curves } = this.values.losses;
    return curves.find(({ name }) => name === chosen);
  }

  /** The losses with another parameter for the chosen one. */
  bent(name, value) {
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
    const { same, target, prediction } = this.picker.tasks.get(task);
    for (const plot of this.plots) {
      const [aim, guess] = plot.allMarkers;
      plot.markers = same ? plot.allMarkers : [guess];
      aim.handle.hidden = !same;
      for (const [marker, name] of [[aim, target], [guess, prediction]]) {
        const { step } = this.settings.get(name);
        Object.assign(marker, { step, decimals: decimalsOf(step) });
      }
    }
    const { name, parameters } = this.chosen;
    const known = `${task} ${name}`;
    if (this.knobbed !== known) {
      this.knobbed = known;
      this.parameterSliders = this.picker.palette.describe(name).parameters.map((parameter) => new Slider(parameter, {
        onInput: (value) => this.move(this.bent(parameter.name, value)),
        onCommit: (value) => this.commit(this.bent(parameter.name, value)),
      }));
      this.knobs.replaceChildren(...this.parameterSliders.map(({ element }) => element));
    }
    for (const slider of this.parameterSliders) slider.set(parameters[slider.setting.name]);
  }

  colour(roles) {
    for (const plot of this.plots) plot.colour(roles, this.data.series);
    this.picker.palette.paint(this.plots[0]);
  }

  fits({ task }) {
    return task === this.values.losses.task;
  }

  show({ facts, blobs, seq }) {
    const { curves, chosen, target, prediction, x: [low, high, title], ends, task } = facts;
    const { same, ...names } = this.picker.tasks.get(task);
    // The answer may be older than the hand, and the next key goes on from where the marker is.
    const aim = this.values[names.target];
    const guess = this.values[names.prediction];
    this.plots.forEach((plot, index) => {
      const gradient = index === 1;
      const [key, blob] = gradient ? ["slope", "slopes"] : ["value", "values"];
      plot.show({
        x: { low, high, title },
        y: { low: ends[index][0], high: ends[index][1], title: gradient ? "Gradient: the slope of the loss" : "Loss" },
        lines: curves.map((curve, series) => ({
          title: curve.title, x: blobs[`x${series}`].data, y: blobs[`${blob}${series}`].data, series,
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
    this.element.dataset.seq = seq;
  }

  /** Write loss and gradient of each at the prediction: the cells stay while only their numbers change. */
  readings() {
    const { curves, chosen } = this.facts;
    const rows = curves.map(({ name }) => name).join();
    if (this.rows !== rows) {
      this.rows = rows;
      this.cells = curves.map(() => [make("td", {}), make("td", {})]);
      this.heads = curves.map(({ title }) => make("th", { scope: "row" }, title));
      this.table.replaceChildren(
        make("tr", {}, make("td", {}), ...QUANTITIES.map(([, title]) => make("th", { scope: "col" }, title.toLowerCase()))),
        ...curves.map((_, index) => make("tr", {}, this.heads[index], ...this.cells[index])));
    }
    curves.forEach(({ name, value, slope }, series) => {
      this.heads[series].style.setProperty("--tone", this.plots[0].colourOf({ series }));
      this.heads[series].classList.toggle("chosen", name === chosen);
      [value, slope].forEach((number, index) => {
        const cell = this.cells[series][index];
        cell.textContent = short(number, 4);
        cell.dataset.read = `${name} ${QUANTITIES[index][0]}`;
        cell.dataset.value = number;
        cell.title = number;
      });
    });
  }

  describe() {
    const { curves, chosen, task } = this.facts;
    const series = curves.findIndex(({ name }) => name === chosen);
    const { why } = this.picker.tasks.get(task).curves.functions.find(({ name }) => name === chosen);
    this.heading.textContent = curves[series].said;
    this.heading.style.color = this.plots[0].colourOf({ series });
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
