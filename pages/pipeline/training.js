// A stack that learns before one's eyes: kernels, maps, loss and confusion move while it trains. The server keeps the
// latest numbers; this browser keeps them too, and sends them where the server has forgotten them.

import { Slider, Strip } from "../frontend/controls/controls.js";
import { toBase64 } from "../frontend/core/base64.js";
import { cleared, contextOf, sizeOf } from "../frontend/core/canvas.js";
import { make, write } from "../frontend/core/dom.js";
import { percent, short } from "../frontend/core/numbers.js";
import { offer } from "../frontend/core/offer.js";
import { keepSoon } from "../frontend/core/records.js";
import { counted } from "../frontend/core/words.js";
import { Live, mount } from "../frontend/live/live.js";
import { Training } from "../frontend/live/training.js";
import { Plot } from "../frontend/plots/plot.js";
import { Mosaic, Scale } from "../frontend/stage/mosaic.js";
import { Worked } from "../frontend/stage/worked.js";
import { KEPT } from "./left.js";

const KEEP_EVERY = 3000; // ms while training plays: a tablet may fall asleep over it
const CURVES_EVERY = 150; // ms between two drawings of the curves while training plays
const MOST_ENTRIES = 400; // of the history that is kept
const ABREAST = 8; // maps beside each other
const FIRST_ANSWERS = 3; // of the classes, the most probable first

/**
 * @typedef {import("../frontend/types/messages.js").LearningBankFacts} LearningBankFacts
 * @typedef {import("../frontend/types/messages.js").LearningFacts} LearningFacts
 * @typedef {import("../frontend/types/messages.js").LearningMapsFacts} LearningMapsFacts
 * @typedef {import("../frontend/types/messages.js").LearningStateValue} LearningStateValue
 * @typedef {import("../frontend/types/messages.js").NumberDescription} NumberDescription
 * @typedef {import("../frontend/types/messages.js").LearningValues} Chosen
 * @typedef {import("../frontend/live/live.js").Colours} Colours
 * @typedef {import("../frontend/live/lane.js").Answer<LearningFacts>} Answer
 * @typedef {import("../frontend/live/lane.js").Table<Float32Array>} Table
 * @typedef {{step: number, loss: number | null, test_loss: number, test_accuracy: number}} Entry
 * @typedef {[block: number, row: number, column: number, map: number, kernel: number]} Weight
 */

/** A learning rate: a slider that goes from stop to stop. */
class Rate extends Slider {
  /** @param {NumberDescription & {stops: number[]}} setting @param {import("../frontend/controls/controls.js").Wiring<number>} wiring */
  constructor(setting, { onInput, onCommit }) {
    const { stops } = setting;
    super({ ...setting, low: 0, high: stops.length - 1, step: 1, default: stops.indexOf(setting.default) }, {
      onInput: (index) => onInput(stops[index]), onCommit: (index) => onCommit(stops[index]),
    });
    this.stops = stops;
    this.set(setting.default);
  }

  /** @param {number} rate */
  set(rate) {
    if (this.dragging || !this.stops) return;
    const nearest = this.stops.reduce((best, stop, at) => (Math.abs(stop - rate) < Math.abs(this.stops[best] - rate) ? at : best), 0);
    super.set(nearest);
  }

  show() {
    super.show();
    const text = short(/** @type {NumberDescription & {stops: number[]}} */ (this.setting).stops?.[this.value] ?? this.value, 4);
    this.readout.textContent = text;
    this.track.setAttribute("aria-valuetext", text);
  }
}

/** One kernel: what it is now, what it was at the start, and whether it stays as it is. */
class KernelTile {
  /** @param {Bank} bank @param {number} kernel */
  constructor(bank, kernel) {
    this.bank = bank;
    this.kernel = kernel;
    const name = `kernel ${kernel + 1}`;
    this.now = make("canvas", { class: "now", role: "application", "aria-roledescription": "kernel", tabindex: "0" });
    this.before = make("canvas", { class: "before", role: "img" });
    this.freeze = make("button", {
      type: "button", class: "small freeze", "aria-label": `Freeze ${name}`, title: "Freeze it: it stays, and the others learn around it",
      onclick: () => bank.view.freeze(bank.block, kernel),
    }, "free");
    this.element = make("div", { class: "tile" }, this.now, make("div", { class: "under" }, this.before, this.freeze));
    this.now.addEventListener("click", (event) => this.point(event));
    this.now.addEventListener("keydown", (event) => this.key(event));
  }

  /** @param {MouseEvent} event */
  point({ offsetX, offsetY }) {
    const { shape: [rows, columns] } = this.bank.facts;
    const { width, height } = sizeOf(this.now);
    const row = Math.min(rows - 1, Math.floor((offsetY / height) * rows));
    const column = Math.min(columns - 1, Math.floor((offsetX / width) * columns));
    this.bank.choose(this.kernel, row, column);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const by = /** @type {Record<string, number[]>} */ ({ ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Enter: [0, 0] })[event.key];
    if (!by) return;
    event.preventDefault();
    const { shape: [rows, columns] } = this.bank.facts;
    const chosen = this.bank.chosenIn(this.kernel) ?? [rows >> 1, columns >> 1];
    this.bank.choose(this.kernel, Math.max(0, Math.min(rows - 1, chosen[0] + by[0])), Math.max(0, Math.min(columns - 1, chosen[1] + by[1])));
  }

  /**
   * @param {Table} now
   * @param {Table | undefined} start
   * @param {number} most the greatest magnitude of all kernels of the bank
   */
  draw(now, start, most) {
    this.paint(this.now, now, most, this.bank.chosenIn(this.kernel));
    if (start) this.paint(this.before, start, most, null);
  }

  /** @param {HTMLCanvasElement} canvas @param {Table} table @param {number} most @param {number[] | null} chosen */
  paint(canvas, { shape: [rows, columns, maps, kernels], data }, most, chosen) {
    const drawing = cleared(canvas);
    if (!drawing) return;
    const { context, width, height } = drawing;
    const { view, channel } = this.bank;
    for (let row = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1) {
        const value = data[((row * columns + column) * maps + channel) * kernels + this.kernel];
        context.fillStyle = view.tint(value / most);
        const [left, top] = [Math.round((column * width) / columns), Math.round((row * height) / rows)];
        context.fillRect(left, top, Math.round(((column + 1) * width) / columns) - left, Math.round(((row + 1) * height) / rows) - top);
      }
    }
    if (!chosen) return;
    context.strokeStyle = view.roles.accent;
    context.lineWidth = 2.5;
    context.strokeRect((chosen[1] * width) / columns + 1.5, (chosen[0] * height) / rows + 1.5, width / columns - 3, height / rows - 3);
  }

  /** @param {boolean} frozen */
  mark(frozen) {
    this.element.classList.toggle("frozen", frozen);
    this.freeze.setAttribute("aria-pressed", String(frozen));
    write(this.freeze, frozen ? "frozen" : "free");
  }
}

/** The kernels of one convolution, and its maps of the picture on the page. */
class Bank {
  /** @param {LearningView} view @param {LearningBankFacts} facts */
  constructor(view, facts) {
    this.view = view;
    this.facts = facts;
    this.block = facts.block;
    this.channel = 0; // the map whose weights are shown
    /** @type {Table | undefined} */
    this.now = undefined;
    /** @type {Table | undefined} */
    this.start = undefined;
    const [, , maps, kernels] = facts.shape;
    this.part = make("span", { class: "partsaid" });
    /** @param {string} text @param {string} name @param {number} by */
    const turn = (text, name, by) => make("button", { type: "button", class: "small", title: name, "aria-label": name, onclick: () => this.turn(by) }, text);
    this.turns = make("span", { class: "turns", role: "group", "aria-label": "Weights on the incoming maps", hidden: maps === 1 },
      turn("‹", "Weights on the map before", -1), this.part, turn("›", "Weights on the next map", 1));
    this.tiles = Array.from({ length: kernels }, (_, kernel) => new KernelTile(this, kernel));
    this.mosaic = new Mosaic({ chosen: () => null, onCell: () => {}, onSwitch: () => {}, onLeave: () => {}, across: Math.min(ABREAST, kernels) });
    this.mosaic.canvas.removeAttribute("aria-describedby");
    this.mosaic.canvas.setAttribute("role", "img");
    this.mosaic.canvas.removeAttribute("tabindex");
    this.scale = new Scale();
    this.element = make("section", { class: "bank", "aria-label": facts.title, style: `--abreast: ${Math.min(ABREAST, kernels)}` },
      make("h3", {}, facts.title, this.turns),
      make("div", { class: "tiles" }, ...this.tiles.map(({ element }) => element)),
      make("div", { class: "mapsof" }, this.mosaic.element, this.scale.element));
    this.say();
  }

  /** @param {number} by */
  turn(by) {
    const maps = this.facts.shape[2];
    this.channel = (this.channel + by + maps) % maps;
    this.say();
    this.draw();
  }

  say() {
    write(this.part, `weights on map ${this.channel + 1} of ${this.facts.shape[2]}`);
  }

  /** Row and column of the chosen weight, if it is one of this kernel's that are shown. @param {number} kernel */
  chosenIn(kernel) {
    const [weight] = /** @type {Weight[]} */ (this.view.values.weight);
    if (!weight) return null;
    const [block, row, column, map, of] = weight;
    return block === this.block && map === this.channel && of === kernel ? [row, column] : null;
  }

  /** @param {number} kernel @param {number} row @param {number} column */
  choose(kernel, row, column) {
    this.view.pickWeight([this.block, row, column, this.channel, kernel]);
  }

  /** @param {Table} now @param {Table | undefined} start @param {LearningMapsFacts} maps @param {import("../frontend/core/decoding.js").Picture | undefined} image */
  show(now, start, maps, image) {
    this.now = now;
    this.start = start ?? this.start;
    if (image) {
      this.mosaic.set(maps, image, 1);
      this.mosaic.mark([], {}, this.view.roles, !this.view.playing);
    }
    this.scale.show(maps);
    this.draw();
  }

  draw() {
    const { now, start } = this;
    if (!now) return;
    const tables = start ? [now, start] : [now];
    const most = tables.reduce((large, { data }) => data.reduce((best, value) => Math.max(best, Math.abs(value)), large), 1e-9);
    for (const tile of this.tiles) tile.draw(now, start, most);
  }

  /** @param {number[][]} frozen */
  mark(frozen) {
    this.tiles.forEach((tile, kernel) => tile.mark(frozen.some(([block, of]) => block === this.block && of === kernel)));
  }

  describe() {
    const { now, start } = this;
    if (!now) return;
    const [rows, columns, maps, kernels] = now.shape;
    this.tiles.forEach((tile, kernel) => {
      /** @param {Table} table */
      const numbers = ({ data }) => Array.from({ length: rows * columns }, (_, at) => short(data[(at * maps + this.channel) * kernels + kernel], 2)).join(", ");
      tile.now.setAttribute("aria-label", `Kernel ${kernel + 1} now: ${numbers(now)}`);
      if (start) tile.before.setAttribute("aria-label", `Kernel ${kernel + 1} at the start: ${numbers(start)}`);
    });
    this.mosaic.canvas.setAttribute("aria-label", `What block ${this.block + 1} makes of the picture: ${counted(kernels, "map")}`);
  }

  close() { this.mosaic.close(); }
}

/** The gradient of the chosen weight: what it was multiplied with, how the loss changes, and the products. */
class WorkedGradient extends Worked {
  constructor() {
    super("The gradient of the chosen weight", "Click a weight of a kernel to see how its gradient comes about.");
    this.before = this.turn("‹", "The picture before", -1);
    this.after = this.turn("›", "The next picture", 1);
    this.part = make("span", { class: "partsaid" });
    this.parts = make("div", { class: "parts", role: "group", "aria-label": "Pictures of the batch" }, this.before, this.part, this.after);
    this.result.append(this.parts);
    this.drawing = 0;
    this.count = 1;
    /** @type {(drawing: number) => void} */
    this.onDrawing = () => {};
    this.empty();
  }

  /** @param {string} text @param {string} name @param {number} by */
  turn(text, name, by) {
    return make("button", { type: "button", class: "small", title: name, "aria-label": name,
      onclick: () => this.onDrawing((this.drawing + by + this.count) % this.count) }, text);
  }

  /**
   * All of them have either sign.
   * @param {number} entry
   * @param {string} role
   * @param {number[][]} rows
   */
  ground(entry, role, rows) {
    return super.ground(entry, "products", rows);
  }

  /**
   * @param {NonNullable<LearningFacts["worked"]>} facts
   * @param {{inputs: Table, slopes: Table}} tables
   * @param {Weight} weight
   * @param {number} drawing
   */
  show({ weight: value, gradient, parts }, { inputs, slopes }, [block, row, column, map, kernel], drawing) {
    const [rows, columns] = inputs.shape;
    this.blank = false;
    this.drawing = drawing;
    this.count = parts.length;
    /** @param {(at: number) => number} read */
    const table = (read) => Array.from({ length: rows }, (_, r) => Array.from({ length: columns }, (__, c) => read(r * columns + c)));
    write(this.steps, `${counted(parts.length, "picture")} of the next batch add up to the gradient`);
    write(this.value, short(gradient, 4));
    Object.assign(this.value.dataset, { value: String(gradient) });
    const [effect, change] = gradient > 0 ? ["larger", "smaller"] : ["smaller", "larger"];
    const follows = gradient === 0 ? "The loss does not change with it."
      : `A larger weight would make the loss ${effect}, so the step against the gradient makes the weight ${change}.`;
    write(this.place, `Weight ${short(value, 4)}: block ${block + 1}, kernel ${kernel + 1}, map ${map + 1}, row ${row + 1}, column ${column + 1}. ${follows}`);
    write(this.part, `picture ${drawing + 1} of ${parts.length} adds ${short(parts[drawing] ?? 0, 4)}`);
    this.lay(this.table("under the weight", table((at) => inputs.data[at]), "patch"),
      this.table("× change of the loss", table((at) => slopes.data[at]), "factors"),
      this.table("= products", table((at) => inputs.data[at] * slopes.data[at]), "products"), this.result);
  }
}

/** The history of the training: one for the browser's tab. @type {Entry[]} */
const HISTORY = [];

/** @extends {Training<LearningFacts, Chosen>} */
class LearningView extends Training {
  static controls = { ...Live.controls, stops: Rate, choice: Strip };

  build() {
    /** @type {Colours} */
    this.roles = {};
    /** @type {readonly string[]} */
    this.colours = ["#888"];
    /** @type {Bank[]} */
    this.banks = [];
    /** @type {string} */
    this.bankKey = "";
    /** The numbers of the state that was told last with all of them. @type {{value: LearningStateValue, data: string} | null} */
    this.saved = null;
    /** @type {Plot} */
    this.lossPlot = new Plot({ name: "loss" });
    /** @type {Plot} */
    this.accuracyPlot = new Plot({ name: "accuracy" });
    /** @type {HTMLElement} */
    this.offered = make("div", { class: "offered" });
    /** @type {HTMLElement} */
    this.list = make("div", { class: "banks" });
    /** @type {HTMLCanvasElement} */
    this.sight = make("canvas", { class: "sight", role: "img", width: 32, height: 32 });
    /** @type {HTMLElement} */
    this.seen = make("p", { class: "seen" });
    /** @type {HTMLElement} */
    this.answers = make("ol", { class: "answers" });
    /** @type {HTMLElement} */
    this.confusion = make("table", { class: "confused" });
    /** @type {HTMLElement} */
    this.tested = make("b", {});
    /** The student's own pictures that were last there whole. @type {Chosen["pictures"]} */
    this.whole = null;
    /** @type {WorkedGradient} */
    this.worked = new WorkedGradient();
    this.worked.onDrawing = (drawing) => this.commit({ drawing });
    const settings = new Map(this.data.settings.map((setting) => [setting.name, setting]));
    const controls = ["learning_rate", "optimizer"].map((name) => /** @type {any} */ (this.addControl(settings.get(name))).element);
    /** @type {() => void} */
    this.onVisible = () => { if (!document.hidden) this.proceed(); };
    document.addEventListener("visibilitychange", this.onVisible);
    /** @type {ResizeObserver} */
    this.resizing = new ResizeObserver(() => this.redraw());
    offer(this.offered, KEPT, { take: (records) => this.goOn(records.get(KEPT)), isNews: (records) => this.isNews(records.get(KEPT)) });
    return this.withKeys(make("div", { class: "lab learning" },
      this.buildTransport(), this.message, this.offered,
      make("div", { class: "rates" }, ...controls),
      this.list,
      make("div", { class: "outcomes" },
        make("figure", { class: "readit" }, make("figcaption", {}, make("b", {}, "Your picture")), make("div", { class: "both" }, this.sight, this.answers), this.seen),
        make("div", { class: "plotted" }, this.lossPlot.element, this.accuracyPlot.element),
        make("figure", { class: "confusing" }, make("figcaption", {}, this.tested, ": each row a class, each column an answer"), this.confusion)),
      make("section", { class: "gradient", "aria-label": "Gradient" }, make("h3", {}, "The gradient of one weight"), this.worked.element)));
  }

  buildTransport() {
    /** @param {string} text @param {string} title @param {() => void} act */
    const small = (text, title, act) => make("button", { type: "button", class: "small", title, "aria-label": title, onclick: act }, text);
    /** @type {Record<string, HTMLElement>} */
    this.readouts = {};
    const readings = [["epoch", "Epoch"], ["loss", "Loss"], ["test", "Test loss"], ["accuracy", "Test accuracy"]].map(([name, title]) => {
      this.readouts[name] = make("span", { "data-read": name });
      return make("div", {}, make("dt", {}, title), make("dd", {}, this.readouts[name]));
    });
    return make("div", { class: "transport", role: "toolbar", "aria-label": "Training" },
      this.buildPlay("Train it", "Train it until you pause"), small("1 batch", "Train on one batch", () => this.once("step")),
      small("|◄ Rewind", "Rewind: back to the weights of the stack above", () => this.rewind()), this.buildUndo(),
      make("dl", { class: "readings" }, ...readings));
  }

  // Training

  get standing() { return "training"; }

  /** @param {Chosen["advance"]} how */
  advance(how) {
    this.waiting = true;
    const now = performance.now();
    const whole = how !== "play" || now - (this.keptAt ?? 0) > KEEP_EVERY;
    if (whole) this.keptAt = now;
    this.fallBack(super.ask({ advance: how, whole }, false));
  }

  rewind() {
    this.playing = false;
    this.showPlaying();
    HISTORY.length = 0;
    this.commit({ training: null });
  }

  /**
   * Every question but that of `advance` leaves the training where it stands, and has its numbers told.
   * @param {Partial<Chosen>} changes
   * @param {boolean} rest
   */
  ask(changes, rest) {
    this.waiting = false;
    return super.ask({ whole: true, ...changes, advance: "none" }, rest);
  }

  /**
   * Nothing more is asked of the training.
   * @param {LearningStateValue | null} training
   * @param {Chosen["pictures"]} pictures
   */
  stand(training, pictures) {
    const { values } = this;
    this.values = { ...values, pictures, training, advance: /** @type {const} */ ("none") };
  }

  /** @param {number} seq @param {string} sentence */
  complain(seq, sentence) {
    this.halt();
    this.waiting = false;
    this.stand(this.values.training, this.values.pictures);
    super.complain(seq, sentence);
  }

  // What the browser keeps

  keep() {
    keepSoon(KEPT, KEPT, () => {
      const { saved, values } = this;
      if (!saved || !values.training) return null;
      const { optimizer, learning_rate, frozen, blocks } = values;
      return { said: `your trained stack (${counted(saved.value.step, "step")})`,
        value: { optimizer, learning_rate, frozen, blocks, pictures: this.entire(values.pictures), training: { ...saved.value, data: saved.data } } };
    });
  }

  /** The pictures with their data, where they were here. @param {Chosen["pictures"]} pictures */
  entire(pictures) {
    return pictures && this.whole?.key === pictures.key ? this.whole : pictures;
  }

  /** Whether another visit has left something that is not on. @param {Partial<Chosen> | undefined} values */
  isNews(values) {
    return Boolean(values?.training && values.training.key !== this.values.training?.key);
  }

  /** @param {Partial<Chosen>} values */
  goOn(values) {
    HISTORY.length = 0;
    const known = { pictures: null, ...Object.fromEntries(Object.entries(values).filter(([name]) => name in this.values)) };
    this.commit({ ...known });
  }

  // What a hand does

  /** @param {number} block @param {number} kernel */
  freeze(block, kernel) {
    const { frozen } = this.values;
    const others = frozen.filter(([of, each]) => of !== block || each !== kernel);
    this.commit({ frozen: others.length < frozen.length ? others : [...frozen, [block, kernel]] });
  }

  /**
   * Work the gradient of a weight out, which is that of the next batch: training pauses before it.
   * @param {Weight} weight
   */
  pickWeight(weight) {
    this.halt();
    this.commit({ weight: [weight] });
    for (const bank of this.banks) bank.draw();
  }

  // Answers

  /** @param {Answer} answer @param {Record<string, import("../frontend/core/decoding.js").Picture>} images */
  show({ seq, rest, facts, blobs }, images) {
    const isLast = seq === this.seq;
    this.waiting = false;
    if (this.values.pictures?.data) this.whole = this.values.pictures;
    if (facts.lost) {
      const { saved } = this;
      // The server has forgotten the pictures or where the training stands: it is told, or the training begins again.
      const { pictures, training } = this.values;
      this.values = { ...this.values, pictures: this.entire(pictures), training: training && saved ? { ...saved.value, data: saved.data } : null };
      for (const image of Object.values(images)) image.close();
      if (this.playing) this.proceed();
      else this.refresh();
      return;
    }
    this.colours = facts.colours;
    if (isLast) this.stand(facts.training, facts.pictures);
    if (blobs.state && facts.training) {
      const { data } = /** @type {Table} */ (blobs.state);
      this.saved = { value: facts.training, data: toBase64(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)) };
      this.keep();
    }
    this.match(facts.banks);
    this.banks.forEach((bank, at) => bank.show(blobs[`kernels${bank.block}`], blobs[`start${bank.block}`], facts.maps[at], images[`maps${bank.block}`]));
    if (images.sight) {
      contextOf(this.sight).drawImage(images.sight, 0, 0);
      images.sight.close();
    }
    this.tables = blobs.inputs ? { inputs: blobs.inputs, slopes: blobs.slopes } : undefined;
    this.record(facts);
    Object.assign(this.element.dataset, { seq: String(seq), step: String(facts.training?.step ?? 0), exact: String(rest) });
    if (isLast) this.shown(facts.trouble);
  }

  /** Build the banks anew where they are others. @param {LearningBankFacts[]} banks */
  match(banks) {
    const key = JSON.stringify(banks);
    if (key === this.bankKey) return;
    this.bankKey = key;
    for (const bank of this.banks) bank.close();
    this.banks = banks.map((facts) => new Bank(this, facts));
    for (const { mosaic, tiles } of this.banks) {
      for (const canvas of [mosaic.canvas, ...tiles.map(({ now }) => now)]) this.resizing.observe(canvas);
    }
    this.list.replaceChildren(...this.banks.map(({ element }) => element));
    this.showControls();
  }

  /** @param {LearningFacts} facts */
  record({ training, loss, test_loss, test_accuracy }) {
    const step = training?.step ?? 0;
    while (HISTORY.length > 0 && /** @type {Entry} */ (HISTORY.at(-1)).step >= step) {
      const last = /** @type {Entry} */ (HISTORY.pop());
      if (last.step === step && loss === null) loss = last.loss;
    }
    HISTORY.push({ step, loss, test_loss, test_accuracy });
    if (HISTORY.length > MOST_ENTRIES) HISTORY.splice(0, HISTORY.length, ...HISTORY.filter((_, at) => at % 2 === 0 || at === HISTORY.length - 1));
  }

  /** The colour of a number between -1 and 1. @param {number} share */
  tint(share) {
    const { colours } = this;
    const at = Math.round(((Math.max(-1, Math.min(1, share)) + 1) / 2) * (colours.length - 1));
    return colours[at];
  }

  /** @param {Colours} roles */
  colour(roles) {
    this.roles = roles;
    const { series } = this.data;
    for (const plot of [this.lossPlot, this.accuracyPlot]) plot.colour(roles, series);
    for (const bank of this.banks) bank.draw();
  }

  showControls() {
    super.showControls();
    for (const bank of this.banks) bank.mark(this.values.frozen);
  }

  describe() {
    const { facts } = this;
    if (facts.lost) return;
    const { epoch, loss, test, accuracy } = this.readouts;
    write(epoch, short(facts.epoch, 3));
    const last = /** @type {Entry} */ (HISTORY.at(-1));
    write(loss, last.loss === null ? "none" : short(last.loss, 3));
    write(test, short(facts.test_loss, 3));
    write(accuracy, percent(facts.test_accuracy));
    this.describeAnswer();
    const now = performance.now();
    if (this.playing && now - (this.curvedAt ?? 0) < CURVES_EVERY) return;
    this.curvedAt = now;
    this.describeConfusion();
    this.showCurves();
    if (this.playing) return;
    for (const bank of this.banks) bank.describe();
    const [weight] = /** @type {Weight[]} */ (this.values.weight);
    if (facts.worked && this.tables && weight) this.worked.show(facts.worked, this.tables, weight, this.values.drawing);
    else this.worked.empty();
    this.tell(`After ${counted(facts.training?.step ?? 0, "step")}: ${percent(facts.test_accuracy)} of the test pictures are right.`);
  }

  describeAnswer() {
    const { answer, classes, said } = this.facts;
    write(this.seen, said);
    this.sight.setAttribute("aria-label", said);
    const best = answer.map((share, at) => ({ share, name: classes[at] })).sort((one, other) => other.share - one.share).slice(0, FIRST_ANSWERS);
    this.answers.replaceChildren(...best.map(({ share, name }) => make("li", { style: `--share: ${100 * share}%` }, make("b", {}, name), ` ${percent(share)}`)));
  }

  describeConfusion() {
    const { confusion, classes, pictures } = this.facts;
    write(this.tested, pictures ? "Test pictures, which it never trains on" : "Drawings in styles that it never trains on");
    const most = Math.max(1, ...confusion.map((row) => row.reduce((sum, count) => sum + count, 0)));
    const head = make("tr", {}, make("th", { scope: "col" }, "class ↓"), ...classes.map((name) => make("th", { scope: "col", class: "turned" }, make("span", { title: name }, name))));
    const rows = confusion.map((row, at) => make("tr", {}, make("th", { scope: "row", title: classes[at] }, classes[at]),
      ...row.map((count, to) => make("td", { class: at === to ? "right" : "wrong", style: `--share: ${(100 * count) / most}%` }, count ? String(count) : "·"))));
    this.confusion.replaceChildren(make("thead", {}, head), make("tbody", {}, ...rows));
  }

  showCurves() {
    const x = Float32Array.from(HISTORY, ({ step }) => step);
    /** @param {string} title @param {number} series @param {(entry: Entry) => number | null} read */
    const line = (title, series, read) => ({ title, x, y: Float32Array.from(HISTORY, (entry) => read(entry) ?? NaN), series, strong: series === 1, dashed: series === 1 });
    const steps = { low: 0, high: Math.max(10, HISTORY.at(-1)?.step ?? 0), title: "Steps" };
    const losses = [line("batches", 0, ({ loss }) => loss), line("test", 1, ({ test_loss }) => test_loss)];
    const top = Math.max(0.1, ...losses.flatMap(({ y }) => [...y].filter(Number.isFinite)));
    this.lossPlot.show({ x: steps, y: { low: 0, high: top * 1.05, title: "Loss, test dashed" }, lines: losses,
      summary: `Test loss ${short(this.facts.test_loss)}.` });
    this.accuracyPlot.show({ x: steps, y: { low: 0, high: 1.02, title: "Test accuracy" }, lines: [line("test", 1, ({ test_accuracy }) => test_accuracy)],
      summary: `Test accuracy ${percent(this.facts.test_accuracy)}.` });
    if (this.playing) return;
    this.lossPlot.describe();
    this.accuracyPlot.describe();
  }

  redraw() {
    for (const bank of this.banks) {
      bank.draw();
      bank.mosaic.draw();
    }
  }

  release() {
    document.removeEventListener("visibilitychange", this.onVisible);
    this.playing = false;
    this.resizing.disconnect();
    for (const bank of this.banks) bank.close();
    this.lossPlot.release();
    this.accuracyPlot.release();
  }
}

export default mount(LearningView);
