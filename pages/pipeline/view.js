// The pipeline: the person's own stack of blocks on their own picture. Each block is a card with its controls
// and one mosaic of its maps; a cell of any mosaic is traced back to the picture. All arithmetic is the server's.

import { Slider, Strip, explainBeside, labelled } from "../frontend/controls/controls.js";
import { CUSTOM, KernelEditor } from "../frontend/controls/kernel.js";
import { make } from "../frontend/core/dom.js";
import { endsDrag, startsDrag } from "../frontend/core/drag.js";
import { icon } from "../frontend/core/icons.js";
import { short } from "../frontend/core/numbers.js";
import { counted, grouped, plural } from "../frontend/core/words.js";
import { Live, mount } from "../frontend/live/live.js";
import { Mosaic, Scale } from "../frontend/stage/mosaic.js";
import { Pane, outline } from "../frontend/stage/stage.js";

const UNDO_BLOCKS = 50;
const STRIP_LETTERS = 30; // more than this do not fit beside each other in a card
const BIAS_REACH = 2; // of the slider; a typed bias may be larger
const RARE = ["bias"]; // folded away
const TITLES = { filters: "How many", kernel_size: "Size" };
const FACTOR = { name: "factor", title: "Scale of this map", low: 0, high: 2, step: 0.05, default: 1, unit: "" };

/** A formula as `explorer` writes it in LaTeX: floors, fractions and products are all that it has. */
function formula(latex) {
  const plain = [["\\left\\lfloor", "⌊"], ["\\right\\rfloor", "⌋"], ["\\cdot", "·"], ["'", "′"]]
    .reduce((text, [from, to]) => text.replaceAll(from, to), latex);
  const minus = (text) => text.replaceAll("-", "−");
  const parts = plain.split(/\\frac\{([^{}]*)\}\{([^{}]*)\}/); // text, above, below, text, ...
  return make("span", { class: "formula" }, ...parts.map((part, index) => {
    if (index % 3 === 1) return make("span", { class: "fraction" }, make("span", {}, minus(part)), make("span", {}, parts[index + 1]));
    if (index % 3 === 2) return "";
    return make("span", {}, ...minus(part).split(/([⌊⌋])/).map((text) => (/[⌊⌋]/.test(text) ? make("span", { class: "floor" }, text) : text)));
  }));
}

/** What a cell sees of the picture, in words. */
function seen({ size: [down, across], whole, normalised }) {
  const field = whole ? "the whole picture" : `${grouped(down)} × ${grouped(across)} pixels`;
  return normalised && !whole ? `${field}, and all others through mean and variance` : field;
}

/** A menu for a choice with too many or too long names for a strip. */
class Menu {
  constructor(setting, { onCommit }) {
    this.setting = setting;
    this.select = make("select", {
      class: "menu", "data-name": setting.name,
      onchange: () => onCommit(setting.options[this.select.selectedIndex].value),
    }, ...setting.options.map(({ title }) => make("option", {}, title)));
    this.element = labelled(setting.title, setting.help, this.select).element;
  }

  set(value) {
    this.select.selectedIndex = this.setting.options.findIndex((option) => option.value === value);
  }
}

/** A choice: a strip where its names fit beside each other in a card, otherwise a menu. */
function chooserOf(setting, wiring) {
  const letters = setting.options.reduce((sum, { title }) => sum + title.length, 0);
  return letters + setting.options.length <= STRIP_LETTERS ? new Strip(setting, wiring) : new Menu(setting, wiring);
}

/** One bias for all maps, on a slider, or one for each, typed as a list. */
class Biases {
  constructor(setting, { onInput, onCommit, onSay, maps }) {
    Object.assign(this, { setting, onInput, onCommit, onSay, maps });
    this.slider = new Slider({ ...setting, low: -BIAS_REACH, high: BIAS_REACH, step: 0.01, unit: "" }, { onInput, onCommit });
    this.field = make("input", {
      class: "field", type: "text", inputmode: "decimal", "aria-label": "Biases, one for each map",
      onchange: () => this.type(),
    });
    this.each = make("input", { type: "checkbox", onchange: () => this.part(this.each.checked) });
    this.element = make("div", { class: "biases" }, this.slider.element, this.field,
      make("label", { class: "hold" }, this.each, "one for each map"));
    this.set(setting.default);
  }

  get dragging() { return this.slider.dragging; }

  set(value) {
    this.value = value;
    const several = Array.isArray(value);
    this.each.checked = several;
    this.field.hidden = !several;
    this.slider.track.hidden = several;
    if (!several) this.slider.set(value);
    else if (this.field.getRootNode().activeElement !== this.field) this.field.value = value.map((each) => short(each, 6)).join(", ");
  }

  part(several) {
    this.onCommit(several ? Array(this.maps()).fill(this.value) : this.value[0]);
  }

  type() {
    const biases = this.field.value.replaceAll("−", "-").split(/[,;\s]+/).filter(Boolean).map(Number);
    if (biases.length !== this.maps() || biases.some(Number.isNaN)) {
      this.onSay(`There ${plural(this.maps(), "is", "are")} ${counted(this.maps(), "map")}, so type ${counted(this.maps(), "number")} with commas between.`);
      return;
    }
    this.onCommit(biases);
  }
}

/** A bank of kernels: chosen by name and edited one by one, or drawn by chance. */
class Bank {
  /** @param {{kernel: object}} offer the kernels that there are by name */
  constructor(setting, { onInput, onCommit, onSay, offer }) {
    Object.assign(this, { setting, onInput, onCommit, onSay, offer });
    this.opened = null; // the kernel whose weights are shown
    this.weights = []; // of each kernel, from the last answer
    this.kept = {}; // the last bank of either kind
    this.kind = new Strip({
      name: "bank", title: setting.title, help: setting.help, default: "chosen",
      options: [
        { value: "chosen", title: "Chosen", detail: "Kernels by name, or with weights of your own. Each looks at the mean of all maps that come in." },
        { value: "random", title: "Random", detail: "Weights drawn by chance, other ones for each map that comes in: what a network starts from." },
      ],
    }, { onInput: (kind) => this.part(kind, false), onCommit: (kind) => this.part(kind, true) });
    this.chips = make("div", { class: "chips", role: "group", "aria-label": "Kernels of the bank" });
    this.add = make("select", { class: "menu add", "aria-label": "Add a kernel", onchange: () => this.append() },
      make("option", { value: "" }, "Add a kernel …"), ...kernelGroups(offer.kernel.presets),
      make("option", { value: CUSTOM }, "My own weights"));
    this.drawn = make("div", { class: "drawn" });
    this.sliders = setting.random.filter(({ name }) => name !== "seed").map((number) => new Slider({ ...number, title: TITLES[number.name] }, {
      onInput: (value) => this.onInput({ ...this.value, [number.name]: value }),
      onCommit: (value) => this.onCommit({ ...this.value, [number.name]: value }),
    }));
    this.seeds = setting.random.find(({ name }) => name === "seed");
    this.seed = make("input", {
      class: "field", type: "number", min: this.seeds.low, max: this.seeds.high, step: 1, "data-name": "seed",
      oninput: () => this.sow(false), onchange: () => this.sow(true),
    });
    this.drawn.append(...this.sliders.map(({ element }) => element),
      make("div", { class: "seed" }, make("label", { class: "hold" }, this.seeds.title, this.seed),
        make("button", { type: "button", class: "small", onclick: () => this.redraw() }, "Draw anew")));
    this.editorPlace = make("div", { class: "editor" });
    this.element = make("div", { class: "bank" }, this.kind.element, this.chips, this.add, this.drawn);
  }

  get dragging() {
    return this.kind.dragging || this.sliders.some(({ dragging }) => dragging)
      || this.editor?.scrubbing || this.editor?.sliders?.some(({ dragging }) => dragging);
  }

  get random() { return !Array.isArray(this.value); }

  part(kind, commit) {
    this.kept[this.random ? "random" : "chosen"] = this.value;
    const drawn = Object.fromEntries(this.setting.random.map((number) => [number.name, number.default]));
    this.value = this.kept[kind] ?? (kind === "random" ? drawn : this.setting.default);
    (commit ? this.onCommit : this.onInput)(this.value);
  }

  /** Take the seed that is typed or stepped to. */
  sow(commit) {
    const seed = this.seed.valueAsNumber;
    const { low, high } = this.seeds;
    if (Number.isInteger(seed) && seed >= low && seed <= high) (commit ? this.onCommit : this.onInput)({ ...this.value, seed });
    else if (commit) this.onSay(`A seed is a whole number from ${low} to ${high}.`);
  }

  redraw() {
    const { low, high } = this.seeds;
    this.onCommit({ ...this.value, seed: low + Math.floor(Math.random() * (high - low + 1)) });
  }

  append() {
    const name = this.add.value;
    this.add.value = "";
    if (!name) return;
    const entry = name === CUSTOM ? { name, weights: [[0, 0, 0], [0, 1, 0], [0, 0, 0]] } : { name };
    if (name === CUSTOM) this.opened = this.value.length;
    this.onCommit([...this.value, entry]);
  }

  drop(index) {
    if (this.opened === index) this.opened = null;
    else if (this.opened > index) this.opened -= 1;
    this.onCommit(this.value.filter((entry, at) => at !== index));
  }

  write(entry, commit) {
    if (this.random) {
      // The weight that was typed last is told when the focus leaves it, for a bank drawn by chance.
      this.kept.chosen = this.kept.chosen.with(this.opened, entry);
      return;
    }
    this.value = this.value.with(this.opened, entry);
    (commit ? this.onCommit : this.onInput)(this.value);
  }

  /** @param {Array<number[][]>} [weights] of each kernel, where an answer brings them */
  set(value, weights = null) {
    this.value = value;
    this.weights = weights ?? this.weights;
    this.kind.set(this.random ? "random" : "chosen");
    this.chips.hidden = this.random;
    this.add.hidden = this.random;
    this.drawn.hidden = !this.random;
    if (this.random) {
      this.opened = null;
      this.sliders.forEach((slider) => slider.set(value[slider.setting.name]));
      if (this.seed.getRootNode().activeElement !== this.seed) this.seed.value = value.seed;
    } else {
      this.add.disabled = value.length >= this.setting.most;
      this.showChips();
    }
    this.showEditor(weights !== null);
  }

  showChips() {
    const named = JSON.stringify([this.value.map(({ name }) => name), this.opened]);
    if (named === this.named) return;
    this.named = named;
    const titles = new Map(this.offer.kernel.presets.map(({ name, title }) => [name, title]));
    const focused = this.chips.getRootNode().activeElement?.dataset?.chip;
    this.chips.replaceChildren(...this.value.map(({ name }, index) => {
      const title = titles.get(name) ?? "own weights";
      const open = index === this.opened;
      return make("span", { class: open ? "chip open" : "chip" },
        make("button", {
          type: "button", class: "name", "data-chip": index, "aria-expanded": String(open),
          title: "Show and change its weights", onclick: () => this.open(open ? null : index),
        }, make("small", {}, index), ` ${title}`),
        make("button", {
          type: "button", class: "drop", "aria-label": `Remove kernel ${index}, ${title}`, disabled: this.value.length === 1,
          onclick: () => this.drop(index),
        }, icon("remove")));
    }));
    if (focused) this.chips.querySelector(`[data-chip="${focused}"]`)?.focus();
  }

  open(index) {
    this.opened = index;
    this.showChips();
    this.showEditor(true);
  }

  /** Show the opened kernel. The weights of a named one are known from an answer only; own ones at once. */
  showEditor(answered) {
    const entry = this.opened === null ? null : this.value[this.opened];
    if (!entry) {
      this.editorPlace.replaceChildren();
      this.editor = null;
      return;
    }
    const weights = entry.action ? null : entry.weights ?? (answered ? this.weights[this.opened] : null);
    if (!weights) return;
    if (!this.editor) {
      this.editor = new KernelEditor(this.offer.kernel, {
        onInput: (wish) => this.write(wish, false),
        onCommit: (wish) => this.write(wish, true),
        onPicked: () => {},
        onSay: this.onSay,
      });
      this.editorPlace.replaceChildren(this.editor.element, this.editor.arguments);
    }
    const { name = CUSTOM, arguments: given = {} } = entry;
    const whole = { name, rows: weights.length, columns: weights[0].length, arguments: given, weights };
    if (JSON.stringify(whole) !== JSON.stringify(this.editor.value)) this.editor.set(whole);
  }
}

/** The named kernels as groups of a menu. */
function kernelGroups(presets) {
  return [...Map.groupBy(presets, ({ group }) => group)].map(([group, members]) =>
    make("optgroup", { label: group }, ...members.map(({ name, title }) => make("option", { value: name }, title))));
}

/** One block: what it is, its controls, its maps, and what it costs. */
class Card {
  constructor(lab, kind) {
    Object.assign(this, { lab, kind });
    const button = (name, label, act) => make("button", { type: "button", class: "iconic", "data-act": name, "aria-label": label, title: label, onclick: act }, icon(name));
    this.badge = make("span", { class: "badge", title: "Drag to another place" });
    this.shape = make("span", { class: "shape" });
    this.buttons = {
      up: button("up", "Move up", () => lab.swap(this, -1)),
      down: button("down", "Move down", () => lab.swap(this, 1)),
      copy: button("copy", "Duplicate", () => lab.duplicate(this)),
      remove: button("remove", "Remove", () => lab.remove(this)),
    };
    this.why = make("div", { class: "help", popover: "auto" }, kind.why);
    this.whyButton = make("button", { class: "why", type: "button", "aria-label": `About: ${kind.title}` }, "?");
    explainBeside(this.whyButton, this.why);
    this.mosaic = new Mosaic({
      chosen: () => lab.chosenIn(this),
      onCell: (cell, rest) => lab.choose(this, cell, rest),
      onSwitch: (map) => lab.switchMap(this, map),
      onLeave: () => lab.commit({ cell: null }),
    });
    this.legend = new Scale();
    this.sentence = make("p", { class: "stop", role: "status" });
    this.facts = make("div", { class: "cardfacts" });
    this.controls = new Map();
    const panel = make("div", { class: "panel" });
    const row = make("div", { class: "row" });
    this.arguments = kind.arguments.filter(({ kind }) => kind !== "scales"); // those are set on the maps
    for (const argument of this.arguments) {
      const control = this.control(argument);
      this.controls.set(argument.name, control);
      // A bank takes the place beside the maps, so the rest stands below both.
      const rare = RARE.includes(argument.name);
      const element = rare ? make("details", { class: "more" }, make("summary", {}, argument.title), control.element) : control.element;
      (argument.kind === "bank" || !kind.arguments.some(({ kind }) => kind === "bank") ? panel : row).append(element);
    }
    this.bank = this.controls.get("bank");
    this.element = make("li", { class: "card", "data-kind": kind.kind },
      make("header", {}, this.badge, make("b", { class: "kind" }, kind.title), this.whyButton, this.why, this.shape,
        make("span", { class: "buttons" }, ...Object.values(this.buttons))),
      panel, make("div", { class: "outcome" }, this.mosaic.element, this.legend.element),
      this.bank?.editorPlace ?? "", row, this.sentence, this.facts);
    this.badge.addEventListener("pointerdown", (event) => this.grab(event));
  }

  control(argument) {
    const wiring = {
      onInput: (value) => this.lab.set(this, { [argument.name]: value }, false),
      onCommit: (value) => this.lab.set(this, { [argument.name]: value }, true),
      onSay: (sentence) => this.lab.say(sentence),
    };
    if (argument.kind === "bank") return new Bank(argument, { ...wiring, offer: this.lab.offer });
    if (argument.kind === "bias") return new Biases(argument, { ...wiring, maps: () => this.filters });
    return argument.kind === "choice" ? chooserOf(argument, wiring) : new Slider(argument, wiring);
  }

  /** How many maps a convolution makes. */
  get filters() {
    const { value, random } = this.bank;
    return random ? value.filters : value.length;
  }

  get dragging() {
    return this.mosaic.dragging || [...this.controls.values()].some(({ dragging }) => dragging);
  }

  /** Drag the card by its number: it changes places with its neighbours as it passes them. */
  grab(event) {
    const { badge } = this;
    if (!startsDrag(badge, event)) return;
    event.preventDefault();
    badge.setPointerCapture(event.pointerId);
    this.element.classList.add("grabbed");
    const moved = ({ clientY }) => {
      const middle = (card) => { const box = card.element.getBoundingClientRect(); return box.top + box.height / 2; };
      const { cards } = this.lab;
      const at = cards.indexOf(this);
      if (at > 0 && clientY < middle(cards[at - 1])) this.lab.swap(this, -1);
      else if (at < cards.length - 1 && clientY > middle(cards[at + 1])) this.lab.swap(this, 1);
    };
    const ended = (last) => {
      if (!endsDrag(badge, last)) return;
      badge.removeEventListener("pointermove", moved);
      badge.removeEventListener("lostpointercapture", ended);
      this.element.classList.remove("grabbed");
    };
    badge.addEventListener("pointermove", moved);
    badge.addEventListener("lostpointercapture", ended);
  }

  /** Show the block's own settings and place. */
  set(block, index, count) {
    const name = `block ${index + 1}`;
    this.badge.textContent = index + 1;
    this.element.dataset.block = index + 1;
    this.element.setAttribute("aria-label", `Block ${index + 1}, ${this.kind.title}`);
    for (const [act, word] of [["up", "Move"], ["down", "Move"], ["copy", "Duplicate"], ["remove", "Remove"]]) {
      const label = `${word} ${name}${word === "Move" ? ` ${act}` : ""}`;
      this.buttons[act].setAttribute("aria-label", label);
      this.buttons[act].title = label;
    }
    this.buttons.up.disabled = index === 0;
    this.buttons.down.disabled = index === count - 1;
    this.buttons.copy.disabled = count >= this.lab.offer.most;
    for (const argument of this.arguments) {
      this.controls.get(argument.name).set(block[argument.name] ?? argument.default);
    }
    // The window of a global pooling is the map.
    const idle = block.pooling?.startsWith("global") ? ["pool_size", "strides", "padding"] : [];
    for (const [each, { element }] of this.controls) element.inert = idle.includes(each);
    this.mosaic.canvas.dataset.step = index + 1;
  }

  /** Show what came of it: a step with its picture, or why there is none. */
  show(step, image, stop, kernels, proportion) {
    this.step = step;
    this.stop = stop;
    if (image) this.mosaic.set(step, image, proportion);
    else if (!step) this.mosaic.clear();
    this.element.classList.toggle("halted", Boolean(stop));
    this.element.classList.toggle("idle", Boolean(stop) && stop.block !== Number(this.element.dataset.block));
    if (this.bank && kernels) this.bank.set(this.bank.value, kernels);
  }

  mark(marks, scales, roles) {
    this.mosaic.mark(marks, scales, roles);
  }

  /** Say what the colours of the mosaic mean, and in words what it shows. */
  describePicture(step, here) {
    const pictured = JSON.stringify([here, step?.painting, step?.changed]);
    if (pictured === this.pictured) return;
    this.pictured = pictured;
    this.legend.show(step);
    this.mosaic.canvas.setAttribute("aria-label", !step ? `Block ${here}: no maps`
      : `Block ${here}, ${step.title}: ${counted(step.shape[2], "map")} of ${step.shape[0]} by ${step.shape[1]} cells, values from ${short(step.low)} to ${short(step.high)}`);
  }

  /** Write what stands around the picture, in the frame after it. */
  describe() {
    const { step, stop } = this;
    const here = Number(this.element.dataset.block);
    this.describePicture(step, here);
    // Most of what is said stays the same while a control moves, and writing it takes longer than drawing.
    const { title, shape, field, weights: held } = step ?? {};
    const told = JSON.stringify([here, title, shape, field, held, stop]);
    if (told === this.told) return;
    this.told = told;
    this.sentence.textContent = !stop ? "" : stop.block === here ? stop.sentence
      : `This block gets nothing: the stack ends at block ${stop.block}.`;
    this.shape.textContent = step ? step.shape.join(" × ") : "nothing";
    if (!step) {
      this.facts.replaceChildren();
      return;
    }
    const { weights, biases, multiply_adds: products, formulas } = step;
    const parameters = weights + biases;
    this.facts.replaceChildren(
      make("p", {}, parameters ? `${counted(parameters, "parameter")} (${counted(weights, "weight")} + ${counted(biases, "bias", "biases")})` : "No parameters",
        ` · ${products ? counted(products, "multiply-add") : "no multiply-adds"} · each cell sees ${seen(step.field)}`),
      make("p", { class: "formulas" }, ...formulas.map(formula)));
  }

  close() { this.mosaic.close(); }
}

/** The page's component: picture and path at the left, the blocks at the right. */
class PipelineLab extends Live {
  build() {
    const settings = new Map(this.data.settings.map((setting) => [setting.name, setting]));
    this.offer = settings.get("blocks");
    this.kinds = new Map(this.offer.menu.map((kind) => [kind.kind, kind]));
    this.roles = {};
    this.cards = [];
    this.history = [];
    this.rested = this.values.blocks;
    this.pane = new Pane("picture", "Picture");
    this.buildCell();
    const aside = make("aside", { "aria-label": "Picture and path" }, this.pane.element, this.cell);

    this.presets = this.offer.presets.map(({ name, title, why, blocks }) => make("button", {
      type: "button", class: "preset", "data-preset": name, title: why, onclick: () => this.restack(structuredClone(blocks)),
    }, title));
    this.undoButton = this.button("Undo", "Take the last change of the blocks back", () => this.undo());
    this.allOn = this.button("All maps on", "Switch every map on and take every scale back to 1", () => this.switchAllOn());
    this.why = make("p", { class: "presetwhy" });
    this.total = make("p", { class: "total" });
    const colours = ["scale", "ends"].map((name) => this.addControl(settings.get(name)).element);
    this.list = make("ol", { class: "cards", "aria-label": "Blocks" });
    this.adders = [...this.kinds.values()].map(({ kind, title, why }) => make("button", {
      type: "button", class: "small", "data-add": kind, title: why, onclick: () => this.add(kind),
    }, title));
    const keys = make("p", { class: "spoken", id: "mosaic-keys" },
      "Arrow keys move the cell, with Shift ten at a time; Page Up and Page Down change the map; Space switches the map off; Escape lets go.");
    const toolbar = make("div", { class: "toolbar" },
      make("div", { class: "presets", role: "group", "aria-label": "Stacks to start from" }, ...this.presets),
      this.why, make("div", { class: "totals" }, this.total, this.allOn, this.undoButton));
    const main = make("div", { class: "stack" }, this.message, this.list,
      make("div", { class: "adders", role: "group", "aria-label": "Add a block" }, make("b", {}, "Add a block"), ...this.adders),
      make("details", { class: "more colouring" }, make("summary", {}, "Colours of the maps"), make("div", { class: "folded" }, ...colours)), keys);
    const element = make("div", { class: "lab pipeline" }, toolbar, aside, main);
    this.resizing = new ResizeObserver(() => this.redraw());
    this.resizing.observe(this.pane.canvas);
    this.showControls();
    return element;
  }

  button(title, meaning, onclick) {
    return make("button", { type: "button", class: "small", title: meaning, onclick }, title);
  }

  /** The chosen cell: its number, the switch of its map, and the path that led there. */
  buildCell() {
    this.hint = make("p", { class: "hint" },
      "Click a cell of any map. The pixels that it depends on, its receptive field, are framed here, and the numbers that made it are listed.");
    this.place = make("p", { class: "place" });
    this.number = make("output", { class: "value" });
    this.factor = new Slider(FACTOR, {
      onInput: (value) => this.scaleMap(value, false), onCommit: (value) => this.scaleMap(value, true),
    });
    this.path = make("ol", { class: "path" });
    this.chosen = make("div", { class: "chosen", hidden: true }, this.place, this.number, this.factor.element, this.path);
    this.cell = make("section", { class: "cell", "aria-label": "The chosen cell", "aria-live": "polite" }, this.hint, this.chosen);
  }

  colour(roles) {
    this.roles = roles;
    this.redraw();
  }

  setPicture(pixels, title) {
    const { height, width, channels, data } = pixels;
    const surface = new OffscreenCanvas(width, height);
    surface.getContext("2d").putImageData(new ImageData(data, width, height), 0, 0);
    Object.assign(this.pane, { image: surface, height, width });
    this.proportion = Math.min(1.5, Math.max(0.5, height / width));
    this.element.style.setProperty("--proportion", 1 / this.proportion);
    this.pane.caption.replaceChildren(make("b", {}, "Picture"), ` ${height} × ${width}${channels > 1 ? ` × ${channels}` : ""}`);
    this.pane.painted(`${title}: ${height} by ${width} pixels, ${channels === 1 ? "grey" : "in colour"}`);
    this.drawPicture();
  }

  fits({ input_shape: [rows, columns], blocks }) {
    const same = blocks.length === this.values.blocks.length
      && blocks.every(({ kind }, index) => kind === this.values.blocks[index].kind);
    return same && rows === this.pixels.height && columns === this.pixels.width;
  }

  needs(name, { steps }) {
    const index = Number(name.slice("step".length)) - 1;
    return this.cards[index]?.mosaic.painting !== steps[index].painting;
  }

  show({ seq, rest, facts }, images) {
    // What the server made of the blocks is complete: defaults, kernels by name, what an editor asked for.
    if (seq >= (this.asked?.seq ?? 0)) {
      if (this.rested === this.values.blocks) this.rested = facts.blocks;
      this.values = { ...this.values, blocks: facts.blocks };
      if (!this.dragging) this.showControls();
    }
    this.cards.forEach((card, index) => {
      const halted = facts.stopped && index + 1 >= facts.stopped.block ? facts.stopped : null;
      card.show(facts.steps[index] ?? null, images[`step${index + 1}`], halted, facts.kernels[index], this.proportion);
    });
    this.mark();
    const framed = JSON.stringify(facts.trace);
    if (framed !== this.framed) this.drawPicture();
    this.framed = framed;
    Object.assign(this.element.dataset, { exact: String(rest), seq });
  }

  /** Say what the presets show: some sentences have numbers, which are those of the present picture. */
  describePresets() {
    const said = ({ name, why }) => this.facts?.presets[name] ?? why;
    this.presets.forEach((button, at) => { button.title = said(this.offer.presets[at]); });
    this.why.textContent = this.preset ? said(this.preset)
      : this.values.blocks.length ? "A stack of your own." : "An empty stack: the picture as it is.";
  }

  describe() {
    this.describePresets();
    for (const card of this.cards) card.describe();
    const { steps, total } = this.facts;
    const parameters = total.weights + total.biases;
    const last = steps.at(-1);
    this.total.textContent = !last ? "No maps yet: add a block." : [
      `${counted(steps.length, "block")}: ${counted(parameters, "parameter")}`,
      counted(total.multiply_adds, "multiply-add"), `a cell at the end sees ${seen({ ...last.field, normalised: false })}`].join(", ");
    this.describeCell();
  }

  describeCell() {
    const { trace, lost } = this.facts;
    const { cell } = this.values;
    this.hint.hidden = Boolean(cell) || this.cards.length === 0;
    this.chosen.hidden = !cell;
    if (!cell) return;
    const [step, map, row, column] = cell;
    this.place.textContent = `Block ${step}, map ${map}, row ${row}, column ${column}`;
    this.number.textContent = trace ? trace.path[0].said : "";
    this.number.dataset.value = trace ? trace.path[0].value : "";
    this.factor.element.hidden = !trace;
    if (!this.factor.dragging) this.factor.set(this.scalesOf(step - 1)[map] ?? 1);
    const told = JSON.stringify([trace, lost]);
    if (told === this.told) return;
    this.told = told;
    this.path.replaceChildren(...(trace ? trace.path.map((cause) => this.causeItem(cause)) : [make("li", {}, lost)]));
  }

  causeItem({ step, title, cell, said, sentence }) {
    const where = cell ? `map ${cell[0]}, row ${cell[1]}, column ${cell[2]}` : "";
    return make("li", { "data-step": step },
      make("div", { class: "causehead" }, make("b", {}, step ? `${step}  ${title}` : title), make("span", {}, said)),
      make("p", {}, sentence), step && where ? make("p", { class: "where" }, where) : "");
  }

  /** Mark the path's cells in the mosaics. */
  mark() {
    const trace = this.facts?.trace;
    this.cards.forEach((card, index) => {
      const marks = (trace?.path ?? []).filter(({ step, cell }) => step === index + 1 && cell)
        .map(({ step, cell: [map, row, column] }) => [map, row, column, row + 1, column + 1, step === trace.cell[0]]);
      card.mark(marks, this.scalesOf(index), this.roles);
    });
  }

  drawPicture() {
    if (!this.pixels) return;
    const trace = this.facts?.trace;
    const { dataset } = this.pane.canvas;
    dataset.rectangle = trace ? trace.rectangle.join() : "";
    this.pane.draw((context, layout) => {
      if (!trace) return;
      const [top, left, bottom, right] = trace.rectangle;
      if (bottom > top && right > left) outline(context, layout, top, left, bottom, right, this.roles.field);
      const { cell } = trace.path.at(-1);
      if (cell) outline(context, layout, cell[1], cell[2], cell[1] + 1, cell[2] + 1, this.roles.input);
    });
  }

  redraw() {
    this.drawPicture();
    for (const card of this.cards) if (card.step) card.mosaic.draw();
  }

  // The blocks.

  get dragging() {
    return super.dragging || this.factor.dragging || this.cards.some(({ dragging }) => dragging);
  }

  showControls() {
    super.showControls();
    const { blocks } = this.values;
    this.matchCards(blocks);
    this.cards.forEach((card, index) => card.set(blocks[index], index, blocks.length));
    const now = JSON.stringify(blocks);
    const preset = this.offer.presets.find((each) => JSON.stringify(each.blocks) === now);
    this.presets.forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.preset === preset?.name)));
    this.preset = preset ?? null;
    this.describePresets();
    for (const button of this.adders) button.disabled = blocks.length >= this.offer.most;
    this.undoButton.disabled = this.history.length === 0;
    this.allOn.disabled = !blocks.some(({ scales = {} }) => Object.keys(scales).length);
  }

  /** Give every block a card of its kind, in order; an element that is in its place already is not moved. */
  matchCards(blocks) {
    const cards = blocks.map(({ kind }, index) => {
      const card = this.cards[index];
      return card?.kind.kind === kind ? card : new Card(this, this.kinds.get(kind));
    });
    for (const card of this.cards) {
      if (cards.includes(card)) continue;
      card.element.remove();
      card.close();
    }
    for (const card of cards) {
      if (this.cards.includes(card)) continue;
      this.resizing?.observe(card.mosaic.canvas);
    }
    this.cards = cards;
    cards.forEach((card, index) => {
      if (this.list.children[index] !== card.element) this.list.insertBefore(card.element, this.list.children[index] ?? null);
    });
  }

  scalesOf(index) {
    return this.values.blocks[index]?.scales ?? {};
  }

  /** Change one block. */
  set(card, changes, rest) {
    const index = this.cards.indexOf(card);
    this.restate(this.values.blocks.with(index, { ...this.values.blocks[index], ...changes }), rest);
  }

  /** Say what the blocks are now: while something moves, or at rest, when it can be taken back. */
  restate(blocks, rest, more = {}) {
    if (!rest) {
      this.move({ blocks, ...more });
      return;
    }
    if (JSON.stringify(this.rested) !== JSON.stringify(blocks)) {
      this.history.push(this.rested);
      if (this.history.length > UNDO_BLOCKS) this.history.shift();
    }
    this.rested = blocks;
    this.commit({ blocks, ...more });
    this.showControls();
  }

  /** Put blocks in the place of all that were. */
  restack(blocks) {
    this.restate(blocks, true, { cell: null });
  }

  undo() {
    this.rested = this.history.pop();
    this.commit({ blocks: this.rested });
    this.showControls();
  }

  /** Number the chosen cell's step anew: `place` gives a block's new index, or null if it is gone. */
  follow(place) {
    if (!this.values.cell) return {};
    const [step, ...rest] = this.values.cell;
    const index = place(step - 1);
    return { cell: index === null ? null : [index + 1, ...rest] };
  }

  add(kind) {
    this.restate([...this.values.blocks, { kind }], true);
    this.cards.at(-1).element.scrollIntoView({ block: "nearest", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  }

  duplicate(card) {
    const at = this.cards.indexOf(card);
    const copy = structuredClone(this.values.blocks[at]);
    const fresh = new Card(this, card.kind);
    this.resizing.observe(fresh.mosaic.canvas);
    this.cards = this.cards.toSpliced(at + 1, 0, fresh);
    this.restate(this.values.blocks.toSpliced(at + 1, 0, copy), true, this.follow((index) => (index > at ? index + 1 : index)));
  }

  remove(card) {
    const at = this.cards.indexOf(card);
    card.element.remove();
    card.close();
    this.cards = this.cards.toSpliced(at, 1);
    this.restate(this.values.blocks.toSpliced(at, 1), true,
      this.follow((index) => (index === at ? null : index > at ? index - 1 : index)));
    (this.cards[at] ?? this.cards.at(-1))?.buttons.remove.focus();
  }

  /** Exchange a card with a neighbour. The neighbour's element moves: the card keeps the focus, or the pointer. */
  swap(card, by) {
    const at = this.cards.indexOf(card);
    const other = this.cards[at + by];
    const both = (list) => list.with(at, list[at + by]).with(at + by, list[at]);
    if (by < 0) card.element.after(other.element);
    else card.element.before(other.element);
    this.cards = both(this.cards);
    this.restate(both(this.values.blocks), true,
      this.follow((index) => (index === at ? at + by : index === at + by ? at : index)));
  }

  // Cells and maps.

  chosenIn(card) {
    const [step, ...cell] = this.values.cell ?? [];
    return step === this.cards.indexOf(card) + 1 ? cell : null;
  }

  choose(card, [map, row, column], rest) {
    const cell = [this.cards.indexOf(card) + 1, map, row, column];
    if (rest) this.commit({ cell });
    else this.move({ cell });
  }

  rescale(index, map, factor, rest) {
    const { [map]: before, ...others } = this.scalesOf(index);
    const scales = factor === 1 ? others : { ...others, [map]: factor };
    this.set(this.cards[index], { scales }, rest);
    this.mark();
  }

  switchMap(card, map) {
    const index = this.cards.indexOf(card);
    this.rescale(index, map, this.scalesOf(index)[map] === 0 ? 1 : 0, true);
  }

  scaleMap(factor, rest) {
    const [step, map] = this.values.cell;
    this.rescale(step - 1, map, factor, rest);
  }

  switchAllOn() {
    this.restate(this.values.blocks.map((block) => ({ ...block, scales: {} })), true);
  }

  release() {
    this.resizing.disconnect();
    for (const card of this.cards) card.close();
  }
}

export default mount(PipelineLab);
