// A live plot: named lines, shaded intervals, points and movable markers on one canvas. It maps numbers to pixels
// and computes nothing else: every value that it draws or names came with an answer. Used by several views.

import { cleared, contextOf, sizeOf } from "../core/canvas.js";
import { make } from "../core/dom.js";
import { endsDrag, startsDrag } from "../core/drag.js";
import { decimalsOf, fixed, short } from "../core/numbers.js";

const PLOT_DASH = [7, 5]; // what every derivative is drawn with
const SYMBOLS = ["", "circle", "square", "triangle", "diamond", "cross"]; // so that colour is never the only difference
const SYMBOL_EVERY = 64; // CSS pixels from one symbol to the next
const LABELS_FROM = 480; // CSS pixels of width in which names stand beside their lines; below, in a legend
const PLOT_FINEST = 1.6; // CSS pixels between two points of a line
const TABLE_ROWS = 9; // of the text alternative
const PLOT_STILL = 100; // ms without a change before it is written: nobody reads a table that runs

/**
 * @typedef {object} Line
 * @property {string} title what stands beside it
 * @property {ArrayLike<number>} x
 * @property {ArrayLike<number>} y not a number where the line breaks
 * @property {number} [series] its place among the lines: its colour and, from the fourth on, its symbol
 * @property {string} [role] a role's colour in place of a series'
 * @property {boolean} [dashed] as a derivative
 * @property {boolean} [strong] the one in question
 * @property {boolean} [dotted] a dot at every number
 * @property {boolean} [quiet] not named beside the plot
 * @property {boolean} [faint] as what was before
 *
 * @typedef {Pick<Line, "series" | "role" | "dashed" | "strong" | "dotted" | "faint">} Look of a line, wherever it runs
 * @typedef {Look & Pick<Line, "x" | "y">} Path a line without a name
 *
 * @typedef {{from: number, to: number, title: string, striped?: boolean}} Band
 * @typedef {{x: number, y: number, open?: boolean, series?: number, role?: string}} Point
 * @typedef {{x: number, y: number, slope: number, role?: string}} Ray
 * @typedef {{y: number, title: string}} Level
 */

/**
 * @typedef {object} Drawing
 * @property {{low: number, high: number, title: string}} x
 * @property {{low: number, high: number, title: string, log?: boolean}} y
 * @property {Line[]} lines
 * @property {Band[]} [bands] intervals of x
 * @property {Point[]} [points]
 * @property {Ray[]} [rays] straight lines across the plot
 * @property {Level[]} [levels] horizontal lines
 * @property {string} summary one sentence: the accessible name
 */

/**
 * A movable vertical line: what is asked for, and what becomes of it.
 * @typedef {{name: string, title: string, step: number, role?: string}} MarkerSetting
 *
 * @typedef {object} Marker
 * @property {string} name
 * @property {number} step
 * @property {HTMLElement} handle
 * @property {number} value
 * @property {number} decimals
 * @property {boolean} dragging
 * @property {boolean} moved since it was taken hold of
 */

/**
 * @typedef {import("../live/live.js").Colours} Colours
 * @typedef {{value: number, text: string}} Tick
 */

/**
 * Where things are drawn, in CSS pixels.
 * @typedef {object} Layout
 * @property {number} width
 * @property {number} height
 * @property {number} size of a letter
 * @property {(weight: number, scale?: number) => string} font
 * @property {number} left
 * @property {number} right
 * @property {number} top
 * @property {number} bottom
 * @property {Tick[]} xTicks
 * @property {Tick[]} yTicks
 * @property {(value: number) => number} toX
 * @property {(value: number) => number} toY
 */

/** The powers of ten as they are printed. @param {number} exponent */
export function powerOfTen(exponent) {
  const digits = String(exponent).replace("-", "⁻").replace(/\d/g, (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)]);
  return exponent === 0 ? "1" : exponent === 1 ? "10" : `10${digits}`;
}

/**
 * Round numbers between two ends, about as many as asked for: each with what is written at it.
 * @param {number} low
 * @param {number} high
 * @param {number} count
 * @returns {Tick[]}
 */
export function ticksBetween(low, high, count) {
  const rough = (high - low) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((nice) => nice * power >= rough * 0.999) ?? 10);
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const value = (first + index) * step;
    return { value, text: fixed(value, decimals) };
  });
}

/**
 * The same for an axis of powers of ten.
 * @param {number} low
 * @param {number} high
 * @param {number} count
 * @returns {Tick[]}
 */
function powersBetween(low, high, count) {
  const [first, last] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
  const step = Math.max(1, Math.ceil((last - first) / Math.max(1, count)));
  const from = Math.ceil(first / step) * step;
  return Array.from({ length: Math.floor((last - from) / step) + 1 }, (_, index) => {
    const exponent = from + index * step;
    return { value: 10 ** exponent, text: powerOfTen(exponent) };
  });
}

export class Plot {
  /**
   * @param {object} wiring
   * @param {string} wiring.name `data-plot` for whoever looks for it
   * @param {MarkerSetting[]} [wiring.markers] movable vertical lines
   * @param {(name: string, value: number) => void} [wiring.onInput] a marker moves
   * @param {(name: string, value: number) => void} [wiring.onCommit] a marker came to rest
   */
  constructor({ name, markers = [], onInput = () => {}, onCommit = () => {} }) {
    this.onInput = onInput;
    this.onCommit = onCommit;
    this.canvas = make("canvas", { class: "curves", role: "img", "data-plot": name, "data-revision": "0" });
    this.tip = make("div", { class: "tip", hidden: true });
    this.markers = markers.map((marker) => this.makeMarker(marker));
    this.box = make("div", { class: "plotbox" }, this.canvas, ...this.markers.map(({ handle }) => handle), this.tip);
    this.legend = make("div", { class: "plotlegend" });
    this.numbers = make("div", { class: "spoken" });
    this.element = make("figure", { class: "plot", "data-name": name }, this.box, this.legend, this.numbers);
    this.revision = 0;
    /** What is on; read after the first one alone. @type {Drawing} */
    this.drawing = /** @type {any} */ (null);
    /** @type {Layout | undefined} */
    this.placed = undefined;
    /** @type {Colours} */
    this.roles = {};
    /** @type {string[]} */
    this.series = [];
    /** The shades of the same in which names are written. @type {string[]} */
    this.inks = [];
    this.box.addEventListener("pointerdown", (event) => this.start(event));
    this.box.addEventListener("pointermove", (event) => this.hover(event));
    this.box.addEventListener("pointerleave", () => this.leave());
    this.resizing = new ResizeObserver(() => this.draw());
    this.resizing.observe(this.canvas);
  }

  /** Whether a marker is being dragged. */
  get dragging() {
    return this.markers.some((marker) => marker.dragging);
  }

  /**
   * Take the colours of the roles in the present theme, `text`, `background`, and those of the series in both.
   * @param {Colours} roles
   * @param {Record<string, string[]>} series
   */
  colour(roles, series) {
    const { theme } = /** @type {HTMLElement} */ (this.element.closest("[data-theme]")).dataset;
    this.roles = roles;
    this.series = series[String(theme)];
    this.inks = series[`${theme}_text`];
    this.draw();
  }

  /** @param {Drawing} drawing */
  show(drawing) {
    this.drawing = drawing;
    this.draw();
  }

  /**
   * Put a marker to a value; `text` is what it says of it. A marker that is being dragged stays.
   * @param {string} name
   * @param {number} value
   * @param {string} [text]
   */
  mark(name, value, text) {
    const marker = /** @type {Marker} */ (this.markers.find((one) => one.name === name));
    if (!marker.dragging) marker.value = value;
    if (text !== undefined) {
      marker.handle.setAttribute("aria-valuetext", text);
    }
    this.place(marker);
  }

  /** Write the text alternative as soon as the plot is still: a table of the lines at a few places, and the legend. */
  describe() {
    clearTimeout(this.describing);
    this.describing = setTimeout(() => { if (this.drawing) this.write(); }, PLOT_STILL);
  }

  write() {
    const { x, lines } = this.drawing;
    const longest = lines.reduce((most, line) => (line.x.length > most.length ? line.x : most), /** @type {ArrayLike<number>} */ ([]));
    const ticks = longest.length <= 2 * TABLE_ROWS ? Array.from(longest) : ticksBetween(x.low, x.high, TABLE_ROWS - 2).map(({ value }) => value);
    this.numbers.replaceChildren(make("table", {},
      make("caption", {}, this.drawing.summary),
      make("tr", {}, make("th", { scope: "col" }, x.title), ...lines.map(({ title }) => make("th", { scope: "col" }, title))),
      ...ticks.map((value) => make("tr", {}, make("th", { scope: "row" }, short(value)),
        ...lines.map((line) => make("td", {}, this.written(line.y[this.nearest(line, value)])))))));
    this.legend.replaceChildren(...this.named().map((line) => {
      const swatch = make("canvas", { class: "swatch", width: "48", height: "20", "aria-hidden": "true" });
      this.sample(swatch, line);
      return make("span", { class: "legendentry" }, swatch, line.title);
    }));
  }

  release() {
    clearTimeout(this.describing);
    this.resizing.disconnect();
  }

  // What follows is its own affair.

  /** @param {number | undefined} value */
  written(value) {
    return Number.isNaN(value) || value === undefined ? "no value" : value === Infinity ? "∞" : short(value, 4);
  }

  named() {
    return this.drawing.lines.filter((line) => !line.quiet);
  }

  /**
   * The index of the number of a line that lies nearest to a place; where it breaks, one beside the gap.
   * @param {Path} line
   * @param {number} at
   */
  nearest({ x, y }, at) {
    let best = -1;
    for (let index = 0; index < x.length; index += 1) {
      if (Number.isNaN(y[index])) continue;
      if (best < 0 || Math.abs(x[index] - at) < Math.abs(x[best] - at)) best = index;
    }
    return best;
  }

  /** @param {Look} look */
  colourOf({ series, role }) {
    return this.roles[role ?? ""] ?? this.series[(series ?? 0) % this.series.length] ?? this.roles.text;
  }

  /** What the name of a line is written in. @param {Look} look */
  inkOf({ series, role }) {
    return this.roles[`${role}-text`] ?? this.roles[role ?? ""] ?? this.inks[(series ?? 0) % this.inks.length] ?? this.roles.text;
  }

  /** The fourth colour looks like the third one to a green-blind person: it has a symbol from the start. @param {Look} look */
  symbolOf({ series, dotted }) {
    const symbol = SYMBOLS[Math.floor(((series ?? 0) + 1) / Math.max(1, this.series.length)) % SYMBOLS.length];
    return dotted ? symbol || "circle" : symbol;
  }

  /** Where things are drawn, in CSS pixels. @param {CanvasRenderingContext2D} context @returns {Layout} */
  layout(context) {
    const { width, height } = sizeOf(this.canvas);
    const { x, y } = this.drawing;
    const size = parseFloat(getComputedStyle(this.canvas).fontSize);
    const family = getComputedStyle(this.canvas).fontFamily;
    /** @param {number} weight */
    const font = (weight, scale = 1) => `${weight} ${size * scale}px ${family}`;
    context.font = font(400);
    const top = size * 1.75;
    const bottom = height - size * 2.9;
    const yTicks = y.log ? powersBetween(y.low, y.high, (bottom - top) / (3 * size)) : ticksBetween(y.low, y.high, (bottom - top) / (3.2 * size));
    const left = 8 + Math.max(...yTicks.map(({ text }) => context.measureText(text).width));
    context.font = font(650);
    const beside = width >= LABELS_FROM;
    this.element.dataset.labels = beside ? "beside" : "below";
    const names = beside ? Math.max(0, ...this.named().map(({ title }) => context.measureText(title).width)) : 0;
    const right = width - (names ? names + 22 : size);
    const xTicks = ticksBetween(x.low, x.high, (right - left) / (4.6 * size));
    /** @param {number} value */
    const toX = (value) => left + ((value - x.low) / (x.high - x.low)) * (right - left);
    /** @param {number} value */
    const share = (value) => (y.log ? Math.log10(Math.max(value, y.low) / y.low) / Math.log10(y.high / y.low)
      : (value - y.low) / (y.high - y.low));
    /** A line that leaves the plot is followed a little beyond its edge, and not to infinity. @param {number} value */
    const toY = (value) => Math.min(height + 2e3, Math.max(-2e3, bottom - share(value) * (bottom - top)));
    return { width, height, size, font, left, right, top, bottom, xTicks, yTicks, toX, toY };
  }

  draw() {
    const { canvas } = this;
    if (!this.drawing || !this.roles.text) return;
    const ground = cleared(canvas);
    if (!ground) return;
    const { context } = ground;
    const layout = this.layout(context);
    this.placed = layout;
    const { left, right, top, bottom } = layout;
    const { bands = [], rays = [], lines, points = [], levels = [], summary } = this.drawing;
    for (const band of bands) this.drawBand(context, layout, band);
    this.drawAxes(context, layout);
    for (const level of levels) this.drawLevel(context, layout, level);
    context.save();
    context.beginPath();
    context.rect(left - 1, top - 3, right - left + 2, bottom - top + 6);
    context.clip();
    for (const ray of rays) this.drawRay(context, layout, ray);
    const inOrder = [...lines].sort((one, other) => Number(one.strong ?? false) - Number(other.strong ?? false));
    for (const line of inOrder) this.drawLine(context, layout, line);
    context.restore();
    for (const line of inOrder) this.drawAlone(context, layout, line);
    for (const level of levels) this.nameLevel(context, layout, level);
    for (const point of points) this.drawPoint(context, layout, point);
    this.drawNames(context, layout);
    for (const marker of this.markers) this.place(marker);
    this.revision += 1;
    canvas.dataset.revision = String(this.revision);
    canvas.setAttribute("aria-label", summary);
  }

  /** @param {CanvasRenderingContext2D} context @param {Layout} layout */
  drawAxes(context, { size, font, left, right, top, bottom, xTicks, yTicks, toX, toY }) {
    const { x, y } = this.drawing;
    context.lineWidth = 1;
    context.font = font(400);
    /** @type {(fromX: number, fromY: number, endX: number, endY: number, alpha: number) => void} */
    const line = (fromX, fromY, endX, endY, alpha) => {
      context.globalAlpha = alpha;
      context.strokeStyle = this.roles.text;
      context.beginPath();
      context.moveTo(Math.round(fromX) + 0.5, Math.round(fromY) + 0.5);
      context.lineTo(Math.round(endX) + 0.5, Math.round(endY) + 0.5);
      context.stroke();
      context.globalAlpha = 1;
    };
    context.fillStyle = this.roles.text;
    context.textAlign = "center";
    context.textBaseline = "top";
    for (const { value, text } of xTicks) {
      line(toX(value), top, toX(value), bottom, value === 0 ? 0.55 : 0.11);
      context.fillText(text, toX(value), bottom + size * 0.4);
    }
    context.textAlign = "right";
    context.textBaseline = "middle";
    for (const { value, text } of yTicks) {
      line(left, toY(value), right, toY(value), value === 0 && !y.log ? 0.55 : 0.11);
      context.fillText(text, left - 6, toY(value));
    }
    context.font = font(600, 0.94);
    context.globalAlpha = 0.8;
    context.textAlign = "left";
    context.textBaseline = "alphabetic";
    context.fillText(y.title, 0, size * 0.95);
    context.textAlign = "center";
    context.textBaseline = "bottom";
    context.fillText(x.title, (left + right) / 2, bottom + size * 2.8);
    context.globalAlpha = 1;
  }

  /** @param {CanvasRenderingContext2D} context @param {Layout} layout @param {Band} band */
  drawBand(context, { size, font, left, right, top, bottom, toX }, { from, to, title, striped }) {
    const [start, end] = [Math.max(left, toX(from)), Math.min(right, toX(to))];
    if (end <= start) return;
    context.save();
    context.beginPath();
    context.rect(start, top, end - start, bottom - top);
    context.clip();
    context.fillStyle = this.roles.field;
    context.globalAlpha = 0.16;
    context.fillRect(start, top, end - start, bottom - top);
    if (striped) {
      context.beginPath();
      for (let at = start - (bottom - top); at < end; at += 11) {
        context.moveTo(at, bottom);
        context.lineTo(at + (bottom - top), top);
      }
      context.globalAlpha = 0.35;
      context.strokeStyle = this.roles.field;
      context.lineWidth = 1.5;
      context.stroke();
    }
    context.globalAlpha = 1;
    context.font = font(600, 0.94);
    context.textAlign = "center";
    context.textBaseline = "top";
    const room = context.measureText(title).width;
    if (room + 10 < end - start) {
      const middle = (start + end) / 2;
      const above = top + 0.27 * (bottom - top); // where few curves are flat
      context.fillStyle = this.roles.background;
      context.globalAlpha = 0.75;
      context.fillRect(middle - room / 2 - 4, above - 2, room + 8, size * 1.3);
      context.globalAlpha = 1;
      context.fillStyle = this.roles.text;
      context.fillText(title, middle, above);
    }
    context.restore();
  }

  /** @param {CanvasRenderingContext2D} context @param {Layout} layout @param {Level} level */
  drawLevel(context, { left, right, top, bottom, toY }, { y }) {
    const at = toY(y);
    if (at < top || at > bottom) return;
    context.strokeStyle = this.roles.field;
    context.lineWidth = 1.5;
    context.setLineDash([2, 4]);
    context.beginPath();
    context.moveTo(left, at);
    context.lineTo(right, at);
    context.stroke();
    context.setLineDash([]);
  }

  /**
   * Write the name of a level over the lines, within a rim that keeps it apart from them.
   * @param {CanvasRenderingContext2D} context
   * @param {Layout} layout
   * @param {Level} level
   */
  nameLevel(context, { font, right, top, bottom, toY }, { y, title }) {
    const at = toY(y);
    if (at < top || at > bottom) return;
    context.font = font(600, 0.9);
    context.textAlign = "right";
    context.textBaseline = "bottom";
    context.strokeStyle = this.roles.background;
    context.lineWidth = 4;
    context.lineJoin = "round";
    context.strokeText(title, right - 4, at - 2);
    context.fillStyle = this.roles.text;
    context.fillText(title, right - 4, at - 2);
  }

  /** @param {CanvasRenderingContext2D} context @param {Layout} layout @param {Ray} ray */
  drawRay(context, { toX, toY }, { x, y, slope, role = "accent" }) {
    const { low, high } = this.drawing.x;
    context.strokeStyle = this.roles[role];
    context.lineWidth = 1.8;
    context.beginPath();
    context.moveTo(toX(low), toY(y + slope * (low - x)));
    context.lineTo(toX(high), toY(y + slope * (high - x)));
    context.stroke();
  }

  /** @param {CanvasRenderingContext2D} context @param {Pick<Layout, "toX" | "toY">} layout @param {Path} line */
  drawLine(context, { toX, toY }, line) {
    const { x, y, dashed, strong, faint } = line;
    context.strokeStyle = context.fillStyle = this.colourOf(line);
    context.globalAlpha = faint ? 0.4 : 1;
    context.lineWidth = faint ? 1.6 : (strong ? 3.4 : 2.2) * (dashed ? 0.8 : 1);
    context.lineJoin = "round";
    context.setLineDash(dashed ? PLOT_DASH : []);
    context.beginPath();
    const symbol = this.symbolOf(line);
    /** @type {[number, number][]} */
    const symbols = [];
    let since = SYMBOL_EVERY / 2;
    /** Where it stands, or that it is up. @type {[number, number] | null} */
    let pen = null;
    for (let index = 0; index < x.length; index += 1) {
      if (Number.isNaN(y[index])) {
        pen = null;
        continue;
      }
      const [atX, atY] = [toX(x[index]), toY(y[index])];
      const way = pen ? Math.hypot(atX - pen[0], atY - pen[1]) : 0;
      // Too near to be seen apart, unless the line ends here.
      if (pen && way < PLOT_FINEST && index + 1 < x.length && !Number.isNaN(y[index + 1]) && !line.dotted) continue;
      if (pen) {
        context.lineTo(atX, atY);
        since += way;
      } else context.moveTo(atX, atY);
      pen = [atX, atY];
      if (!symbol || (!line.dotted && since < SYMBOL_EVERY)) continue;
      since = 0;
      symbols.push([atX, atY]);
    }
    context.stroke();
    context.setLineDash([]);
    for (const [atX, atY] of symbols) this.drawSymbol(context, symbol, atX, atY);
  }

  /** @param {CanvasRenderingContext2D} context @param {string} symbol @param {number} x @param {number} y */
  drawSymbol(context, symbol, x, y) {
    const reach = 4.6;
    context.beginPath();
    if (symbol === "circle") context.arc(x, y, reach, 0, 2 * Math.PI);
    else if (symbol === "square") context.rect(x - reach, y - reach, 2 * reach, 2 * reach);
    else if (symbol === "cross") {
      context.lineWidth = 2.4;
      for (const way of [-1, 1]) {
        context.moveTo(x - reach, y - way * reach);
        context.lineTo(x + reach, y + way * reach);
      }
      return context.stroke();
    } else {
      const corners = symbol === "triangle" ? [[0, -1.3], [1.2, 0.9], [-1.2, 0.9]] : [[0, -1.4], [1.4, 0], [0, 1.4], [-1.4, 0]];
      for (const [right, down] of corners) context.lineTo(x + right * reach, y + down * reach);
      context.closePath();
    }
    return context.fill();
  }

  /**
   * Draw the numbers of a line without a neighbour, since a line of no length paints nothing: a dot, or a ring.
   * @param {CanvasRenderingContext2D} context
   * @param {Layout} layout
   * @param {Path} line
   */
  drawAlone(context, { left, right, top, bottom, toX, toY }, line) {
    if (line.dotted) return;
    const { x, y, dashed } = line;
    /** @param {number} index */
    const missing = (index) => Number.isNaN(y[index] ?? NaN);
    context.strokeStyle = context.fillStyle = this.colourOf(line);
    context.lineWidth = 2.2;
    for (let index = 0; index < x.length; index += 1) {
      if (missing(index) || !missing(index - 1) || !missing(index + 1)) continue;
      const [atX, atY] = [toX(x[index]), toY(y[index])];
      if (atX < left - 1 || atX > right + 1 || atY < top - 1 || atY > bottom + 1) continue;
      context.beginPath();
      context.arc(atX, atY, dashed ? 6 : 3.6, 0, 2 * Math.PI);
      if (dashed) context.stroke();
      else context.fill();
    }
  }

  /** @param {CanvasRenderingContext2D} context @param {Layout} layout @param {Point} point */
  drawPoint(context, { left, right, top, bottom, toX, toY }, point) {
    const [x, y] = [toX(point.x), toY(point.y)];
    if (x < left - 1 || x > right + 1 || y < top - 1 || y > bottom + 1) return;
    context.beginPath();
    context.arc(x, y, 5.2, 0, 2 * Math.PI);
    context.fillStyle = point.open ? this.roles.background : this.colourOf(point);
    context.strokeStyle = point.open ? this.colourOf(point) : this.roles.background;
    context.lineWidth = 2.2;
    context.fill();
    context.stroke();
  }

  /**
   * Write each name at the end of its line, apart from the others, or where the line leaves the plot.
   * @param {CanvasRenderingContext2D} context
   * @param {Layout} layout
   */
  drawNames(context, { width, size, font, left, right, top, bottom, toX, toY }) {
    if (width < LABELS_FROM) return;
    context.font = font(650);
    context.textAlign = "left";
    context.textBaseline = "middle";
    /** @type {{line: Line, x: number, from: number, y: number}[]} */
    const labels = [];
    for (const line of this.named()) {
      let last = line.x.length - 1;
      /** @param {number} index */
      const inside = (index) => {
        const at = toY(line.y[index]);
        return at >= top - 1 && at <= bottom + 1 && toX(line.x[index]) <= right + 1;
      };
      while (last > 0 && !inside(last)) last -= 1;
      labels.push({ line, x: toX(line.x[last]), from: Math.min(bottom, Math.max(top, toY(line.y[last]))), y: 0 });
    }
    labels.sort((one, other) => one.from - other.from);
    const gap = Math.min(size * 1.3, (bottom - top) / Math.max(1, labels.length - 1));
    labels.forEach((label, index) => {
      label.y = Math.max(label.from, index ? labels[index - 1].y + gap : top);
    });
    for (let index = labels.length - 1; index >= 0; index -= 1) {
      labels[index].y = Math.min(labels[index].y, index === labels.length - 1 ? bottom : labels[index + 1].y - gap);
    }
    for (const { line, x, from, y } of labels) {
      context.fillStyle = this.inkOf(line);
      context.strokeStyle = this.colourOf(line);
      context.lineWidth = 1;
      context.globalAlpha = 0.6;
      context.beginPath();
      context.moveTo(Math.max(x, left) + 2, from);
      context.lineTo(right + 14, y);
      if (right - x < 40) context.stroke();
      context.globalAlpha = 1;
      context.fillText(line.title, right + 17, y);
    }
  }

  /** Draw how a line looks into a small canvas. @param {HTMLCanvasElement} canvas @param {Look} line */
  sample(canvas, line) {
    const context = contextOf(canvas);
    context.setTransform(2, 0, 0, 2, 0, 0);
    const middle = canvas.height / 4;
    const end = canvas.width / 2;
    this.drawLine(context, { toX: (x) => x, toY: (y) => y }, { ...line, x: [0, end], y: [middle, middle], dotted: false });
    const symbol = this.symbolOf(line);
    if (symbol) this.drawSymbol(context, symbol, end / 2, middle);
  }

  // Markers

  /** @param {MarkerSetting} setting @returns {Marker} */
  makeMarker({ name, title, step, role = "accent" }) {
    const handle = make("div", { class: "marker", role: "slider", tabindex: "0", "data-name": name, "aria-label": title },
      make("span", { class: "grip" }));
    handle.style.setProperty("--tone", `var(--role-${role})`);
    const marker = { name, step, handle, value: 0, decimals: decimalsOf(step), dragging: false, moved: false };
    handle.addEventListener("keydown", (event) => this.key(marker, event));
    return marker;
  }

  /** @param {Marker} marker */
  place({ handle, value }) {
    if (!this.placed) return;
    const { left, right, top, bottom, toX } = this.placed;
    const { low, high } = this.drawing.x;
    handle.style.left = `${Math.min(right, Math.max(left, toX(value)))}px`;
    handle.style.top = `${top}px`;
    handle.style.height = `${bottom - top}px`;
    handle.classList.toggle("beyond", value < low || value > high);
    handle.setAttribute("aria-valuemin", String(low));
    handle.setAttribute("aria-valuemax", String(high));
    handle.setAttribute("aria-valuenow", String(value));
  }

  /**
   * Go to the step nearest to a value, within what is shown.
   * @param {Marker} marker
   * @param {number} value
   * @param {boolean} commit
   */
  move(marker, value, commit) {
    const { low, high } = this.drawing.x;
    const { step, decimals } = marker;
    const next = Number((Math.round(Math.min(high, Math.max(low, value)) / step) * step).toFixed(decimals)) + 0;
    const changed = next !== marker.value;
    marker.value = next;
    if (changed && !commit) this.onInput(marker.name, next);
    if (changed) marker.moved = true;
    if (commit) this.onCommit(marker.name, next);
    if (changed) this.place(marker);
  }

  /** @param {PointerEvent} event */
  start(event) {
    if (this.markers.length === 0 || !this.placed || !startsDrag(this.box, event)) return;
    event.preventDefault();
    /** @param {PointerEvent} event */
    const at = ({ clientX }) => {
      const { left, right } = /** @type {Layout} */ (this.placed);
      const { low, high } = this.drawing.x;
      return low + ((clientX - this.canvas.getBoundingClientRect().left - left) / (right - left)) * (high - low);
    };
    const marker = this.markers.reduce((best, one) => (Math.abs(one.value - at(event)) < Math.abs(best.value - at(event)) ? one : best));
    const { handle } = marker;
    handle.focus({ preventScroll: true });
    this.box.setPointerCapture(event.pointerId);
    this.leave();
    marker.dragging = true;
    marker.moved = false;
    /** @param {PointerEvent} next */
    const moved = (next) => this.move(marker, at(next), false);
    /** @param {PointerEvent} last */
    const ended = (last) => {
      if (!endsDrag(this.box, last)) return;
      this.box.removeEventListener("pointermove", moved);
      this.box.removeEventListener("lostpointercapture", ended);
      marker.dragging = false;
      if (marker.moved) this.onCommit(marker.name, marker.value);
    };
    this.box.addEventListener("pointermove", moved);
    this.box.addEventListener("lostpointercapture", ended);
    moved(event);
  }

  /** @param {Marker} marker @param {KeyboardEvent} event */
  key(marker, event) {
    if (!this.drawing) return;
    const { low, high } = this.drawing.x;
    const page = (high - low) / 10;
    const { value, step } = marker;
    const next = /** @type {Record<string, number>} */ ({
      ArrowRight: value + step, ArrowUp: value + step, ArrowLeft: value - step, ArrowDown: value - step,
      PageUp: value + page, PageDown: value - page, Home: low, End: high,
    })[event.key];
    if (next === undefined) return;
    event.preventDefault();
    this.move(marker, next, true);
  }

  // Reading values off

  /** @param {PointerEvent} event */
  hover(event) {
    if (event.pointerType !== "mouse" || this.dragging || event.buttons || !this.placed) return;
    const { left, right, top, bottom } = this.placed;
    const box = this.canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    if (x < left || x > right || y < top || y > bottom) return this.leave();
    const { low, high, title } = this.drawing.x;
    const at = low + ((x - left) / (right - left)) * (high - low);
    const found = this.drawing.lines.map((line) => ({ line, index: this.nearest(line, at) })).filter(({ index }) => index >= 0);
    if (found.length === 0) return this.leave();
    const place = found[0].line.x[found[0].index];
    const decimals = Math.max(0, 2 - Math.floor(Math.log10((high - low) / 4)));
    this.tip.replaceChildren(make("b", {}, `${title} ${fixed(place, decimals)}`),
      ...found.map(({ line, index }) => {
        const row = make("div", {}, `${line.title} `, make("b", {}, this.written(line.y[index])));
        row.style.setProperty("--tone", this.colourOf(line));
        return row;
      }));
    this.tip.hidden = false;
    const { offsetWidth: tipWidth } = this.tip;
    const beside = this.placed.toX(place) + 14;
    this.tip.style.left = `${beside + tipWidth > right ? beside - tipWidth - 28 : beside}px`;
    this.tip.style.top = `${Math.min(Math.max(top, y - 20), Math.max(top, bottom - this.tip.offsetHeight))}px`;
  }

  leave() {
    this.tip.hidden = true;
  }
}
