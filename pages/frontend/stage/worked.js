// The sum behind one cell, with every number in it.

import { make } from "../core/dom.js";
import { fixed, short } from "../core/numbers.js";
import { counted } from "../core/words.js";
import { weightedSum } from "./sums.js";

const WORKED_MOST = 7; // more columns than this do not fit beside each other as numbers
const CHANNELS = ["red", "green", "blue"];

/** @typedef {import("./stage.js").SlidingWindow} SlidingWindow */

/** What is behind one cell: tables of numbers and the value that comes of them. */
export class Worked {
  /** @param {string} title accessible name  @param {string} hint what to do while no cell is chosen */
  constructor(title, hint) {
    this.hint = hint;
    this.blank = false; // whether the hint is on
    /** A channel of the picture is chosen. @type {((channel: number) => void) | undefined} */
    this.onChannel = undefined;
    this.element = make("section", { class: "worked", "aria-label": title });
    /** A sentence for a screen reader. @type {(sentence: string) => void} */
    this.onSay = () => {};
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
      const level = Math.round(255 * entry);
      return `background: rgb(${level} ${level} ${level})`;
    }
    const share = (100 * Math.abs(entry)) / (Math.max(...rows.flat().map(Math.abs)) || 1);
    return `background: color-mix(in srgb, var(--role-${entry < 0 ? "negative" : "positive"}) ${share}%, transparent)`;
  }

  empty() {
    if (this.blank) return;
    this.blank = true;
    this.element.replaceChildren(make("p", { class: "hint" }, this.hint));
  }

  /**
   * A table of numbers with its name.
   * @param {string} name
   * @param {number[][]} rows
   * @param {string} role
   * @param {(row: number, column: number) => string | null} mark gives the class of a cell that is more than a number
   */
  table(name, rows, role, mark = () => null) {
    const columns = rows[0].length;
    const dense = columns > this.mostColumns || rows.length > this.mostColumns;
    const density = dense ? "dense" : columns > 5 ? "wider" : columns > 3 ? "wide" : "";
    return make("div", { class: `part ${role}` }, make("div", { class: "partname" }, name),
      make("div", { class: `cells ${density}`, style: `--columns: ${columns}` },
        ...rows.flatMap((row, r) => row.map((entry, c) => make("span", {
          class: mark(r, c), title: String(Number(entry.toPrecision(7))),
          style: dense ? this.ground(entry, role, rows) : null,
        }, dense ? "" : this.written(entry, columns))))));
  }

  /** A number in a table of so many columns. @param {number} entry @param {number} columns */
  written(entry, columns) {
    return short(entry, columns > 5 ? 1 : columns > 3 ? 2 : 3);
  }

  /** Buttons for the channels of a picture in colour; none for a grey one. @param {number} channels @param {number} channel */
  chooser(channels, channel) {
    return channels === 1 ? [] : [make("div", { class: "channels", role: "group", "aria-label": "Channel" },
      ...CHANNELS.map((name, index) => make("button", {
        type: "button", class: "small", "aria-pressed": String(index === channel),
        onclick: () => { this.channel = index; this.onChannel?.(index); },
      }, name)))];
  }
}

/** The sum behind one cell: patch, weights, their products, and the value that comes of it. */
export class WorkedSum extends Worked {
  constructor() {
    super("The sum behind one cell",
      "Point at a pixel to see the sum behind it. Click to pin it, then drag a weight and watch the sum.");
  }

  /**
   * @param {SlidingWindow} window
   * @param {import("./sums.js").Filter} filter
   * @param {number | null} exact the operation's own value, where it has come
   */
  show(window, filter, exact) {
    const { outside, cell, channels } = window;
    const channel = Math.min(this.channel, channels - 1);
    const { pixels, kernel, products, sum, value, steps, padding } = weightedSum(window, filter, channel);
    const final = exact ?? value;
    this.blank = false;

    /** @param {number} r @param {number} c */
    const padded = (r, c) => (outside[r][c] ? "outside" : null);
    const place = `row ${cell.row}, column ${cell.column}`;
    this.element.replaceChildren(
      this.table("patch", pixels, "patch", padded), make("span", { class: "sign" }, "×"),
      this.table(filter.flip ? "kernel, turned round" : "kernel", kernel, "factors"), make("span", { class: "sign" }, "="),
      this.table("products", products, "products", padded),
      make("div", { class: "result" },
        make("div", { class: "steps" }, steps),
        make("div", { class: "value", "data-value": String(final), "data-sum": String(sum) }, fixed(final, 4)),
        make("div", { class: "place" }, place + padding),
        ...this.chooser(channels, channel)));
    this.onSay(`Cell ${place}: value ${fixed(final, 4)}, sum of ${counted(products.flat().length, "product")} ${fixed(sum, 4)}`);
  }
}
