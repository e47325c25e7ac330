// The kernel editor: a menu of named kernels with their arguments, and a grid of weights, each typed,
// stepped with the arrow keys, or scrubbed by dragging. It holds no arithmetic of kernels: to normalise,
// turn or resize it sends the weights with the wish, and shows what comes back.

import { choose, make, write } from "../core/dom.js";
import { alike, digitsOf, short, total } from "../core/numbers.js";
import { Slider, explainBeside } from "./controls.js";
import { NumberField } from "./field.js";

export const CUSTOM = "custom";
const WEIGHT_MOST = 1000;
const EDITABLE = 9; // more columns than this are too narrow to read, so they show colours alone

const ACTIONS = [
  ["normalise", "Sum 1", "Divide every weight by the sum, which keeps the brightness"],
  ["zero_mean", "Mean 0", "Subtract the mean from every weight, so that flat areas give 0"],
  ["transpose", "Transpose", "Swap rows and columns"],
  ["rotate45", "↻ 45°", "Rotate each ring of weights by 45°"],
  ["flip", "↻ 180°", "Rotate the kernel by 180°: both axes are reversed"],
];

/**
 * @typedef {import("../types/messages.js").KernelDescription} KernelDescription
 * @typedef {import("../types/messages.js").KernelPreset} KernelPreset
 * @typedef {import("../types/messages.js").KernelValue} KernelValue
 * @typedef {import("../types/messages.js").NumberDescription} NumberDescription
 * @typedef {Partial<KernelValue> & {action?: string}} Wish a kernel, or what should be done to its weights
 */

/**
 * @typedef {object} KernelWiring
 * @property {(wish: Wish) => void} onInput
 * @property {(wish: Wish) => void} onCommit
 * @property {(scale: "unit" | "signed") => void} onPicked a kernel by name, which goes with this scale
 * @property {() => void} onBegin a change that is no further step of the one before
 */

export class KernelEditor {
  /** @param {KernelDescription} setting @param {KernelWiring} wiring */
  constructor(setting, { onInput, onCommit, onPicked, onBegin }) {
    this.setting = setting;
    this.onInput = onInput;
    this.onCommit = onCommit;
    this.onPicked = onPicked;
    this.onBegin = onBegin;
    this.presets = new Map(setting.presets.map((preset) => [preset.name, preset]));
    this.edits = 0;
    this.value = setting.default;
    this.scrubbing = false;
    this.most = 1; // the size of the weight that has the full tint
    /** The side that is being typed. @type {EventTarget | null} */
    this.typing = null;
    /** The cell, or the argument, that was stepped last. @type {EventTarget | string | null} */
    this.stepped = null;
    /** Whether the operation turns it by half a turn. */
    this.turned = false;
    /** The kernel that stands here, as text. @type {string | undefined} */
    this.shown = undefined;
    /** The kernel whose arguments have the sliders. @type {string | undefined} */
    this.family = undefined;
    /** @type {Slider[]} */
    this.sliders = [];
    /** The size that the cells are for. @type {string | undefined} */
    this.shaped = undefined;
    /** @type {HTMLInputElement[]} */
    this.cells = [];

    const groups = Map.groupBy(setting.presets, ({ group }) => group);
    this.menu = make("select", { class: "menu", "aria-label": "Kernel", onchange: () => this.pick(this.menu.value) },
      ...[...groups].map(([group, presets]) => make("optgroup", { label: group },
        ...presets.map(({ name, title }) => make("option", { value: name }, title)))),
      make("option", { value: CUSTOM }, "My own weights"));
    this.sides = ["rows", "columns"].map((side) => make("input", {
      class: "side", type: "number", min: 1, max: setting.largest, "aria-label": `Kernel ${side}`,
      oninput: (/** @type {Event} */ { target }) => { this.typing = target; },
      onchange: (/** @type {{target: HTMLInputElement}} */ { target }) => { this.typing = null; this.resize(target); },
    }));
    this.reason = make("p");
    this.source = make("p", { class: "source" });
    this.why = make("div", { class: "help", popover: "auto" }, this.reason, this.source);
    this.whyButton = make("button", { class: "why", type: "button", "aria-label": "What is this kernel for?" }, "?");
    explainBeside(this.whyButton, this.why);
    this.arguments = make("div", { class: "arguments" });
    this.grid = make("div", { class: "weights", role: "group", "aria-label": "Weights" });
    this.total = make("b");
    this.effect = make("span");
    this.sum = make("p", { class: "sum" }, "Sum ", this.total, ": ", this.effect);
    this.actions = make("div", { class: "actions" },
      ...ACTIONS.map(([action, title, meaning]) => this.button(title, meaning, () => this.act(action), "rare")),
      this.button("Random", "New random weights", () => this.random(), "rare"),
      this.button("Reset", "Back to the original kernel", () => this.reset()));
    /** What is said of the kernel and done to it as a whole: a view may have it stand elsewhere. */
    this.tools = make("div", { class: "kerneltools" },
      make("div", { class: "head rare" }, this.sum, this.whyButton, this.why), this.actions);
    this.element = make("section", { class: "kernel", "aria-label": "Kernel" },
      make("div", { class: "choose" }, this.menu, make("span", { class: "size" }, this.sides[0], "×", this.sides[1])),
      this.grid, this.tools);
    this.show();
  }

  /** @param {string} title @param {string} meaning @param {() => void} onclick @param {string} more classes */
  button(title, meaning, onclick, more = "") {
    return make("button", { type: "button", class: `small ${more}`, title: meaning, onclick }, title);
  }

  /**
   * Take a value from outside; what is being edited here meanwhile has the say. The weights of a wish come later.
   * @param {Wish} value
   */
  set(value) {
    if (this.scrubbing || !value.weights || value.action) return;
    this.value = /** @type {KernelValue} */ (value);
    this.show();
  }

  /**
   * The whole kernel as the operation resolved it, unless the person went on editing since.
   * @param {KernelValue} value
   * @param {number} edits
   */
  resolve(value, edits) {
    if (edits !== this.edits) return false;
    this.value = value;
    // While another control moves every answer brings the kernel that stands here.
    if (JSON.stringify(value) !== this.shown) this.show(this.scrubbing);
    return true;
  }

  /** Say what the kernel does as it is laid on the picture. @param {boolean} turned by half a turn */
  lay(turned) {
    if (turned === this.turned) return;
    this.turned = turned;
    this.show(true);
  }

  /**
   * A change begins, unless it is a further step of the same cell or argument.
   * @param {EventTarget | string | null} stepped
   */
  begin(stepped = null) {
    if (stepped === null || stepped !== this.stepped) this.onBegin();
    this.stepped = stepped;
  }

  /**
   * Change the kernel: `wish` is a value, or what should be done to its weights.
   * @param {Wish} wish
   * @param {boolean} commit
   */
  change(wish, commit) {
    this.edits += 1;
    const whole = wish.weights && !wish.action;
    if (whole) this.value = /** @type {KernelValue} */ (wish);
    (commit ? this.onCommit : this.onInput)(wish);
    if (whole) this.show(this.scrubbing);
  }

  /** @param {number[][]} weights @returns {KernelValue} */
  own(weights) {
    return { name: CUSTOM, rows: weights.length, columns: weights[0].length, arguments: {}, weights };
  }

  /** @param {string} name */
  pick(name) {
    this.begin();
    if (name === CUSTOM) return this.change(this.own(this.value.weights), true);
    // A blurred picture is looked at as a picture, a map of differences around its zero.
    this.onPicked(this.presets.get(name)?.picture ? "unit" : "signed");
    this.change({ name }, true);
  }

  /** @param {HTMLInputElement} changed one of the sides */
  resize(changed) {
    if (this.presets.get(this.value.name)?.square) for (const side of this.sides) side.value = changed.value;
    this.begin();
    const [rows, columns] = this.sides.map(({ value }) => Number(value));
    const { name, arguments: chosen, weights } = this.value;
    if (name === CUSTOM) this.change({ action: "resize", weights, rows, columns }, true);
    else this.change({ name, rows, columns, arguments: chosen }, true);
  }

  /** @param {string} action */
  act(action) {
    this.begin();
    this.change({ action, weights: this.value.weights }, true);
  }

  random() {
    const setting = this.presets.get("random")?.arguments.find(({ name }) => name === "seed");
    const { low, high } = /** @type {NumberDescription} */ (setting);
    const seed = low + Math.floor(Math.random() * (high - low + 1));
    const { rows, columns } = this.value;
    this.begin();
    this.change({ name: "random", rows, columns, arguments: { seed } }, true);
  }

  reset() {
    this.begin();
    const preset = this.presets.get(this.value.name);
    this.change(preset ? { name: preset.name } : structuredClone(this.setting.default), true);
  }

  show(keepCells = false) {
    const { name, rows, columns, weights, arguments: chosen } = this.value;
    const preset = this.presets.get(name);
    choose(this.menu, name);
    [rows, columns].forEach((side, axis) => {
      // A number that is being typed is not overwritten by what arrives meanwhile.
      if (this.sides[axis] !== this.typing) this.sides[axis].value = String(side);
      this.sides[axis].disabled = Boolean(preset?.fixed);
    });
    this.whyButton.hidden = !preset;
    write(this.reason, (this.turned ? preset?.turned : preset?.why) ?? "");
    write(this.source, preset?.source ?? "");
    this.showArguments(preset, chosen);
    if (!keepCells && (this.shaped !== `${rows}x${columns}`)) this.build(rows, columns);
    this.paint();
    write(this.total, short(total(weights.flat())));
    write(this.effect, this.meaning(weights.flat()));
    this.shown = JSON.stringify(this.value);
  }

  /** What the sum of the weights does to a flat area. @param {number[]} weights */
  meaning(weights) {
    const sum = total(weights);
    if (sum === 0) return "flat areas give 0, only edges show";
    if (total([...weights, -1]) === 0) return "flat areas keep their brightness";
    if (Math.abs(sum - 1) < 0.05) return "flat areas nearly keep their brightness";
    if (sum < 0) return "swaps light and dark";
    return sum > 1 ? "brightens" : "darkens";
  }

  /** @param {KernelPreset | undefined} preset @param {Record<string, number>} chosen */
  showArguments(preset, chosen) {
    const shown = preset?.arguments ?? [];
    if (this.family !== preset?.name) {
      this.family = preset?.name;
      this.sliders = shown.map((setting) => new Slider(setting, {
        onInput: (value) => this.argue(setting.name, value, false),
        onCommit: (value) => this.argue(setting.name, value, true),
      }));
      this.arguments.replaceChildren(...this.sliders.map(({ element }) => element));
    }
    this.sliders.forEach((slider) => slider.set(chosen[slider.setting.name]));
  }

  /**
   * An argument of the family moves; the weights follow when the answer comes.
   * @param {string} argument
   * @param {number} value
   * @param {boolean} commit
   */
  argue(argument, value, commit) {
    this.begin(argument);
    const { name, rows, columns } = this.value;
    const chosen = { ...this.value.arguments, [argument]: value };
    this.value = { ...this.value, arguments: chosen };
    this.change({ name, rows, columns, arguments: chosen }, commit);
  }

  /** @param {number} rows @param {number} columns */
  build(rows, columns) {
    this.shaped = `${rows}x${columns}`;
    this.grid.style.setProperty("--columns", String(columns));
    this.grid.style.setProperty("--rows", String(rows));
    if (columns > 3) this.grid.dataset.wide = columns > 5 ? "2" : "1";
    else delete this.grid.dataset.wide;
    this.grid.classList.toggle("dense", columns > EDITABLE || rows > EDITABLE);
    this.cells = [];
    for (let row = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1) this.cells.push(this.cell(row, column));
    }
    this.grid.replaceChildren(...this.cells);
  }

  /** @param {number} row @param {number} column */
  cell(row, column) {
    return new NumberField(
      { class: "weight", "data-row": row, "data-column": column, "aria-label": `Weight, row ${row + 1}, column ${column + 1}` },
      {
        group: this.grid,
        low: -WEIGHT_MOST,
        high: WEIGHT_MOST,
        read: () => this.value.weights[row][column],
        write: (weight, commit) => this.write(row, column, weight, commit),
        onBegin: (stepped) => this.begin(stepped),
        onScrub: (scrubbing) => this.scrub(scrubbing),
        onLeave: () => this.paint(),
        onNext: () => this.cells[(row * this.value.columns + column + 1) % this.cells.length].focus(),
      }).element;
  }

  /** A weight begins to be dragged, or is let go. @param {boolean} scrubbing */
  scrub(scrubbing) {
    this.scrubbing = scrubbing;
    this.grid.classList.toggle("scrubbing", scrubbing);
    if (!scrubbing) this.onCommit(this.value);
  }

  /**
   * Write one weight.
   * @param {number} row
   * @param {number} column
   * @param {number} weight
   * @param {boolean} commit
   */
  write(row, column, weight, commit) {
    const weights = this.value.weights.map((line) => [...line]);
    weights[row][column] = weight;
    this.change(this.own(weights), commit);
  }

  paint() {
    const flat = this.value.weights.flat();
    // While a weight is dragged the others keep their tints.
    if (!this.scrubbing) this.most = Math.max(...flat.map(Math.abs)) || 1;
    const active = /** @type {Document | ShadowRoot} */ (this.grid.getRootNode()).activeElement;
    const texts = alike(flat, 3);
    this.grid.style.setProperty("--digits", String(Math.max(4.5, ...texts.map(digitsOf))));
    this.cells.forEach((input, index) => {
      const weight = flat[index];
      if (input !== active) input.value = texts[index];
      if (input.title !== String(weight)) {
        for (const name of ["title", "aria-valuenow", "aria-valuetext"]) input.setAttribute(name, String(weight));
      }
      input.style.setProperty("--share", `${Math.min(100, (100 * Math.abs(weight)) / this.most)}%`);
      input.classList.toggle("negative", weight < 0);
    });
  }
}
