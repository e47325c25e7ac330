// The sum behind one cell, with every number in it.

import { make } from "../core/dom.js";
import { fixed, short, total } from "../core/numbers.js";
import { counted } from "../core/words.js";

const WORKED_MOST = 7; // more columns than this do not fit beside each other as numbers
const CHANNELS = ["red", "green", "blue"];

/** What is behind one cell: tables of numbers and the value that comes of them. */
export class Worked {
  /** @param {string} title accessible name  @param {string} hint what to do while no cell is chosen */
  constructor(title, hint) {
    this.hint = hint;
    this.element = make("section", { class: "worked", "aria-label": title });
    this.spoken = make("p", { class: "spoken", "aria-live": "polite" });
    this.channel = 0;
    this.mostColumns = WORKED_MOST;
    this.empty();
  }

  /** The colour of a cell that is too small for its number. */
  ground(entry, role, rows) {
    if (role === "patch") {
      const level = Math.round(255 * entry);
      return `background: rgb(${level} ${level} ${level})`;
    }
    const share = (100 * Math.abs(entry)) / (Math.max(...rows.flat().map(Math.abs)) || 1);
    return `background: color-mix(in srgb, var(--role-${entry < 0 ? "negative" : "positive"}) ${share}%, transparent)`;
  }

  empty() {
    if (this.shown === null) return;
    this.shown = null;
    this.element.replaceChildren(make("p", { class: "hint" }, this.hint));
  }

  /** A table of numbers with its name; `mark` gives the class of a cell that is more than a number. */
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

  /** A number in a table of so many columns. */
  written(entry, columns) {
    return short(entry, columns > 5 ? 1 : columns > 3 ? 2 : 3);
  }

  /** Buttons for the channels of a picture in colour; none for a grey one. */
  chooser(channels, channel) {
    return channels === 1 ? [] : [make("div", { class: "channels", role: "group", "aria-label": "Channel" },
      ...CHANNELS.map((name, index) => make("button", {
        type: "button", class: "small", "aria-pressed": String(index === channel),
        onclick: () => { this.channel = index; this.onChannel?.(index); },
      }, name)))];
  }

  /** Say a sentence to a screen reader, once the pointer rests. */
  speak(sentence) {
    clearTimeout(this.speaking);
    this.speaking = setTimeout(() => { this.spoken.textContent = sentence; }, 400);
  }
}

/** The sum behind one cell: patch, weights, their products, and the value that comes of it. */
export class WorkedSum extends Worked {
  constructor() {
    super("The sum behind one cell",
      "Point at a pixel to see the sum behind it. Click to pin it, then drag a weight and watch the sum.");
  }

  /**
   * @param {object} window as `Stage.window` gives it
   * @param {object} settings kernel, flip, gain, bias, activation
   * @param {number|null} exact the operation's own value, where it has come
   */
  show(window, settings, exact) {
    const { patch, outside, cell, channels } = window;
    const channel = Math.min(this.channel, channels - 1);
    const kernel = settings.flip
      ? settings.kernel.weights.map((row) => [...row].reverse()).reverse()
      : settings.kernel.weights;
    const pixels = patch.map((row) => row.map((values) => values[channel]));
    const products = pixels.map((row, r) => row.map((value, c) => value * kernel[r][c]));
    const sum = total(products.flat());
    const moved = total([...products.flat().map((product) => settings.gain * product), settings.bias]);
    const value = { none: moved, relu: Math.max(0, moved), absolute: Math.abs(moved) }[settings.activation];
    const final = exact ?? value;
    this.shown = { cell, sum, value, exact };

    const padded = (r, c) => (outside[r][c] ? "outside" : null);
    const steps = [`sum ${fixed(sum, 4)}`];
    if (settings.gain !== 1) steps.push(`× gain ${short(settings.gain)}`);
    if (settings.bias !== 0) steps.push(`${settings.bias < 0 ? "−" : "+"} bias ${short(Math.abs(settings.bias))}`);
    if (steps.length > 1) steps.push(`= ${fixed(moved, 4)}`);
    if (settings.activation !== "none") {
      steps.push(settings.activation === "relu" ? `→ ReLU` : `→ absolute`);
    }
    const borrowed = outside.flat().filter(Boolean).length;
    const place = `row ${cell.row}, column ${cell.column}`;
    this.element.replaceChildren(
      this.table("patch", pixels, "patch", padded), make("span", { class: "sign" }, "×"),
      this.table(settings.flip ? "kernel, turned round" : "kernel", kernel, "factors"), make("span", { class: "sign" }, "="),
      this.table("products", products, "products", padded),
      make("div", { class: "result" },
        make("div", { class: "steps" }, steps.join(" ")),
        make("div", { class: "value", "data-value": String(final), "data-sum": String(sum) }, fixed(final, 4)),
        make("div", { class: "place" }, place + (borrowed ? `; ${borrowed} of ${outside.flat().length} from the padding` : "")),
        ...this.chooser(channels, channel)), this.spoken);
    this.speak(`Cell ${place}: value ${fixed(final, 4)}, sum of ${counted(products.flat().length, "product")} ${fixed(sum, 4)}`);
  }
}
