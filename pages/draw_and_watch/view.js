// Draw and watch: the network as a strip that follows the hand, one of its layers large, the answers, and one number
// explained.

import { Strip } from "../frontend/controls/controls.js";
import { cleared, contextOf } from "../frontend/core/canvas.js";
import { decoded } from "../frontend/core/decoding.js";
import { isTapped, make } from "../frontend/core/dom.js";
import { fixed, percent, short } from "../frontend/core/numbers.js";
import { counted } from "../frontend/core/words.js";
import { DRAWN_HERE, Drawn } from "../frontend/live/drawn.js";
import { mount } from "../frontend/live/live.js";
import { pictureOf } from "../frontend/live/store.js";
import { SIDE } from "../frontend/stage/drawing.js";
import { heatOver, heatStops } from "../frontend/stage/heat.js";
import { Mosaic, Scale } from "../frontend/stage/mosaic.js";
import { outline } from "../frontend/stage/stage.js";
import { NetworkStrip } from "../frontend/stage/strip.js";
import { Worked, whiteOf } from "../frontend/stage/worked.js";

/**
 * @typedef {import("../frontend/types/messages.js").LayerLabels} LayerLabels
 * @typedef {import("../frontend/types/messages.js").MindFacts} MindFacts
 * @typedef {import("../frontend/types/messages.js").SketchFacts} SketchFacts
 * @typedef {import("../frontend/types/messages.js").SketchLabels} SketchLabels
 * @typedef {import("../frontend/types/messages.js").SketchMindFacts} SketchMindFacts
 * @typedef {import("../frontend/types/messages.js").SketchStep} SketchStep
 * @typedef {import("../frontend/types/messages.js").SketchUnitFacts} SketchUnitFacts
 * @typedef {import("../frontend/types/messages.js").SketchValues} SketchValues
 * @typedef {import("../frontend/types/messages.js").SourceDescription} SourceDescription
 * @typedef {import("../frontend/types/messages.js").UnitFacts} UnitFacts
 * @typedef {import("../frontend/types/messages.js").VariantLabels} VariantLabels
 * @typedef {import("../frontend/live/live.js").Colours} Colours
 * @typedef {import("../frontend/live/lane.js").Table<Float32Array>} Table
 * @typedef {import("../frontend/live/lane.js").Table<Uint8Array>} Levels
 * @typedef {import("../frontend/live/lane.js").Answer<SketchFacts>} Answer
 * @typedef {import("../frontend/live/lane.js").Answer<Partial<SketchMindFacts & SketchUnitFacts>>} AnswerBeside
 * @typedef {import("../frontend/stage/mosaic.js").MapCell} MapCell
 * @typedef {import("../frontend/stage/mosaic.js").Mark} Mark
 */

/**
 * @typedef {SketchValues["source"]} Source
 * @typedef {Required<SketchFacts>} SeenFacts where something is drawn
 * @typedef {Record<string, any>} Blobs of an answer, by name
 * @typedef {UnitFacts["cell"]} UnitCell step, map, row and column of a number
 * @typedef {UnitFacts["box"]} Box top, left, bottom and right
 * @typedef {import("../frontend/core/decoding.js").Picture} Picture
 * @typedef {{title: string, bytes: Uint8Array<ArrayBuffer>, bitmap: ImageBitmap}} Chosen the sidebar's picture
 */

/**
 * What stands on the page for a class, a network and a layer.
 * @typedef {Record<"probability" | "dense" | "bar" | "share" | "score" | "element", HTMLElement>} ClassRow
 * @typedef {Pick<VariantLabels, "name"> & Record<"button" | "says", HTMLElement>} VariantChoice
 * @typedef {{mosaic: Mosaic, legend: Scale, element: HTMLElement}} LayerFigure
 */

const CHOSEN = "picture";
const POINTING = isTapped()
  ? "Tap any cell, bar or score to see its receptive field on the drawing and its sum."
  : "Point at any cell, bar or score to see its receptive field on the drawing and its sum. Click to keep it.";
/** @type {(keyof SketchValues)[]} */
const WATCHED = ["variant", "off"]; // the settings that say which network is asked

const HEAT_OPACITY = 0.75; // of the warmest place
const THUMBNAILS = 4; // maps of a layer in the strip
const NARROW = "(max-width: 46rem)"; // where the maps stand below the pad, and not beside it
/** Titles of layers, as short as the strip has room for. @type {[long: string, short: string][]} */
const SHORT_TITLES = [["Convolution", "Conv"], ["Max pooling", "Pool"]];

/** A number with as many decimals as a narrow button has room for. @param {number} value */
function brief(value) {
  return fixed(value, Math.abs(value) >= 10 ? 0 : Math.abs(value) >= 0.995 ? 1 : 2).replace(/^(−?)0\./, "$1.");
}

/**
 * A canvas that lies over another one, empty, and where a picture of that size below it is.
 * @param {HTMLCanvasElement} canvas
 * @param {[number, number]} size
 */
function laidOver(canvas, [height, width]) {
  const drawing = cleared(canvas);
  if (!drawing) return null;
  const scale = Math.min(drawing.width / width, drawing.height / height);
  const place = { scale, x: (drawing.width - scale * width) / 2, y: (drawing.height - scale * height) / 2 };
  return { context: drawing.context, place };
}

/** What is behind one number of a layer. */
class WorkedUnit extends Worked {
  /** @param {{classes: string[], onLeave: () => void, onSwitch: (layer: number, map: number) => void}} wiring */
  constructor({ classes, onLeave, onSwitch }) {
    super("Where one number comes from", POINTING);
    this.classes = classes;
    this.onLeave = onLeave;
    this.onSwitch = onSwitch;
    this.named = ""; // the number that is on
    this.mostColumns = 5;
    this.products = new Mosaic({ chosen: () => null, onCell() {}, onSwitch() {}, onLeave() {} });
    this.products.canvas.removeAttribute("tabindex"); // there is nothing to be done with them
    this.products.canvas.removeAttribute("aria-describedby");
    this.products.canvas.setAttribute("role", "img");
  }

  /**
   * Maps other than the drawing have numbers of either sign.
   * @param {number} entry
   * @param {string} role
   * @param {number[][]} rows
   */
  ground(entry, role, rows) {
    return super.ground(entry, "products", rows);
  }

  /** There is no number to explain: say what to do. @param {string} hint */
  await(hint) {
    const { hint: before } = this;
    if (hint !== before) this.blank = false;
    this.hint = hint;
    this.empty();
  }

  blanks() {
    return [this.blankTable("drawing", "patch", 3, 3), this.blankTable("× weights", "factors", 3, 3), this.blankTable("= products", "products", 3, 3)];
  }

  /**
   * @param {UnitFacts} unit
   * @param {Blobs} blobs patch, weights and products
   * @param {Picture | undefined} picture the products of a unit with too many for a table
   * @param {Colours} roles
   * @param {boolean} kept whether it stays when the pointer leaves
   * @param {SketchValues["levels"]} levels
   */
  show(unit, blobs, picture, roles, kept, levels) {
    const { cell: [, map, row, column], title, kind, value, said, sentence, parts } = unit;
    this.blank = false;
    if (parts && this.named !== unit.cell.join(".")) this.channel = parts.reduce((best, part, at) => (Math.abs(part) > Math.abs(parts[best]) ? at : best), 0);
    this.named = unit.cell.join(".");
    const answers = ["dense", "softmax"].includes(kind);
    const name = answers ? this.classes[map] : `map ${map + 1}, row ${row + 1}, column ${column + 1}`;
    const body = make("div", { class: "terms" });
    const again = () => this.show(unit, blobs, picture, roles, kept, levels);
    const sums = parts && parts.length > 1 ? this.sums(unit, blobs, again) : "";
    const white = blobs.weights ? whiteOf(levels) : 1; // of what is not multiplied the sum is not linear
    if (blobs.patch) body.append(...this.tables(unit, blobs, white));
    if (unit.products) {
      const [height, width, maps] = unit.products.shape;
      body.append(make("div", { class: "part products" }, make("div", { class: "partname" }, "products of the cells"), this.products.element),
        make("div", { class: "part products" }, make("div", { class: "partname" }, "their sum in each map"), sums));
      this.products.set({ shape: [height, width, maps], tile: unit.products.tile, painting: this.named }, /** @type {Picture} */ (picture), 1);
    }
    this.element.replaceChildren(
      make("div", { class: "sumhead" },
        make("span", { class: "place" }, make("b", {}, title), ` ${name}`), make("p", { class: "steps" }, sentence),
        make("span", { class: "value", "data-value": String(value) }, white === 1 ? said : fixed(white * value, 1))),
      body,
      make("div", { class: "below" },
        ...(sums && !unit.products ? [make("span", { class: "partname" }, "each incoming map adds"), sums] : []),
        ...(kept ? this.buttons(unit, answers) : [])),
      this.closer);
    if (unit.products) this.products.mark([], {}, roles);
    this.onSay(`${title}, ${name}: ${sentence}`);
  }

  /** What can be done with a number that is kept. @param {UnitFacts} unit @param {boolean} answers whether it is a class's */
  buttons({ cell: [step, map] }, answers) {
    /** @param {string} text @param {string} title @param {() => void} act */
    const button = (text, title, act) => make("button", { type: "button", class: "small letgo", title, onclick: act }, text);
    return [answers ? "" : button("Map on/off", "Switch this map off or on", () => this.onSwitch(step - 1, map)),
      button("Let go", "Stop keeping this number", () => this.onLeave())];
  }

  /**
   * What the cell read, and where there are weights, these and the products: of one map at a time.
   * @param {UnitFacts} unit
   * @param {Blobs} blobs
   * @param {number} white the number that full ink is
   */
  tables(unit, { patch, weights, products }, white) {
    const channels = patch.shape[2];
    const channel = Math.min(this.channel, channels - 1);
    /** @param {Table} table */
    const rows = ({ shape: [height, width], data }, unity = 1) => Array.from({ length: height }, (_, r) =>
      Array.from({ length: width }, (__, c) => unity * data[(r * width + c) * channels + channel]));
    const read = unit.cell[0] === 1 ? "drawing" : weights ? `of map ${channel + 1}` : "incoming cells";
    /** @type {HTMLElement[]} */
    const tables = [this.table(read, rows(patch, white), "patch")];
    if (weights) tables.push(this.table("× weights", rows(weights), "factors"), this.table("= products", rows(products, white), "products"));
    return tables;
  }

  /**
   * What each map before adds, as buttons that open its table.
   * @param {UnitFacts} unit
   * @param {Blobs} blobs
   * @param {() => void} again shows the number anew
   */
  sums(unit, blobs, again) {
    const parts = /** @type {number[]} */ (unit.parts);
    const most = Math.max(...parts.map(Math.abs), 1e-9);
    return make("div", { class: "sums", role: "group", "aria-label": "What each map adds to the sum" },
      ...parts.map((part, at) => make("button", {
        type: "button", class: "partial", "aria-pressed": String(at === this.channel && Boolean(blobs.patch)), disabled: !blobs.patch,
        "aria-label": `map ${at + 1} adds ${short(part)}`, "data-part": at, title: `map ${at + 1} adds ${short(part, 4)}`,
        style: `--share: ${Math.abs(part) / most}; --tone: var(--role-${part < 0 ? "negative" : "positive"})`,
        onclick: () => { this.channel = at; again(); },
      }, brief(part))));
  }

  release() { this.products.close(); }
}

/** @extends {Drawn<SketchFacts, SketchValues>} */
class SketchLab extends Drawn {
  build() {
    const settings = new Map(this.data.settings.map((setting) => [setting.name, setting]));
    const variants = /** @type {SketchLabels} */ (this.data.labels).variants;
    const classes = /** @type {SketchLabels} */ (this.data.labels).classes;
    /** @type {Colours} */
    this.roles = {};
    this.pixels = /** @type {any} */ (true); // nothing has to come before an answer can be shown
    /** @type {Map<string, VariantLabels>} */
    this.variants = new Map(variants.map((variant) => [variant.name, variant]));
    /** @type {Chosen | null} */
    this.chosen = null;
    /** Height and width of what is on. @type {[number, number]} */
    this.size = [SIDE, SIDE];
    /** Whether patch after patch is being erased. @type {boolean} */
    this.erasing = false;
    /** The number under the pointer. @type {UnitCell | null} */
    this.hovered = null;
    /** The number that is explained. @type {UnitFacts | null} */
    this.unit = null;
    /** What erasing has found. @type {Pick<MindFacts, "frames" | "whole"> & {heat: OffscreenCanvas} | null} */
    this.mind = null;
    this.buildPad(settings.get("source"));
    this.buildAnswers(variants, classes);
    /** @type {WorkedUnit} */
    this.worked = new WorkedUnit({ classes,
      onLeave: () => { this.hovered = null; this.commit({ unit: null }); }, onSwitch: (layer, map) => this.switchMap(layer, map),
    });
    this.worked.onSay = (sentence) => this.spoken.say(sentence);
    /** @type {HTMLCanvasElement} */
    this.seen = make("canvas", { class: "seen", width: 64, height: 64, role: "img", "data-pane": "seen", "data-revision": "0" });
    /** @type {HTMLCanvasElement} */
    this.seenMarks = make("canvas", { class: "over", "aria-hidden": "true" });
    /** @type {HTMLElement} */
    this.seenSaid = make("p", { class: "note" });
    /** @type {HTMLButtonElement} */
    this.allOn = make("button", { type: "button", class: "small allon", onclick: () => this.commit({ off: [] }) }, "Switch all maps on");
    const keys = make("p", { class: "spoken", id: "mosaic-keys" },
      "Arrow keys move the cell, with Shift ten at a time; Page Up and Page Down change the map; Space switches the map off; Escape lets the cell go.");
    /** @type {HTMLElement} */
    this.input = make("figure", { class: "input", hidden: true }, make("figcaption", {}, make("b", {}, "What it sees"), " 64 × 64 pixels"),
      make("div", { class: "sheet64" }, this.seen, this.seenMarks), this.seenSaid);
    /** @type {HTMLElement} */
    this.large = make("div", { class: "large" });
    const layers = make("section", { class: "layers", "aria-label": "The layer that is large" }, this.large, this.allOn, keys);
    /** @type {NetworkStrip} */
    this.strip = new NetworkStrip("The network, from the drawing to the answer", (stage) => this.open(stage), true);
    /** What the strip shows of each layer. @type {(string | null)[]} */
    this.thumbnails = [];
    const erase = this.addControl(settings.get("erase"))?.element;
    /** @type {HTMLElement} */
    this.mindSaid = make("p", { class: "mindsaid" });
    /** @type {HTMLElement} */
    this.mindBar = make("span", { class: "colours" });
    /** @type {HTMLElement} */
    this.mindMost = make("span", {});
    /** @type {HTMLElement} */
    this.mindScale = make("p", { class: "mindscale", hidden: true }, make("span", {}, "erased: 0"), this.mindBar, this.mindMost);
    const mind = make("section", { class: "mind", "aria-label": "What would change its mind" }, erase, this.mindSaid, this.mindScale);
    const levels = make("div", { class: "levels beside" }, this.addControl(settings.get("levels"))?.element);
    /** @type {HTMLButtonElement[]} */
    this.tries = [...this.examples.values()].map(({ name, title, why, picture }) => make("button", {
      type: "button", class: "try", "data-example": name, title: why, onclick: () => this.tryOut(name),
    }, make("img", { src: picture, alt: "" }), title));
    const tries = make("section", { class: "tries", "aria-label": "Pictures to try" },
      make("p", {}, make("b", {}, "What has it never seen?"), " Only drawings like the first were in its training. Put one on the pad: it has to answer anyway."),
      make("div", { class: "row" }, ...this.tries));
    /** @type {HTMLElement} */
    this.tryWhy = make("p", { class: "note" });
    tries.append(this.tryWhy);
    const looks = ["scale", "ends"].map((name) => this.addControl(settings.get(name))?.element);
    const element = make("div", { class: "lab sketch", "data-revision": "0", "data-unit": "" }, this.strip.element, this.padSide, this.worked.element, layers, this.answers,
      this.message, this.networks, levels, mind, tries,
      make("details", { class: "colouring" }, make("summary", {}, "Colours of the maps"), make("div", { class: "folded" }, ...looks)));
    this.worked.onClose = () => { this.hovered = null; this.commit({ unit: null }); };
    for (const part of [layers, this.answers]) this.worked.watch(part);
    /** @type {LayerFigure[]} */
    this.mosaics = [];
    /** @type {ResizeObserver} */
    this.resizing = new ResizeObserver(() => this.redraw());
    for (const canvas of [this.over, this.seenMarks, this.large]) this.resizing.observe(canvas);
    this.buildLayers();
    return element;
  }

  /** @param {SourceDescription} setting which says what it looks at */
  buildPad(setting) {
    const options = setting.options.slice(0, 2);
    /** @type {Strip} */
    this.source = new Strip({ ...setting, options, default: DRAWN_HERE }, {
      onInput: () => {}, onCommit: (value) => this.choose(value),
    });
    this.makePad(setting);
    /** @type {HTMLCanvasElement} */
    this.chosenView = make("canvas", { class: "over chosen", hidden: true });
    /** @type {HTMLCanvasElement} */
    this.over = make("canvas", { class: "over", "aria-hidden": "true" });
    this.pad.sheet.append(this.chosenView, this.over);
    /** @type {HTMLElement} */
    this.padSide = make("section", { class: "padside", "aria-label": "The drawing" }, this.source.element, this.pad.element);
  }

  /** @param {VariantLabels[]} variants @param {string[]} classes */
  buildAnswers(variants, classes) {
    /** @type {HTMLElement} */
    this.best = make("span", { class: "best" });
    /** @type {HTMLElement} */
    this.bestShare = make("span", { class: "bestshare" });
    /** How it compares with the drawings of the test. @type {HTMLElement} */
    this.familiar = make("span", { class: "familiar" });
    /** @param {() => UnitCell} cell */
    const asks = (cell) => ({
      onpointerenter: () => this.point(cell()), onpointerleave: () => this.point(null), onclick: () => this.pin(cell()),
      onfocus: (/** @type {{target: HTMLElement}} */ { target }) => target.matches(":focus-visible") && this.point(cell()),
      onblur: () => this.point(null),
    });
    /** @type {ClassRow[]} */
    this.rows = classes.map((label, index) => {
      const depth = () => this.layers.length;
      const [bar, share, score] = [make("div", { class: "bar" }), make("span", { class: "share" }), make("span", {})];
      const probability = make("button", { type: "button", class: "class", "data-class": label, ...asks(() => [depth(), index, 0, 0]) },
        make("span", { class: "label" }, label), " ", make("span", { class: "track" }, bar), share);
      const dense = make("button", { type: "button", class: "score", "data-score": label, ...asks(() => [depth() - 1, index, 0, 0]) }, score);
      return { probability, dense, bar, share, score, element: make("li", {}, probability, dense) };
    });
    /** @type {VariantChoice[]} */
    this.choices = variants.map(({ name, title, why, accuracy }) => {
      const says = make("span", { class: "says" });
      const button = make("button", { type: "button", class: "variant", "data-variant": name, title: why,
        onclick: () => this.commit({ variant: name, unit: null, off: [] }) },
      make("b", {}, title), says, make("small", {}, percent(accuracy)));
      return { name, button, says };
    });
    /** @type {HTMLElement} */
    this.answers = make("section", { class: "answers", "aria-label": "The answer" },
      make("div", { class: "verdict" }, make("p", {}, this.best, " ", this.bestShare),
        make("p", { class: "note" }, make("b", {}, "Only these ten answers exist."), " ", this.familiar)),
      make("div", { class: "barhead", "aria-hidden": "true" }, make("span", {}, "class, probability"), make("span", {}, "score")),
      make("ol", { class: "bars" }, ...this.rows.map(({ element }) => element)));
    /** @type {HTMLElement} */
    this.networks = make("section", { class: "networks", "aria-label": "Three networks" },
      make("div", { class: "barhead", "aria-hidden": "true" }, make("span", {}, "three networks"), make("span", {}, "test accuracy")),
      make("div", { class: "variants", role: "group", "aria-label": "Network" }, ...this.choices.map(({ button }) => button)));
  }

  /** A figure for each layer of the variant: one of them is large, and the strip shows the others. */
  buildLayers() {
    if (this.built === this.values.variant) return;
    /** The network whose layers stand on the page. @type {string | undefined} */
    this.built = this.values.variant;
    const { layers } = /** @type {VariantLabels} */ (this.variants.get(this.values.variant));
    /** @type {LayerLabels[]} */
    this.layers = layers;
    for (const { mosaic } of this.mosaics) mosaic.close();
    this.thumbnails = [];
    const across = matchMedia(NARROW).matches ? 4 : undefined;
    this.mosaics = layers.filter(({ field }) => field).map(({ title, kind, shape, field }, index) => {
      const step = index + 1;
      const mosaic = new Mosaic({
        chosen: () => (this.values.unit?.[0] === step ? /** @type {MapCell} */ (this.values.unit.slice(1)) : null),
        onCell: (cell, rest) => (rest ? this.pin([step, ...cell]) : this.point([step, ...cell])),
        onSwitch: (map) => this.switchMap(index, map),
        onLeave: () => { this.point(null); this.commit({ unit: null }); },
        onPoint: (cell) => this.point(cell && [step, ...cell]),
        across: across ?? Math.ceil(Math.sqrt(shape[2])), // about as many below each other
      });
      mosaic.canvas.dataset.step = String(step);
      const legend = new Scale();
      return { mosaic, legend, element: make("figure", { class: "layer", "data-kind": kind, hidden: true, title: `Receptive field: ${field?.join(" × ")} pixels.` },
        make("figcaption", {}, make("b", {}, title), ` ${counted(shape[2], "map")} of ${shape[0]} × ${shape[1]}`),
        mosaic.element, legend.element) };
    });
    this.large.replaceChildren(this.input, ...this.mosaics.map(({ element }) => element));
  }

  /** The stage that is large: a link may name one that this network does not have. */
  get opened() {
    const { layer, unit } = this.values;
    return Math.min(layer ?? unit?.[0] ?? 1, this.mosaics.length);
  }

  /** A stage of the strip is chosen: its maps become large, and of the answer one sees the sum. @param {number} stage */
  open(stage) {
    if (stage <= this.mosaics.length) this.commit({ layer: stage });
    else if (this.best.textContent) this.pin([this.layers.length, this.rows.findIndex(({ element }) => element.matches(".first")), 0, 0]);
  }

  /** Show the stage that is chosen, and no other. */
  enlarge() {
    const { opened } = this;
    [this.input, ...this.mosaics.map(({ element }) => element)].forEach((element, stage) => { element.hidden = stage !== opened; });
    this.strip.open(opened);
    this.redraw();
  }

  describeStrip() {
    const { answers, variant, nothing } = /** @type {SeenFacts} */ (this.facts);
    const sure = nothing ? "" : percent(Math.max(...answers[variant]));
    this.strip.set([{ name: "It sees", size: "64 × 64", detail: "The ink, centred and scaled." },
      ...this.mosaics.map((_, index) => {
        const { title, kind, shape, field } = this.layers[index];
        return {
          name: SHORT_TITLES.reduce((name, [long, brief_]) => name.replace(long, brief_), title),
          size: `${shape[0]} × ${shape[1]}`, mixes: kind === "convolution", halted: Boolean(nothing),
          detail: `${title}: ${counted(shape[2], "map")}. Receptive field: ${field?.join(" × ")} pixels.`,
        };
      }),
      { name: this.best.textContent || "nothing", size: sure, mixes: true, halted: Boolean(nothing), detail: "The answer. Opens the sum behind it." }], this.opened);
    this.paintStrip(false);
  }

  /** @param {boolean} anew even what the strip shows already */
  paintStrip(anew) {
    if (!this.facts || !this.roles.output) return;
    const { nothing, answers, variant } = /** @type {SeenFacts} */ (this.facts);
    this.strip.paint(0, nothing ? null : this.seen, [[0, 0, this.seen.width, this.seen.height]]);
    this.mosaics.forEach(({ mosaic: { image, painting, tile: [tall, wide] } }, index) => {
      const shown = nothing ? "" : painting;
      if (!anew && shown === this.thumbnails[index]) return;
      this.thumbnails[index] = shown;
      this.strip.paint(index + 1, nothing ? null : image, Array.from({ length: THUMBNAILS }, (_, map) => [0, map * tall, wide, tall]));
    });
    this.paintBars(nothing ? [] : answers[variant]);
  }

  /** Draw the answers as small bars on the last stage. @param {number[]} shares */
  paintBars(shares) {
    const canvas = this.strip.canvases.at(-1);
    const drawing = canvas && cleared(canvas);
    if (!drawing) return;
    const { context, width, height } = drawing;
    const step = height / this.rows.length;
    shares.forEach((share, index) => {
      context.globalAlpha = 0.15;
      context.fillStyle = this.roles.text;
      context.fillRect(0, index * step, width, step - 1);
      context.globalAlpha = 1;
      context.fillStyle = this.roles.output;
      context.fillRect(0, index * step, share * width, step - 1);
    });
  }

  // What is looked at.

  async takePicture() {
    if (!this.data.picture) return;
    const { id, title } = this.data.picture;
    const bytes = pictureOf(id);
    if (!bytes || this.picture === id || !this.frames.lets(id)) return;
    this.picture = id;
    const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    if (this.picture !== id) return;
    this.chosen?.bitmap.close();
    this.chosen = { title, bytes, bitmap };
    this.frames.leave();
    if (this.values.source === CHOSEN) this.presented = null;
    this.present();
  }

  /** @param {string} source */
  has(source) { return source !== CHOSEN || this.chosen !== null; }

  /** @param {string} source */
  async bring(source) {
    this.cover(source === CHOSEN);
    if (source === CHOSEN) this.drawChosen();
    else await super.bring(source);
  }

  /** Put the chosen picture over the sheet, or take it away. @param {boolean} covered */
  cover(covered) {
    this.chosenView.hidden = !covered;
    this.pad.element.classList.toggle("covered", covered);
    this.pad.canvas.inert = covered;
  }

  drawChosen() {
    const { bitmap, title } = /** @type {Chosen} */ (this.chosen);
    Object.assign(this.chosenView, { width: bitmap.width, height: bitmap.height });
    contextOf(this.chosenView).drawImage(bitmap, 0, 0);
    this.chosenView.setAttribute("aria-label", title);
  }

  get takesFrames() { return super.takesFrames && this.values.source === CHOSEN; }

  /** @param {import("../frontend/live/live.js").Pixels} pixels @param {string} title */
  setFrame({ height, width, data }, title) {
    this.size = [height, width];
    Object.assign(this.chosenView, { width, height });
    contextOf(this.chosenView).putImageData(new ImageData(data, width, height), 0, 0);
    this.chosenView.setAttribute("aria-label", title);
    if (this.mind) this.forget(); // that was of the frame before
  }

  /** Send what is on to the lane. */
  supply() {
    const chosen = this.values.source === CHOSEN ? this.chosen : null;
    this.size = chosen ? [chosen.bitmap.height, chosen.bitmap.width] : [SIDE, SIDE];
    if (chosen) this.lane?.setPicture(chosen.bytes.slice().buffer);
    else super.supply();
  }

  /** What is on the pad is looked at: it may have been covered within a stroke. */
  renew() {
    this.cover(false);
    this.forget();
  }

  /** @param {Source} source */
  choose(source) {
    if (source === CHOSEN) {
      this.stale = false; // what a stroke has drawn so far is looked at once it goes on
      this.forget();
      this.commit({ source });
      this.present();
    } else if (this.values.source === CHOSEN) {
      this.changed(this.onPad, true);
    }
  }

  // Answers.

  /** @param {SketchFacts} facts */
  fits({ variant }) { return variant === this.values.variant; }

  /** @param {string} name @param {SketchFacts} facts */
  needs(name, { steps }) {
    const index = (steps ?? []).findIndex((step) => step.name === name);
    return index < 0 || this.mosaics[index].mosaic.painting !== /** @type {SketchStep[]} */ (steps)[index].painting;
  }

  /** @param {Answer} answer @param {Record<string, Picture>} images */
  show({ seq, rest, facts, blobs }, images) {
    const { nothing } = facts;
    this.element.classList.toggle("nothing", Boolean(nothing));
    if (!nothing) {
      /** @type {SeenFacts} */ (facts).steps.forEach((step, index) => {
        if (images[step.name]) this.mosaics[index].mosaic.set(step, images[step.name], 1);
      });
      this.paintSeen(blobs.seen);
      this.showAnswers(/** @type {SeenFacts} */ (facts));
      if (!this.hovered) this.takeUnit(/** @type {SeenFacts} */ (facts), blobs, images.unit_products);
      if (facts.mind) this.showMind(facts.mind, blobs.heat);
    } else {
      this.showNothing(nothing);
    }
    this.redraw();
    this.element.dataset.revision = String(Number(this.element.dataset.revision) + 1);
    const thinking = !nothing && rest && this.values.erase && facts.mind && !facts.mind.sentence;
    Object.assign(this.element.dataset, { exact: String(rest && !thinking), seq });
    if (thinking) this.goOnErasing();
  }

  /** @param {Levels} levels */
  paintSeen({ data }) {
    const pixels = new ImageData(64, 64);
    // Ink is dark, as on the paper, whatever the paper was.
    data.forEach((level, at) => pixels.data.set([255 - level, 255 - level, 255 - level, 255], 4 * at));
    contextOf(this.seen).putImageData(pixels, 0, 0);
    this.seen.dataset.revision = String(Number(this.seen.dataset.revision) + 1);
  }

  /** @param {SeenFacts} facts */
  showAnswers({ answers, scores, variant, familiar }) {
    const found = answers[variant];
    const best = found.indexOf(Math.max(...found));
    const { classes } = /** @type {SketchLabels} */ (this.data.labels);
    this.best.textContent = classes[best];
    this.bestShare.textContent = percent(found[best]);
    this.bestShare.dataset.value = String(found[best]);
    this.element.dataset.best = classes[best];
    this.familiar.textContent = familiar;
    this.rows.forEach(({ bar, share, score, element }, index) => {
      bar.style.width = `${100 * found[index]}%`;
      share.textContent = percent(found[index]);
      score.textContent = fixed(scores[index], 1);
      element.classList.toggle("first", index === best);
    });
    for (const { name, says } of this.choices) {
      const shares = answers[name];
      const first = shares.indexOf(Math.max(...shares));
      says.textContent = `${classes[first]} ${percent(shares[first])}`;
    }
  }

  /** @param {string} sentence */
  showNothing(sentence) {
    this.best.textContent = "";
    this.bestShare.textContent = "Nothing drawn yet";
    this.element.dataset.best = "";
    this.familiar.textContent = "";
    for (const { bar, share, score, element } of this.rows) {
      bar.style.width = "0";
      share.textContent = "";
      score.textContent = "";
      element.classList.remove("first");
    }
    for (const { says } of this.choices) says.textContent = "";
    contextOf(this.seen).clearRect(0, 0, 64, 64);
    this.unit = null;
    this.element.dataset.unit = "";
    this.worked.await(sentence);
    this.forget();
  }

  describe() {
    const { nothing, light, answers, scores, variant } = /** @type {SeenFacts} */ (this.facts);
    this.describeStrip();
    if (nothing) {
      this.seenSaid.textContent = "";
      return;
    }
    this.seenSaid.textContent = `Ink ${light ? "lighter" : "darker"} than the paper, centred and scaled.`;
    this.seen.setAttribute("aria-label", `What the network sees: the ink in 64 by 64 pixels. It says ${this.best.textContent}, ${this.bestShare.textContent}.`);
    const steps = /** @type {SeenFacts} */ (this.facts).steps;
    steps.forEach((step, index) => this.mosaics[index].legend.show(step));
    this.tell(`${this.best.textContent}, ${this.bestShare.textContent}`);
    // Nobody listens to thirty texts while the hand draws, and writing them takes longer than drawing.
    if (this.pad.drawing !== null) return;
    steps.forEach((step, index) => this.mosaics[index].mosaic.canvas.setAttribute("aria-label",
      `${step.title}: ${counted(step.shape[2], "map")} of ${step.shape[0]} by ${step.shape[1]} cells, values from ${short(step.low)} to ${short(step.high)}`));
    /** @type {SketchLabels} */ (this.data.labels).classes.forEach((label, index) => {
      const { probability, dense } = this.rows[index];
      probability.setAttribute("aria-label", `${label} ${percent(answers[variant][index])}, probability`);
      dense.setAttribute("aria-label", `${fixed(scores[index], 1)}, score of ${label}`);
    });
  }

  showControls() {
    super.showControls();
    this.buildLayers();
    const { source, variant, off } = this.values;
    this.source.set(source === CHOSEN ? CHOSEN : DRAWN_HERE);
    for (const { name, button } of this.choices) {
      button.setAttribute("aria-pressed", String(name === variant));
    }
    for (const button of this.tries) button.setAttribute("aria-pressed", String(button.dataset.example === source));
    this.tryWhy.textContent = this.examples.get(source)?.why ?? "";
    this.allOn.hidden = off.length === 0;
    this.enlarge();
    if (!this.values.erase) this.forget();
    this.mark();
  }

  /** @param {Colours} roles */
  colour(roles) {
    this.roles = roles;
    this.redraw();
  }

  // One number.

  /** @param {UnitCell | null} cell */
  point(cell) {
    if (JSON.stringify(cell) === JSON.stringify(this.hovered ?? null)) return;
    this.hovered = cell;
    this.strip.trace(cell && Math.min(cell[0], this.mosaics.length + 1));
    const unit = cell ?? this.values.unit;
    if (unit && this.live) this.askBeside("sketch_unit", { ...this.network(), unit, dark: this.values.dark }, false);
    if (!unit) this.takeUnit({ unit: null, lost: "" }, {});
  }

  /** @param {UnitCell} cell */
  pin(cell) {
    const kept = JSON.stringify(this.values.unit) === JSON.stringify(cell);
    this.commit({ unit: kept ? null : cell });
  }

  /** The settings that say which network is asked. */
  network() {
    return Object.fromEntries(WATCHED.map((name) => [name, this.values[name]]));
  }

  /** @param {AnswerBeside} answer @param {string} operation */
  async told({ facts, blobs }, operation) {
    if (operation === "sketch_mind") {
      if (!facts.mind || !this.values.erase || !this.erasing) return;
      this.erasing = false;
      this.showMind(facts.mind, blobs.heat);
      if (!facts.mind.sentence) this.goOnErasing();
      else this.element.dataset.exact = "true";
      this.drawOver();
      return;
    }
    const picture = blobs.unit_products && await decoded(blobs.unit_products.bytes, blobs.unit_products.type);
    const wanted = this.hovered ?? this.values.unit;
    if (wanted && facts.unit && wanted.join() === facts.unit.cell.join()) this.takeUnit(
      /** @type {SketchUnitFacts} */ (facts), blobs, picture);
    else picture?.close();
  }

  /** @param {SketchUnitFacts} facts @param {Blobs} blobs @param {Picture} [picture] */
  takeUnit({ unit, lost }, blobs, picture) {
    this.unit = unit;
    const kept = Boolean(unit && unit.cell.join() === this.values.unit?.join());
    if (unit) {
      this.worked.show(unit, blobs, picture, this.roles, kept, this.values.levels);
      this.worked.rise();
    } else this.worked.await(POINTING);
    if (lost) this.say(lost);
    this.element.dataset.unit = unit ? unit.cell.join(".") : "";
    this.drawOver();
    this.mark();
  }

  /** Mark the number and what it read in the mosaics, and show which maps are off. */
  mark() {
    const { unit } = this;
    const off = this.values.off;
    this.mosaics.forEach(({ mosaic }, index) => {
      const step = index + 1;
      /** @type {Mark[]} */
      const marks = [];
      const scales = Object.fromEntries(off.filter(([layer]) => layer === index).map(([, map]) => [map, 0]));
      if (unit) {
        const [at, map, row, column] = unit.cell;
        if (at === step) marks.push([map, row, column, row + 1, column + 1, true]);
        if (at === step + 1 && unit.kind !== "dense") {
          const { height, width } = mosaic;
          const [top, left, bottom, right] = unit.box;
          /** @type {Box} */
          const box = [Math.max(0, top), Math.max(0, left), Math.min(height, bottom), Math.min(width, right)];
          const maps = unit.kind === "convolution" ? Array.from({ length: mosaic.maps }, (_, each) => each) : [map];
          for (const each of maps) marks.push([each, ...box, false]);
        }
      }
      mosaic.mark(marks, scales, this.roles);
    });
    for (const { probability, dense } of this.rows) for (const each of [probability, dense]) each.setAttribute("aria-pressed", "false");
    const pinned = this.values.unit;
    if (pinned && pinned[0] === this.layers.length) this.rows[pinned[1]]?.probability.setAttribute("aria-pressed", "true");
    if (pinned && pinned[0] === this.layers.length - 1) this.rows[pinned[1]]?.dense.setAttribute("aria-pressed", "true");
  }

  /** @param {number} layer @param {number} map */
  switchMap(layer, map) {
    const before = this.values.off;
    const others = before.filter(([each, channel]) => each !== layer || channel !== map);
    /** @type {SketchValues["off"]} */
    const off = others.length < before.length ? others : [...others, [layer, map, 0]];
    this.commit({ off });
  }

  // What would change its mind.

  goOnErasing() {
    this.erasing = true;
    if (this.live) this.askBeside("sketch_mind", this.network(), true);
    else this.refresh();
  }

  /**
   * @param {MindFacts} facts
   * @param {Levels} heat once there is a sentence
   */
  showMind({ done, total, sentence, frames, whole, most }, heat) {
    this.mindSaid.textContent = sentence || `Erasing patch ${done} of ${total}…`;
    if (!sentence) return;
    this.spoken.say(sentence);
    const { heat: colours } = /** @type {SketchLabels} */ (this.data.labels);
    this.mind = { frames, whole, heat: heatOver(heat, colours, HEAT_OPACITY, null) };
    this.mindBar.style.background = `linear-gradient(to right, ${heatStops(colours, HEAT_OPACITY).join(", ")})`;
    this.mindMost.textContent = `${most} less sure`;
    this.mindScale.hidden = false;
    this.element.dataset.frames = String(frames.length);
  }

  /** The drawing, or the question, is another: what was erased of it says nothing now. */
  forget() {
    this.mind = null;
    this.mindScale.hidden = true;
    this.erasing = false;
    this.mindSaid.textContent = "";
    this.drawOver();
  }

  // The canvases.

  redraw() {
    if (!this.roles.field) return;
    this.mosaics[this.opened - 1]?.mosaic.draw();
    this.paintStrip(true);
    this.worked.products.draw();
    this.mark();
    this.drawOver();
  }

  /** Frames and heat over the drawing and over what the network sees. */
  drawOver() {
    const on = laidOver(this.over, this.size);
    if (!on || !this.roles.field) return;
    if (this.mind) {
      const [top, left, bottom, right] = /** @type {Box} */ (this.mind.whole);
      const { scale, x, y } = on.place;
      on.context.drawImage(this.mind.heat, x + left * scale, y + top * scale, (right - left) * scale, (bottom - top) * scale);
      for (const frame of this.mind.frames) outline(on.context, on.place, ...frame, this.roles.accent);
    }
    this.over.dataset.rectangle = this.unit ? this.unit.on_picture.join() : "";
    if (!this.unit) return;
    outline(on.context, on.place, ...this.unit.on_picture, this.roles.field);
    const large = laidOver(this.seenMarks, [64, 64]);
    if (large) outline(large.context, large.place, ...this.unit.rectangle, this.roles.field);
  }

  release() {
    super.release();
    this.resizing.disconnect();
    this.worked.release();
    this.chosen?.bitmap.close();
    for (const { mosaic } of this.mosaics) mosaic.close();
  }
}

export default mount(SketchLab);
