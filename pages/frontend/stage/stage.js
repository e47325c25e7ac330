// The stage of every sliding window: the picture and its map side by side. Which inputs made a cell is
// looked up in the tables that came with the answer (`rows_taps` and the rest), never computed again, so
// a cell can be questioned within a frame and cannot disagree with the operation.

import { cleared, sizeOf, surfaceOf } from "../core/canvas.js";
import { isLight } from "../core/colours.js";
import { release } from "../core/decoding.js";
import { make } from "../core/dom.js";
import { startsDrag } from "../core/drag.js";
import { fixed, short } from "../core/numbers.js";

const NUMBERS_FROM = 34; // CSS pixels a cell needs before its value can be read in it
const GRID_FROM = 7; // and before grid lines help more than they hide
const ZOOM_MOST = 64;
const PIXELS_MOST = 16_384; // that the lane is told of: no picture has more

/**
 * @typedef {import("../types/messages.js").SlidingFacts} SlidingFacts
 * @typedef {CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D} Context
 * @typedef {{scale: number, x: number, y: number}} Layout CSS pixels a cell, and where row 0 and column 0 begin
 * @typedef {{row: number, column: number}} Place
 * @typedef {import("../live/lane.js").Table<Int16Array>} IndexTable
 * @typedef {{clientX: number, clientY: number}} Point of an event
 */

/**
 * What one cell of a map is made from.
 * @typedef {object} SlidingWindow
 * @property {Place} cell
 * @property {number[]} rows of the picture, in the padding as well
 * @property {number[]} columns
 * @property {number[][][]} patch values by row, column and channel
 * @property {boolean[][]} outside which of them lie in the padding
 * @property {number} channels
 */

/**
 * A frame that is seen on any picture: the role's colour within a white and a dark rim.
 * @param {Context} context
 * @param {Layout} layout
 * @param {number} top
 * @param {number} left
 * @param {number} bottom
 * @param {number} right
 * @param {string} colour
 */
export function outline(context, { scale, x, y }, top, left, bottom, right, colour) {
  const least = 7; // CSS pixels: a single cell of a large map must still be found
  /** @param {number} low @param {number} high @param {number} origin */
  const frame = (low, high, origin) => {
    const from = origin + low * scale;
    const size = (high - low) * scale;
    return size >= least ? [from, size] : [from + (size - least) / 2, least];
  };
  const [fromX, sizeX] = frame(left, right, x);
  const [fromY, sizeY] = frame(top, bottom, y);
  for (const [style, line] of /** @type {[string, number][]} */ ([["rgba(0, 0, 0, 0.7)", 5], ["#fff", 3.6], [colour, 2.4]])) {
    context.strokeStyle = style;
    context.lineWidth = line;
    context.strokeRect(fromX, fromY, sizeX, sizeY);
  }
}

/** One line of a table: what a row or column of the map reads. @param {IndexTable} table @param {number} index */
export function lineOf({ shape: [, taps], data }, index) {
  return data.subarray(index * taps, (index + 1) * taps);
}

/** One canvas that shows a grid of cells: a picture with its padding, or a map. */
export class Pane {
  /**
   * @param {string} name `data-pane` for whoever looks for it
   * @param {string} title accessible name
   * @param {boolean} [takesKeys] whether the arrow keys do something: a screen reader keeps them for itself on a picture
   */
  constructor(name, title, takesKeys = true) {
    this.canvas = make("canvas", {
      class: "pane", "data-pane": name, "data-revision": "0", "aria-label": title,
      ...(takesKeys ? { tabindex: "0", role: "application", "aria-roledescription": "grid of cells" } : { role: "img" }),
    });
    this.caption = make("figcaption", {});
    this.element = make("figure", { class: name }, this.caption, make("div", { class: "box" }, this.canvas));
    this.revision = 0;
    /** @type {import("../core/decoding.js").Picture | OffscreenCanvas | null} */
    this.image = null;
    this.height = 1;
    this.width = 1;
    this.top = 0; // the first row and column that are shown: negative where there is padding
    this.left = 0;
    this.magnified = 1;
    /** The place that a zoomed view is centred on. @type {Place | null} */
    this.focus = null;
    /** The pane whose cells are as large as this one's; none where it fills its box. @type {() => Pane | null} */
    this.likeness = () => null;
    this.inset = 0; // CSS pixels left free all round, for a frame around the outermost cells
  }

  get zoom() {
    return this.magnified;
  }

  /** A zoomed view is dragged by a finger too, which would scroll the page instead. */
  set zoom(zoom) {
    this.magnified = zoom;
    this.canvas.style.touchAction = zoom > 1 ? "none" : "";
  }

  /** How many pixels of the screen the longer side of the whole picture takes at most. */
  get pixels() {
    const { width, height } = sizeOf(this.canvas);
    return Math.min(PIXELS_MOST, Math.round(Math.max(width, height) * this.zoom * (devicePixelRatio || 1)));
  }

  /** Where things are drawn. @returns {Layout} */
  layout() {
    const { width: boxWidth, height: boxHeight } = sizeOf(this.canvas);
    const free = 2 * this.inset;
    const { width, height } = this.likeness() ?? this;
    const scale = Math.min((boxWidth - free) / width, (boxHeight - free) / height) * this.zoom;
    /** @param {number} box @param {number} cells @param {number} first @param {number | undefined} focus */
    const place = (box, cells, first, focus) => {
      const spare = box - cells * scale;
      if (spare >= 0 || focus == null) return spare / 2 - first * scale;
      return Math.min(0, Math.max(spare, box / 2 - (focus - first + 0.5) * scale)) - first * scale;
    };
    return {
      scale,
      x: place(boxWidth, this.width, this.left, this.focus?.column),
      y: place(boxHeight, this.height, this.top, this.focus?.row),
    };
  }

  /** The cell under a pointer, or null outside. @param {Point} event @returns {Place | null} */
  cellAt({ clientX, clientY }) {
    const box = this.canvas.getBoundingClientRect();
    const { scale, x, y } = this.layout();
    const row = Math.floor((clientY - box.top - y) / scale);
    const column = Math.floor((clientX - box.left - x) / scale);
    const inside = row >= this.top && row < this.top + this.height
      && column >= this.left && column < this.left + this.width;
    return inside ? { row, column } : null;
  }

  /**
   * Draw the picture, then whatever `decorate` adds on top in CSS pixels.
   * @param {(context: CanvasRenderingContext2D, layout: Layout) => void} [decorate]
   */
  draw(decorate) {
    const drawing = cleared(this.canvas);
    if (!drawing) return;
    const { context, density } = drawing;
    const layout = this.layout();
    const { scale, x, y } = layout;
    if (this.image) {
      context.imageSmoothingEnabled = scale * density < 1;
      // From one pixel of the screen to another, so that a picture that has their number is shown pixel by pixel.
      const [left, top, right, bottom] = [
        x + this.left * scale, y + this.top * scale, x + (this.left + this.width) * scale, y + (this.top + this.height) * scale,
      ].map((place) => Math.round(place * density) / density);
      context.drawImage(this.image, left, top, right - left, bottom - top);
    }
    if (scale >= GRID_FROM) this.gridLines(context, layout);
    decorate?.(context, layout);
  }

  /** @param {Context} context @param {Layout} layout */
  gridLines(context, { scale, x, y }) {
    context.beginPath();
    for (let row = this.top; row <= this.top + this.height; row += 1) {
      context.moveTo(x + this.left * scale, Math.round(y + row * scale) + 0.5);
      context.lineTo(x + (this.left + this.width) * scale, Math.round(y + row * scale) + 0.5);
    }
    for (let column = this.left; column <= this.left + this.width; column += 1) {
      context.moveTo(Math.round(x + column * scale) + 0.5, y + this.top * scale);
      context.lineTo(Math.round(x + column * scale) + 0.5, y + (this.top + this.height) * scale);
    }
    context.strokeStyle = "rgba(128, 128, 128, 0.35)";
    context.lineWidth = 1;
    context.stroke();
  }

  /**
   * Write a number into every visible cell that is large enough.
   * @param {Context} context
   * @param {Layout} layout
   * @param {(row: number, column: number) => {value: number | null, light?: boolean}} cell its number, and if its ground is light
   */
  numbers(context, { scale, x, y }, cell) {
    if (scale < NUMBERS_FROM) return;
    /** @param {number} origin @param {number} low */
    const first = (origin, low) => Math.max(low, Math.floor(-origin / scale));
    /** @param {number} origin @param {number} low @param {number} cells @param {number} box */
    const last = (origin, low, cells, box) => Math.min(low + cells, Math.ceil((box - origin) / scale));
    context.font = `600 ${Math.min(18, Math.max(10, scale / 3.4))}px ${getComputedStyle(this.canvas).fontFamily}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    const { width, height } = sizeOf(this.canvas);
    for (let row = first(y, this.top); row < last(y, this.top, this.height, height); row += 1) {
      for (let column = first(x, this.left); column < last(x, this.left, this.width, width); column += 1) {
        const { value, light } = cell(row, column);
        if (value === null) continue;
        context.fillStyle = light ? "#111" : "#fff";
        context.fillText(fixed(value, 2), x + (column + 0.5) * scale, y + (row + 0.5) * scale);
      }
    }
  }

  /** @param {string} description */
  painted(description) {
    this.revision += 1;
    this.canvas.dataset.revision = String(this.revision);
    this.canvas.setAttribute("aria-label", description);
  }
}

/**
 * @template [Window=SlidingWindow]
 * @template {Partial<SlidingFacts>} [Facts=SlidingFacts]
 */
export class Stage {
  /** @param {{onCell: (window: Window | null) => void}} wiring */
  constructor({ onCell }) {
    this.onCell = onCell;
    /** @type {import("../live/live.js").Colours} */
    this.roles = {};
    this.input = new Pane("picture", "Picture");
    this.map = new Pane("map", "Feature map");
    /** @type {Place | null} */
    this.cell = null;
    /** The input cell under the pointer, whose readers are lit. @type {Place | null} */
    this.touched = null;
    /** The place of the map, in cells, that a zoomed view is centred on. @type {Place | null} */
    this.anchor = null;
    this.pinned = false;
    /** While the window slides: the cells up to this index are shown. @type {number | null} */
    this.revealed = null;
    this.channel = 0;
    /** Draws over the map's cells, below what is marked on it. @type {(context: CanvasRenderingContext2D, layout: Layout) => void} */
    this.overMap = () => {};
    /** The pixel that alone is a window's answer, where there is one. @type {(window: Window) => Place | null} */
    this.winnerOf = () => null;
    this.padsWithZeros = true; // or with cells that do not count, which have no number
    /** Which inputs each row and column of the map reads. @type {Record<string, IndexTable> | null} */
    this.tables = null;
    /** The exact map, where it has come. @type {import("../live/lane.js").Table<Float32Array> | null} */
    this.values = null;
    /** @type {import("../live/live.js").Pixels | null} */
    this.pixels = null;
    this.title = "";
    this.isExchanged = false; // the picture, before its answer is shown
    /**
     * The numbers of what stands in the picture's place, null before they have come; undefined where it is a picture,
     * whose levels are its pixels.
     * @type {import("../live/lane.js").Table<Float32Array> | null | undefined}
     */
    this.levels = undefined;
    /** Of the answer that is on; read after the first one alone. @type {Facts} */
    this.facts = /** @type {any} */ (null);
    /** The row and column of the picture behind each line that is laid out; below 0 in the padding. */
    this.lines = { rows: /** @type {number[]} */ ([]), columns: /** @type {number[]} */ ([]) };
    this.panned = false;
    this.panning = false;
    for (const pane of [this.input, this.map]) this.listen(pane);
    this.resizing = new ResizeObserver(() => this.draw());
    this.resizing.observe(this.input.canvas);
    this.resizing.observe(this.map.canvas);
  }

  /** @param {Pane} pane */
  listen(pane) {
    const { canvas } = pane;
    canvas.addEventListener("pointermove", (event) => {
      if (pane === this.input) this.touch(pane.cellAt(event));
      if (!this.panning && !this.pinned && this.revealed === null) this.show(this.cellAt(pane, event));
    });
    canvas.addEventListener("pointerleave", () => {
      if (pane === this.input) this.touch(null);
      if (!this.pinned && this.revealed === null) this.show(null);
    });
    canvas.addEventListener("pointerdown", (event) => this.pan(event, pane));
    canvas.addEventListener("click", (event) => { if (!this.panned) this.click(pane, event); });
    canvas.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      this.setZoom(this.zoom * (event.deltaY < 0 ? 2 : 0.5));
    }, { passive: false });
    canvas.addEventListener("keydown", (event) => this.key(event));
  }

  /** The cell of the map that a pointer means. @param {Pane} pane @param {Point} event */
  cellAt(pane, event) {
    const found = pane.cellAt(event);
    return found && (pane === this.map ? found : this.cellOver(found));
  }

  /** Pin the cell, or let it go. @param {Pane} pane @param {Point} event */
  click(pane, event) {
    const cell = this.cellAt(pane, event);
    const same = cell && this.cell && cell.row === this.cell.row && cell.column === this.cell.column;
    this.revealed = null;
    this.pinned = Boolean(cell) && !(this.pinned && same);
    this.show(cell);
  }

  /** Point at a cell of the input, or at none: the cells of the map that read it are lit. @param {Place | null} place */
  touch(place) {
    if (place?.row === this.touched?.row && place?.column === this.touched?.column) return;
    this.touched = place;
    this.drawMap();
  }

  /** Where the windows of a map read, along one axis; asked for with the tables of an answer alone. @param {string} name */
  table(name) {
    return /** @type {Record<string, IndexTable>} */ (this.tables)[name];
  }

  /** The rows and columns of the map that read a cell of the input; a place in the padding is read as such. @param {Place} place */
  readers({ row, column }) {
    /** @param {string} axis @param {number} at @param {number} size */
    const along = (axis, at, size) => {
      const table = this.table(`${axis}_${at >= 0 && at < size ? "taps" : "positions"}`);
      return Array.from({ length: table.shape[0] }, (_, index) => index).filter((index) => lineOf(table, index).includes(at));
    };
    const { height, width } = /** @type {import("../live/live.js").Pixels} */ (this.pixels);
    return { rows: along("rows", row, height), columns: along("columns", column, width) };
  }

  /** Light the cells of the map that read the input cell under the pointer. @param {Context} context @param {Layout} layout */
  drawReaders(context, { scale, x, y }) {
    const { dataset } = this.map.canvas;
    delete dataset.lit;
    if (!this.touched || !this.tables) return;
    const { rows, columns } = this.readers(this.touched);
    dataset.lit = JSON.stringify([rows, columns]);
    /** @param {number[]} indices */
    const runs = (indices) => indices.reduce((found, index) => {
      const last = found.at(-1);
      if (last?.[1] === index) last[1] = index + 1;
      else found.push([index, index + 1]);
      return found;
    }, /** @type {[number, number][]} */ ([]));
    context.strokeStyle = context.fillStyle = this.roles.input;
    context.lineWidth = scale < GRID_FROM ? 1 : 2;
    for (const [top, bottom] of runs(rows)) {
      for (const [left, right] of runs(columns)) {
        /** @type {[number, number, number, number]} */
        const box = [x + left * scale, y + top * scale, (right - left) * scale, (bottom - top) * scale];
        context.globalAlpha = 0.25;
        context.fillRect(...box);
        context.globalAlpha = 1;
        context.strokeRect(...box);
      }
    }
  }

  /** A zoomed view is dragged along with the pointer. @param {PointerEvent} event @param {Pane} pane */
  pan(event, pane) {
    const { canvas } = pane;
    if (!startsDrag(canvas, event)) return;
    this.panned = false;
    if (this.zoom === 1 || !this.anchor || !this.tables) return;
    const from = { x: event.clientX, y: event.clientY, ...this.anchor };
    const { scale } = pane.layout();
    const [down, across] = pane === this.map ? [1, 1] : this.steps();
    canvas.setPointerCapture(event.pointerId);
    /** @param {PointerEvent} next */
    const moved = (next) => {
      if (!this.panned && Math.hypot(next.clientX - from.x, next.clientY - from.y) < 4) return;
      this.panned = true;
      this.panning = true;
      this.look(from.row - (next.clientY - from.y) / scale / down, from.column - (next.clientX - from.x) / scale / across);
    };
    const ended = () => {
      canvas.removeEventListener("pointermove", moved);
      canvas.removeEventListener("lostpointercapture", ended);
      this.panning = false;
    };
    canvas.addEventListener("pointermove", moved);
    canvas.addEventListener("lostpointercapture", ended);
  }

  /** How many pixels the window moves from one cell to the next, down and across. */
  steps() {
    return ["rows", "columns"].map((axis) => {
      const { shape: [cells, taps], data } = this.table(`${axis}_positions`);
      return cells > 1 ? data[taps] - data[0] : 1;
    });
  }

  /** Centre a zoomed view on a place of the map, and the picture's on what is read there. @param {number} row @param {number} column */
  look(row, column) {
    if (!this.tables) return;
    const bounded = this.bounded(row, column);
    this.anchor = bounded;
    this.map.focus = bounded;
    const [down, across] = this.steps();
    /** @param {string} axis @param {number} at @param {number} step */
    const middle = (axis, at, step) => {
      const { shape: [, taps], data } = this.table(`${axis}_positions`);
      return (data[0] + data[taps - 1]) / 2 + at * step;
    };
    this.input.focus = { row: middle("rows", bounded.row, down), column: middle("columns", bounded.column, across) };
    this.draw();
  }

  get zoom() {
    return this.map.zoom;
  }

  /** The output cell whose window is centred nearest to an input cell. @param {Place} place @returns {Place | null} */
  cellOver({ row, column }) {
    if (!this.tables) return null;
    /** @param {IndexTable} table @param {number} at */
    const nearest = ({ shape: [cells, taps], data }, at) => {
      let best = 0;
      let distance = Infinity;
      for (let index = 0; index < cells; index += 1) {
        const middle = (data[index * taps] + data[(index + 1) * taps - 1]) / 2;
        if (Math.abs(middle - at) < distance) [best, distance] = [index, Math.abs(middle - at)];
      }
      return best;
    };
    return {
      row: nearest(this.table("rows_positions"), row),
      column: nearest(this.table("columns_positions"), column),
    };
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const step = event.shiftKey ? 10 : 1;
    const by = /** @type {Record<string, number[]>} */ ({
      ArrowUp: [-step, 0], ArrowDown: [step, 0], ArrowLeft: [0, -step], ArrowRight: [0, step],
    })[event.key];
    if (by && this.tables) {
      event.preventDefault();
      const { row, column } = this.cell ?? { row: 0, column: 0 };
      this.pinned = true;
      this.revealed = null;
      this.follow(this.cell ? this.bounded(row + by[0], column + by[1]) : this.bounded(0, 0));
    } else if (event.key === "Escape") {
      this.release();
    } else if (event.key === "+" || event.key === "=") {
      this.setZoom(this.zoom * 2);
    } else if (event.key === "-") {
      this.setZoom(this.zoom / 2);
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.pinned = !this.pinned && Boolean(this.cell);
      this.show(this.cell);
    }
  }

  /** @param {number} row @param {number} column @returns {Place} */
  bounded(row, column) {
    /** @param {number} value @param {number} most */
    const clamp = (value, most) => Math.max(0, Math.min(most - 1, value));
    return { row: clamp(row, this.map.height), column: clamp(column, this.map.width) };
  }

  release() {
    this.pinned = false;
    this.revealed = null;
    this.show(null);
  }

  /** Slide to the cell with this index, row by row, and show the map only so far. @param {number} index */
  slide(index) {
    this.pinned = true;
    this.revealed = index;
    this.follow({ row: Math.floor(index / this.map.width), column: index % this.map.width });
  }

  get cells() {
    return this.map.height * this.map.width;
  }

  get index() {
    return this.cell ? this.cell.row * this.map.width + this.cell.column : 0;
  }

  /** @param {number} zoom */
  setZoom(zoom) {
    const next = Math.min(ZOOM_MOST, Math.max(1, zoom));
    if (!this.tables) return;
    const middle = { row: this.map.height / 2, column: this.map.width / 2 };
    const { row, column } = this.anchor ?? this.cell ?? middle;
    this.input.zoom = next;
    this.map.zoom = next;
    this.look(row, column);
    if (next === 1) this.anchor = null;
    this.show(this.cell);
  }

  /** Show a cell and keep it in a zoomed view. @param {Place | null} cell */
  follow(cell) {
    if (cell && this.zoom > 1) this.look(cell.row, cell.column);
    this.show(cell);
  }

  /** @param {Place | null} cell */
  show(cell) {
    this.cell = cell;
    this.draw();
    this.onCell(this.window());
  }

  /** The inputs of the present cell: positions, patch values, which taps lie outside the picture. @returns {Window | null} */
  window() {
    if (!this.cell || !this.tables || !this.pixels || this.levels === null) return null;
    const { row, column } = this.cell;
    const rows = lineOf(this.table("rows_positions"), row);
    const columns = lineOf(this.table("columns_positions"), column);
    const fromRows = lineOf(this.table("rows_taps"), row);
    const fromColumns = lineOf(this.table("columns_taps"), column);
    const { height, width, channels } = this.pixels;
    const patch = Array.from(fromRows, (r) => Array.from(fromColumns, (c) => Array.from({ length: channels },
      (_, channel) => (r < 0 || c < 0 ? 0 : this.levelAt(r, c, channel)))));
    const outside = Array.from(rows, (r) => Array.from(columns, (c) => r < 0 || c < 0 || r >= height || c >= width));
    const found = { cell: this.cell, rows: Array.from(rows), columns: Array.from(columns), patch, outside, channels };
    return /** @type {any} */ (found); // a stage with windows of another kind makes them itself
  }

  /**
   * What a pixel of the picture is, or a cell of the map in its place.
   * @param {number} row
   * @param {number} column
   * @param {number} channel
   */
  levelAt(row, column, channel) {
    const { width, channels, data } = /** @type {import("../live/live.js").Pixels} */ (this.pixels);
    const place = row * width + column;
    return this.levels ? this.levels.data[place * channels + channel] : data[4 * place + channel] / 255;
  }

  /**
   * The value that the operation itself gave for a cell, where the exact map has come.
   * @param {number} row
   * @param {number} column
   * @param {number} channel
   */
  valueAt(row, column, channel) {
    if (!this.values) return null;
    const { shape: [, width, channels = 1], data } = this.values;
    return data[(row * width + column) * channels + channel];
  }

  /** Whether a value of the map is painted in a light colour: the nearest one in the legend tells. @param {number} value */
  isLight(value) {
    const { legend } = /** @type {SlidingFacts} */ (this.facts);
    const [, colour] = legend.reduce((best, stop) => (Math.abs(stop[0] - value) < Math.abs(best[0] - value) ? stop : best));
    return isLight(colour);
  }

  /** @param {import("../live/live.js").Pixels} pixels the working picture @param {string} title */
  setPicture(pixels, title) {
    this.pixels = pixels;
    this.levels = undefined;
    this.title = title;
    this.touched = null;
    this.tables = null;
    this.values = null;
    this.revealed = null;
    this.anchor = null;
    this.input.zoom = 1;
    this.map.zoom = 1;
    this.shapeInput();
  }

  /**
   * Put a picture of the same kind in the picture's place: its answer is shown next, with all else as it is.
   * @param {import("../live/live.js").Pixels} pixels
   * @param {string} title
   * @returns {boolean} whether it is of the same kind
   */
  exchange(pixels, title) {
    const before = this.pixels;
    if (before?.height !== pixels.height || before.width !== pixels.width || before.channels !== pixels.channels) return false;
    this.pixels = pixels;
    this.title = title;
    this.isExchanged = true;
    return true;
  }

  /**
   * Show an answer: its picture is already decoded.
   * @param {Facts & SlidingFacts} facts
   * @param {Record<string, any>} blobs
   * @param {import("../core/decoding.js").Picture} image
   * @param {string} title
   */
  setAnswer(facts, blobs, image, title) {
    const { shape: [height, width] } = facts;
    /** @type {Record<string, IndexTable>} */
    const tables = Object.fromEntries(Object.entries(blobs).filter(([name]) => /_(taps|positions)$/.test(name)));
    const earlier = this.tables;
    const moved = !earlier || Object.entries(tables).some(([name, { data }]) => {
      const before = earlier[name].data;
      return before.length !== data.length || before.some((value, index) => value !== data[index]);
    });
    this.tables = tables;
    this.values = blobs.values ?? null;
    release(this.map.image);
    Object.assign(this.map, { image, height, width });
    this.facts = facts;
    if (moved || this.isExchanged) this.shapeInput();
    this.isExchanged = false;
    if (this.anchor) this.look(this.anchor.row, this.anchor.column);
    if (this.cell) this.cell = this.bounded(this.cell.row, this.cell.column);
    if (this.revealed !== null) this.revealed = Math.min(this.revealed, this.cells - 1);
    const [low, high] = [facts.low, facts.high].map((value) => short(value));
    this.map.painted(`${title}: ${height} by ${width} cells, values from ${low} to ${high}, mean ${short(facts.mean)}`);
    if (moved || this.cell) this.show(this.cell);
    else this.drawMap();
  }

  /** Lay out the picture with the padding that the window reaches, borrowed pixels included. */
  shapeInput() {
    if (!this.pixels) return;
    const { height, width, channels, data } = this.pixels;
    /** @param {string} axis @returns {Map<number, number>} */
    const table = (axis) => {
      const source = new Map();
      if (!this.tables) return source;
      const positions = this.tables[`${axis}_positions`].data;
      const taps = this.tables[`${axis}_taps`].data;
      positions.forEach((position, index) => source.set(position, taps[index]));
      return source;
    };
    /** @param {Map<number, number>} source @param {number} size @param {number[]} pads before and after */
    const span = (source, size, [before, after]) => {
      const lines = [];
      for (let at = -before; at < size + after; at += 1) lines.push(at >= 0 && at < size ? at : source.get(at) ?? -1);
      return lines;
    };
    const [vertical, horizontal] = this.facts?.pads ?? [[0, 0], [0, 0]];
    const rows = span(table("rows"), height, this.tables ? vertical : [0, 0]);
    const columns = span(table("columns"), width, this.tables ? horizontal : [0, 0]);
    this.lines = { rows, columns };
    const padded = new Uint32Array(rows.length * columns.length);
    const source = new Uint32Array(data.buffer, data.byteOffset, height * width);
    rows.forEach((row, r) => columns.forEach((column, c) => {
      if (row >= 0 && column >= 0) padded[r * columns.length + c] = source[row * width + column];
      else padded[r * columns.length + c] = 0xff000000; // opaque black: the zeros of a constant border
    }));
    const surface = surfaceOf(new Uint8ClampedArray(padded.buffer), columns.length, rows.length);
    const before = this.tables ? [vertical[0], horizontal[0]] : [0, 0];
    Object.assign(this.input, {
      image: surface, height: rows.length, width: columns.length, top: -before[0], left: -before[1],
    });
    const border = rows.length > height || columns.length > width ? ", padding around it" : "";
    const kind = this.levels === undefined ? `pixels, ${channels === 1 ? "grey" : "in colour"}` : "cells";
    this.input.painted(`${this.title}: ${height} by ${width} ${kind}${border}`);
    this.draw();
  }

  draw() {
    if (!this.pixels) return;
    this.input.draw((context, layout) => this.decorateInput(context, layout));
    this.drawMap();
  }

  drawMap() {
    this.map.draw((context, layout) => this.decorateMap(context, layout));
  }

  /** @param {CanvasRenderingContext2D} context @param {Layout} layout */
  decorateInput(context, layout) {
    if (!this.pixels) return;
    const { scale, x, y } = layout;
    const { height, width, data } = this.pixels;
    const { top, left } = this.input;
    if (top < 0 || left < 0 || this.input.height > height || this.input.width > width) {
      // The padding is tinted, so that borrowed pixels are not taken for the picture's own.
      context.beginPath();
      context.rect(x + left * scale, y + top * scale, this.input.width * scale, this.input.height * scale);
      context.rect(x, y, width * scale, height * scale);
      context.fillStyle = this.roles.padding;
      context.globalAlpha = 0.45;
      context.fill("evenodd");
      context.globalAlpha = 1;
    }
    this.input.numbers(context, layout, (row, column) => {
      const r = this.lines.rows[row - top];
      const c = this.lines.columns[column - left];
      if (this.levels === null || ((r < 0 || c < 0) && !this.padsWithZeros)) return { value: null };
      const value = r < 0 || c < 0 ? 0 : this.levelAt(r, c, this.channel);
      const [red, green, blue] = data.subarray(4 * (r * width + c));
      return { value, light: (r < 0 || c < 0 ? 0 : 0.3 * red + 0.59 * green + 0.11 * blue) > 140 };
    });
    const window = this.window();
    if (!window) return;
    const { rows, columns } = /** @type {any} */ (window);
    const spread = rows.length > 1 && rows[1] - rows[0] > 1 || columns.length > 1 && columns[1] - columns[0] > 1;
    context.strokeStyle = this.roles.field;
    if (spread) {
      // With dilation the window has gaps: each tap is outlined for itself.
      context.lineWidth = Math.max(1, Math.min(2, scale / 4));
      for (const row of rows) {
        for (const column of columns) context.strokeRect(x + column * scale, y + row * scale, scale, scale);
      }
    }
    outline(context, layout, rows[0], columns[0], rows.at(-1) + 1, columns.at(-1) + 1, this.roles.field);
    const winner = this.winnerOf(window);
    if (winner) this.drawWinner(context, layout, winner);
  }

  /**
   * The cell that is the window's answer: framed, or filled where a frame would hide the window's.
   * @param {CanvasRenderingContext2D} context
   * @param {Layout} layout
   * @param {Place} winner
   */
  drawWinner(context, layout, { row, column }) {
    const { scale, x, y } = layout;
    if (scale >= GRID_FROM) return outline(context, layout, row, column, row + 1, column + 1, this.roles.output);
    const size = Math.max(3, scale);
    context.fillStyle = this.roles.output;
    context.fillRect(x + (column + 0.5) * scale - size / 2, y + (row + 0.5) * scale - size / 2, size, size);
  }

  /** @param {CanvasRenderingContext2D} context @param {Layout} layout */
  decorateMap(context, layout) {
    const { scale, x, y } = layout;
    if (this.values) {
      this.map.numbers(context, layout, (row, column) => {
        const value = this.valueAt(row, column, this.channel);
        return { value, light: value !== null && this.isLight(value) };
      });
    }
    if (this.revealed !== null) {
      const row = Math.floor(this.revealed / this.map.width);
      const column = (this.revealed % this.map.width) + 1;
      context.fillStyle = this.roles.background;
      context.globalAlpha = 0.9;
      context.fillRect(x + column * scale, y + row * scale, (this.map.width - column) * scale, scale);
      context.fillRect(x, y + (row + 1) * scale, this.map.width * scale, (this.map.height - row - 1) * scale);
      context.globalAlpha = 1;
    }
    this.overMap(context, layout);
    this.drawReaders(context, layout);
    if (!this.cell) return;
    const { row, column } = this.cell;
    outline(context, layout, row, column, row + 1, column + 1, this.roles.output);
  }

  close() {
    this.resizing.disconnect();
  }
}
