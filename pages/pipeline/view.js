// The pipeline: the person's own stack of blocks on their own picture. Each block is a card with its controls
// and one mosaic of its maps; a cell of any mosaic is traced back to the picture. All arithmetic is the server's.

import { Slider, Strip, explainBeside, labelled } from "../frontend/controls/controls.js";
import { CUSTOM, KernelEditor } from "../frontend/controls/kernel.js";
import { surfaceOf } from "../frontend/core/canvas.js";
import { isTapped, make, write, writeNamed } from "../frontend/core/dom.js";
import { endsDrag, startsDrag } from "../frontend/core/drag.js";
import { icon } from "../frontend/core/icons.js";
import { fixed, short, total } from "../frontend/core/numbers.js";
import { counted, grouped, plural } from "../frontend/core/words.js";
import { mount } from "../frontend/live/live.js";
import { Undoing } from "../frontend/live/undoing.js";
import { Mosaic, Scale } from "../frontend/stage/mosaic.js";
import { Pane, outline } from "../frontend/stage/stage.js";
import { NetworkStrip } from "../frontend/stage/strip.js";
import { shareOf } from "../frontend/stage/sums.js";
import { Worked, whiteOf } from "../frontend/stage/worked.js";

const LOOKED_AT = ["open", "cell"]; // settings that say where one looks
const STRIP_LETTERS = 30; // more than this do not fit beside each other in a card
const BIAS_REACH = 2; // of the slider; a typed bias may be larger
const RARE = ["bias"]; // folded away
const ALL = 0; // as the block that is open
const MIXING = ["convolution", "dense", "softmax"]; // the blocks of which each map is made from all that come in
/** @type {Record<string, string>} */
const TITLES = { filters: "How many", kernel_size: "Size" };
const FACTOR = { name: "factor", title: "Scale of this map", low: 0, high: 2, step: 0.05, default: 1, unit: "" };

/**
 * @typedef {import("../frontend/types/messages.js").BankDescription} BankDescription
 * @typedef {import("../frontend/types/messages.js").BiasDescription} BiasDescription
 * @typedef {import("../frontend/types/messages.js").BlockDescription} BlockDescription
 * @typedef {import("../frontend/types/messages.js").BlocksDescription} BlocksDescription
 * @typedef {import("../frontend/types/messages.js").CauseFacts} CauseFacts
 * @typedef {import("../frontend/types/messages.js").ChoiceDescription} ChoiceDescription
 * @typedef {import("../frontend/types/messages.js").FieldFacts} FieldFacts
 * @typedef {import("../frontend/types/messages.js").KernelPreset} KernelPreset
 * @typedef {import("../frontend/types/messages.js").NumberDescription} NumberDescription
 * @typedef {import("../frontend/types/messages.js").PipelineFacts} PipelineFacts
 * @typedef {import("../frontend/types/messages.js").PipelineValues} PipelineValues
 * @typedef {import("../frontend/types/messages.js").PresetDescription} PresetDescription
 * @typedef {import("../frontend/types/messages.js").RandomBank} RandomBank
 * @typedef {import("../frontend/types/messages.js").StepFacts} StepFacts
 * @typedef {import("../frontend/types/messages.js").StopFacts} StopFacts
 * @typedef {import("../frontend/types/messages.js").TraceFacts} TraceFacts
 * @typedef {import("../frontend/stage/sums.js").Cube} Cube
 * @typedef {import("../frontend/controls/controls.js").Wiring<any>} Wiring
 * @typedef {Wiring & {onSay: (sentence: string) => void}} SayingWiring
 * @typedef {import("../frontend/controls/kernel.js").Wish} Wish
 * @typedef {import("../frontend/core/icons.js").IconName} IconName
 * @typedef {import("../frontend/live/lane.js").Answer<PipelineFacts>} Answer
 * @typedef {import("../frontend/live/live.js").Colours} Colours
 * @typedef {import("../frontend/live/live.js").Control} Control
 * @typedef {import("../frontend/live/live.js").Pixels} Pixels
 * @typedef {import("../frontend/live/live.js").Values} Values
 * @typedef {import("../frontend/stage/mosaic.js").Mark} Mark
 * @typedef {import("../frontend/stage/mosaic.js").MapCell} MapCell
 */

/**
 * What is asked for: of a block its kind alone has to be said, and a chosen kernel may say what is to be done with its
 * weights. What is left out the answer fills in.
 * @typedef {Record<string, number>} Scales factors of maps, by number
 * @typedef {{kind: string, scales?: Scales} & Values} Block
 * @typedef {Omit<PipelineValues, "blocks"> & {blocks: Block[]}} Chosen
 */

/** What has the focus in the tree of a node. @param {Node} node */
function focusBeside(node) {
  return /** @type {HTMLElement | null} */ (/** @type {Document | ShadowRoot} */ (node.getRootNode()).activeElement);
}

/**
 * A formula as `explorer` writes it in LaTeX: floors, fractions and products are all that it has.
 * @param {string} latex
 */
function formula(latex) {
  const plain = [["\\left\\lfloor", "⌊"], ["\\right\\rfloor", "⌋"], ["\\cdot", "·"], ["'", "′"]]
    .reduce((text, [from, to]) => text.replaceAll(from, to), latex);
  /** @param {string} text */
  const minus = (text) => text.replaceAll("-", "−");
  const parts = plain.split(/\\frac\{([^{}]*)\}\{([^{}]*)\}/); // text, above, below, text, ...
  return make("span", { class: "formula" }, ...parts.map((part, index) => {
    if (index % 3 === 1) return make("span", { class: "fraction" }, make("span", {}, minus(part)), make("span", {}, parts[index + 1]));
    if (index % 3 === 2) return "";
    return make("span", {}, ...minus(part).split(/([⌊⌋])/).map((text) => (/[⌊⌋]/.test(text) ? make("span", { class: "floor" }, text) : text)));
  }));
}

/** Whether a step made a row of numbers that is shown in several. @param {StepFacts} step */
function isRow({ shape, laid }) {
  return laid[2] !== shape[2];
}

/** Where a number of a row is shown. @param {StepFacts} step @param {number} number @returns {MapCell} */
function shownAt({ laid: [, across] }, number) {
  return [0, Math.floor(number / across), number % across];
}

/** What a cell sees of the picture, in words. @param {FieldFacts} field */
function seen({ size: [down, across], whole, normalised }) {
  const pixels = whole ? "the whole picture" : `${grouped(down)} × ${grouped(across)} pixels`;
  return normalised && !whole ? `${pixels}, and all others slightly, through mean and variance` : pixels;
}

/** A menu for a choice with too many or too long names for a strip. */
class Menu {
  /** @param {ChoiceDescription} setting @param {Wiring} wiring */
  constructor(setting, { onCommit }) {
    this.setting = setting;
    this.select = make("select", {
      class: "menu", "data-name": setting.name,
      onchange: () => onCommit(setting.options[this.select.selectedIndex].value),
    }, ...setting.options.map(({ title }) => make("option", {}, title)));
    this.element = labelled(setting.title, setting.help, this.select).element;
  }

  /** @param {ChoiceDescription["default"]} value */
  set(value) {
    this.select.selectedIndex = this.setting.options.findIndex((option) => option.value === value);
  }
}

/**
 * A choice: a strip where its names fit beside each other in a card, otherwise a menu.
 * @param {ChoiceDescription} setting
 * @param {Wiring} wiring
 */
function chooserOf(setting, wiring) {
  const letters = setting.options.reduce((sum, { title }) => sum + title.length, 0);
  return letters + setting.options.length <= STRIP_LETTERS ? new Strip(setting, wiring) : new Menu(setting, wiring);
}

/** One bias for all maps, on a slider, or one for each, typed as a list. */
class Biases {
  /** @param {BiasDescription} setting @param {SayingWiring & {maps: () => number}} wiring */
  constructor(setting, { onInput, onCommit, onSay, maps }) {
    this.onCommit = onCommit;
    this.onSay = onSay;
    this.maps = maps;
    /** @type {number | number[]} */
    this.value = setting.default;
    this.slider = new Slider({ ...setting, low: -BIAS_REACH, high: BIAS_REACH, step: 0.01, unit: "" }, { onInput, onCommit });
    this.field = make("input", {
      class: "field", type: "text", inputmode: "text", "aria-label": "Biases, one for each map",
      onchange: () => this.type(),
    });
    this.each = make("input", { type: "checkbox", onchange: () => this.part(this.each.checked) });
    this.element = make("div", { class: "biases" }, this.slider.element, this.field,
      make("label", { class: "hold" }, this.each, "one for each map"));
    this.set(setting.default);
  }

  get dragging() { return this.slider.dragging; }

  /** @param {number | number[]} value */
  set(value) {
    this.value = value;
    const several = Array.isArray(value);
    this.each.checked = several;
    this.field.hidden = !several;
    this.slider.track.hidden = several;
    if (!several) this.slider.set(value);
    else if (focusBeside(this.field) !== this.field) this.field.value = value.map((each) => String(Number(each.toPrecision(6)))).join(", ");
  }

  /** @param {boolean} several */
  part(several) {
    const [first] = [this.value].flat();
    this.onCommit(several ? Array(this.maps()).fill(first) : first);
  }

  type() {
    const biases = this.field.value.replaceAll("−", "-").split(/[,;\s]+/).filter(Boolean).map(Number);
    if (biases.length !== this.maps() || biases.some(Number.isNaN)) {
      this.onSay(`There ${plural(this.maps(), "is", "are")} ${counted(this.maps(), "map")}: type ${counted(this.maps(), "number")}, separated by commas.`);
      return;
    }
    this.onCommit(biases);
  }
}

/** A bank of kernels: chosen by name and edited one by one, or drawn by chance. */
class Bank {
  /**
   * @param {BankDescription} setting
   * @param {SayingWiring & {offer: BlocksDescription}} wiring with the kernels that there are by name
   */
  constructor(setting, { onInput, onCommit, onSay, offer }) {
    this.setting = setting;
    this.onInput = onInput;
    this.onCommit = onCommit;
    this.onSay = onSay;
    this.offer = offer;
    /** @type {Wish[] | RandomBank} */
    this.value = setting.default;
    /** The weights of each kernel, and what it is called, from the last answer. @type {number[][][]} */
    this.weights = [];
    /** @type {string[]} */
    this.titles = [];
    /** The kernel whose weights are shown. @type {number | null} */
    this.opened = null;
    /** @type {KernelEditor | null} */
    this.editor = null;
    /** The last bank of either kind. @type {{chosen?: Wish[], random?: RandomBank}} */
    this.kept = {};
    this.named = ""; // the kernels that have chips, as text
    this.kind = new Strip({
      name: "bank", title: setting.title, help: setting.help, default: "chosen",
      options: [
        { value: "chosen", title: "Chosen", detail: "Named kernels, or your own weights. Each looks at the mean of all incoming maps." },
        { value: "random", title: "Random", detail: "Random weights, different for each incoming map: how a network starts." },
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
    this.seeds = /** @type {NumberDescription} */ (setting.random.find(({ name }) => name === "seed"));
    this.seed = make("input", {
      class: "field", type: "number", min: this.seeds.low, max: this.seeds.high, step: 1, "data-name": "seed",
      oninput: () => this.sow(false), onchange: () => this.sow(true),
    });
    this.drawn.append(...this.sliders.map(({ element }) => element),
      make("div", { class: "seed" }, make("label", { class: "hold" }, this.seeds.title, this.seed),
        make("button", { type: "button", class: "small", onclick: () => this.redraw() }, "New random weights")));
    this.editorPlace = make("div", { class: "editor" });
    this.element = make("div", { class: "bank" }, this.kind.element, this.chips, this.add, this.drawn);
  }

  get dragging() {
    return this.kind.dragging || this.sliders.some(({ dragging }) => dragging)
      || this.editor?.scrubbing || this.editor?.sliders?.some((/** @type {Slider} */ { dragging }) => dragging);
  }

  get random() { return !Array.isArray(this.value); }

  /** The kernels, where they are chosen. */
  get kernels() { return Array.isArray(this.value) ? this.value : []; }

  /** @param {string} kind @param {boolean} commit */
  part(kind, commit) {
    const { value, kept, setting } = this;
    if (Array.isArray(value)) kept.chosen = value;
    else kept.random = value;
    const drawn = /** @type {RandomBank & Record<string, number>} */ (
      Object.fromEntries(setting.random.map((number) => [number.name, number.default])));
    this.value = kind === "random" ? kept.random ?? drawn : kept.chosen ?? setting.default;
    (commit ? this.onCommit : this.onInput)(this.value);
  }

  /** Take the seed that is typed or stepped to. @param {boolean} commit */
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
    if (name === CUSTOM) this.opened = this.kernels.length;
    this.onCommit([...this.kernels, entry]);
  }

  /** @param {number} index */
  drop(index) {
    if (this.opened === index) this.opened = null;
    else if (this.opened !== null && this.opened > index) this.opened -= 1;
    this.onCommit(this.kernels.filter((entry, at) => at !== index));
  }

  /** Change the kernel that is opened. @param {Wish} entry @param {boolean} commit */
  write(entry, commit) {
    const opened = /** @type {number} */ (this.opened);
    if (this.random) {
      // The weight that was typed last is told when the focus leaves it, for a bank drawn by chance.
      this.kept.chosen = this.kept.chosen?.with(opened, entry);
      return;
    }
    this.value = this.kernels.with(opened, entry);
    (commit ? this.onCommit : this.onInput)(this.value);
  }

  /**
   * @param {Wish[] | RandomBank} value
   * @param {number[][][] | null} weights of each kernel, from an answer
   * @param {string[] | null} titles likewise
   */
  set(value, weights = null, titles = null) {
    this.value = value;
    this.weights = weights ?? this.weights;
    this.titles = titles ?? this.titles;
    this.kind.set(this.random ? "random" : "chosen");
    this.chips.hidden = this.random;
    this.add.hidden = this.random;
    this.drawn.hidden = !this.random;
    if (Array.isArray(value)) {
      this.add.disabled = value.length >= this.setting.most;
      this.showChips();
    } else {
      this.opened = null;
      this.sliders.forEach((slider) => slider.set(value[/** @type {keyof RandomBank} */ (slider.setting.name)]));
      if (focusBeside(this.seed) !== this.seed) this.seed.value = String(value.seed);
    }
    this.showEditor(weights !== null);
  }

  showChips() {
    /** @type {Map<string | undefined, string>} */
    const presets = new Map(this.offer.kernel.presets.map(({ name, title }) => [name, title]));
    // Weights of one's own may be those of a kernel that has a name; the answer says so.
    const titles = this.kernels.map(({ name }, index) => presets.get(name) ?? this.titles[index] ?? "own weights");
    const named = JSON.stringify([titles, this.opened]);
    if (named === this.named) return;
    this.named = named;
    const focused = focusBeside(this.chips)?.dataset.chip;
    this.chips.replaceChildren(...titles.map((title, index) => {
      const open = index === this.opened;
      return make("span", { class: open ? "chip open" : "chip" },
        make("button", {
          type: "button", class: "name", "data-chip": index, "aria-expanded": String(open),
          title: "Show and change its weights", onclick: () => this.open(open ? null : index),
        }, make("small", {}, String(index + 1)), ` ${title}`),
        make("button", {
          type: "button", class: "drop", "aria-label": `Remove kernel ${index + 1}, ${title}`, disabled: this.kernels.length === 1,
          onclick: () => this.drop(index),
        }, icon("remove")));
    }));
    if (focused) /** @type {HTMLElement | null} */ (this.chips.querySelector(`[data-chip="${focused}"]`))?.focus();
  }

  /** @param {number | null} index */
  open(index) {
    this.opened = index;
    this.showChips();
    this.showEditor(true);
  }

  /**
   * Show the opened kernel. The weights of a named one are known from an answer only; own ones at once.
   * @param {boolean} answered
   */
  showEditor(answered) {
    const entry = this.opened === null ? null : this.kernels[this.opened];
    if (this.opened === null || !entry) {
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
        onBegin: () => {},
      });
      this.editorPlace.replaceChildren(this.editor.element, this.editor.arguments);
    }
    const { name = CUSTOM, arguments: given = {} } = entry;
    const whole = { name, rows: weights.length, columns: weights[0].length, arguments: given, weights };
    if (JSON.stringify(whole) !== JSON.stringify(this.editor.value)) this.editor.set(whole);
  }
}

/** The named kernels as groups of a menu. @param {KernelPreset[]} presets */
function kernelGroups(presets) {
  return [...Map.groupBy(presets, ({ group }) => group)].map(([group, members]) =>
    make("optgroup", { label: group }, ...members.map(({ name, title }) => make("option", { value: name }, title))));
}

/** One block: what it is, its controls, its maps, and what it costs. */
class Card {
  /** @param {PipelineLab} lab @param {BlockDescription} kind */
  constructor(lab, kind) {
    this.lab = lab;
    this.kind = kind;
    /** @type {StepFacts | null} */
    this.step = null;
    /** @type {StopFacts | null} */
    this.stop = null;
    this.told = ""; // what is written around the picture, and of it, as text
    this.pictured = "";
    /** @param {IconName} name @param {string} label @param {() => void} act */
    const button = (name, label, act) => make("button", { type: "button", class: "iconic", "data-act": name, "aria-label": label, title: label, onclick: act }, icon(name));
    this.badge = make("span", { class: "badge", title: "Drag to move the block" });
    this.shape = make("span", { class: "shape" });
    this.title = make("button", { type: "button", class: "kind", onclick: () => lab.open(lab.cards.indexOf(this) + 1) }, kind.title);
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
      onSight: () => lab.seen(),
    });
    this.legend = new Scale();
    this.sentence = make("p", { class: "stop", role: "status" });
    this.facts = make("div", { class: "cardfacts" });
    /** @type {Map<string, Control>} */
    this.controls = new Map();
    const panel = make("div", { class: "panel" });
    const row = make("div", { class: "row" });
    this.arguments = kind.arguments.filter((argument) => argument.kind !== "scales"); // those are set on the maps
    this.scaled = this.arguments.length < kind.arguments.length;
    const banked = this.arguments.some((argument) => argument.kind === "bank");
    for (const argument of this.arguments) {
      const control = this.control(argument);
      this.controls.set(argument.name, control);
      // A bank takes the place beside the maps, so the rest stands below both.
      const rare = RARE.includes(argument.name);
      const element = rare ? make("details", { class: "more" }, make("summary", {}, argument.title), control.element) : control.element;
      (argument.kind === "bank" || !banked ? panel : row).append(element);
    }
    this.bank = /** @type {Bank | undefined} */ (this.controls.get("bank"));
    this.element = make("li", { class: this.scaled ? "card" : "card plain", "data-kind": kind.kind },
      make("header", {}, this.badge, this.title, this.whyButton, this.why, this.shape,
        make("span", { class: "buttons" }, ...Object.values(this.buttons))),
      panel, make("div", { class: "outcome" }, this.mosaic.element, this.legend.element),
      this.bank?.editorPlace ?? "", row, this.sentence, this.facts);
    this.badge.addEventListener("pointerdown", (event) => this.grab(event));
  }

  /** @param {BlockDescription["arguments"][number]} argument @returns {Control} */
  control(argument) {
    /** @type {SayingWiring} */
    const wiring = {
      onInput: (value) => this.lab.set(this, { [argument.name]: value }, false),
      onCommit: (value) => this.lab.set(this, { [argument.name]: value }, true),
      onSay: (sentence) => this.lab.say(sentence),
    };
    if (argument.kind === "bank") return new Bank(argument, { ...wiring, offer: this.lab.offer });
    if (argument.kind === "bias") return new Biases(argument, { ...wiring, maps: () => this.filters });
    return argument.kind === "choice" ? chooserOf(argument, wiring)
      : new Slider(/** @type {NumberDescription} */ (argument), wiring);
  }

  /** How many maps a convolution makes. */
  get filters() {
    const { value } = /** @type {Bank} */ (this.bank);
    return Array.isArray(value) ? value.length : value.filters;
  }

  get dragging() {
    return this.mosaic.dragging || [...this.controls.values()].some(({ dragging }) => dragging);
  }

  /**
   * Drag the card by its number: it changes places with its neighbours as it passes them.
   * @param {PointerEvent} event
   */
  grab(event) {
    const { badge } = this;
    if (!startsDrag(badge, event)) return;
    event.preventDefault();
    badge.setPointerCapture(event.pointerId);
    this.element.classList.add("grabbed");
    /** @param {PointerEvent} next */
    const moved = ({ clientY }) => {
      /** @param {Card} card */
      const middle = (card) => { const box = card.element.getBoundingClientRect(); return box.top + box.height / 2; };
      const { cards } = this.lab;
      const at = cards.indexOf(this);
      if (at > 0 && clientY < middle(cards[at - 1])) this.lab.swap(this, -1);
      else if (at < cards.length - 1 && clientY > middle(cards[at + 1])) this.lab.swap(this, 1);
    };
    /** @param {PointerEvent} last */
    const ended = (last) => {
      if (!endsDrag(badge, last)) return;
      badge.removeEventListener("pointermove", moved);
      badge.removeEventListener("lostpointercapture", ended);
      this.element.classList.remove("grabbed");
    };
    badge.addEventListener("pointermove", moved);
    badge.addEventListener("lostpointercapture", ended);
  }

  /** Unfold the card, or fold it to its heading. @param {boolean} open */
  unfold(open) {
    this.title.setAttribute("aria-expanded", String(open));
    this.element.classList.toggle("closed", !open);
  }

  /** Show the block's own settings and place. @param {Block} block @param {number} index @param {number} count */
  set(block, index, count) {
    const name = `block ${index + 1}`;
    this.badge.textContent = String(index + 1);
    this.element.dataset.block = String(index + 1);
    this.element.setAttribute("aria-label", `Block ${index + 1}, ${this.kind.title}`);
    const { up, down, copy, remove } = this.buttons;
    const labels = [`Move ${name} up`, `Move ${name} down`, `Duplicate ${name}`, `Remove ${name}`];
    [up, down, copy, remove].forEach((button, at) => {
      button.setAttribute("aria-label", labels[at]);
      button.title = labels[at];
    });
    up.disabled = index === 0;
    down.disabled = index === count - 1;
    copy.disabled = count >= this.lab.offer.most;
    for (const argument of this.arguments) {
      this.controls.get(argument.name)?.set(block[argument.name] ?? argument.default);
    }
    // The window of a global pooling is the map.
    const idle = block.pooling?.startsWith("global") ? ["pool_size", "strides", "padding"] : [];
    for (const [each, { element }] of this.controls) element.inert = idle.includes(each);
    this.mosaic.canvas.dataset.step = String(index + 1);
  }

  /**
   * Show what came of it: a step with its picture, or why there is none.
   * @param {StepFacts | null} step
   * @param {import("../frontend/core/decoding.js").Picture | undefined} image none where it is on already
   * @param {StopFacts | null} stop
   * @param {{kernels: number[][][] | null, titles: string[] | null}} bank the weights of its kernels, and what they are called
   * @param {number} proportion of the picture, height by width
   */
  show(step, image, stop, { kernels, titles }, proportion) {
    this.step = step;
    this.stop = stop;
    if (step && image) this.mosaic.set({ ...step, shape: step.laid }, image, step.laid[2] === step.shape[2] ? proportion : step.laid[0] / step.laid[1]);
    else if (!step) this.mosaic.clear();
    this.element.classList.toggle("halted", stop !== null);
    this.element.classList.toggle("idle", stop !== null && stop.block !== Number(this.element.dataset.block));
    if (this.bank && kernels) this.bank.set(this.bank.value, kernels, titles);
  }

  /** @param {Mark[]} marks @param {Scales} scales @param {Colours} roles @param {boolean} rest */
  mark(marks, scales, roles, rest) {
    const shown = marks.map(([map, ...place]) => {
      if (!this.step || !isRow(this.step)) return /** @type {Mark} */ ([map, ...place]);
      const [, row, column] = shownAt(this.step, map);
      return /** @type {Mark} */ ([0, row, column, row + 1, column + 1, place[4]]);
    });
    this.mosaic.mark(shown, scales, roles, rest);
  }

  /**
   * Say what the colours of the mosaic mean, and in words what it shows.
   * @param {StepFacts | null} step
   * @param {number} here the number of the block
   */
  describePicture(step, here) {
    const pictured = JSON.stringify([here, step?.painting, step?.changed]);
    if (pictured === this.pictured) return;
    this.pictured = pictured;
    this.legend.show(step);
    this.mosaic.canvas.setAttribute("aria-label", !step ? `Block ${here}: no maps`
      : `Block ${here}, ${step.title}: ${isRow(step) ? counted(step.shape[2], "number") : `${counted(step.shape[2], "map")} of ${step.shape[0]} by ${step.shape[1]} cells`}, values from ${short(step.low)} to ${short(step.high)}`);
  }

  /** Write what stands around the picture, in the frame after it. */
  describe() {
    const { step, stop } = this;
    const here = Number(this.element.dataset.block);
    this.describePicture(step, here);
    // Most of what is said stays the same while a control moves, and writing it takes longer than drawing.
    const { title, shape, field, weights: held } = /** @type {Partial<StepFacts>} */ (step ?? {});
    const told = JSON.stringify([here, title, shape, field, held, stop]);
    if (told === this.told) return;
    this.told = told;
    this.sentence.textContent = !stop ? "" : stop.block === here ? stop.sentence
      : `This block gets nothing: the stack ends at block ${stop.block}.`;
    this.shape.textContent = step ? step.shape.map(grouped).join(" × ") : "nothing";
    if (!step) {
      this.facts.replaceChildren();
      return;
    }
    const { weights, biases, multiply_adds: products, formulas } = step;
    const parameters = weights + biases;
    this.facts.replaceChildren(
      make("p", {}, parameters ? `${counted(parameters, "parameter")} (${counted(weights, "weight")} + ${counted(biases, "bias", "biases")})` : "No parameters",
        ` · ${products ? counted(products, "multiply-add") : "no multiply-adds"} · receptive field: ${seen(step.field)}`),
      make("p", { class: "formulas" }, ...formulas.map(formula)));
  }

  close() { this.mosaic.close(); }
}

/** The sum behind the chosen cell, of one map that came in at a time. */
class WorkedCell extends Worked {
  constructor() {
    super("The sum behind the chosen cell", "");
    this.channel = 0; // the map that came in
    this.cell = ""; // the chosen one, as text
    this.before = this.turn("‹", "Previous map", -1);
    this.after = this.turn("›", "Next map", 1);
    this.part = make("span", { class: "partsaid" });
    this.parts = make("div", { class: "parts", role: "group", "aria-label": "Incoming maps" }, this.before, this.part, this.after);
    this.result.prepend(this.parts);
  }

  /** @param {string} text @param {string} name @param {number} by */
  turn(text, name, by) {
    return make("button", { type: "button", class: "small", title: name, "aria-label": name, onclick: () => this.onChannel?.(this.channel + by) }, text);
  }

  /**
   * Maps have numbers of either sign.
   * @param {number} entry
   * @param {string} role
   * @param {number[][]} rows
   */
  ground(entry, role, rows) {
    return super.ground(entry, "products", rows);
  }

  /**
   * @param {TraceFacts} trace
   * @param {Record<string, Cube>} numbers what the window read, and its weights
   * @param {PipelineValues["levels"]} levels
   */
  show(trace, { patch, weights }, levels) {
    const { cell, path: [{ value, said, sentence, title }], bias, factor, map } = trace;
    const [block, of, row, column] = cell;
    if (this.cell !== cell.join()) this.channel = map;
    this.cell = cell.join();
    this.blank = false;
    const white = whiteOf(levels);
    /** @type {HTMLElement[]} */
    const tables = [];
    this.parts.hidden = true;
    write(this.steps, title);
    if (patch) {
      const maps = patch.shape[2];
      this.channel = (this.channel + maps) % maps;
      const lit = white === 1 ? patch : { ...patch, data: patch.data.map((entry) => entry * white) };
      const { pixels, kernel, products, parts } = shareOf(lit, weights, this.channel);
      tables.push(this.table(block === 1 ? "patch" : weights ? `patch of map ${this.channel + 1}` : "window", pixels, "patch"));
      if (kernel && products) {
        tables.push(this.table("× kernel", kernel, "factors"), this.table("= products", products, "products"));
        this.parts.hidden = maps === 1;
        write(this.part, `map ${this.channel + 1} of ${maps} adds ${fixed(parts[this.channel], white === 1 ? 4 : 1)}`);
        write(this.steps, [`sum ${short(total(parts), 4)}`, bias ? `+ bias ${short(white * bias)}` : "", factor === 1 ? "" : `× scale ${short(factor)}`].filter(Boolean).join(" "));
      } else write(this.steps, sentence);
    }
    this.value.dataset.value = String(value);
    write(this.value, patch && white !== 1 ? fixed(white * value, 1) : said);
    write(this.place, `Block ${block}, map ${of + 1}, row ${row + 1}, column ${column + 1}`);
    this.lay(...tables, this.result, this.closer);
  }
}

/**
 * The page's component: picture and path at the left, the blocks at the right.
 * @extends {Undoing<PipelineFacts, Chosen>}
 */
class PipelineLab extends Undoing {
  build() {
    const settings = new Map(this.data.settings.map((setting) => [setting.name, setting]));
    /** @type {BlocksDescription} */
    this.offer = settings.get("blocks");
    /** @type {Map<string, BlockDescription>} */
    this.kinds = new Map(this.offer.menu.map((kind) => [kind.kind, kind]));
    /** @type {Colours} */
    this.roles = {};
    /** @type {Card[]} */
    this.cards = [];
    /** The trace that the picture shows, as text. @type {string} */
    this.framed = "";
    /** The one that is written. @type {string} */
    this.listed = "";
    /** @type {Pane} */
    this.pane = new Pane("picture", "Picture", false);
    this.buildCell(settings.get("levels"));
    const aside = make("aside", { "aria-label": "Picture and path" }, this.pane.element, this.cell);

    /** @type {HTMLButtonElement[]} */
    this.presets = this.offer.presets.map(({ name, title, why, blocks }) => make("button", {
      type: "button", class: "preset", "data-preset": name, title: why, onclick: () => this.restack(structuredClone(blocks)),
    }, title));
    /** @type {HTMLButtonElement} */
    this.allOn = this.button("Switch all maps on", "Switch every map on and set every scale back to 1", () => this.switchAllOn());
    /** @type {HTMLButtonElement} */
    this.openAll = this.button("Open all", "Open every block, or one at a time", () => this.open(this.opened === ALL ? 1 : ALL));
    /** @type {NetworkStrip} */
    this.strip = new NetworkStrip("The network, from the picture to the last maps", (stage) => {
      this.open(Math.max(1, stage));
      this.cards[stage - 1]?.element.scrollIntoView({ block: "nearest" });
    });
    /** What each stage of the strip shows, as text. @type {string[]} */
    this.thumbnails = [];
    /** @type {HTMLElement} */
    this.why = make("p", { class: "presetwhy" });
    /** @type {HTMLElement} */
    this.total = make("p", { class: "total" });
    const colours = ["scale", "ends"].map((name) => this.addControl(settings.get(name))?.element);
    /** @type {HTMLElement} */
    this.list = make("ol", { class: "cards", "aria-label": "Blocks" });
    /** @type {HTMLButtonElement[]} */
    this.adders = [...this.kinds.values()].map(({ kind, title, why }) => make("button", {
      type: "button", class: "small", "data-add": kind, title: why, onclick: () => this.add(kind),
    }, title));
    const keys = make("p", { class: "spoken", id: "mosaic-keys" },
      "Arrow keys move the cell, with Shift ten at a time; Page Up and Page Down change the map; Space switches the map off; Escape lets the cell go.");
    const toolbar = make("div", { class: "toolbar" },
      make("div", { class: "presets", role: "group", "aria-label": "Stacks to start from" }, ...this.presets),
      this.why, make("div", { class: "totals" }, this.total, this.openAll, this.allOn, this.buildUndo()));
    const main = make("div", { class: "stack" }, this.message, this.list,
      make("div", { class: "adders", role: "group", "aria-label": "Add a block" }, make("b", {}, "Add a block"), ...this.adders),
      make("details", { class: "more colouring" }, make("summary", {}, "Colours of the maps"), make("div", { class: "folded" }, ...colours)), keys);
    const element = this.withKeys(make("div", { class: "lab pipeline" }, toolbar, this.strip.element, aside, main));
    this.worked.watch(main);
    /** @type {ResizeObserver} */
    this.resizing = new ResizeObserver(() => this.redraw());
    this.resizing.observe(this.pane.canvas);
    this.showControls();
    return element;
  }

  /** @param {string} title @param {string} meaning @param {() => void} onclick */
  button(title, meaning, onclick) {
    return make("button", { type: "button", class: "small", title: meaning, onclick }, title);
  }

  /** The chosen cell: its sum, the scale of its map, and the path that led there. @param {ChoiceDescription} levels */
  buildCell(levels) {
    /** @type {HTMLElement} */
    this.hint = make("p", { class: "hint" },
      `${isTapped() ? "Tap" : "Click"} a cell of any map to see its receptive field, the pixels that it depends on, and the numbers behind it.`);
    /** @type {HTMLElement} */
    this.lost = make("p", { class: "note" });
    /** @type {WorkedCell} */
    this.worked = new WorkedCell();
    this.worked.onClose = () => this.commit({ cell: null });
    this.worked.onChannel = (channel) => { this.worked.channel = channel; this.workOut(); };
    /** @type {Slider} */
    this.factor = new Slider(FACTOR, {
      onInput: (value) => this.scaleMap(value, false), onCommit: (value) => this.scaleMap(value, true),
    });
    /** @type {HTMLElement} */
    this.path = make("ol", { class: "path" });
    /** @type {HTMLElement} */
    this.chosen = make("div", { class: "chosen", hidden: true }, this.lost, this.worked.element,
      make("div", { class: "beside" }, this.addControl(levels)?.element), this.factor.element, this.path);
    /** @type {HTMLElement} */
    this.cell = make("section", { class: "cell", "aria-label": "The chosen cell" }, this.hint, this.chosen);
  }

  /** @param {Colours} roles */
  colour(roles) {
    this.roles = roles;
    this.redraw();
  }

  /** @param {Pixels} pixels @param {string} title */
  setPicture(pixels, title) {
    const { height, width, channels, data } = pixels;
    Object.assign(this.pane, { image: surfaceOf(data, width, height), height, width });
    /** @type {number} */
    this.proportion = Math.min(1.5, Math.max(0.5, height / width));
    this.element.style.setProperty("--proportion", String(1 / this.proportion));
    writeNamed(this.pane.caption, "Picture", ` ${height} × ${width}${channels > 1 ? ` × ${channels}` : ""}`);
    this.pane.painted(`${title}: ${height} by ${width} pixels, ${channels === 1 ? "grey" : "in colour"}`);
    this.drawPicture();
  }

  /** @param {PipelineFacts} facts @param {Pixels | undefined} pixels */
  fits({ input_shape: [rows, columns], blocks }, pixels) {
    const same = blocks.length === this.values.blocks.length
      && blocks.every(({ kind }, index) => kind === this.values.blocks[index].kind);
    return same && rows === pixels?.height && columns === pixels.width;
  }

  /** @param {string} name @param {PipelineFacts} facts */
  needs(name, { steps }) {
    const index = Number(name.slice("step".length)) - 1;
    return this.cards[index]?.mosaic.painting !== steps[index].painting;
  }

  /** Maps that are in the strip alone come as small as they are there, while something moves. */
  get onScreen() {
    return { unseen: this.cards.flatMap(({ mosaic }, index) => (mosaic.isSeen ? [] : [index + 1])) };
  }

  /** Maps that were in the strip alone are on the screen: what moves them may rest where it is held. */
  seen() {
    if (this.dragging && this.element.dataset.exact === "false") this.move({});
  }

  /** @param {Answer} answer @param {Record<string, import("../frontend/core/decoding.js").Picture>} images */
  show({ seq, rest, facts, blobs }, images) {
    /** @type {Record<string, Cube>} */
    this.numbers = { patch: blobs.patch, weights: blobs.weights };
    // What the server made of the blocks is complete: defaults, kernels by name, what an editor asked for.
    if (seq >= (this.asked?.seq ?? 0)) {
      const { values } = this;
      this.values = { ...values, blocks: facts.blocks };
      if (!this.dragging) this.showControls();
    }
    this.cards.forEach((card, index) => {
      const halted = facts.stopped && index + 1 >= facts.stopped.block ? facts.stopped : null;
      card.show(facts.steps[index] ?? null, images[`step${index + 1}`], halted,
        { kernels: facts.kernels[index], titles: facts.titles[index] }, this.proportion);
    });
    this.mark(rest);
    const framed = JSON.stringify(facts.trace);
    if (framed !== this.framed) this.drawPicture();
    this.framed = framed;
    Object.assign(this.element.dataset, { exact: String(rest), seq: String(seq) });
  }

  /** Say what the presets show: some sentences have numbers, which are those of the present picture. */
  describePresets() {
    /** @param {PresetDescription} preset */
    const said = ({ name, why }) => this.facts?.presets[name] ?? why;
    this.presets.forEach((button, at) => {
      const title = said(this.offer.presets[at]);
      if (button.title !== title) button.title = title;
    });
    write(this.why, this.preset ? said(this.preset)
      : this.values.blocks.length ? "Your own stack." : "An empty stack: the picture stays as it is.");
  }

  describe() {
    this.describePresets();
    this.describeStrip();
    // Beside maps that nobody sees nothing need be written while a control moves.
    const resting = this.element.dataset.exact === "true";
    for (const card of this.cards) if (resting || card.mosaic.isSeen) card.describe();
    const { steps, total: all } = this.facts;
    const parameters = all.weights + all.biases;
    const last = steps.at(-1);
    write(this.total, !last ? "No maps yet: add a block." : [
      `${counted(steps.length, "block")}: ${counted(parameters, "parameter")}`,
      counted(all.multiply_adds, "multiply-add"), `receptive field at the end: ${seen({ ...last.field, normalised: false })}`].join(", "));
    this.describeCell();
  }

  /** Bring the strip up to date: in the frame after the maps, so that a drag does not wait for it. */
  describeStrip() {
    const { height = 0, width = 0 } = this.pixels ?? {};
    const isNew = this.strip.set([{ name: "Picture", size: `${height} × ${width}` }, ...this.cards.map(({ kind, step, stop }, index) => ({
      name: `${index + 1} ${kind.title}`, size: step ? step.shape.map(grouped).join(" × ") : "nothing",
      detail: step?.title ?? stop?.sentence, halted: !step, mixes: MIXING.includes(kind.kind),
    }))], this.opened || null);
    this.paintStrip(isNew);
  }

  /** @param {boolean} anew even where the pictures are those that are on */
  paintStrip(anew) {
    const { image, width, height } = this.pane;
    const shown = [`${this.picture}`, ...this.cards.map(({ step, mosaic }) => (step ? `${mosaic.painting}` : ""))];
    shown.forEach((painting, at) => {
      if (!anew && painting === this.thumbnails[at]) return;
      if (at === 0) return this.strip.paint(0, image, [[0, 0, width, height]]);
      const { mosaic: { image: maps, tile: [tall, wide], maps: count } } = this.cards[at - 1];
      this.strip.paint(at, maps, Array.from({ length: Math.min(count, 4) }, (_, map) => [0, map * tall, wide, tall]));
    });
    this.thumbnails = shown;
  }

  describeCell() {
    const { trace, lost } = this.facts;
    const { cell } = this.values;
    this.hint.hidden = Boolean(cell) || this.cards.length === 0;
    this.chosen.hidden = !cell;
    if (!cell || !trace) this.worked.empty();
    if (!cell) return this.tell(`${this.total.textContent}`);
    const [step, map] = cell;
    write(this.lost, lost);
    this.workOut();
    this.tell(trace ? `${this.worked.place.textContent}: ${trace.path[0].said}. ${trace.path[0].sentence}` : lost);
    this.factor.element.hidden = !trace || !this.cards[step - 1]?.scaled;
    if (!this.factor.dragging) this.factor.set(this.scalesOf(step - 1)[map] ?? 1);
    const told = JSON.stringify([trace, lost]);
    if (told === this.listed) return;
    this.listed = told;
    this.path.replaceChildren(...(trace ? trace.path.map((cause) => this.causeItem(cause)) : []));
  }

  /** Show the sum behind the chosen cell. */
  workOut() {
    const { trace } = this.facts;
    if (!trace) return;
    this.worked.show(trace, this.numbers, this.values.levels);
    this.worked.rise();
  }

  /** @param {CauseFacts} cause */
  causeItem({ step, title, cell, said, sentence }) {
    const where = cell ? `map ${cell[0] + 1}, row ${cell[1] + 1}, column ${cell[2] + 1}` : "";
    return make("li", { "data-step": step },
      make("div", { class: "causehead" }, make("b", {}, step ? `${step}  ${title}` : title), make("span", {}, said)),
      make("p", {}, sentence), step && where ? make("p", { class: "where" }, where) : "");
  }

  /** Mark the path's cells in the mosaics. @param {boolean} [rest] whether nothing moves */
  mark(rest = true) {
    const trace = this.facts?.trace;
    this.cards.forEach((card, index) => {
      const marks = (trace?.path ?? []).flatMap(({ step, cell }) => {
        if (step !== index + 1 || !cell) return [];
        const [map, row, column] = cell;
        return [/** @type {Mark} */ ([map, row, column, row + 1, column + 1, step === trace?.cell[0]])];
      });
      card.mark(marks, this.scalesOf(index), this.roles, rest);
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
      const cell = trace.path.at(-1)?.cell;
      if (cell) outline(context, layout, cell[1], cell[2], cell[1] + 1, cell[2] + 1, this.roles.input);
    });
  }

  redraw() {
    this.drawPicture();
    if (this.facts) this.paintStrip(true);
    for (const card of this.cards) if (card.step) card.mosaic.draw();
  }

  // The blocks.

  /** The number of the block that is open: `ALL` for every one. */
  get opened() {
    const { open } = this.values;
    return open === ALL ? ALL : Math.max(1, Math.min(open ?? 1, this.values.blocks.length));
  }

  /** @param {number} block */
  open(block) {
    this.commit({ open: block });
    this.unfold();
  }

  /** Show the card of the block that is open, and of the others their headings. */
  unfold() {
    const { opened } = this;
    this.cards.forEach((card, index) => card.unfold(opened === ALL || opened === index + 1));
    this.strip.open(opened || null);
    this.openAll.setAttribute("aria-pressed", String(opened === ALL));
  }

  get dragging() {
    return super.dragging || this.factor.dragging || this.cards.some(({ dragging }) => dragging);
  }

  showControls() {
    super.showControls();
    const { blocks } = this.values;
    this.matchCards(blocks);
    this.cards.forEach((card, index) => card.set(blocks[index], index, blocks.length));
    this.unfold();
    const now = JSON.stringify(blocks);
    const preset = this.offer.presets.find((each) => JSON.stringify(each.blocks) === now);
    this.presets.forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.preset === preset?.name)));
    /** @type {PresetDescription | null} */
    this.preset = preset ?? null;
    this.describePresets();
    for (const button of this.adders) button.disabled = blocks.length >= this.offer.most;
    this.allOn.disabled = !blocks.some(({ scales = {} }) => Object.keys(scales).length);
  }

  /**
   * Give every block a card of its kind, in order; an element that is in its place already is not moved.
   * @param {Block[]} blocks
   */
  matchCards(blocks) {
    const cards = blocks.map(({ kind }, index) => {
      const card = this.cards[index];
      return card?.kind.kind === kind ? card : new Card(this, /** @type {BlockDescription} */ (this.kinds.get(kind)));
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

  /** @param {number} index @returns {Scales} */
  scalesOf(index) {
    return this.values.blocks[index]?.scales ?? {};
  }

  /** Change one block. @param {Card} card @param {Values} changes @param {boolean} rest */
  set(card, changes, rest) {
    const index = this.cards.indexOf(card);
    const [[name, value]] = Object.entries(changes);
    const stepped = typeof value === "number" ? `${index} ${name}` : "";
    this.restate(this.values.blocks.with(index, { ...this.values.blocks[index], ...changes }), rest, {}, stepped);
  }

  /**
   * Say what the blocks are now: while something moves, or at rest.
   * @param {Block[]} blocks
   * @param {boolean} rest
   * @param {Values} more
   * @param {string} stepped the number that changed: further steps of it are the same change, what else is done is not
   */
  restate(blocks, rest, more = {}, stepped = "") {
    if (!rest) {
      this.move({ blocks, ...more });
      return;
    }
    if (!stepped || stepped !== this.stepped) this.separate();
    /** The number that was changed last. */
    this.stepped = stepped;
    this.commit({ blocks, ...more });
  }

  /** Put blocks in the place of all that were. @param {Block[]} blocks */
  restack(blocks) {
    this.restate(blocks, true, { cell: null, open: this.opened && 1 });
  }

  /** Where one looks goes back with a change, and is none by itself. @param {Partial<Chosen>} before */
  remember(before) {
    if (Object.keys(before).some((name) => !LOOKED_AT.includes(name))) super.remember(before);
  }

  /**
   * Number the open block and the chosen cell's step anew.
   * @param {(index: number) => number | null} place gives a block's new index, or null if it is gone
   */
  follow(place) {
    const { opened } = this;
    const open = opened === ALL ? ALL : (place(opened - 1) ?? opened - 1) + 1;
    if (!this.values.cell) return { open };
    const [step, ...rest] = this.values.cell;
    const index = place(step - 1);
    return { open, cell: index === null ? null : [index + 1, ...rest] };
  }

  /** @param {string} kind */
  add(kind) {
    const blocks = [...this.values.blocks, { kind }];
    this.restate(blocks, true, this.opened === ALL ? {} : { open: blocks.length });
    this.cards.at(-1)?.element.scrollIntoView({ block: "nearest", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  }

  /** @param {Card} card */
  duplicate(card) {
    const at = this.cards.indexOf(card);
    const copy = structuredClone(this.values.blocks[at]);
    const fresh = new Card(this, card.kind);
    this.resizing.observe(fresh.mosaic.canvas);
    this.cards = this.cards.toSpliced(at + 1, 0, fresh);
    this.restate(this.values.blocks.toSpliced(at + 1, 0, copy), true, this.follow((index) => (index > at ? index + 1 : index)));
  }

  /** @param {Card} card */
  remove(card) {
    const at = this.cards.indexOf(card);
    card.element.remove();
    card.close();
    this.cards = this.cards.toSpliced(at, 1);
    this.restate(this.values.blocks.toSpliced(at, 1), true,
      this.follow((index) => (index === at ? null : index > at ? index - 1 : index)));
    (this.cards[at] ?? this.cards.at(-1))?.buttons.remove.focus();
  }

  /**
   * Exchange a card with a neighbour. The neighbour's element moves: the card keeps the focus, or the pointer.
   * @param {Card} card
   * @param {number} by
   */
  swap(card, by) {
    const at = this.cards.indexOf(card);
    const other = this.cards[at + by];
    /** @template Each @param {Each[]} list */
    const both = (list) => list.with(at, list[at + by]).with(at + by, list[at]);
    if (by < 0) card.element.after(other.element);
    else card.element.before(other.element);
    this.cards = both(this.cards);
    this.restate(both(this.values.blocks), true,
      this.follow((index) => (index === at ? at + by : index === at + by ? at : index)));
  }

  // Cells and maps.

  /** The chosen cell, where it is one of this card. @param {Card} card @returns {MapCell | null} */
  chosenIn(card) {
    const [step, ...cell] = this.values.cell ?? [];
    if (step !== this.cards.indexOf(card) + 1) return null;
    return card.step && isRow(card.step) ? shownAt(card.step, /** @type {MapCell} */ (cell)[0]) : /** @type {MapCell} */ (cell);
  }

  /** @param {Card} card @param {MapCell} place @param {boolean} rest */
  choose(card, [map, row, column], rest) {
    /** @type {PipelineValues["cell"]} */
    const cell = card.step && isRow(card.step) ? [this.cards.indexOf(card) + 1, row * card.step.laid[1] + column, 0, 0]
      : [this.cards.indexOf(card) + 1, map, row, column];
    if (rest) this.commit({ cell });
    else this.move({ cell });
  }

  /** @param {number} index @param {number} map @param {number} factor @param {boolean} rest */
  rescale(index, map, factor, rest) {
    /** @type {Scales} */
    const scales = { ...this.scalesOf(index), [map]: factor };
    if (factor === 1) delete scales[map];
    this.set(this.cards[index], { scales }, rest);
    this.mark();
  }

  /** @param {Card} card @param {number} map */
  switchMap(card, map) {
    if (!card.scaled) return;
    const index = this.cards.indexOf(card);
    this.rescale(index, map, this.scalesOf(index)[map] === 0 ? 1 : 0, true);
  }

  /** Scale the map of the chosen cell. @param {number} factor @param {boolean} rest */
  scaleMap(factor, rest) {
    const { cell } = this.values;
    if (!cell) return;
    const [step, map] = cell;
    this.rescale(step - 1, map, factor, rest);
  }

  switchAllOn() {
    this.restate(this.values.blocks.map((block) => ("scales" in block ? { ...block, scales: {} } : block)), true);
  }

  release() {
    this.resizing.disconnect();
    for (const card of this.cards) card.close();
  }
}

export default mount(PipelineLab);
