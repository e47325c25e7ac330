// The lab of small grids: input, kernel and output with every number in its cell. Numbers are typed into the
// cells, and what stands behind an output cell, or where an input cell goes, is read from the tables that came
// with the answer.

import { refuse } from "../frontend/controls/controls.js";
import { sizeOf } from "../frontend/core/canvas.js";
import { make } from "../frontend/core/dom.js";
import { fixed } from "../frontend/core/numbers.js";
import { counted } from "../frontend/core/words.js";
import { mount } from "../frontend/live/live.js";
import { Undoing } from "../frontend/live/undoing.js";
import { Pane, Stage, lineOf, outline } from "../frontend/stage/stage.js";
import { Transport } from "../frontend/stage/transport.js";

const TEXT_FROM = 9; // CSS pixels a cell needs before its number can be read in it
const WEIGHT_FROM = 34; // and before the weight that lies on it can stand in its corner
const LARGEST_TEXT = 52; // CSS pixels: in the cells of a large screen
const FRAME = 3; // CSS pixels that the frame of a cell reaches beyond it
const LARGEST_NUMBER = 99;
const GOALS_MOST = 12; // goals of an input cell that are listed one by one
const GOALS_LARGE = 4; // more are written smaller
const TERMS_MOST = 16; // in a longer sum those that are zero because of the padding are only counted
const DENSE_FROM = 25; // terms: from here on they are written smaller
const SLIDING_SPEED = 2; // cells a second: slow enough to work the sum out along with it

/**
 * @typedef {import("../frontend/types/messages.js").ArithmeticFacts} ArithmeticFacts
 * @typedef {import("../frontend/types/messages.js").ArithmeticValues} ArithmeticValues
 * @typedef {import("../frontend/types/messages.js").NumberDescription} NumberDescription
 * @typedef {import("../frontend/types/messages.js").OwnGrids} OwnGrids
 * @typedef {import("../frontend/stage/stage.js").Layout} Layout
 * @typedef {import("../frontend/stage/stage.js").Place} Place
 * @typedef {import("../frontend/stage/stage.js").Point} Point
 * @typedef {keyof OwnGrids} GridName of a grid that is typed into
 * @typedef {Omit<ArithmeticValues, GridName> & Record<GridName, number[][] | string | null>} Chosen what was pasted is a
 * text until the answer has its numbers
 * @typedef {[left: number, top: number, width: number, height: number]} Box in CSS pixels
 */

/**
 * What an output cell is made from: places of the board, and what lies there.
 * @typedef {object} GridWindow
 * @property {Place} cell
 * @property {number[]} rows
 * @property {number[]} columns
 * @property {{value: number, isInput: boolean}[][]} cells
 */

/**
 * How a cell is drawn.
 * @typedef {object} Look
 * @property {string} text
 * @property {string | null} role whose colour it has; only a frame where there is none
 * @property {number} [ground] how much of that colour
 * @property {boolean} [faint]
 * @property {boolean} [striped]
 * @property {string} [corner]
 * @property {number | null} [value] seen as a colour where the cell is too small for its text
 */

const NAMES = { picture: "Input", kernel: "Kernel", map: "Output" };

/** @param {Pane} pane */
function nameOf({ canvas }) {
  return NAMES[/** @type {keyof typeof NAMES} */ (canvas.dataset.pane)];
}

/** A whole number with a true minus sign; a mean has at most two decimals. @param {number} value */
function figure(value) {
  return fixed(value, Number.isInteger(value) ? 0 : 2);
}

/** A number after a sign: in brackets if it has one itself. @param {number} value */
function signed(value) {
  return value < 0 ? `(${figure(value)})` : figure(value);
}

/**
 * The stage of small grids: a board for the window to slide over, the kernel, and the output.
 * @extends {Stage<GridWindow, ArithmeticFacts>}
 */
class GridStage extends Stage {
  /**
   * @param {{onCell: (window: GridWindow | null) => void, onPick: (name: GridName, cell: Place | null) => void}} wiring
   */
  constructor(wiring) {
    super(wiring);
    this.onPick = wiring.onPick;
    /** Of the answer that is on; read after the first one alone. @type {ArithmeticFacts} */
    this.facts = /** @type {any} */ (null);
    this.kernel = new Pane("kernel", NAMES.kernel);
    for (const pane of [this.input, this.kernel, this.map]) pane.inset = FRAME;
    this.input.canvas.tabIndex = -1; // its cells are reached through the field that is typed into
    this.kernel.canvas.tabIndex = -1;
    this.kernel.canvas.addEventListener("click", (event) => this.onPick("kernel", this.kernel.cellAt(event)));
    this.map.canvas.addEventListener("pointermove", () => this.touch(null));
    this.resizing.observe(this.kernel.canvas);
  }

  /**
   * Take an answer: its numbers, and the tables of which cell is read where.
   * @param {ArithmeticFacts} facts
   * @param {Record<string, any>} blobs
   */
  take(facts, { values, ...tables }) {
    const { input, kernel, margins: [[top, bottom], [left, right]], apart, shape: [height, width] } = facts;
    this.facts = facts;
    this.values = values;
    this.tables = tables;
    // The numbers themselves stand in the facts.
    this.pixels = { height: input.length, width: input[0].length, channels: 1, data: new Uint8ClampedArray() };
    Object.assign(this.input, {
      top: -top, left: -left,
      height: top + (input.length - 1) * apart + 1 + bottom, width: left + (input[0].length - 1) * apart + 1 + right,
    });
    Object.assign(this.kernel, { height: kernel.length, width: kernel[0].length });
    Object.assign(this.map, { height, width });
    const { cell, touched, revealed } = this;
    this.cell = cell && this.bounded(cell.row, cell.column);
    this.touched = touched && this.holds(touched) ? touched : null;
    this.revealed = revealed === null ? null : Math.min(revealed, this.cells - 1);
    for (const [pane, grid] of /** @type {[Pane, number[][]][]} */ ([[this.input, input], [this.kernel, kernel]])) {
      const rows = grid.map((row) => row.join(" ")).join("; ");
      pane.painted(`${nameOf(pane)}: ${grid.length} by ${grid[0].length} cells: ${rows}`);
    }
    const [low, high] = [facts.low, facts.high].map(figure);
    this.map.painted(`${NAMES.map}: ${height} by ${width} cells, values from ${low} to ${high}`);
    if (this.anchor) this.look(this.anchor.row, this.anchor.column);
    this.show(this.cell);
  }

  /** Whether a place is on the board. @param {Place} place */
  holds({ row, column }) {
    const { top, left, height, width } = this.input;
    return row >= top && row < top + height && column >= left && column < left + width;
  }

  /**
   * There is always a cell in question: at first the first one, then the last one that was.
   * @param {Place | null} cell
   */
  show(cell) {
    super.show(this.tables ? cell ?? this.cell ?? { row: 0, column: 0 } : cell);
  }

  /** A cell of the input is no cell of the map: it lights those that read it. */
  cellOver() {
    return null;
  }

  /** @param {Pane} pane @param {Point} event */
  click(pane, event) {
    if (pane === this.map) super.click(pane, event);
    else this.onPick("input", this.inputAt(pane.cellAt(event)));
  }

  /** @param {Place | null} place */
  touch(place) {
    const before = this.touched;
    super.touch(place);
    if (this.touched !== before && this.tables) this.show(this.cell);
  }

  /**
   * The cell of the input that lies at a place of the board, or null.
   * @param {Place | null} place
   * @returns {Place | null}
   */
  inputAt(place) {
    if (!place || !this.facts) return null;
    const { input, apart } = this.facts;
    const [row, column] = [place.row / apart, place.column / apart];
    const inside = Number.isInteger(row) && Number.isInteger(column)
      && row >= 0 && row < input.length && column >= 0 && column < input[0].length;
    return inside ? { row, column } : null;
  }

  /**
   * What the present window reads: places, values and which of them are cells of the input.
   * @returns {GridWindow | null}
   */
  window() {
    if (!this.cell || !this.tables) return null;
    /** @param {string} name @param {number} index */
    const line = (name, index) => Array.from(lineOf(this.table(name), index));
    const { row, column } = this.cell;
    const { input } = this.facts;
    const [rows, columns] = [line("rows_positions", row), line("columns_positions", column)];
    const cells = line("rows_taps", row).map((r) => line("columns_taps", column).map(
      (c) => ({ value: r < 0 || c < 0 ? 0 : input[r][c], isInput: r >= 0 && c >= 0 })));
    return { cell: this.cell, rows, columns, cells };
  }

  /** A place of the board is read wherever the window's positions say so. @param {Place} place */
  readers({ row, column }) {
    /** @param {string} axis @param {number} at */
    const along = (axis, at) => {
      const table = this.table(`${axis}_positions`);
      return Array.from({ length: table.shape[0] }, (_, index) => index).filter((index) => lineOf(table, index).includes(at));
    };
    return { rows: along("rows", row), columns: along("columns", column) };
  }

  /** The number in a cell of the output, which every answer brings. @param {Place} cell */
  output({ row, column }) {
    return /** @type {number} */ (this.valueAt(row, column, 0));
  }

  draw() {
    super.draw();
    if (this.facts) this.kernel.draw((context, layout) => this.decorateKernel(context, layout));
  }

  /**
   * Draw each visible cell of a pane.
   * @param {Pane} pane
   * @param {CanvasRenderingContext2D} context
   * @param {Layout} layout
   * @param {(row: number, column: number) => Look} look
   */
  grid(pane, context, layout, look) {
    const { scale, x, y } = layout;
    const { top, left, height, width, canvas } = pane;
    /** @param {number} origin @param {number} low */
    const first = (origin, low) => Math.max(low, Math.floor(-origin / scale));
    /** @param {number} origin @param {number} low @param {number} cells @param {number} box */
    const last = (origin, low, cells, box) => Math.min(low + cells, Math.ceil((box - origin) / scale));
    const gap = scale < 14 ? 0 : 1;
    const family = getComputedStyle(canvas).fontFamily;
    context.textAlign = "center";
    context.textBaseline = "middle";
    const size = sizeOf(canvas);
    for (let row = first(y, top); row < last(y, top, height, size.height); row += 1) {
      for (let column = first(x, left); column < last(x, left, width, size.width); column += 1) {
        const { text, role, ground = 0.2, faint, striped, corner, value = null } = look(row, column);
        /** @type {Box} */
        const box = [x + column * scale + gap, y + row * scale + gap, scale - 2 * gap, scale - 2 * gap];
        if (scale < TEXT_FROM && value !== null) {
          // Too small for its number: the colour says how large it is.
          const { low, high } = this.facts;
          context.globalAlpha = Math.abs(value) / (Math.max(-low, high) || 1);
          context.fillStyle = this.roles[value < 0 ? "negative" : "positive"];
          context.fillRect(...box);
          context.globalAlpha = 1;
        } else if (role) {
          context.globalAlpha = ground;
          context.fillStyle = this.roles[role];
          context.fillRect(...box);
          context.globalAlpha = 1;
        } else if (scale >= 14) {
          context.strokeStyle = this.roles.padding;
          context.setLineDash([3, 3]);
          context.lineWidth = 1;
          context.strokeRect(box[0] + 0.5, box[1] + 0.5, box[2] - 1, box[3] - 1);
          context.setLineDash([]);
        }
        if (striped) this.stripe(context, box);
        if (scale < TEXT_FROM || !text) continue;
        const most = (0.9 * scale) / (0.6 * Math.max(2, text.length));
        context.font = `${faint ? 400 : 650} ${Math.min(0.5 * scale, most, LARGEST_TEXT)}px ${family}`;
        context.fillStyle = faint && role !== "field" ? this.roles["padding-text"] : this.roles.text; // (on its ground no other is read)
        const lift = corner ? 0.08 * scale : 0;
        context.fillText(text, x + (column + 0.5) * scale, y + (row + 0.52) * scale - lift);
        if (!corner) continue;
        context.font = `650 ${Math.max(9, Math.min(17, 0.29 * scale))}px ${family}`;
        context.textAlign = "right";
        context.fillText(corner, x + (column + 1) * scale - 0.08 * scale, y + (row + 0.85) * scale);
        context.textAlign = "center";
      }
    }
  }

  /** Stripes say: no window reads this cell. @param {CanvasRenderingContext2D} context @param {Box} box */
  stripe(context, [left, top, width, height]) {
    context.save();
    context.beginPath();
    context.rect(left, top, width, height);
    context.clip();
    context.beginPath();
    for (let at = -height; at < width; at += 7) {
      context.moveTo(left + at, top + height);
      context.lineTo(left + at + height, top);
    }
    context.strokeStyle = this.roles.padding;
    context.globalAlpha = 0.75;
    context.lineWidth = 1.5;
    context.stroke();
    context.restore();
  }

  /** @param {CanvasRenderingContext2D} context @param {Layout} layout */
  decorateInput(context, layout) {
    const { facts, facts: { weights } } = this;
    const { top, left } = this.input;
    const window = this.touched ? null : this.window();
    this.grid(this.input, context, layout, (row, column) => {
      const cell = this.inputAt({ row, column });
      const striped = facts.unread[0][row - top] || facts.unread[1][column - left];
      const tap = window && [window.rows.indexOf(row), window.columns.indexOf(column)];
      const inside = tap && tap[0] >= 0 && tap[1] >= 0;
      const won = inside && this.wins(window, tap[0], tap[1]);
      const corner = inside && weights && layout.scale >= WEIGHT_FROM ? `×${figure(weights[tap[0]][tap[1]])}` : "";
      // A pooling leaves its padding out, so there is no zero to show.
      if (!cell) return { text: weights ? "0" : "", faint: true, striped, corner, role: inside ? "field" : null };
      const value = figure(facts.input[cell.row][cell.column]);
      return { text: value, striped, corner, role: inside ? "field" : "input", ground: won ? 0.75 : inside ? 0.35 : 0.2 };
    });
    if (window) {
      const { rows, columns } = window;
      const [bottom, right] = [rows, columns].map((places) => places[places.length - 1] + 1);
      outline(context, layout, rows[0], columns[0], bottom, right, this.roles.field);
    }
    if (this.touched) {
      const { row, column } = this.touched;
      outline(context, layout, row, column, row + 1, column + 1, this.roles.input);
    }
  }

  /**
   * Whether a tap's cell is the output of a max or min pooling: all of them where several are equal.
   * @param {GridWindow} window
   * @param {number} row of the window
   * @param {number} column
   */
  wins({ cells, cell }, row, column) {
    const { value, isInput } = cells[row][column];
    return ["max", "min"].includes(this.facts.kind) && isInput && value === this.output(cell);
  }

  /** @param {CanvasRenderingContext2D} context @param {Layout} layout */
  decorateKernel(context, layout) {
    const { kernel, weights } = this.facts;
    const window = weights ? null : this.window();
    this.grid(this.kernel, context, layout, (row, column) => {
      if (weights) return { text: figure(kernel[row][column]), role: "kernel" };
      // Without weights it shows what lies in the window; padding is left out.
      if (!window?.cells[row][column].isInput) return { text: "", role: null };
      return { text: figure(window.cells[row][column].value), role: "field", ground: this.wins(window, row, column) ? 0.75 : 0.35 };
    });
  }

  /** @param {CanvasRenderingContext2D} context @param {Layout} layout */
  decorateMap(context, layout) {
    /** @param {number} row @param {number} column */
    const hidden = (row, column) => this.revealed !== null && row * this.map.width + column > this.revealed;
    this.grid(this.map, context, layout, (row, column) => {
      if (hidden(row, column)) return { text: "", role: null };
      const value = this.output({ row, column });
      return { text: figure(value), role: "output", value };
    });
    this.drawReaders(context, layout);
    if (!this.cell || this.touched) return;
    const { row, column } = this.cell;
    outline(context, layout, row, column, row + 1, column + 1, this.roles.output);
  }
}

/**
 * @typedef {object} FieldWiring
 * @property {(cell: Place) => Place} place where a cell lies in the pane
 * @property {(row: number, column: number) => number | undefined} read the number there; undefined outside
 * @property {(cell: Place, number: number) => void} onInput
 * @property {(cell: Place, number: number) => void} onCommit
 * @property {(text: string) => void} onPaste
 * @property {(cell: Place | null) => void} onAt hears which cell is typed into
 */

/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Enter: [0, 1] };

/**
 * A field that lies over one cell of a grid: click a cell or come by Tab, and type. Arrow keys and Enter move
 * on, Escape takes back, and a block from a spreadsheet can be pasted.
 */
class CellField {
  /** @param {Pane} pane @param {string} name @param {FieldWiring} wiring */
  constructor(pane, name, { place, read, onInput, onCommit, onPaste, onAt }) {
    this.pane = pane;
    this.name = name;
    this.place = place;
    this.read = read;
    this.onInput = onInput;
    this.onCommit = onCommit;
    this.onPaste = onPaste;
    this.onAt = onAt;
    this.at = { row: 0, column: 0 };
    this.open = false;
    /** What stood in the cell; nothing before the first answer. @type {number | undefined} */
    this.before = undefined;
    // (A telephone's keys for numbers have no minus.)
    this.element = make("input", {
      class: "typed", type: "text", inputmode: "text", autocomplete: "off", "data-grid": name.toLowerCase(),
      onfocus: () => this.come(), onblur: () => this.leave(), oninput: () => this.type(),
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.key(event),
      onpaste: (/** @type {ClipboardEvent} */ event) => this.paste(event),
    });
    this.label();
    pane.canvas.after(this.element);
  }

  label() {
    const { row, column } = this.at;
    this.element.setAttribute("aria-label", `${this.name}, row ${row + 1}, column ${column + 1}`);
  }

  /** Go to a cell, to type. @param {Place} cell */
  select(cell) {
    if (this.open) this.leave();
    this.at = cell;
    const root = /** @type {Document | ShadowRoot} */ (this.element.getRootNode());
    if (root.activeElement === this.element) this.come();
    else this.element.focus({ preventScroll: true });
  }

  come() {
    if (this.read(this.at.row, this.at.column) === undefined) this.at = { row: 0, column: 0 };
    this.before = this.read(this.at.row, this.at.column);
    if (this.before === undefined) return;
    this.open = true;
    this.onAt(this.at);
    this.label();
    this.lay();
    this.element.value = String(this.before);
    this.element.select();
  }

  /** Lie over the cell, wherever it now is. */
  lay() {
    if (!this.open) return;
    const { scale, x, y } = this.pane.layout();
    const { row, column } = this.place(this.at);
    const side = Math.max(24, scale); // large enough to be read in a grid of tiny cells
    /** @param {number} origin @param {number} at */
    const middle = (origin, at) => `${origin + (at + 0.5) * scale - side / 2}px`;
    Object.assign(this.element.style, {
      left: middle(x, column), top: middle(y, row), width: `${side}px`, height: `${side}px`,
      fontSize: `${Math.max(12, Math.min(0.5 * side, LARGEST_TEXT))}px`,
    });
  }

  get number() {
    const text = this.element.value.trim().replace("−", "-");
    return /^[+-]?\d{1,2}$/.test(text) ? Number(text) : null;
  }

  /** While it is typed the numbers move along; before the first answer there are none. */
  type() {
    if (this.open && this.number !== null) this.onInput(this.at, this.number);
  }

  leave() {
    if (!this.open) return;
    this.open = false;
    this.onAt(null);
    const { number, before } = this;
    if (number === null) {
      refuse(this.element, `“${this.element.value}” is not a whole number from −${LARGEST_NUMBER} to ${LARGEST_NUMBER}.`);
    }
    if (number !== null && number !== before) this.onCommit(this.at, number);
    else if (before !== undefined && this.read(this.at.row, this.at.column) !== before) this.onCommit(this.at, before);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const by = ARROWS[event.key];
    if (by) {
      event.preventDefault();
      const { row, column } = this.at;
      let next = { row: row + by[0], column: column + by[1] };
      if (event.key === "Enter" && this.read(next.row, next.column) === undefined) next = { row: row + 1, column: 0 };
      if (this.read(next.row, next.column) !== undefined) this.select(next);
      else this.select(this.at);
    } else if (event.key === "Escape") {
      this.element.value = String(this.before ?? "");
      this.element.blur();
    }
  }

  /** @param {ClipboardEvent} event */
  paste(event) {
    const text = event.clipboardData?.getData("text").trim() ?? "";
    if (!/[\s,;]/.test(text)) return;
    event.preventDefault();
    this.element.value = String(this.before ?? "");
    this.onPaste(text);
  }
}

/** What an output cell is made of, term by term, or where an input cell goes. */
class WorkedTerms {
  constructor() {
    /** A sentence for a screen reader. @type {(sentence: string) => void} */
    this.onSay = () => {};
    this.terms = make("div", { class: "terms" });
    this.result = make("div", { class: "value" });
    this.place = make("div", { class: "place" });
    this.element = make("section", { class: "worked", "aria-label": "How a number is made" },
      this.terms, make("div", { class: "result" }, this.result, this.place));
  }

  /** @param {string} result @param {string} place @param {(Node | string)[]} terms */
  show(result, place, terms) {
    this.result.textContent = result;
    this.place.textContent = place;
    this.terms.replaceChildren(...terms);
    this.onSay(`${place}: ${this.terms.textContent} ${result}`);
  }

  /**
   * The sum, mean or extreme behind an output cell, whose value is what the operation itself gave.
   * @param {GridWindow} window
   * @param {ArithmeticFacts} facts
   * @param {number} value
   */
  cell({ cell, cells }, { weights, kind }, value) {
    const flat = cells.flat();
    /** @param {GridWindow["cells"][0][0]} entry */
    const number = ({ value: entry, isInput }) => make("b", { class: isInput ? "input" : "zero" }, signed(entry));
    const inside = flat.filter(({ isInput }) => isInput);
    const joint = weights || kind === "average" ? " + " : ", ";
    const long = flat.length > TERMS_MOST;
    const terms = weights
      ? flat.flatMap((entry, index) => (long && !entry.isInput ? [] : [make("span", { class: entry.isInput ? "term" : "term zero" },
        number(entry), "·", make("b", { class: "weight" }, signed(weights.flat()[index])))]))
      : inside.map((entry) => make("span", { class: "term" }, number(entry)));
    const beside = flat.length - inside.length;
    if (weights && long && beside) terms.push(make("span", { class: "term zero" }, counted(beside, "zero")));
    this.terms.classList.toggle("dense", terms.length > DENSE_FROM);
    const sum = terms.flatMap((term, index) => (index ? [joint, term] : [term]));
    const written = kind === "average" ? ["(", ...sum, `) / ${inside.length}`] : weights ? sum : [`${kind}(`, ...sum, ")"];
    const single = beside === 1;
    const what = kind === "transposed" ? `${single ? "a zero" : "zeros"} around the input cells`
      : weights ? "padding" : `padding and ${single ? "does" : "do"} not count`;
    const outside = beside === 0 ? "" : `; ${beside} of ${flat.length} cells ${single ? "is" : "are"} ${what}`;
    this.element.dataset.value = String(value);
    this.element.dataset.terms = JSON.stringify(weights
      ? flat.map(({ value: entry }, index) => [entry, weights.flat()[index]]) : inside.map(({ value: entry }) => entry));
    this.show(`= ${figure(value)}`, `output row ${cell.row + 1}, column ${cell.column + 1}${outside}`, written);
  }

  /**
   * The output cells that an input cell goes into, with the weight that it meets there.
   * @param {Place} place of the board
   * @param {Place | null} cell of the input; null in the padding
   * @param {GridStage} stage
   */
  goals(place, cell, stage) {
    const { rows, columns } = stage.readers(place);
    const { input, weights, kind } = stage.facts;
    const value = cell ? input[cell.row][cell.column] : 0;
    /** @param {string} axis @param {number} output @param {number} at */
    const tap = (axis, output, at) => lineOf(stage.table(`${axis}_positions`), output).indexOf(at);
    const goals = rows.flatMap((row) => columns.map((column) => ({
      row, column,
      weight: weights && weights[tap("rows", row, place.row)][tap("columns", column, place.column)],
    })));
    const name = cell ? `input row ${cell.row + 1}, column ${cell.column + 1}` : "a zero of the padding";
    const listed = goals.slice(0, GOALS_MOST).map(({ row, column, weight }) => make("span", { class: "goal" },
      ...(weight !== null ? [make("b", { class: cell ? "input" : "zero" }, figure(value)), "·", make("b", { class: "weight" }, signed(weight)), " in "] : []),
      make("b", { class: "output" }, `row ${row + 1}, column ${column + 1}`)));
    this.terms.classList.toggle("dense", listed.length > GOALS_LARGE);
    const more = goals.length - listed.length;
    this.element.dataset.goals = JSON.stringify(goals.map(({ row, column }) => [row, column]));
    const used = `This cell is used by ${counted(goals.length, "output cell")}: `;
    const idle = !weights && !cell ? `Padding does not count in ${kind} pooling.` : "No window reads this cell.";
    this.show("", name,
      goals.length && (weights || cell) ? [used, ...listed.flatMap((goal, index) => (index ? ["; ", goal] : [goal])), ...(more > 0 ? [` and ${more} more`] : [])] : [idle]);
  }
}

/** @extends {Undoing<ArithmeticFacts, Chosen>} */
class ArithmeticLab extends Undoing {
  build() {
    /** @type {GridStage} */
    this.stage = new GridStage({
      onCell: (window) => this.showCell(window),
      onPick: (name, cell) => { if (cell && (name === "input" || this.facts.weights)) this.fields[name].select(cell); },
    });
    const { input, kernel, map } = this.stage;
    /** @type {WorkedTerms} */
    this.worked = new WorkedTerms();
    this.worked.onSay = (sentence) => this.spoken.say(sentence);
    /** @type {Transport} */
    this.transport = new Transport(this.stage);
    this.transport.speed.value = String(Math.min(SLIDING_SPEED, Number(this.transport.speed.value)));
    /** @type {Record<GridName, CellField>} */
    this.fields = { input: this.field(input, "Input"), kernel: this.field(kernel, "Kernel") };
    const keys = make("p", { class: "spoken", id: "stage-keys" },
      "Arrow keys move the cell, with Shift ten at a time; plus and minus zoom; Enter pins, Escape lets go.");
    map.canvas.setAttribute("aria-describedby", keys.id);
    /** @type {HTMLElement} */
    this.note = make("p", { class: "padnote" });
    /** @type {HTMLElement} */
    this.small = make("p", { class: "padnote", hidden: true },
      "The cells are too small for numbers: orange is above 0, blue below. Zoom in to read them.");
    /** @type {HTMLElement} */
    this.sums = make("div", { class: "sums", role: "group", "aria-label": "Size of the output" });
    const panel = make("section", { class: "controls", "aria-label": "Settings" });
    const draws = make("div", { class: "draws" });
    for (const setting of this.data.settings) {
      // Numbers that are drawn take the place of the person's own, which Undo gives back.
      const drawn = setting.name === "seed";
      const extend = drawn ? () => ({ input: null, kernel: null }) : undefined;
      const control = this.addControl(setting, { extend });
      if (control) (drawn ? draws : panel).append(control.element);
    }
    /** @type {NumberDescription} */
    const seed = this.data.settings.find(({ name }) => name === "seed");
    draws.append(make("div", { class: "actions" },
      make("button", {
        type: "button", class: "small", title: "Draw new random numbers for input and kernel",
        onclick: () => this.commit({ input: null, kernel: null, seed: seed.low + Math.floor(Math.random() * (seed.high - seed.low + 1)) }),
      }, "New random numbers"), this.buildUndo()));
    input.element.append(this.transport.element, this.note);
    map.element.append(this.sums);
    const middle = make("div", { class: "middle" }, kernel.element, draws);
    return this.withKeys(make("div", { class: "lab arithmetic" },
      input.element, middle, map.element, this.worked.element, this.message, panel, keys));
  }

  /** @param {Pane} pane @param {string} name */
  field(pane, name) {
    const key = /** @type {GridName} */ (name.toLowerCase());
    // What has been typed counts before its answer has come, and beyond the part that is shown.
    /** @returns {number[][]} */
    const own = () => (Array.isArray(this.values[key]) ? this.values[key] : []);
    /** @param {number} row @param {number} column */
    const read = (row, column) => {
      if (key === "kernel" && !this.facts?.weights) return undefined;
      const shown = this.facts?.[key]?.[row]?.[column];
      return shown === undefined ? undefined : own()[row]?.[column] ?? shown;
    };
    /** @param {Place} cell @param {number} number @returns {Partial<OwnGrids>} */
    const changed = ({ row, column }, number) => {
      const grids = [own(), this.facts[key]];
      const height = Math.max(...grids.map((grid) => grid.length));
      const width = Math.max(...grids.map((grid) => grid[0]?.length ?? 0));
      const cells = Array.from({ length: height }, (_, r) => Array.from({ length: width },
        (__, c) => grids[0][r]?.[c] ?? grids[1][r]?.[c] ?? 0));
      cells[row][column] = number;
      return { [key]: cells };
    };
    const [rows, columns] = key === "input" ? ["rows", "columns"] : ["kernel_rows", "kernel_columns"];
    return new CellField(pane, name, {
      place: ({ row, column }) => (key === "input"
        ? { row: row * this.facts.apart, column: column * this.facts.apart } : { row, column }),
      read,
      onInput: (cell, number) => this.move(changed(cell, number)),
      onCommit: (cell, number) => this.commit(changed(cell, number)),
      // What the text says is the server's to judge; the sliders follow its size as far as they go.
      onPaste: (text) => {
        const lines = text.split(/[\n;]/).filter((line) => line.trim());
        const sides = [lines.length, lines[0].trim().split(/ *[,\t] *| +/).length];
        /** @param {number} side @param {string} setting */
        const bounded = (side, setting) => Math.min(side,
          /** @type {NumberDescription} */ (this.data.settings.find((one) => one.name === setting)).high);
        this.commit(/** @type {Partial<Chosen>} */ ({
          [key]: text, [rows]: bounded(sides[0], rows), [columns]: bounded(sides[1], columns) }));
      },
      // Whoever comes by the keyboard sees as well where an input cell goes.
      onAt: (cell) => {
        if (key === "input") this.stage.touch(cell && { row: cell.row * this.facts.apart, column: cell.column * this.facts.apart });
      },
    });
  }

  /** @param {import("../frontend/live/live.js").Colours} roles */
  colour(roles) {
    this.stage.roles = roles;
    this.stage.draw();
  }

  /** @param {import("../frontend/live/lane.js").Answer<ArithmeticFacts>} answer */
  show({ seq, facts, blobs }) {
    const { values } = this;
    // Pasted text has become numbers.
    if (this.asked?.seq === seq) this.values = { ...values, ...facts.own };
    this.stage.take(facts, blobs);
    const { dataset } = this.stage.map.canvas;
    dataset.exact = "true";
    dataset.seq = String(seq);
    for (const field of Object.values(this.fields)) field.lay();
    this.fields.kernel.element.hidden = !facts.weights;
  }

  describe() {
    const { input, kernel, shape, pads: [[top, bottom], [left, right]], sums, unused, kind, weights } = this.facts;
    /** @param {Pane} pane @param {string} rest */
    const caption = (pane, rest) => pane.caption.replaceChildren(make("b", {}, nameOf(pane)), rest);
    /** @param {number} rows @param {number} columns */
    const size = (rows, columns) => ` ${rows} × ${columns}`;
    for (const [name, side] of [["kernel_rows", "rows"], ["kernel_columns", "columns"]]) {
      this.controls.get(name).rename(`${weights ? "Kernel" : "Window"} ${side}`);
    }
    caption(this.stage.input, size(input.length, input[0].length));
    caption(this.stage.map, size(shape[0], shape[1]));
    this.stage.kernel.element.classList.toggle("bare", !weights);
    if (weights) caption(this.stage.kernel, size(kernel.length, kernel[0].length));
    else this.stage.kernel.caption.replaceChildren(make("b", {}, "Window"), size(kernel.length, kernel[0].length));
    const sides = `top ${top}, bottom ${bottom}, left ${left}, right ${right}`;
    const padded = top || bottom || left || right;
    const padding = kind === "transposed" ? `The kernel is rotated by 180°. ${padded ? `Cropped from the output: ${sides}.` : "Nothing is cropped."}`
      : padded ? `Padding: ${sides}${weights ? "" : "; its cells are empty, as pooling leaves them out"}.` : "No padding.";
    this.note.replaceChildren(padding, " ", make("b", { class: "unused" }, unused));
    this.sums.replaceChildren(
      ...["Height", "Width"].flatMap((name, axis) => [make("span", {}, name), make("span", {}, sums[axis])]), this.small);
  }

  /** @param {GridWindow | null} window */
  showCell(window) {
    this.transport.show();
    const { stage, worked } = this;
    this.small.hidden = stage.map.layout().scale >= TEXT_FROM;
    for (const field of Object.values(this.fields)) field.lay();
    if (stage.touched) worked.goals(stage.touched, stage.inputAt(stage.touched), stage);
    else if (window) worked.cell(window, stage.facts, stage.output(window.cell));
  }

  release() {
    this.transport.pause();
    this.stage.close();
  }
}

export default mount(ArithmeticLab);
