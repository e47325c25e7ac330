// The sum behind one cell, with every number in it. It stands between picture and map; where they lie side by side on
// a telephone it is a sheet that slides in from below.

import { isTapped, make, scrollAround, write } from "../core/dom.js";
import { alike, digitsOf, fixed } from "../core/numbers.js";
import { counted } from "../core/words.js";
import { weightedSum } from "./sums.js";

const WORKED_MOST = 7; // more columns than this do not fit beside each other as numbers
const SMALL = 0.1; // numbers below this have a decimal more
const CHANNELS = ["red", "green", "blue"];
const FINGER = 24; // CSS pixels that stay free below what was tapped
const WHITE = 255; // what white is on the levels of a file

/** @typedef {import("./stage.js").SlidingWindow} SlidingWindow */
/** @typedef {import("../types/messages.js").FilterValues["levels"]} Levels */

/**
 * What white is: 1, or 255 as in a file. Sums of levels grow as the levels do.
 * @param {Levels} levels
 */
export function whiteOf(levels) {
  return levels === "bytes" ? WHITE : 1;
}

/** A window whose white is another number. @param {SlidingWindow} window @param {number} white */
export function levelled(window, white) {
  if (white === 1) return window;
  return { ...window, patch: window.patch.map((row) => row.map((values) => values.map((value) => value * white))) };
}

/** A table of numbers under its name, which stays while its numbers change. */
class Table {
  /** @param {string} role @param {number} rows @param {number} columns @param {number} mostColumns with numbers */
  constructor(role, rows, columns, mostColumns) {
    this.columns = columns;
    this.dense = columns > mostColumns || rows > mostColumns;
    const density = this.dense ? "dense" : columns > 5 ? "wider" : columns > 3 ? "wide" : "";
    this.name = make("div", { class: "partname" });
    this.cells = Array.from({ length: rows * columns }, () => make("span"));
    this.grid = make("div", { class: `cells ${density}`, style: `--columns: ${columns}; --rows: ${rows}` }, ...this.cells);
    this.element = make("div", { class: `part ${role}` }, this.name, this.grid);
    this.width = 0;
  }

  /** Make room for numbers of so many digits. @param {number} width */
  fit(width) {
    if (width !== this.width) this.grid.style.setProperty("--digits", String(width));
    this.width = width;
  }
}

/** What is behind one cell: tables of numbers and the value that comes of them. */
export class Worked {
  /** @param {string} title accessible name  @param {string} hint what to do while no cell is chosen */
  constructor(title, hint) {
    this.hint = hint;
    this.blank = false; // whether the hint is on
    this.white = 1; // the number that white is
    this.shape = [3, 3]; // rows and columns of the window
    /** A channel of the picture is chosen. @type {((channel: number) => void) | undefined} */
    this.onChannel = undefined;
    /** The sheet is closed. @type {(() => void) | undefined} */
    this.onClose = undefined;
    /** A sentence for a screen reader. @type {(sentence: string) => void} */
    this.onSay = () => {};
    /** @type {Map<string, Table>} */
    this.known = new Map();
    this.pointed = 0; // where on the screen, from its top
    this.risen = false; // whether it has slid in, where it is a sheet
    this.element = make("section", { class: "worked", popover: "manual", "aria-label": title });
    this.closer = make("button", { type: "button", class: "small close", "aria-label": "Unpin the cell", onclick: () => this.onClose?.() }, "×");
    this.steps = make("div", { class: "steps" });
    this.value = make("div", { class: "value" });
    this.place = make("div", { class: "place" });
    this.channels = make("div", { class: "channels", role: "group", "aria-label": "Channel", hidden: true },
      ...CHANNELS.map((name, index) => make("button", {
        type: "button", class: "small", onclick: () => { this.channel = index; this.onChannel?.(index); },
      }, name)));
    this.result = make("div", { class: "result" }, this.steps, this.value, this.place, this.channels);
    this.channel = 0;
    this.mostColumns = WORKED_MOST;
    this.empty();
  }

  /**
   * The colour of a cell that is too small for its number.
   * @param {number} entry
   * @param {string} role
   * @param {number[][]} rows
   */
  ground(entry, role, rows) {
    if (role === "patch") {
      const level = Math.round((WHITE * entry) / this.white);
      return `background: rgb(${level} ${level} ${level})`;
    }
    const share = (100 * Math.abs(entry)) / (Math.max(...rows.flat().map(Math.abs)) || 1);
    return `background: color-mix(in srgb, var(--role-${entry < 0 ? "negative" : "positive"}) ${share}%, transparent)`;
  }

  /** No cell is chosen: say what to do. */
  empty() {
    if (this.blank) return;
    this.blank = true;
    this.sink();
    this.lay(...this.blanks(), make("p", { class: "hint" }, this.hint));
  }

  /** The window has so many rows and columns. @param {number} rows @param {number} columns */
  resize(rows, columns) {
    const [before, beforeColumns] = this.shape;
    if (rows === before && columns === beforeColumns) return;
    this.shape = [rows, columns];
    if (this.blank) {
      this.blank = false;
      this.empty();
    }
  }

  /** What keeps the place of the tables while there is nothing in them. @returns {HTMLElement[]} */
  blanks() { return []; }

  /** Cells are pointed at in this element. @param {HTMLElement} element */
  watch(element) {
    element.addEventListener("pointerdown", ({ clientY }) => { this.pointed = clientY; }, { capture: true });
  }

  /** Slide in from below where it is a sheet, and not over what is pointed at. */
  rise() {
    if (this.risen || !this.element.isConnected) return;
    this.risen = true;
    if (!getComputedStyle(this.element).getPropertyValue("--sheet")) return;
    this.element.showPopover();
    const covered = this.pointed + FINGER - (innerHeight - this.element.offsetHeight);
    if (covered > 0) scrollAround(this.element, covered);
  }

  sink() {
    this.risen = false;
    if (this.element.matches(":popover-open")) this.element.hidePopover();
  }

  /** Put these parts on, unless they are on already. @param {HTMLElement[]} parts */
  lay(...parts) {
    const { children } = this.element;
    const same = children.length === parts.length && parts.every((part, at) => part === children[at]);
    if (!same) this.element.replaceChildren(...parts);
  }

  /**
   * A table of numbers with its name.
   * @param {string} name
   * @param {number[][]} rows
   * @param {string} role
   * @param {(row: number, column: number) => string | null} mark gives the class of a cell that is more than a number
   */
  table(name, rows, role, mark = () => null) {
    const table = this.tableOf(name, role, rows.length, rows[0].length);
    // Products of small weights would all be 0.00.
    const more = role !== "patch" && rows.flat().every((entry) => Math.abs(entry) < SMALL) ? 1 : 0;
    const texts = table.dense ? [] : alike(rows.flat(), (table.columns > 5 ? 1 : 2) + more);
    rows.flat().forEach((entry, at) => {
      const cell = table.cells[at];
      write(cell, texts[at] ?? "");
      cell.className = mark(Math.floor(at / table.columns), at % table.columns) ?? "";
      cell.title = String(Number(entry.toPrecision(7)));
      if (table.dense) cell.setAttribute("style", this.ground(entry, role, rows));
    });
    table.fit(Math.max(4.5, ...texts.map(digitsOf)));
    return table.element;
  }

  /** A table that has no numbers yet. @param {string} name @param {string} role @param {number} rows @param {number} columns */
  blankTable(name, role, rows, columns) {
    const table = this.tableOf(name, role, rows, columns);
    for (const cell of table.cells) {
      write(cell, "");
      cell.className = "";
      cell.removeAttribute("style");
      cell.title = "";
    }
    return table.element;
  }

  /** @param {string} name @param {string} role @param {number} rows @param {number} columns */
  tableOf(name, role, rows, columns) {
    let table = this.known.get(role);
    if (!table || table.cells.length !== rows * columns || table.columns !== columns) {
      table = new Table(role, rows, columns, this.mostColumns);
      this.known.set(role, table);
    }
    write(table.name, name);
    return table;
  }

  /** Buttons for the channels of a picture in colour; none for a grey one. @param {number} channels @param {number} channel */
  choose(channels, channel) {
    this.channels.hidden = channels === 1;
    [...this.channels.children].forEach((button, index) => button.setAttribute("aria-pressed", String(index === channel)));
  }
}

/** The sum behind one cell: patch, weights, their products, and the value that comes of it. */
export class WorkedSum extends Worked {
  constructor() {
    super("The sum behind one cell", isTapped()
      ? "Tap a pixel to see the sum behind it, then drag a weight and watch the sum."
      : "Point at a pixel to see the sum behind it. Click to pin it, then drag a weight and watch the sum.");
  }

  blanks() {
    const [rows, columns] = this.shape;
    return [this.blankTable("patch", "patch", rows, columns), this.blankTable("= products", "products", rows, columns)];
  }

  /**
   * @param {SlidingWindow} window
   * @param {import("./sums.js").Filter & {levels: Levels}} filter
   * @param {number | null} exact the operation's own value, where it has come
   */
  show(window, filter, exact) {
    const { outside, cell, channels } = window;
    const white = whiteOf(filter.levels);
    this.white = white;
    const channel = Math.min(this.channel, channels - 1);
    const { pixels, kernel, products, sum, value, steps, padding } = weightedSum(
      levelled(window, white), { ...filter, bias: white * filter.bias }, channel);
    const final = exact === null ? value : white * exact;
    this.blank = false;

    /** @param {number} r @param {number} c */
    const padded = (r, c) => (outside[r][c] ? "outside" : null);
    const place = `row ${cell.row + 1}, column ${cell.column + 1}`;
    const factors = this.table(filter.flip ? "× kernel, rotated by 180°" : "× kernel", kernel, "factors");
    factors.classList.toggle("turned", filter.flip);
    write(this.steps, steps);
    Object.assign(this.value.dataset, { value: String(final), sum: String(sum) });
    write(this.value, fixed(final, white === 1 ? 4 : 1));
    write(this.place, place + padding);
    this.choose(channels, channel);
    this.lay(this.table("patch", pixels, "patch", padded), factors, this.table("= products", products, "products", padded),
      this.result, this.closer);
    this.onSay(`Cell ${place}: value ${this.value.textContent}, sum of ${counted(products.flat().length, "product")} ${fixed(sum, 4)}`);
  }
}
