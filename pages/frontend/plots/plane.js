// The plane of two inputs: what the network answers in colour, its decision boundary, the points, and a chosen one.

import { cleared, contextOf, sizeOf } from "../core/canvas.js";
import { rgbOf } from "../core/colours.js";
import { make } from "../core/dom.js";
import { endsDrag, startsDrag } from "../core/drag.js";
import { short } from "../core/numbers.js";
import { ticksBetween } from "./plot.js";

const POINT_GRIP = 11; // CSS pixels within which a point is meant
const STROKE_STEP = 16; // CSS pixels between the points that a stroke leaves behind
const SUREST = 0.82; // how much of its class's colour a region has where the network is sure
const WHOLE = 32767; // what stands for a probability of 1

/** The shapes of classes, as signs for words and as they are drawn: the colour is not the only difference. */
export const SIGNS = ["●", "■", "▲", "◆", "✚", "★"];

/** Corners of these shapes from the middle, in sizes of a circle; the circle has none. @type {[number, number][][]} */
const CORNERS = [
  [],
  [[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]],
  [[0, -1.2], [1.15, 0.9], [-1.15, 0.9]],
  [[0, -1.3], [1.1, 0], [0, 1.3], [-1.1, 0]],
  [[-0.45, -1.2], [0.45, -1.2], [0.45, -0.45], [1.2, -0.45], [1.2, 0.45], [0.45, 0.45], [0.45, 1.2], [-0.45, 1.2], [-0.45, 0.45], [-1.2, 0.45], [-1.2, -0.45], [-0.45, -0.45]],
  Array.from({ length: 10 }, (_, at) => {
    const reach = at % 2 ? 0.6 : 1.4;
    return /** @type {[number, number]} */ ([reach * Math.sin((at * Math.PI) / 5), -reach * Math.cos((at * Math.PI) / 5)]);
  }),
];

/** @type {Record<string, [number, number]>} */
const WAYS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/**
 * @typedef {{x: Float32Array, y: Float32Array}} Points both inputs of each point in turn, and the target of each
 * @typedef {NetworkValues["own"][number]} OwnPoint both inputs and the target
 * @typedef {{x1: number, x2: number, target?: number}} Probe
 * @typedef {"look" | "0" | "1" | "2" | "3" | "4" | "5" | "number" | "erase"} Mode what a pointer does: add points of a
 *   class, or with a number
 * @typedef {"class" | "number"} Kind of a point that was added
 * @typedef {{clientX: number, clientY: number}} Pointer
 * @typedef {import("../types/messages.js").NetworkFacts} NetworkFacts
 * @typedef {import("../types/messages.js").NetworkValues} NetworkValues
 */

/**
 * @typedef {object} Surface
 * @property {import("../live/lane.js").Table<Int16Array>} output
 * @property {import("./graph.js").SignedColours} palette
 * @property {boolean} regression
 * @property {string[]} classColours
 * @property {Points} train
 * @property {Points} test
 *
 * @typedef {Surface & Pick<NetworkFacts, "extent" | "probe" | "half">} PlaneDrawing with how far the plane and its colours reach
 */

export class Plane {
  /**
   * @param {object} wiring
   * @param {(point: Partial<Probe>, rest: boolean) => void} wiring.onProbe a point is chosen, or the last one rests
   * @param {(points: OwnPoint[], rest: boolean, kind?: Kind) => void} wiring.onPoints the student's own points
   *   changed: one of a "class" or with a "number" was added, or else some were taken away
   */
  constructor({ onProbe, onPoints }) {
    this.onProbe = onProbe;
    this.onPoints = onPoints;
    /** @type {import("../live/live.js").Colours} */
    this.roles = {};
    this.canvas = make("canvas", { class: "plane", tabindex: "0", role: "application", "aria-roledescription": "plane", "data-pane": "plane", "data-revision": "0" });
    /** @type {Mode} */
    this.mode = "look";
    this.brush = 0.5; // the target of new points where it is a number
    /** @type {OwnPoint[]} */
    this.own = [];
    this.isOwn = false;
    this.most = 0;
    this.dragging = false;
    this.revision = 0;
    /** The unit that is shown in place of the output. @type {import("./graph.js").Peek | null} */
    this.peeked = null;
    this.image = new OffscreenCanvas(1, 1);
    this.canvas.addEventListener("pointerdown", (event) => this.start(event));
    this.canvas.addEventListener("keydown", (event) => this.key(event));
    this.resizing = new ResizeObserver(() => this.draw());
    this.resizing.observe(this.canvas);
  }

  /** @param {import("../live/live.js").Colours} roles */
  colour(roles) {
    this.roles = roles;
    this.draw();
  }

  /** @param {PlaneDrawing} drawing */
  show(drawing) {
    /** @type {PlaneDrawing} */
    this.drawing = drawing;
    const { output: { shape, data }, palette } = drawing;
    const [rows, columns] = shape.slice(-2);
    if (this.image.width !== columns || this.image.height !== rows) Object.assign(this.image, { width: columns, height: rows });
    const image = new ImageData(columns, rows);
    if (drawing.output.shape.length === 3) this.paintClasses(new Uint32Array(image.data.buffer));
    else palette.paint(data, 0, rows * columns, new Uint32Array(image.data.buffer));
    contextOf(this.image).putImageData(image, 0, 0);
    this.draw();
  }

  /**
   * Colour each cell for its most probable class: all of the colour where that is sure, and none where all are alike.
   * @param {Uint32Array} pixels
   */
  paintClasses(pixels) {
    const { output: { shape: [classes], data }, palette, classColours } = this.drawing;
    const ground = rgbOf(palette.neutral);
    const colours = classColours.map(rgbOf);
    for (let cell = 0; cell < pixels.length; cell += 1) {
      let best = 0;
      for (let other = 1; other < classes; other += 1) if (data[other * pixels.length + cell] > data[best * pixels.length + cell]) best = other;
      const sure = Math.max(0, (data[best * pixels.length + cell] / WHOLE - 1 / classes) / (1 - 1 / classes));
      const [red, green, blue] = ground.map((part, index) => Math.round(part + SUREST * sure * (colours[best][index] - part)));
      pixels[cell] = (255 << 24) | (blue << 16) | (green << 8) | red;
    }
  }

  /** Show one unit in place of the output, until there is none. @param {import("./graph.js").Peek | null} peek */
  peek(peek) {
    this.peeked = peek;
    this.draw();
  }

  /** @param {number} x1 */
  toX(x1) {
    const [left, right] = this.drawing.extent;
    return ((x1 - left) / (right - left)) * sizeOf(this.canvas).width;
  }

  /** @param {number} x2 */
  toY(x2) {
    const [, , bottom, top] = this.drawing.extent;
    return ((top - x2) / (top - bottom)) * sizeOf(this.canvas).height;
  }

  /** The place on the plane under a pointer, to a hundredth of its width at least. @param {Pointer} event */
  at(event) {
    const [left, right, bottom, top] = this.drawing.extent;
    const box = this.canvas.getBoundingClientRect();
    const decimals = Math.max(0, 2 - Math.floor(Math.log10((right - left) / 2)));
    const within = (/** @type {number} */ share) => Math.min(1, Math.max(0, share));
    return [
      Number((left + within((event.clientX - box.left) / box.width) * (right - left)).toFixed(decimals)),
      Number((top - within((event.clientY - box.top) / box.height) * (top - bottom)).toFixed(decimals)),
    ];
  }

  draw() {
    const { canvas, drawing, roles } = this;
    if (!drawing || !roles.text) return;
    const ready = cleared(canvas);
    if (!ready) return;
    const { context, width, height } = ready;
    const { peeked } = this;
    context.imageSmoothingEnabled = Boolean(peeked);
    if (peeked) context.drawImage(peeked.image, peeked.left, 0, peeked.side, peeked.side, 0, 0, width, height);
    else context.drawImage(this.image, 0, 0, width, height);
    if (!drawing.regression && !peeked) this.drawBorders(context);
    const size = drawing.train.x.length + drawing.test.x.length > 1200 ? 2.6 : 3.9;
    this.drawPoints(context, drawing.test, size, true);
    this.drawPoints(context, drawing.train, size, false);
    this.drawProbe(context);
    this.drawAxes(context);
    canvas.dataset.peek = peeked?.title ?? "";
    this.revision += 1;
    canvas.dataset.revision = String(this.revision);
  }

  /** Numbers and names of both inputs along the edges, and what is shown. @param {CanvasRenderingContext2D} context */
  drawAxes(context) {
    const [left, right, bottom, top] = this.drawing.extent;
    const { width, height } = sizeOf(this.canvas);
    const { fontSize, fontFamily } = getComputedStyle(this.canvas);
    const letter = 0.78 * parseFloat(fontSize);
    Object.assign(context, { lineJoin: "round", lineWidth: 3.5, strokeStyle: `${this.roles.background}d9`, fillStyle: this.roles.text });
    /** @type {(text: string, x: number, y: number, align: CanvasTextAlign, baseline: CanvasTextBaseline) => void} */
    const written = (text, x, y, align, baseline) => {
      Object.assign(context, { textAlign: align, textBaseline: baseline });
      context.strokeText(text, x, y);
      context.fillText(text, x, y);
    };
    context.font = `500 ${letter}px ${fontFamily}`;
    for (const { value, text } of ticksBetween(left, right, width / (5 * letter))) {
      const x = this.toX(value);
      if (x < 3 * letter || x > width - 3 * letter) continue;
      context.fillRect(x - 0.75, height - 5, 1.5, 5);
      written(text, x, height - 6, "center", "bottom");
    }
    for (const { value, text } of ticksBetween(bottom, top, height / (5 * letter))) {
      const y = this.toY(value);
      if (y < 2.5 * letter || y > height - 2 * letter) continue;
      context.fillRect(0, y - 0.75, 5, 1.5);
      written(text, 8, y, "left", "middle");
    }
    context.font = `italic 700 ${1.15 * letter}px ${fontFamily}`;
    written("x1", width - 6, height - 5, "right", "bottom");
    written("x2", 6, 5, "left", "top");
    if (!this.peeked) return;
    context.font = `700 ${1.15 * letter}px ${fontFamily}`;
    written(this.peeked.title, width / 2, 5, "center", "top");
  }

  /** The line on which the output is at its centre, or the border of each class. @param {CanvasRenderingContext2D} context */
  drawBorders(context) {
    const { shape, data } = this.drawing.output;
    if (shape.length === 2) {
      this.drawBoundary(context, data);
      return;
    }
    const [classes, rows, columns] = shape;
    const cells = rows * columns;
    const lead = new Float32Array(cells); // of one class over the most probable of the others
    for (let one = 0; one < classes; one += 1) {
      for (let cell = 0; cell < cells; cell += 1) {
        let most = 0;
        for (let other = 0; other < classes; other += 1) if (other !== one) most = Math.max(most, data[other * cells + cell]);
        lead[cell] = data[one * cells + cell] - most;
      }
      this.drawBoundary(context, lead);
    }
  }

  /** The line on which numbers change their sign, from cell to cell. @param {CanvasRenderingContext2D} context @param {ArrayLike<number>} data */
  drawBoundary(context, data) {
    const [rows, columns] = this.drawing.output.shape.slice(-2);
    const { width, height } = sizeOf(this.canvas);
    const [across, down] = [width / columns, height / rows];
    context.beginPath();
    for (let row = 0; row + 1 < rows; row += 1) {
      for (let column = 0; column + 1 < columns; column += 1) {
        const at = row * columns + column;
        const [a, b, c, d] = [data[at], data[at + 1], data[at + columns + 1], data[at + columns]];
        /** @type {[number, number][]} */
        const ends = [];
        /** @type {(from: number, to: number, x: number, y: number, right: number, below: number) => void} */
        const cross = (from, to, x, y, right, below) => {
          if (from > 0 === to > 0) return;
          const share = from / (from - to);
          ends.push([(column + 0.5 + x + share * right) * across, (row + 0.5 + y + share * below) * down]);
        };
        cross(a, b, 0, 0, 1, 0);
        cross(b, c, 1, 0, 0, 1);
        cross(c, d, 1, 1, -1, 0);
        cross(d, a, 0, 1, 0, -1);
        for (let end = 0; end + 1 < ends.length; end += 2) {
          context.moveTo(...ends[end]);
          context.lineTo(...ends[end + 1]);
        }
      }
    }
    context.strokeStyle = this.roles.text;
    context.lineWidth = 2;
    context.stroke();
  }

  /**
   * Each class has its shape, numbers are circles in their colour; the test is hollow, or has a rim.
   * @param {CanvasRenderingContext2D} context
   * @param {Points} points
   * @param {number} size
   * @param {boolean} isTest
   */
  drawPoints(context, { x, y }, size, isTest) {
    const { palette, regression, half, classColours } = this.drawing;
    const { background, text } = this.roles;
    const colours = classColours.length > 2 ? classColours : [palette.low, palette.high];
    for (let point = 0; point < y.length; point += 1) {
      const [atX, atY] = [this.toX(x[2 * point]), this.toY(x[2 * point + 1])];
      const colour = regression ? palette.colour(y[point] / half) : colours[y[point]];
      const corners = regression ? [] : CORNERS[y[point]];
      context.beginPath();
      if (corners.length === 0) context.arc(atX, atY, size, 0, 2 * Math.PI);
      else for (const [right, below] of corners) context.lineTo(atX + size * right, atY + size * below);
      context.closePath();
      context.fillStyle = isTest && !regression ? background : colour;
      if (regression) context.strokeStyle = isTest ? text : background;
      else context.strokeStyle = isTest ? colour : background;
      context.lineWidth = isTest ? 1.6 : 1.1;
      context.fill();
      context.stroke();
    }
  }

  /** @param {CanvasRenderingContext2D} context */
  drawProbe(context) {
    const [x, y] = [this.toX(this.drawing.probe[0]), this.toY(this.drawing.probe[1])];
    for (const [colour, width] of /** @type {[string, number][]} */ ([[this.roles.background, 5], [this.roles.accent, 2.4]])) {
      context.strokeStyle = colour;
      context.lineWidth = width;
      context.beginPath();
      context.arc(x, y, 9, 0, 2 * Math.PI);
      for (const [right, below] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
        context.moveTo(x + 9 * right, y + 9 * below);
        context.lineTo(x + 16 * right, y + 16 * below);
      }
      context.stroke();
    }
  }

  /** Say in words what is drawn. @param {string} sentence */
  describe(sentence) {
    this.canvas.setAttribute("aria-label", `${sentence} Arrow keys move the chosen point`
      + `${this.drawing.regression ? "" : `; ${this.drawing.classColours.length > 2 ? "0 to 5" : "0 or 1"} adds a point of that class there`}; n adds a point with the target ${short(this.brush)}; `
      + "Delete takes the nearest of your own away.");
  }

  /** The data point under a pointer, with its target. @param {Pointer} event */
  nearest(event) {
    const box = this.canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    /** @type {Probe | null} */
    let best = null;
    let least = POINT_GRIP;
    for (const part of [this.drawing.test, this.drawing.train]) {
      for (let point = 0; point < part.y.length; point += 1) {
        const distance = Math.hypot(this.toX(part.x[2 * point]) - x, this.toY(part.x[2 * point + 1]) - y);
        if (distance < least) [least, best] = [distance, { x1: part.x[2 * point], x2: part.x[2 * point + 1], target: part.y[point] }];
      }
    }
    return best;
  }

  /** @param {PointerEvent} event */
  start(event) {
    const { canvas } = this;
    if (!this.drawing || !startsDrag(canvas, event)) return;
    event.preventDefault();
    canvas.focus({ preventScroll: true });
    canvas.setPointerCapture(event.pointerId);
    this.dragging = true;
    /** @type {PointerEvent | null} */
    let last = null;
    /** @param {PointerEvent} next @param {boolean} rest */
    const act = (next, rest) => {
      if (this.mode === "look") {
        const [x1, x2] = this.at(next);
        this.onProbe((!last && this.nearest(next)) || { x1, x2 }, rest);
      } else if (this.mode === "erase") this.erase(next);
      else if (!last || Math.hypot(next.clientX - last.clientX, next.clientY - last.clientY) >= STROKE_STEP) this.add(this.at(next));
      else return;
      last = next;
    };
    /** @param {PointerEvent} next */
    const moved = (next) => act(next, false);
    /** @param {PointerEvent} end */
    const ended = (end) => {
      if (!endsDrag(canvas, end)) return;
      canvas.removeEventListener("pointermove", moved);
      canvas.removeEventListener("lostpointercapture", ended);
      this.dragging = false;
      if (this.mode === "look") this.onProbe({}, true);
      else this.onPoints(this.own, true);
    };
    canvas.addEventListener("pointermove", moved);
    canvas.addEventListener("lostpointercapture", ended);
    act(event, false);
  }

  /** Add a point of one's own. @param {number[]} place @param {Mode} mode @param {boolean} rest */
  add([x1, x2], mode = this.mode, rest = false) {
    const held = this.isOwn ? this.own : [];
    if (held.length >= this.most) return;
    this.own = [...held, [x1, x2, mode === "number" ? this.brush : Number(mode)]];
    this.isOwn = true;
    this.onPoints(this.own, rest, mode === "number" ? "number" : "class");
  }

  /** Take one's own points under a pointer away. @param {Pointer} event */
  erase(event) {
    if (!this.isOwn) return;
    const box = this.canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const left = this.own.filter(([x1, x2]) => Math.hypot(this.toX(x1) - x, this.toY(x2) - y) > POINT_GRIP);
    if (left.length === this.own.length) return;
    this.own = left;
    this.onPoints(left, false);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (!this.drawing) return;
    const [left, right] = this.drawing.extent;
    const step = (right - left) / 60;
    const [x1, x2] = this.drawing.probe;
    const by = WAYS[event.key];
    if (by) {
      // The next key may come before the answer to this one.
      this.drawing.probe = /** @type {NetworkFacts["probe"]} */ (
        [x1 + by[0] * step, x2 + by[1] * step].map((part) => Number(part.toFixed(3))));
      this.draw();
      this.onProbe({ x1: this.drawing.probe[0], x2: this.drawing.probe[1] }, true);
    } else if (event.key === "n" || (!this.drawing.regression && /^[0-5]$/.test(event.key))) {
      this.add([x1, x2], event.key === "n" ? "number" : /** @type {Mode} */ (event.key), true);
    } else if (event.key === "Delete" && this.isOwn && this.own.length > 0) {
      const distance = (/** @type {OwnPoint} */ [a, b]) => Math.hypot(a - x1, b - x2);
      const nearest = this.own.reduce((best, point) => (distance(point) < distance(best) ? point : best));
      this.own = this.own.filter((point) => point !== nearest);
      this.onPoints(this.own, true);
    } else return;
    event.preventDefault();
  }

  release() {
    this.resizing.disconnect();
  }
}
