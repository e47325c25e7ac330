// The graph of a network: a line for each weight, and in each unit's node what it answers over the plane.

import { cleared, contextOf } from "../core/canvas.js";
import { rgbOf } from "../core/colours.js";
import { make } from "../core/dom.js";
import { short } from "../core/numbers.js";
import { counted, plural } from "../core/words.js";
import { SIGNS } from "./plane.js";

const NODE_MOST = 3.2; // sizes of a letter in a node's side
const NEGATIVE_DASH = [7, 4]; // CSS pixels
export const COLUMN_LEAST = 66; // CSS pixels that a layer needs; a narrower screen scrolls the graph within its box
const NORM_ROWS = 4; // numbers for each unit of a batch normalisation
const NEAR = 6; // CSS pixels from a line within which it is meant
const WIDEST = 5; // magnitude of a weight whose line is the widest

/** By how many layers and units a key moves the choice. @type {Record<string, [number, number]>} */
const STEPS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

/**
 * @typedef {import("../live/live.js").Colours} Colours
 * @typedef {import("../types/messages.js").LayerValue} LayerValue
 * @typedef {import("../types/messages.js").NetworkFacts} NetworkFacts
 * @typedef {{layer: number, unit: number, source: number | null}} Choice a unit, or one of its weights
 * @typedef {{columns: {x: number, y: number}[][], size: number, labels: "below" | "beside" | null}} Placed nodes, in
 * CSS pixels, and where their numbers stand
 * @typedef {{image: CanvasImageSource, left: number, side: number, title: string}} Peek the picture of one unit: so many
 * pixels from the left of an image
 */

/**
 * What a graph shows of a network.
 * @typedef {object} Network
 * @property {Shape} shape
 * @property {Float32Array} parameters all weights and biases
 * @property {import("../live/lane.js").Table<Int16Array>} units what each input made by hand is over the plane, and what
 *   each unit answers
 * @property {SignedColours} palette
 *
 * @typedef {Network & Pick<NetworkFacts, "answers" | "inputs">} NetworkDrawing with the answers at the chosen point
 */

/**
 * Where each weight and bias stands in the list of all numbers: a layer's weights row by row, then its biases, then the
 * four rows of its batch normalisation.
 */
export class Shape {
  /**
   * @param {LayerValue[]} layers
   * @param {string[]} [classes] names of those that several outputs stand for
   * @param {string[]} [made] titles of the inputs made by hand
   */
  constructor(layers, classes = [], made = []) {
    this.layers = layers;
    this.given = ["x1", "x2", ...made];
    this.classes = classes;
    /** @type {number[]} */
    this.starts = [];
    this.size = 0;
    layers.forEach(([units, , shaped], layer) => {
      this.starts.push(this.size);
      this.size += (this.inputs(layer) + 1 + (shaped?.batch_normalization ? NORM_ROWS : 0)) * units;
    });
  }

  /** How many numbers come into a layer. @param {number} layer */
  inputs(layer) {
    return layer ? this.layers[layer - 1][0] : this.given.length;
  }

  /** @param {number} layer @param {number} source @param {number} unit */
  weight(layer, source, unit) {
    return this.starts[layer] + source * this.layers[layer][0] + unit;
  }

  /** @param {number} layer @param {number} unit */
  bias(layer, unit) {
    return this.weight(layer, this.inputs(layer), unit);
  }

  /** What comes in at a place, by name. @param {number} layer @param {number} place */
  source(layer, place) {
    return layer ? `a${place + 1}` : this.given[place];
  }

  /** @param {number} layer @param {number} unit */
  title(layer, unit) {
    if (layer < this.layers.length - 1) return `Hidden layer ${layer + 1}, unit ${unit + 1}`;
    return this.outputs > 1 ? `Output, class ${this.classes[unit] ?? unit}` : "Output";
  }

  /** Units of the last layer. */
  get outputs() {
    return this.layers[this.layers.length - 1][0];
  }
}

/** The colours of a signed scale as bytes, to be looked up by a whole number from -32767 to 32767. */
export class SignedColours {
  /** @param {string[]} colours evenly spaced hexadecimal colours from low to high */
  constructor(colours) {
    this.table = new Uint32Array(256);
    const parts = colours.map(rgbOf);
    for (let level = 0; level < 256; level += 1) {
      const at = (level / 255) * (parts.length - 1);
      const [low, high] = [parts[Math.floor(at)], parts[Math.ceil(at)]];
      const [red, green, blue] = low.map((part, index) => Math.round(part + (at % 1) * (high[index] - part)));
      this.table[level] = (255 << 24) | (blue << 16) | (green << 8) | red;
    }
    this.neutral = colours[(colours.length - 1) / 2];
    this.low = colours[0];
    this.high = colours[colours.length - 1];
  }

  /** The colour of a share of the scale, -1 to 1 and what lies beyond, for CSS. @param {number} share */
  colour(share) {
    const level = (Math.max(-32767, Math.min(32767, Math.trunc(32767 * share))) + 32768) >> 8;
    const [red, green, blue] = new Uint8Array(this.table.buffer, 4 * level, 3);
    return `rgb(${red} ${green} ${blue})`;
  }

  /**
   * Colour the whole numbers from one place on into pixels.
   * @param {ArrayLike<number>} numbers
   * @param {number} from
   * @param {number} count
   * @param {Uint32Array} pixels
   */
  paint(numbers, from, count, pixels) {
    for (let index = 0; index < count; index += 1) pixels[index] = this.table[(numbers[from + index] + 32768) >> 8];
  }
}

export class Graph {
  /**
   * @param {object} wiring
   * @param {(layer: number, unit: number, source: number | null) => void} wiring.onSelect a unit, or one of its weights
   * @param {(sentence: string) => void} wiring.onSay what the keyboard has come to
   * @param {(peek: Peek | null) => void} wiring.onPeek a hidden unit is pointed at, and then none
   */
  constructor({ onSelect, onSay, onPeek }) {
    this.onSelect = onSelect;
    this.onSay = onSay;
    this.onPeek = onPeek;
    /** The unit that is pointed at, as text. */
    this.peeked = "";
    this.canvas = make("canvas", { class: "graph", tabindex: "0", role: "application", "data-revision": "0",
      "aria-roledescription": "network" });
    this.element = make("div", { class: "graphbox" }, this.canvas);
    this.said = make("p", { class: "place" });
    /** @type {Choice} */
    this.selected = { layer: 0, unit: 0, source: null };
    this.revision = 0;
    /** @type {Colours} */
    this.roles = {};
    /** What is on; read after the first one alone. @type {NetworkDrawing} */
    this.drawing = /** @type {any} */ (null);
    /** @type {Placed | null} */
    this.placed = null;
    this.tiles = new OffscreenCanvas(1, 1);
    this.side = 1; // of a unit's picture
    this.canvas.addEventListener("pointerdown", (event) => this.press(event));
    this.canvas.addEventListener("pointermove", (event) => this.hover(event));
    this.canvas.addEventListener("pointerleave", () => this.point(null));
    this.canvas.addEventListener("blur", () => { if (this.drawing) this.peek(null); });
    this.canvas.addEventListener("keydown", (event) => this.key(event));
    this.resizing = new ResizeObserver(() => this.draw());
    this.resizing.observe(this.element);
  }

  /** @param {Colours} roles */
  colour(roles) {
    this.roles = roles;
    this.draw();
  }

  /** @param {NetworkDrawing} drawing */
  show(drawing) {
    this.drawing = drawing;
    this.paintTiles();
    this.draw();
  }

  /** All units' pictures side by side, each coloured once. */
  paintTiles() {
    const { units: { shape: [count, side], data }, palette } = this.drawing;
    if (this.tiles.width !== (count + 2) * side || this.tiles.height !== side) Object.assign(this.tiles, { width: (count + 2) * side, height: side });
    const context = contextOf(this.tiles);
    const image = new ImageData(side, side);
    const pixels = new Uint32Array(image.data.buffer);
    /** @param {number} place */
    const put = (place) => context.putImageData(image, place * side, 0);
    const ramp = Float32Array.from({ length: side }, (_, at) => 65534 * ((at + 0.5) / side) - 32767);
    for (const axis of [0, 1]) {
      palette.paint(Float32Array.from(pixels, (_, at) => ramp[axis ? side - 1 - Math.floor(at / side) : at % side]), 0, side * side, pixels);
      put(axis);
    }
    for (let unit = 0; unit < count; unit += 1) {
      palette.paint(data, unit * side * side, side * side, pixels);
      put(unit + 2);
    }
    this.side = side;
  }

  /**
   * Where the nodes stand: a column for the inputs, and one for each layer.
   * @param {number} width
   * @param {number} height
   * @param {number} letter
   * @returns {Placed}
   */
  place(width, height, letter) {
    const counts = [this.drawing.shape.inputs(0), ...this.drawing.shape.layers.map(([units]) => units)];
    const across = width / counts.length;
    const most = Math.max(...counts);
    const down = (height - 8) / most;
    const size = Math.max(10, Math.min(NODE_MOST * letter, down * (down > 2.9 * letter ? 0.66 : 0.84), across * 0.62));
    const labels = down - size > 0.9 * letter ? "below" : size > letter && across - size > 6 * letter ? "beside" : null;
    const columns = counts.map((count, column) => {
      const gap = Math.min((height - 8) / count, size * 1.9);
      return Array.from({ length: count }, (_, unit) => ({
        x: (column + 0.5) * across,
        y: height / 2 + (unit - (count - 1) / 2) * gap - (labels === "below" ? 5 : 0),
      }));
    });
    return { columns, size, labels };
  }

  draw() {
    const { canvas } = this;
    if (!this.drawing || !this.roles.text) return;
    const { shape, parameters, answers, inputs } = this.drawing;
    canvas.style.minWidth = `${(shape.layers.length + 1) * COLUMN_LEAST}px`;
    const ground = cleared(canvas);
    if (!ground) return;
    const { context, width, height } = ground;
    const { fontSize, fontFamily } = getComputedStyle(canvas);
    const letter = parseFloat(fontSize);
    const placed = this.place(width, height, letter);
    this.placed = placed;
    const { columns, size, labels } = placed;
    const { layer: chosen, unit: chosenUnit, source: chosenSource } = this.selected;
    shape.layers.forEach(([units], layer) => {
      for (let unit = 0; unit < units; unit += 1) {
        for (let source = 0; source < shape.inputs(layer); source += 1) {
          const weight = parameters[shape.weight(layer, source, unit)];
          const reach = Math.min(1, Math.abs(weight) / WIDEST);
          const into = layer === chosen && unit === chosenUnit;
          context.strokeStyle = weight < 0 ? this.roles.negative : this.roles.positive;
          context.globalAlpha = into ? 1 : Math.min(0.85, 0.18 + reach * 2);
          context.lineWidth = 0.5 + 8 * reach;
          context.setLineDash(weight < 0 ? NEGATIVE_DASH : []); // the colour is not the only difference
          context.beginPath();
          context.moveTo(columns[layer][source].x, columns[layer][source].y);
          context.lineTo(columns[layer + 1][unit].x, columns[layer + 1][unit].y);
          context.stroke();
          if (!into || source !== chosenSource) continue;
          context.strokeStyle = this.roles.accent;
          context.globalAlpha = 0.55;
          context.lineWidth += 5;
          context.setLineDash([]);
          context.stroke();
        }
      }
    });
    context.setLineDash([]);
    context.globalAlpha = 1;
    context.imageSmoothingEnabled = false;
    context.textAlign = "center";
    context.textBaseline = "top";
    let tile = 0;
    columns.forEach((nodes, column) => nodes.forEach(({ x, y }, unit) => {
      const [left, top] = [x - size / 2, y - size / 2];
      context.drawImage(this.tiles, tile * this.side, 0, this.side, this.side, left, top, size, size);
      tile += 1;
      const isChosen = column === chosen + 1 && unit === chosenUnit;
      context.lineWidth = isChosen ? 3 : 1;
      context.strokeStyle = isChosen ? this.roles.accent : this.roles.text;
      context.strokeRect(left, top, size, size);
      if (column) this.drawBias(context, parameters[shape.bias(column - 1, unit)], left, top, size);
      if (labels) {
        const value = column ? answers[column - 1][unit] : inputs[unit];
        context.font = `600 ${0.77 * letter}px ${fontFamily}`;
        const isClass = column === shape.layers.length && shape.outputs > 1;
        const text = column ? `${isClass ? `${SIGNS[unit]} ` : ""}${short(value, 2)}` : `${shape.source(0, unit)} = ${short(value, 2)}`;
        const room = context.measureText(text).width + 4;
        const [middle, above] = labels === "below" ? [x, y + size / 2 + 2] : [x + size / 2 + 3 + room / 2, y - 0.42 * letter];
        context.fillStyle = this.roles.background;
        context.globalAlpha = 0.8;
        context.fillRect(middle - room / 2, above, room, 0.84 * letter);
        context.globalAlpha = 1;
        context.fillStyle = this.roles.text;
        context.fillText(text, middle, above + 1);
      }
    }));
    this.revision += 1;
    canvas.dataset.revision = String(this.revision);
  }

  /**
   * A unit's bias: a dot at its upper corner, larger for a larger one; a ring is 0.
   * @param {CanvasRenderingContext2D} context
   * @param {number} bias
   * @param {number} left
   * @param {number} top
   * @param {number} size
   */
  drawBias(context, bias, left, top, size) {
    const reach = Math.min(1, Math.abs(bias) / WIDEST);
    context.beginPath();
    context.arc(left, top, Math.max(2.5, Math.min(size / 9, 4) + 3 * reach), 0, 2 * Math.PI);
    context.fillStyle = bias === 0 ? this.roles.background : bias < 0 ? this.roles.negative : this.roles.positive;
    context.strokeStyle = this.roles.text;
    context.lineWidth = 1;
    context.fill();
    context.stroke();
  }

  /** Say in words what is drawn: for those who cannot see it. */
  describe() {
    const { shape } = this.drawing;
    const hidden = shape.layers.slice(0, -1).map(([units, activation]) => `${units} ${activation}`);
    const [, last] = shape.layers[shape.layers.length - 1];
    const together = shape.layers.slice(0, -1).reduce((sum, [units]) => sum + units, 0);
    this.canvas.setAttribute("aria-label", `The network: ${shape.given.length > 2 ? `inputs ${shape.given.join(", ")}` : "2 inputs"}, ${hidden.length ? `${counted(hidden.length, "hidden layer")} of ${hidden.join(", ")} ${plural(together, "unit")}` : "no hidden layer"}, `
      + `${shape.outputs > 1 ? `${shape.outputs} ${last} outputs` : `one ${last} output`}, ${shape.size} weights and biases. Chosen: ${this.words(this.selected)}. `
      + "Left and right arrows choose a layer, up and down a unit.");
  }

  /** @param {Choice} choice */
  words({ layer, unit, source }) {
    const { shape, parameters, answers } = this.drawing;
    const title = shape.title(layer, unit);
    if (source !== null) return `weight from ${shape.source(layer, source)} to ${title}: ${short(parameters[shape.weight(layer, source, unit)], 4)}`;
    return `${title}, bias ${short(parameters[shape.bias(layer, unit)], 4)}, answers ${short(answers[layer][unit], 4)} at the chosen point`;
  }

  /**
   * What is at a place of the canvas: a unit, a weight, or nothing.
   * @param {PointerEvent} event
   * @returns {Choice | null}
   */
  find(event) {
    if (!this.placed) return null;
    const box = this.canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const { columns, size } = this.placed;
    const reach = Math.max(size / 2, 12);
    for (let column = 1; column < columns.length; column += 1) {
      const unit = columns[column].findIndex((node) => Math.abs(node.x - x) <= reach && Math.abs(node.y - y) <= reach);
      if (unit >= 0) return { layer: column - 1, unit, source: null };
    }
    let best = /** @type {Choice | null} */ (null);
    let least = NEAR;
    for (let layer = 0; layer + 1 < columns.length; layer += 1) {
      columns[layer].forEach((from, source) => columns[layer + 1].forEach((to, unit) => {
        const along = (x - from.x) / (to.x - from.x);
        if (along < 0 || along > 1) return;
        const slope = (to.y - from.y) / (to.x - from.x);
        const distance = Math.abs(from.y + along * (to.y - from.y) - y) / Math.hypot(1, slope);
        if (distance < least) [least, best] = [distance, { layer, unit, source }];
      }));
    }
    return best;
  }

  /** @param {PointerEvent} event */
  press(event) {
    const found = event.button === 0 && this.find(event);
    if (found) this.select(found);
  }

  /** @param {Choice} choice */
  select({ layer, unit, source }) {
    this.selected = { layer, unit, source };
    this.draw();
    this.describe();
    this.onSelect(layer, unit, source);
  }

  /** @param {PointerEvent} event */
  hover(event) {
    if (event.pointerType === "mouse" && this.drawing) this.point(this.find(event));
  }

  /** @param {Choice | null} found */
  point(found) {
    this.canvas.style.cursor = found ? "pointer" : "default";
    this.said.textContent = found ? this.words(found) : "";
    this.peek(found && found.source === null ? found : null);
  }

  /** Show a unit large, but for a single output, which is large as it is. @param {Choice | null} choice */
  peek(choice) {
    const { shape } = this.drawing;
    const small = choice && (choice.layer < shape.layers.length - 1 || shape.outputs > 1) ? choice : null;
    const key = small ? `${small.layer}.${small.unit}` : "";
    if (key === this.peeked) return;
    this.peeked = key;
    const before = small ? shape.layers.slice(0, small.layer).reduce((sum, [units]) => sum + units, shape.given.length) : 0;
    this.onPeek(small && { image: this.tiles, left: (before + small.unit) * this.side, side: this.side, title: shape.title(small.layer, small.unit) });
  }

  /** Keep the choice within a network that has lost layers or units. */
  clamp() {
    const { layers } = this.drawing.shape;
    const layer = Math.min(this.selected.layer, layers.length - 1);
    const unit = Math.min(this.selected.unit, layers[layer][0] - 1);
    const source = layer === this.selected.layer && unit === this.selected.unit
      && (this.selected.source ?? 0) < this.drawing.shape.inputs(layer) ? this.selected.source : null;
    this.selected = { layer, unit, source };
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const step = STEPS[event.key];
    if (!step || !this.drawing) return;
    event.preventDefault();
    const { layers } = this.drawing.shape;
    const layer = Math.min(layers.length - 1, Math.max(0, this.selected.layer + step[0]));
    const count = layers[layer][0];
    const unit = step[1] ? (this.selected.unit + step[1] + count) % count : Math.min(this.selected.unit, count - 1);
    this.select({ layer, unit, source: null });
    this.said.textContent = this.words(this.selected);
    this.onSay(this.said.textContent);
    this.peek(this.selected);
  }

  release() {
    this.resizing.disconnect();
  }
}
