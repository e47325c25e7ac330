// A small network that learns before one's eyes. The server keeps nothing: where the training stands travels with
// every question, and each answer brings it back one advance further.

import { Slider, Strip, explanation, labelled } from "../frontend/controls/controls.js";
import { Neuron } from "../frontend/controls/neuron.js";
import { packNumbers, unpackNumbers } from "../frontend/core/base64.js";
import { choose, make } from "../frontend/core/dom.js";
import { percent, short } from "../frontend/core/numbers.js";
import { offer } from "../frontend/core/offer.js";
import { keepSoon } from "../frontend/core/records.js";
import { counted } from "../frontend/core/words.js";
import { Live, mount } from "../frontend/live/live.js";
import { Training } from "../frontend/live/training.js";
import { COLUMN_LEAST, Graph, Shape, SignedColours } from "../frontend/plots/graph.js";
import { Plane, SIGNS } from "../frontend/plots/plane.js";
import { Plot } from "../frontend/plots/plot.js";

const CURVES_EVERY = 120; // ms between two drawings of the curves while training plays
const KEEP_EVERY = 3000; // ms while training plays: a tablet may fall asleep over it
const KEPT = "network"; // the kind, and the one record, of what the browser keeps
const MOST_MEASURES = 400; // of the history that is kept
/** @type {LayerValue} */
const FIRST_HIDDEN = [4, "tanh"]; // what a network without hidden layers gets
const MOST_TRAILS = 17; // lines of the weights over time: those of one unit

/**
 * @typedef {import("../frontend/live/live.js").Control} Control
 * @typedef {import("../frontend/plots/plane.js").Kind} Kind
 * @typedef {import("../frontend/plots/plane.js").Mode} Mode
 * @typedef {import("../frontend/plots/plane.js").OwnPoint} OwnPoint
 * @typedef {Pick<import("../frontend/plots/plane.js").PlaneDrawing, "train" | "test">} Parts points to train on, and others
 * @typedef {import("../frontend/types/messages.js").ActivationOption} ActivationOption
 * @typedef {import("../frontend/types/messages.js").ChoiceDescription} ChoiceDescription
 * @typedef {import("../frontend/types/messages.js").FeaturesDescription} FeaturesDescription
 * @typedef {import("../frontend/types/messages.js").LayerValue} LayerValue
 * @typedef {import("../frontend/types/messages.js").LayersDescription} LayersDescription
 * @typedef {import("../frontend/types/messages.js").NetworkFacts} NetworkFacts
 * @typedef {import("../frontend/types/messages.js").NetworkValues} NetworkValues
 * @typedef {import("../frontend/types/messages.js").NumberDescription} NumberDescription
 * @typedef {import("../frontend/types/messages.js").OwnPointsDescription} OwnPointsDescription
 * @typedef {import("../frontend/types/messages.js").TrainingMeasureFacts} TrainingMeasureFacts
 * @typedef {NumberDescription & {stops: number[]}} StopsDescription
 * @typedef {TrainingMeasureFacts & {parameters: Float32Array}} Entry with all weights and biases
 * @typedef {Partial<NetworkValues>} Changes
 */

/**
 * What the plane, the graph and the chosen unit are drawn from.
 * @typedef {import("../frontend/plots/plane.js").PlaneDrawing & import("../frontend/plots/graph.js").NetworkDrawing
 *   & import("../frontend/controls/neuron.js").NeuronDrawing} Drawing
 */

/**
 * @param {string} text
 * @param {string} title
 * @param {() => void} act
 * @param {Record<string, any>} more attributes
 */
function small(text, title, act, more = {}) {
  return make("button", { type: "button", class: "small", title, "aria-label": title, onclick: act, ...more }, text);
}

/** A slider that goes from one stop to the next; a value between two of them stays as it is until it is moved. */
class StopSlider extends Slider {
  /** @param {StopsDescription} setting @param {import("../frontend/controls/controls.js").Wiring<number>} wiring */
  constructor(setting, { onInput, onCommit }) {
    const { stops } = setting;
    /** @param {number} value */
    const nearest = (value) => stops.reduce((best, stop, index) => (Math.abs(stop - value) < Math.abs(stops[best] - value) ? index : best), 0);
    super({ ...setting, low: 0, high: stops.length - 1, step: 1, default: nearest(setting.default) }, {
      onInput: (index) => { this.exact = stops[index]; onInput(stops[index]); },
      onCommit: (index) => { this.exact = stops[index]; onCommit(stops[index]); },
    });
    /** The place of the stop next to a value; none while the slider is made. @type {typeof nearest | undefined} */
    this.nearest = nearest;
    this.set(setting.default);
  }

  /** @param {number} value */
  set(value) {
    if (this.dragging || !this.nearest) return;
    this.exact = value;
    this.value = this.nearest(value);
    this.show();
  }

  show() {
    super.show();
    const value = /** @type {StopsDescription} */ (this.setting).stops[this.value];
    const exact = this.exact !== undefined && this.nearest?.(this.exact) === this.value ? this.exact : value;
    const text = short(exact, 4);
    this.readout.textContent = text;
    // All digits, and no power of ten: 0.0000001 instead of 1e-7.
    this.readout.title = exact.toLocaleString("en", { maximumFractionDigits: 20, useGrouping: false });
    this.track.setAttribute("aria-valuetext", text);
  }
}

/** What a layer has beside its activation. @param {LayerValue} layer @returns {Record<string, number>} */
function extrasOf([, , shaped]) {
  return Object.fromEntries(Object.entries(shaped ?? {}).filter(([name]) => name === "dropout" || name === "batch_normalization"));
}

/** A layer with parameters, as far as they are not off. @param {LayerValue} layer @param {Record<string, number>} shaped @returns {LayerValue} */
function withExtras([units, activation], shaped) {
  const on = Object.fromEntries(Object.entries(shaped).filter(([name, value]) => value !== 0 || (name !== "dropout" && name !== "batch_normalization")));
  return Object.keys(on).length > 0 ? [units, activation, on] : [units, activation];
}

/**
 * How many classes one's own points are of: up to the last that has a point, two at least, or none for numbers.
 * @param {OwnPoint[]} own
 * @param {NetworkValues["own_task"]} task
 */
function ownClasses(own, task) {
  if (task === "classification") return own.reduce((most, [, , target]) => Math.max(most, target + 1), 2);
  return task === "auto" && own.every(([, , target]) => target === 0 || target === 1) ? 2 : 0;
}

/** A choice among many: the browser's own menu. */
class MenuControl {
  /** @param {ChoiceDescription} setting @param {{onCommit: (value: string) => void}} wiring */
  constructor(setting, { onCommit }) {
    this.select = make("select", { class: "menu", "data-name": setting.name },
      ...setting.options.map(({ value, title }) => make("option", { value }, title)));
    this.select.addEventListener("change", () => onCommit(this.select.value));
    this.element = labelled(setting.title, explanation(setting), this.select).element;
    this.set(/** @type {string} */ (setting.default));
  }

  /** @param {string} value */
  set(value) {
    choose(this.select, value);
  }
}

/** Chips that give the network more inputs, each on or off. */
class ChipsControl {
  /** @param {FeaturesDescription} setting @param {{onCommit: (value: string[]) => void}} wiring */
  constructor(setting, { onCommit }) {
    this.on = setting.default;
    this.chips = setting.options.map(({ value, title, detail }) => make("button", {
      type: "button", class: "small chip", title: detail, "data-feature": value,
      onclick: () => onCommit(setting.options.map((option) => option.value).filter((name) => this.on.includes(name) !== (name === value))),
    }, title));
    this.element = make("div", { class: "features", role: "group", "aria-label": setting.title }, make("span", { title: setting.help }, "More inputs"), ...this.chips);
    this.set(setting.default);
  }

  /** @param {string[]} value */
  set(value) {
    this.on = value;
    for (const chip of this.chips) chip.setAttribute("aria-pressed", String(value.includes(chip.dataset.feature ?? "")));
  }
}

/** A number that is typed; what comes late does not overwrite what is being typed. */
class FieldControl {
  /** @param {NumberDescription} setting @param {{onCommit: (value: number) => void}} wiring */
  constructor(setting, { onCommit }) {
    this.typing = false;
    this.input = make("input", { type: "number", class: "side numberfield", step: setting.step, "data-name": setting.name });
    this.element = make("label", { class: "fieldcontrol", title: setting.title }, setting.name, this.input);
    this.input.addEventListener("input", () => { this.typing = true; });
    this.input.addEventListener("change", () => {
      this.typing = false;
      const value = Number(this.input.value);
      if (this.input.value === "" || !Number.isFinite(value)) return this.set(this.value);
      return onCommit(Math.max(setting.low, Math.min(setting.high, value)));
    });
    this.set(setting.default);
  }

  /** @param {number} value */
  set(value) {
    /** @type {number} */
    this.value = value;
    if (!this.typing) this.input.value = String(Number(value.toPrecision(6)));
  }
}

/** The measures of a training and the weights at each, as far as this browser has seen them. */
class Track {
  constructor() {
    /** @type {Entry[]} */
    this.entries = [];
    /** The run before this one, to compare with. @type {Entry[]} */
    this.ghost = [];
  }

  /**
   * Take a measure; what lies at its step or behind it is of a training that was given up, and stays as a ghost.
   * @param {TrainingMeasureFacts | null} first of the start of the training, where it can be measured
   * @param {TrainingMeasureFacts} measure
   * @param {Float32Array} parameters
   */
  take(first, measure, parameters) {
    /** @param {Entry[]} entries */
    const leading = (entries) => entries.filter((entry) => entry.step < measure.step && entry.parameters.length === parameters.length);
    const [entries, before] = [this.entries, this.ghost];
    this.entries = leading(entries);
    if (this.entries.length === 0 && (entries.at(-1)?.step ?? 0) > 0) this.ghost = entries;
    // A change that was taken back: the run before it goes on.
    if (before.some(({ step, train_loss }) => step === measure.step && train_loss === measure.train_loss) && leading(before).length > this.entries.length) {
      this.entries = leading(before);
      this.ghost = entries.length > 1 ? entries : [];
    }
    if (first && this.entries.length === 0 && measure.step > 0) this.entries.push({ ...first, parameters: parameters.map(() => NaN) });
    this.entries.push({ ...measure, parameters });
    if (this.entries.length > MOST_MEASURES) this.entries = this.entries.filter((_, at) => at % 2 === 0 || at === this.entries.length - 1);
  }

  /** @param {(entry: Entry) => number | null} read @param {Entry[]} [entries] */
  column(read, entries = this.entries) {
    return Float32Array.from(entries, (entry) => read(entry) ?? NaN);
  }
}

/** One for the browser's tab: it outlives a visit to another page. */
const TRACK = new Track();

/** @extends {Training<NetworkFacts, NetworkValues>} */
class NetworkView extends Training {
  static controls = { ...Live.controls, stops: StopSlider, menu: MenuControl, field: FieldControl, features: ChipsControl };

  build() {
    /** @type {Map<string, any>} */
    this.settings = new Map(this.data.settings.map((setting) => [setting.name, setting]));
    /** @type {Track} */
    this.track = TRACK;
    /** Read after the first answer alone. @type {SignedColours} */
    this.palette = /** @type {any} */ (null);
    /** How far the slider of new targets reaches. @type {number} */
    this.reach = 0;
    /** The layers that the heads are for. @type {string} */
    this.headed = "";
    /** Names of the classes, and their colours. @type {string[]} */
    this.classes = [];
    /** @type {string[]} */
    this.classColours = [];
    /** @type {Graph} */
    this.graph = new Graph({
      onSelect: (layer, unit, source) => this.choose(source),
      onSay: (sentence) => this.spoken.say(sentence),
      onPeek: (peek) => this.plane.peek(peek),
    });
    /** @type {Plane} */
    this.plane = new Plane({
      onProbe: (point, rest) => (rest ? this.commit(point) : this.move(point)),
      onPoints: (own, rest, kind) => this.redraw(own, rest, kind),
    });
    /** @type {Neuron} */
    this.neuron = new Neuron({
      parametersOf: (activation) => {
        const { activations, softmax } = /** @type {LayersDescription} */ (this.settings.get("layers"));
        return /** @type {ActivationOption} */ ([...activations, softmax].find(({ value }) => value === activation)).parameters;
      },
      onEdit: (index, value, rest) => this.edit(index, value, rest),
      onParameters: (layer, changes, rest) => this.setParameters(layer, changes, rest),
      dropout: /** @type {LayersDescription} */ (this.settings.get("layers")).dropout,
      onNormalise: (layer, isOn) => this.reshape((layers) => layers.toSpliced(layer, 1, withExtras(layers[layer], { ...layers[layer][2], batch_normalization: Number(isOn) }))),
    });
    /** @type {Plot} */
    this.lossPlot = new Plot({ name: "loss" });
    /** @type {Plot} */
    this.accuracyPlot = new Plot({ name: "accuracy" });
    /** @type {Plot} */
    this.trailPlot = new Plot({ name: "trail" });
    /** Which class is taken for which. @type {HTMLElement} */
    this.confusion = make("div", { class: "confusion", hidden: true });
    /** @type {HTMLElement} */
    this.offered = make("div", { class: "offered" });
    const element = make("div", { class: "lab network" },
      this.buildTransport(), this.message, this.offered, this.buildGraph(), this.buildPlane(), this.neuron.element,
      make("div", { class: "losses" }, this.lossPlot.element), make("div", { class: "histories" }, this.accuracyPlot.element, this.trailPlot.element, this.confusion), this.buildControls(),
      make("p", { class: "meanwhile" }, "While training runs, the tabs below wait: they catch up when you pause."));
    /** @type {() => void} */
    this.onVisible = () => {
      if (!document.hidden) this.proceed();
      else if (this.playing) this.keep();
    };
    document.addEventListener("visibilitychange", this.onVisible);
    offer(this.offered, KEPT, { take: (records) => this.goOn(records.get(KEPT)), isNews: (records) => this.isNews(records.get(KEPT)) });
    return this.withKeys(element);
  }

  buildTransport() {
    /** @type {HTMLButtonElement} */
    this.stepButton = small("1 step", "1 step: one batch", () => this.once("step"));
    /** @type {HTMLButtonElement} */
    this.epochButton = small("1 epoch", "1 epoch: every point once", () => this.once("epoch"));
    const rewind = small("|◄ Rewind", "Rewind: back to the same start", () => this.rewind());
    /** @type {Record<string, {title: string, output: HTMLElement}>} */
    this.readouts = Object.fromEntries([["epoch", "Epoch"], ["train", "Train loss"], ["test", "Test loss"], ["accuracy", "Test accuracy"]].map(
      ([name, title]) => [name, { title, output: make("span", { "data-read": name }) }]));
    return make("div", { class: "transport", role: "toolbar", "aria-label": "Training" },
      this.buildPlay("Play", "Play: train until you pause"), this.stepButton, this.epochButton, rewind, this.buildUndo(),
      make("dl", { class: "readings" }, ...Object.values(this.readouts).map(({ title, output }) => make("div", {}, make("dt", {}, title), make("dd", {}, output)))));
  }

  buildGraph() {
    /** @type {HTMLButtonElement} */
    this.fewer = small("−", "Remove the last hidden layer", () => this.reshape((layers) => layers.toSpliced(-2, 1)));
    /** @type {HTMLButtonElement} */
    this.more = small("+", "Add a hidden layer", () => this.reshape((layers) => layers.toSpliced(-1, 0, [...(layers.at(-2) ?? FIRST_HIDDEN)])));
    /** @type {HTMLElement} */
    this.depth = make("b", { "data-read": "depth" });
    /** @type {HTMLElement} */
    this.heads = make("div", { class: "heads" });
    this.graph.element.prepend(this.heads);
    return make("figure", { class: "net" },
      make("figcaption", {}, make("b", {}, "Hidden layers "), this.fewer, " ", this.depth, " ", this.more,
        make("span", { class: "key" }, make("i", { class: "minus" }), "negative weight ", make("i", { class: "plus" }), "positive ", make("i", { class: "dot" }), "bias ", make("i", { class: "dot none" }), "bias 0")),
      this.addSetting("features"), this.graph.element, this.graph.said);
  }

  buildPlane() {
    const modes = [["look", "Choose", "Move the chosen point"], ["0", "+0 ●", "Add points of class 0"], ["1", "+1 ■", "Add points of class 1"],
      ["class", "+2…", "Add points of class 2 or another one of up to six"], ["number", "+ number", "Add points with a number as target, for a regression"], ["erase", "Erase", "Take your own points away"]];
    const strip = new Strip({
      name: "mode", title: "The pointer", help: "", default: "look",
      options: modes.map(([value, title, detail]) => ({ value, title, detail })),
    }, { onInput: (mode) => this.setMode(mode), onCommit: (mode) => this.setMode(mode) });
    /** The class that points are drawn of while the strip says "+2…". @type {Mode} */
    this.drawn = "2";
    const draws = (/** @type {Mode} */ mode) => {
      this.drawn = mode;
      this.setMode("class");
    };
    const classes = new Strip({
      name: "class", title: "Class of new points", help: "", default: this.drawn,
      options: SIGNS.map((sign, value) => ({ value: String(value), title: `${value} ${sign}`, detail: `Add points of class ${value}` })),
    }, { onInput: draws, onCommit: draws });
    /** @type {HTMLElement} */
    this.palettes = make("div", { class: "beside", hidden: true }, classes.element);
    /** @type {HTMLButtonElement} */
    this.clear = make("button", { type: "button", class: "small", onclick: () => this.redraw([], true) }, "Clear");
    /** @type {HTMLElement} */
    this.swatch = make("i", { class: "swatch", "aria-hidden": "true" });
    /** @type {HTMLElement} */
    this.brushBox = make("div", { class: "brush", hidden: true });
    /** @type {HTMLElement} */
    this.caption = make("p", { class: "place caption" });
    return make("figure", { class: "answers" }, this.addSetting("data"), this.plane.canvas,
      make("div", { class: "beside" }, strip.element, this.clear), this.palettes, this.brushBox,
      make("div", { class: "chosenpoint" }, make("b", {}, "Point"),
        ...["x1", "x2", "target"].map((name) => this.addSetting(name))),
      this.caption);
  }

  buildControls() {
    const panel = make("section", { class: "controls", "aria-label": "Settings" });
    for (const name of ["noise", "points", "share", "data_seed", "learning_rate", "schedule", "optimizer", "patience", "batch_size", "loss", "l1", "l2", "initializer", "seed"]) {
      panel.append(this.addSetting(name));
      for (const parameter of this.parameters(name)) panel.append(this.addSetting(parameter.name));
    }
    return panel;
  }

  /** The settings that only some choices of a menu have. @param {string} menu */
  parameters(menu) {
    return [...this.settings.values()].filter((setting) => setting.menu === menu);
  }

  /** @param {string} name */
  addSetting(name) {
    const control = this.addControl(this.settings.get(name), { extend: (value) => this.follows(name, value) });
    return /** @type {Control} */ (control).element;
  }

  /** What else changes with a setting. @param {string} name @param {any} value @returns {Changes} */
  follows(name, value) {
    if (["initializer", "limit", "seed", "features"].includes(name)) return { training_state: null, weights: "" };
    if (name === "data") return { training_state: null, ...this.suited(value) };
    return {};
  }

  /**
   * The output and the loss that suit a data set, where it has another task or other classes than the present one.
   * @param {string} data
   * @param {OwnPoint[]} own
   * @param {NetworkValues["own_task"]} ownTask
   * @returns {Changes}
   */
  suited(data, own = this.values.own, ownTask = this.values.own_task) {
    const { task, set_classes } = this.facts;
    const classes = data === "own" ? ownClasses(own, ownTask) : set_classes[data];
    const [units, activation] = this.values.layers[this.values.layers.length - 1];
    const isSoftmax = activation === "softmax";
    if ((classes === 0) === (task === "regression") && (classes > 2 || isSoftmax ? units === classes : true)) return {};
    /** @type {LayerValue} */
    const output = classes > 2 ? [classes, "softmax"] : [1, classes === 0 ? "linear" : "sigmoid"];
    const loss = classes === 0 ? "mean_squared_error" : classes > 2 ? "categorical_crossentropy" : "binary_crossentropy";
    const keeps = classes > 2 && isSoftmax; // it has a loss of several classes
    return { layers: this.values.layers.toSpliced(-1, 1, output), ...(output[0] === units ? {} : { weights: "" }), ...(keeps ? {} : { loss }) };
  }

  // Training

  play() {
    if (this.facts?.measure) super.play();
  }

  get standing() { return "training_state"; }

  /** @param {NetworkValues["advance"]} how */
  advance(how) {
    this.waiting = true;
    this.fallBack(this.ask({ advance: how }, false));
  }

  rewind() {
    this.playing = false;
    this.showPlaying();
    this.commit({ training_state: null });
  }

  /** Nothing more is asked of the training. */
  stand() {
    const { values } = this;
    this.values = { ...values, advance: /** @type {const} */ ("none") };
    this.waiting = false;
  }

  /**
   * Every question but that of `advance` leaves the training where it stands.
   * @param {Changes} changes
   * @param {boolean} rest
   */
  ask(changes, rest) {
    if (!("advance" in changes)) {
      this.stand();
      return super.ask(changes, rest);
    }
    const said = this.message.textContent;
    const request = super.ask(changes, rest);
    this.say(said);
    return request;
  }

  /** @param {number} seq @param {string} sentence */
  complain(seq, sentence) {
    this.halt();
    this.stand();
    super.complain(seq, sentence);
  }

  // What the browser keeps

  /** Keep what a link does not carry, or not always, once the hand rests. */
  keep() {
    this.keptAt = performance.now();
    keepSoon(KEPT, KEPT, () => {
      const { training_state, weights, own } = this.values;
      const epoch = this.facts?.measure?.epoch ?? 0;
      const said = training_state ? `your trained network (${counted(Math.floor(epoch), "epoch")})`
        : weights ? "the weights that you set" : own.length > 0 ? `your ${counted(own.length, "point")}` : "";
      return said ? { said, value: { ...this.values, advance: "none" } } : null;
    });
  }

  /**
   * Whether another visit has left something that is not on.
   * @param {Partial<NetworkValues> | undefined} values
   */
  isNews(values) {
    /** @type {(keyof NetworkValues)[]} */
    const names = ["layers", "weights", "own", "training_state"];
    return values !== undefined && names.some((name) => JSON.stringify(values[name]) !== JSON.stringify(this.values[name]));
  }

  /** Take back what another visit has left; what this release does not know is left out. @param {Partial<NetworkValues>} values */
  goOn(values) {
    this.playing = false;
    this.showPlaying();
    const known = Object.fromEntries(Object.entries(values).filter(([name]) => this.settings.has(name)));
    this.commit({ ...known, dark: this.dark });
  }

  /** @param {Changes} changes */
  commit(changes) {
    super.commit(changes);
    this.keep();
  }

  // Edits

  /**
   * Change one weight: of the start before the first step, afterwards of the network as it is now.
   * @param {number} index
   * @param {number} value
   * @param {boolean} rest
   */
  edit(index, value, rest) {
    const parameters = this.drawing.parameters.slice();
    parameters[index] = value;
    this.drawing.parameters = parameters;
    const packed = packNumbers(parameters);
    const { training_state } = this.values;
    const changes = training_state ? { training_state: { ...training_state, parameters: packed, edited: true } } : { weights: packed };
    if (rest) this.commit(changes);
    else this.move(changes);
  }

  /**
   * Change the layers: the weights stay where none is added or removed.
   * @param {(layers: LayerValue[]) => LayerValue[]} change
   * @param {Changes} [more] what changes along with them
   */
  reshape(change, more = {}) {
    const before = this.values.layers;
    const layers = change(before.map((layer) => [...layer]));
    const shaped = (/** @type {LayerValue[]} */ all) => JSON.stringify(all.map(([units, , values]) => [units, Boolean(values?.batch_normalization)]));
    const same = shaped(layers) === shaped(before);
    this.commit({ layers, ...more, ...(same ? {} : { training_state: null, weights: "" }) });
    this.showHeads(layers);
  }

  /**
   * Change parameters of a layer's activation.
   * @param {number} layer
   * @param {Record<string, number>} changes
   * @param {boolean} rest
   */
  setParameters(layer, changes, rest) {
    const [units, activation, parameters] = this.values.layers[layer];
    const change = { layers: this.values.layers.toSpliced(layer, 1, withExtras([units, activation], { ...parameters, ...changes })) };
    if (rest) this.commit(change);
    else this.move(change);
  }

  /**
   * Take the student's own points over; a number among them makes a regression of them, a third class makes several.
   * @param {OwnPoint[]} own
   * @param {boolean} rest
   * @param {Kind | null} kind
   */
  redraw(own, rest, kind = null) {
    this.plane.own = own;
    const { data, own: before, own_task: held } = this.values;
    const isFirst = data !== "own" || before.length === 0;
    const begun = kind === "class" && isFirst ? "auto" : held;
    const isThird = kind === "class" && begun === "auto" && (own.at(-1)?.[2] ?? 0) > 1;
    const task = kind === "number" ? "regression" : isThird ? "classification" : begun;
    const isOther = data !== "own" || task !== held || (ownClasses(own, task) > 2 && ownClasses(own, task) !== ownClasses(before, held));
    /** @type {Changes} */
    const changes = { own, data: "own", own_task: task, ...(isFirst ? { own_names: [] } : {}), ...(isOther ? { training_state: null, ...this.suited("own", own, task) } : {}) };
    if (rest) this.commit(changes);
    else this.move(changes);
  }

  /** The slider of the target of new points; it reaches as far as the targets do. */
  buildBrush() {
    const { task, half } = this.facts;
    const most = task === "regression" ? Math.max(1, half) : 1;
    const step = Number((10 ** Math.floor(Math.log10(most)) / 20).toPrecision(1));
    const reach = Number((Math.ceil(most / step) * step).toPrecision(6));
    if (reach !== this.reach) {
      this.reach = reach;
      const paint = (/** @type {number} */ value) => this.setBrush(value);
      this.plane.brush = Math.max(-reach, Math.min(reach, this.plane.brush));
      const slider = new Slider({ name: "brush", title: "Target of new points", low: -reach, high: reach, step, default: this.plane.brush, unit: "" }, { onInput: paint, onCommit: paint });
      this.brushBox.replaceChildren(slider.element, this.swatch);
    }
    this.setBrush(this.plane.brush);
  }

  /** @param {number} value */
  setBrush(value) {
    this.plane.brush = value;
    const { task, half } = this.facts;
    this.swatch.style.background = this.palette.colour(value / (task === "regression" ? half : 1));
  }

  /** @param {Mode | "class"} mode */
  setMode(mode) {
    this.plane.mode = mode === "class" ? this.drawn : mode;
    this.plane.canvas.dataset.mode = this.plane.mode;
    this.palettes.hidden = mode !== "class";
    this.brushBox.hidden = mode !== "number";
  }

  /** @param {number | null} source */
  choose(source) {
    if (!this.drawing) return;
    this.neuron.show(this.drawing, this.graph.selected);
    this.neuron.reveal(source);
    this.showTrail();
  }

  // Answers

  get dragging() {
    return super.dragging || this.plane.dragging || this.neuron.dragging;
  }

  showControls() {
    super.showControls();
    for (const { name, menu, owners } of this.settings.values()) {
      if (menu) this.controls.get(name).element.hidden = !owners.includes(this.values[/** @type {keyof NetworkValues} */ (menu)]);
    }
    const isOwn = this.values.data === "own";
    for (const name of ["noise", "points"]) this.controls.get(name).element.classList.toggle("idle", isOwn);
    if (!this.plane.dragging) this.plane.own = this.values.own;
    this.plane.isOwn = isOwn;
    this.plane.most = /** @type {OwnPointsDescription} */ (this.settings.get("own")).most;
    this.clear.hidden = !isOwn || this.values.own.length === 0;
    this.showHeads(this.values.layers);
  }

  /** Leave the losses in the menu that the output can learn under. @param {string[]} names */
  offerLosses(names) {
    for (const option of this.controls.get("loss").select.options) option.hidden = !names.includes(option.value);
  }

  /** Which class is taken for which, where there are more than two. */
  showConfusion() {
    const { confusion, counts } = this.facts;
    this.confusion.hidden = confusion.length === 0;
    if (confusion.length === 0) return;
    const names = confusion.map((_, at) => this.classes[at] ?? String(at));
    const title = `${counts[1] > 0 ? "Test" : "Training"} points: a row for each class, a column for each answer`;
    this.confusion.replaceChildren(make("table", {}, make("caption", {}, title),
      make("thead", {}, make("tr", {}, make("td", {}), ...names.map((name, at) => make("th", { scope: "col" }, this.sign(at), name)))),
      make("tbody", {}, ...confusion.map((row, at) => make("tr", {}, make("th", { scope: "row" }, this.sign(at), names[at]),
        ...row.map((count, column) => make("td", { class: count === 0 ? "none" : column === at ? "right" : "wrong" }, String(count))))))));
  }

  /** The shape of a class in its colour. @param {number} at */
  sign(at) {
    return make("i", { class: "classsign", "aria-hidden": "true", style: `color: ${this.classColours[at] ?? "inherit"}` }, SIGNS[at]);
  }

  /** A head above each column of the graph: the units and the activation of its layer. @param {LayerValue[]} layers */
  showHeads(layers) {
    const classes = this.facts?.task === "regression" ? 0 : this.classes.length;
    const key = JSON.stringify([layers, classes]);
    if (key === this.headed) return;
    this.headed = key;
    /** @type {LayersDescription} */
    const { hidden: most, units: mostUnits, activations, softmax } = this.settings.get("layers");
    const isFull = layers.length > most;
    this.depth.textContent = String(layers.length - 1);
    this.fewer.disabled = layers.length === 1;
    this.more.disabled = isFull;
    const root = /** @type {Document | ShadowRoot} */ (this.heads.getRootNode());
    const focused = /** @type {HTMLElement | null | undefined} */ (root.activeElement)?.dataset?.head;
    /** @param {number} at @param {LayerValue} layer */
    const set = (at, layer) => this.reshape((all) => all.toSpliced(at, 1, layer));
    const columns = layers.map(([units, activation, ...parameters], at) => {
      const isOutput = at === layers.length - 1;
      const name = isOutput ? "output" : `hidden layer ${at + 1}`;
      const offered = !isOutput || classes === 0 ? activations : classes > 2 ? [softmax] : [...activations, softmax];
      const menu = make("select", { class: "menu", "aria-label": `Activation of ${name}`, "data-head": `activation-${at}` },
        ...offered.map(({ value, title }) => make("option", { value, selected: value === activation }, title)));
      menu.addEventListener("change", () => {
        const isMany = menu.value === softmax.value;
        /** @type {Changes} */
        const more = !isOutput || isMany === (activation === softmax.value) ? {} : { loss: isMany ? "categorical_crossentropy" : "binary_crossentropy" };
        const changed = withExtras([isOutput ? (isMany ? classes : 1) : units, menu.value], extrasOf(layers[at]));
        this.reshape((all) => all.toSpliced(at, 1, changed), more);
        // Its parameters are beside the chosen unit.
        const { layer, unit } = this.graph.selected;
        this.graph.select({ layer: at, unit: layer === at ? unit : 0, source: null });
      });
      // What stands on the border to the column before, and what stands above this one.
      const inserted = (/** @type {LayerValue[]} */ all) => (at === 0 && isOutput ? FIRST_HIDDEN : all[Math.max(0, at - 1)]);
      const insert = small("+", `Insert a hidden layer ${at === 0 ? "before the first" : `after hidden layer ${at}`}`,
        () => this.reshape((all) => all.toSpliced(at, 0, [...inserted(all)])),
        { disabled: isFull, "data-head": `insert-${at}` });
      insert.classList.add("insert");
      const remove = isOutput ? "" : small("×", `Remove ${name}`, () => this.reshape((all) => all.toSpliced(at, 1)),
        { "data-head": `remove-${at}` });
      const tools = make("span", { class: "tools" }, insert, remove);
      const count = isOutput ? make("span", { class: "units" }, units > 1 ? "Outputs" : "Output") : make("span", { class: "units" },
        small("−", `Remove a unit of ${name}`, () => set(at, [units - 1, activation, ...parameters]),
          { disabled: units === 1, "data-head": `fewer-${at}` }),
        make("b", {}, String(units)),
        small("+", `Add a unit to ${name}`, () => set(at, [units + 1, activation, ...parameters]),
          { disabled: units === mostUnits, "data-head": `more-${at}` }));
      const { batch_normalization: isNormal, dropout } = extrasOf(layers[at]);
      const said = [...(isNormal ? ["normalised"] : []), ...(dropout ? [`dropout ${short(dropout)}`] : [])].join(", ");
      return make("div", { class: "layerhead" }, tools, count, menu, ...(said ? [make("span", { class: "inside" }, said)] : []));
    });
    this.heads.style.setProperty("--columns", String(layers.length + 1));
    this.heads.style.minWidth = `${(layers.length + 1) * COLUMN_LEAST}px`;
    this.heads.replaceChildren(make("div", { class: "layerhead" }, make("span", { class: "tools" }), make("span", { class: "units" }, "Inputs")), ...columns);
    /** @type {HTMLElement | null} */
    const held = focused ? this.heads.querySelector(`[data-head="${focused}"]`) : null;
    held?.focus({ preventScroll: true });
  }

  /** @param {import("../frontend/live/live.js").Colours} roles */
  colour(roles) {
    this.graph.colour(roles);
    this.plane.colour(roles);
    for (const plot of [this.lossPlot, this.accuracyPlot, this.trailPlot]) plot.colour(roles, this.data.series);
  }

  /** @param {import("../frontend/live/lane.js").Answer<NetworkFacts>} answer */
  show({ facts, blobs, seq }) {
    const { training_state } = facts;
    const isLast = seq === this.seq;
    if (facts.colours) {
      this.palette = new SignedColours(facts.colours);
      /** Of the last answer that did not train on. @type {Parts | undefined} */
      this.points = /** @type {any} */ (Object.fromEntries(["train", "test"].map(
        (part) => [part, { x: blobs[`${part}_x`].data, y: blobs[`${part}_y`].data }])));
      /** @type {string[] | undefined} */
      this.remarks = facts.remarks;
      this.classes = facts.classes ?? [];
      this.classColours = facts.class_colours ?? [];
      this.offerLosses(facts.losses ?? []);
    }
    if (!this.palette) {
      this.refresh();
      return;
    }
    const { options } = /** @type {FeaturesDescription} */ (this.settings.get("features"));
    const made = options.filter(({ value }) => facts.features.includes(value)).map(({ title }) => title);
    const shape = new Shape(facts.layers, this.classes, made);
    const parameters = unpackNumbers(training_state.parameters);
    /** @type {Drawing} */
    this.drawing = { ...facts, shape, parameters, units: blobs.units, output: blobs.output, palette: this.palette,
      regression: facts.task === "regression", classColours: this.classColours, .../** @type {Parts} */ (this.points) };
    if (isLast) {
      // The output and the loss are those that fit the points.
      const isSuited = this.values.loss === facts.loss && JSON.stringify(this.values.layers) === JSON.stringify(facts.layers);
      this.values = { ...this.values, layers: facts.layers, loss: /** @type {NetworkValues["loss"]} */ (facts.loss), training_state: training_state.step > 0 ? training_state : null,
        advance: /** @type {const} */ ("none") };
      this.waiting = false;
      if (isSuited) this.showHeads(facts.layers);
      else this.showControls();
    }
    this.plane.show(this.drawing);
    this.graph.drawing = this.drawing;
    this.graph.clamp();
    this.graph.show(this.drawing);
    if (facts.measure) this.track.take(facts.first, facts.measure, parameters);
    this.element.dataset.seq = String(seq);
    this.element.dataset.step = String(training_state.step);
    if (!isLast) return;
    if (this.playing && performance.now() - (this.keptAt ?? 0) > KEEP_EVERY) this.keep();
    this.shown(facts.trouble);
  }

  describe() {
    if (!this.drawing) return; // the first answer was to a training that played: what it says nothing of is asked for
    const { measure, counts, training_state, clipped, held, centre, half, task } = this.facts;
    this.neuron.show(this.drawing, this.graph.selected);
    /** @param {number | null | undefined} value @param {number} [digits] */
    const number = (value, digits = 3) => (value == null ? "none" : short(value, digits));
    /** @param {number | null | undefined} value */
    const said = (value) => (value == null ? "none" : percent(value));
    const { epoch, train, test, accuracy } = this.readouts;
    epoch.output.textContent = measure ? short(measure.epoch, 4) : "0";
    train.output.textContent = number(measure?.train_loss);
    test.output.textContent = number(measure?.test_loss);
    /** @type {HTMLElement} */ (accuracy.output.closest("div")).hidden = task === "regression";
    accuracy.output.textContent = said(measure?.test_accuracy ?? measure?.train_accuracy);
    for (const button of [this.playButton, this.stepButton, this.epochButton]) button.disabled = !measure && !this.playing;
    if (!this.dragging) this.buildBrush();
    const now = performance.now();
    if (this.playing && now - (this.curved ?? 0) < CURVES_EVERY) return;
    this.curved = now;
    const sentence = measure
      ? `Output over the plane after ${counted(training_state.step, "step")}: train loss ${number(measure.train_loss)}, test loss ${number(measure.test_loss)}`
        + `${task === "classification" ? `, accuracy ${said(measure.train_accuracy)} on training points and ${said(measure.test_accuracy)} on the test` : ""}.`
      : "No points yet: add some, or choose a data set.";
    this.plane.describe(sentence);
    if (!this.playing) this.tell(sentence);
    this.graph.describe();
    const zero = this.dark ? "black" : "white";
    const isMany = this.classes.length > 2;
    const ends = isMany ? "each region has the colour of its most probable class, and less of it where that is less sure" : task === "classification" ? `blue ${short(centre - half)} to orange ${short(centre + half)}, line at ${short(centre)}` : `blue ${short(-half)}, ${zero} 0, orange ${short(half)}`;
    this.caption.replaceChildren(...(isMany ? [make("span", { class: "classkey" }, ...this.classes.map((name, at) => make("span", {}, this.sign(at), name)))] : []), make("b", {}, `${counts[0]} training points, ${counts[1]} test points (${task === "regression" ? "with a rim" : "hollow"})`), `. Output: ${ends}${clipped ? "; values beyond are clipped" : ""}. `
      + `Each unit’s picture has its own scale, ${zero} at 0.${held ? " Some numbers have grown beyond 10³⁰ and are kept there." : ""}`,
      ...(measure ? this.remarks ?? [] : ["Draw points on the plane, or choose a data set."]).map((remark) => make("span", { class: "warn" }, ` ${remark}`)));
    this.showConfusion();
    this.showCurves();
    this.showTrail();
  }

  /** The axis of steps, the same under all plots. */
  get steps() {
    return { low: 0, high: Math.max(10, ...[this.track.entries, this.track.ghost].map((entries) => entries.at(-1)?.step ?? 0)), title: "Steps" };
  }

  showCurves() {
    const { entries, ghost } = this.track;
    /** @param {string} title @param {number} series @param {(entry: Entry) => number | null} read */
    const line = (title, series, read) => [ghost, entries].map((run) => ({
      title, x: this.track.column(({ step }) => step, run), y: this.track.column(read, run), series,
      strong: series === 1, dashed: series === 1, quiet: run === ghost, faint: run === ghost }));
    const more = ghost.length > 0 ? ", last run faint" : "";
    const losses = [...line("train", 0, (entry) => entry.train_loss), ...line("test", 1, (entry) => entry.test_loss)];
    const top = Math.max(1e-6, ...losses.flatMap(({ y }) => [...y].filter(Number.isFinite)));
    const low = Math.min(0, ...losses.flatMap(({ y }) => [...y].filter(Number.isFinite)));
    const last = this.track.entries.at(-1);
    const end = this.values.patience > 0 ? this.facts.training_state.stopping : null;
    const isEnded = Boolean(end?.stopped_step);
    const said = end ? ` The test loss was smallest after epoch ${end.best_epoch}${isEnded ? `, and early stopping would have ended training after epoch ${end.stopped_epoch}` : ""}.` : "";
    this.lossPlot.show({ x: this.steps, y: { low, high: top * 1.05, title: `Loss, test dashed${more}` }, lines: losses,
      bands: end && isEnded ? [{ from: end.stopped_step, to: this.steps.high, title: "stopped", striped: true }] : [],
      points: end ? [{ x: end.best_step, y: end.best_loss, series: 1 }] : [],
      summary: last ? `Loss after ${counted(last.step, "step")}: ${short(last.train_loss)} on training points, ${short(last.test_loss ?? NaN)} on the test.${ghost.length > 0 ? " The faint lines are the last run." : ""}${said}` : "No loss yet." });
    const classes = this.facts.task === "classification";
    this.accuracyPlot.element.hidden = !classes;
    if (classes) {
      const lines = [...line("train", 0, (entry) => entry.train_accuracy), ...line("test", 1, (entry) => entry.test_accuracy)];
      this.accuracyPlot.show({ x: this.steps, y: { low: 0, high: 1.02, title: `Accuracy, test dashed${more}` }, lines,
        summary: last ? `Accuracy after ${counted(last.step, "step")}: ${short(last.train_accuracy ?? NaN)} on training points, ${short(last.test_accuracy ?? NaN)} on the test.` : "No accuracy yet." });
    }
    if (this.playing) return;
    this.lossPlot.describe();
    if (classes) this.accuracyPlot.describe();
  }

  /** The weights of the chosen unit over time. */
  showTrail() {
    const { shape } = this.drawing;
    const { layer, unit } = this.graph.selected;
    const count = Math.min(MOST_TRAILS, shape.inputs(layer) + 1);
    const x = this.track.column(({ step }) => step);
    const lines = Array.from({ length: count }, (_, place) => {
      const isBias = place === shape.inputs(layer);
      const index = isBias ? shape.bias(layer, unit) : shape.weight(layer, place, unit);
      return { title: isBias ? "bias" : shape.source(layer, place), x, y: this.track.column(({ parameters }) => parameters[index]), series: place, dashed: isBias, quiet: count > 6 };
    });
    const all = lines.flatMap(({ y }) => [...y].filter(Number.isFinite));
    const reach = Math.max(0.5, ...all.map(Math.abs)) * 1.08;
    this.trailPlot.show({ x: this.steps, y: { low: -reach, high: reach, title: "Weights of the chosen unit, bias dashed" }, lines,
      summary: `Weights and bias of ${shape.title(layer, unit)} over ${counted(this.track.entries.length, "measure")}.` });
    if (!this.playing) this.trailPlot.describe();
  }

  release() {
    document.removeEventListener("visibilitychange", this.onVisible);
    this.playing = false;
    this.graph.release();
    this.plane.release();
    for (const plot of [this.lossPlot, this.accuracyPlot, this.trailPlot]) plot.release();
  }
}

export default mount(NetworkView);
