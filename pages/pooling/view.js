// The lab of one pooling: the size of its window stands between picture and map, and behind a cell is its
// winner, its mean or its root.

import { labelled } from "../frontend/controls/controls.js";
import { contextOf } from "../frontend/core/canvas.js";
import { isTapped, make, write, writeNamed } from "../frontend/core/dom.js";
import { endsDrag, startsDrag } from "../frontend/core/drag.js";
import { fixed } from "../frontend/core/numbers.js";
import { mount } from "../frontend/live/live.js";
import { Lab } from "../frontend/stage/lab.js";
import { pooled, winnerOf } from "../frontend/stage/sums.js";
import { Worked, levelled, whiteOf } from "../frontend/stage/worked.js";

/**
 * @typedef {import("../frontend/types/messages.js").ChoiceDescription} ChoiceDescription
 * @typedef {import("../frontend/types/messages.js").PoolFacts} PoolFacts
 * @typedef {import("../frontend/types/messages.js").PoolValues} PoolValues
 * @typedef {import("../frontend/types/messages.js").SizeDescription} SizeDescription
 * @typedef {import("../frontend/live/live.js").Pixels} Pixels
 * @typedef {import("../frontend/stage/stage.js").SlidingWindow} SlidingWindow
 * @typedef {PoolValues["pool_size"]} Size rows and columns
 */

/** A picker of rows and columns: drag over the cells, or use the arrow keys. */
class Sizer {
  /** @param {SizeDescription} setting @param {import("../frontend/controls/controls.js").Wiring<Size>} wiring */
  constructor(setting, { onInput, onCommit }) {
    this.setting = setting;
    this.onInput = onInput;
    this.onCommit = onCommit;
    this.dragging = false;
    this.moved = false; // since it was taken hold of
    const { largest } = setting;
    this.cells = Array.from({ length: largest * largest }, () => make("span", { class: "unit" }));
    this.grid = make("div", {
      class: "sizer", role: "slider", tabindex: "0", "data-name": setting.name, style: `--largest: ${largest}`,
      "aria-roledescription": "size picker", "aria-valuemin": 1, "aria-valuemax": largest * largest,
    }, ...this.cells);
    const { element, head } = labelled(setting.title, setting.help, this.grid);
    this.readout = make("span", { class: "readout" });
    head.append(this.readout);
    this.element = make("section", { class: "window", "aria-label": setting.title }, make("div", {}, element));
    this.grid.addEventListener("pointerdown", (event) => this.start(event));
    this.grid.addEventListener("keydown", (event) => this.key(event));
    this.grid.addEventListener("dblclick", () => this.move(setting.default, true));
    this.value = setting.default;
    this.show();
  }

  /** @param {Size} value */
  set(value) {
    if (this.dragging) return;
    this.value = value;
    this.show();
  }

  show() {
    const [rows, columns] = this.value;
    const { largest } = this.setting;
    this.cells.forEach((cell, index) => {
      cell.classList.toggle("on", Math.floor(index / largest) < rows && index % largest < columns);
    });
    this.readout.textContent = `${rows} × ${columns}`;
    this.grid.setAttribute("aria-valuenow", String(rows * columns));
    this.grid.setAttribute("aria-valuetext", `${rows} rows by ${columns} columns`);
  }

  /** Take a size, bounded, and say so if it is another one. @param {Size} size @param {boolean} commit */
  move(size, commit) {
    const next = /** @type {Size} */ (size.map((side) => Math.max(1, Math.min(this.setting.largest, side))));
    const changed = next.some((side, axis) => side !== this.value[axis]);
    this.value = next;
    // The question goes out before anything is drawn: it has the longer way.
    if (changed && !commit) this.onInput(next);
    if (changed) this.moved = true;
    if (commit) this.onCommit(next);
    if (changed) this.show();
  }

  /** @param {PointerEvent} event */
  start(event) {
    if (!startsDrag(this.grid, event)) return;
    event.preventDefault();
    this.grid.focus({ preventScroll: true });
    this.grid.setPointerCapture(event.pointerId);
    this.dragging = true;
    this.moved = false;
    /** @param {PointerEvent} next */
    const moved = ({ clientX, clientY }) => {
      const box = this.grid.getBoundingClientRect();
      /** @param {number} from @param {number} at @param {number} length */
      const side = (from, at, length) => Math.floor(((at - from) / length) * this.setting.largest) + 1;
      this.move([side(box.top, clientY, box.height), side(box.left, clientX, box.width)], false);
    };
    /** @param {PointerEvent} last */
    const ended = (last) => {
      if (!endsDrag(this.grid, last)) return;
      this.grid.removeEventListener("pointermove", moved);
      this.grid.removeEventListener("lostpointercapture", ended);
      this.dragging = false;
      if (this.moved) this.onCommit(this.value);
    };
    this.grid.addEventListener("pointermove", moved);
    this.grid.addEventListener("lostpointercapture", ended);
    moved(event);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const [rows, columns] = this.value;
    const { largest } = this.setting;
    const next = /** @type {Record<string, Size>} */ ({
      ArrowDown: [rows + 1, columns], ArrowUp: [rows - 1, columns],
      ArrowRight: [rows, columns + 1], ArrowLeft: [rows, columns - 1],
      PageDown: [rows + 1, columns + 1], PageUp: [rows - 1, columns - 1],
      Home: [1, 1], End: [largest, largest],
    })[event.key];
    if (!next) return;
    event.preventDefault();
    this.move(next, true);
  }
}

/** What is behind one cell of a pooled map: the winner, or the sum that its mean or root is made of. */
class WorkedPool extends Worked {
  constructor() {
    super("Where one cell comes from", isTapped()
      ? "Tap a pixel to see its window and the number that comes from it, then change the window."
      : "Point at a pixel to see its window and the number that comes from it. Click to pin it, then change the window.");
    /** What is pooled is made of these. @type {"pixel" | "cell"} */
    this.unit = "pixel";
  }

  blanks() {
    const [rows, columns] = this.shape;
    return [this.blankTable("window", "patch", rows, columns)];
  }

  /**
   * A map has numbers of either sign.
   * @param {number} entry
   * @param {string} role
   * @param {number[][]} rows
   */
  ground(entry, role, rows) {
    return super.ground(entry, this.unit === "pixel" ? role : "products", rows);
  }

  /**
   * @param {SlidingWindow} window
   * @param {PoolValues["kind"]} kind of pooling
   * @param {number} count of cells that an average is divided by
   * @param {number | null} exact the operation's own value, where it has come
   * @param {PoolValues["levels"]} levels that its numbers are written in
   */
  show(window, kind, count, exact, levels) {
    const { outside, cell, channels, rows, columns } = window;
    const channel = Math.min(this.channel, channels - 1);
    const white = whiteOf(levels);
    this.white = white;
    const { pixels, squares, winner, value, steps, padding } = pooled(levelled(window, white), kind, count, channel, this.unit);
    const final = exact === null ? value : white * exact;
    this.blank = false;
    const place = `row ${cell.row + 1}, column ${cell.column + 1}`;
    /** @param {number} r @param {number} c */
    const mark = (r, c) => (outside[r][c] ? "outside" : winner?.r === r && winner?.c === c ? "winner" : null);
    /** @type {HTMLElement[]} */
    const parts = [this.table("window", pixels, "patch", mark)];
    if (kind === "l2") parts.push(this.table("squares", squares, "products", mark));
    write(this.steps, steps);
    const { dataset } = this.value;
    Object.assign(dataset, { value: String(final), worked: String(value) });
    if (winner) dataset.winner = `${rows[winner.r]},${columns[winner.c]}`;
    else delete dataset.winner;
    write(this.value, fixed(final, white === 1 ? 4 : 1));
    write(this.place, place + padding);
    this.choose(channels, channel);
    this.lay(...parts, this.result, this.closer);
    this.onSay(`Cell ${place}: value ${this.value.textContent}, ${steps}`);
  }
}

/** @extends {Lab<PoolFacts, PoolValues>} */
class PoolLab extends Lab {
  static controls = { ...Lab.controls, size: Sizer };

  get middleNames() { return ["pool_size", "kind"]; }

  get mapName() { return "Pooled map"; }

  buildWorked() { return new WorkedPool(); }

  build() {
    const element = super.build();
    /** @type {HTMLElement} */
    this.meaning = make("p", { class: "meaning" });
    this.middle.element.append(this.meaning);
    this.buildSource();
    this.stage.map.likeness = () => (this.values.drawn === "true_size" ? this.stage.input : null);
    this.stage.winnerOf = (window) => {
      const winner = winnerOf(this.values.kind, window, Math.min(this.worked.channel, window.channels - 1));
      return winner && { row: window.rows[winner.r], column: window.columns[winner.c] };
    };
    return element;
  }

  /** Make what says that a filter's map is pooled, and gives the picture back. */
  buildSource() {
    /** The map that stands in the picture's place: of which picture, filter and theme. @type {string | null} */
    this.source = null;
    /** @type {HTMLElement} */
    this.sourceNote = make("p", {});
    /** @type {HTMLElement} */
    this.sourceRow = make("div", { class: "mapsource", hidden: true }, this.sourceNote, make("button", {
      type: "button", class: "small", title: "Pool the picture itself", onclick: () => this.commit({ filtered: null, scale: "unit", limits: null }),
    }, "Pool the picture"));
    this.transport.element.before(this.sourceRow);
  }

  /** What the map in the picture's place depends on. */
  get wanted() {
    return JSON.stringify([this.picture, this.values.filtered, this.dark]);
  }

  /** @param {string} name */
  needs(name) {
    return name !== "input" || this.source !== this.wanted || this.frames.isShown; // each frame has a map of its own
  }

  /**
   * Put the map that is pooled in the picture's place, or the picture back. Its values come when the hand rests.
   * @param {PoolFacts} facts
   * @param {import("../frontend/live/lane.js").Table<Float32Array> | undefined} levels
   * @param {import("../frontend/core/decoding.js").Picture | undefined} image
   */
  takeSource({ filtered }, levels, image) {
    if (!filtered) {
      if (this.source) super.setPicture(/** @type {Pixels} */ (this.pixels), this.pictureTitle);
      this.source = null;
      return;
    }
    if (image) {
      const { width, height } = image;
      const context = contextOf(new OffscreenCanvas(width, height), { willReadFrequently: true });
      context.drawImage(image, 0, 0);
      image.close();
      const { data } = context.getImageData(0, 0, width, height);
      const [map, title] = [{ width, height, channels: filtered.shape[2], data }, `Feature map of ${filtered.title}`];
      const follows = this.source && this.frames.isShown;
      if (!follows || !this.stage.exchange(map, title)) super.setPicture(map, title);
      this.stage.levels = null;
      this.source = this.wanted;
    }
    if (levels) this.stage.levels = levels;
  }

  /** @param {Pixels} pixels @param {string} title */
  setPicture(pixels, title) {
    /** @type {string} */
    this.pictureTitle = title;
    this.source = null;
    super.setPicture(pixels, title);
  }

  /** @param {Pixels} pixels @param {string} title */
  setFrame(pixels, title) {
    if (!this.source) super.setFrame(pixels, title);
    this.pictureTitle = title; // its map takes its place, where that is pooled
  }

  /** @param {import("../frontend/types/messages.js").Setting} setting @param {object} [wiring] */
  addControl(setting, wiring) {
    if (setting.name !== "kind") return super.addControl(setting, wiring);
    // Roots of sums leave the scale of a picture, and a map has one around its zero.
    /** @param {PoolValues["kind"]} kind @returns {Partial<PoolValues>} */
    const extend = (kind) => ({ scale: this.values.filtered ? "signed" : kind === "l2" ? "stretched" : "unit", limits: null });
    return super.addControl(setting, { ...wiring, extend });
  }

  /** @param {Partial<PoolValues>} changes @param {boolean} rest */
  ask(changes, rest) {
    const request = super.ask(changes, rest);
    // Whoever shows what this pooling does to something else follows it while it moves.
    window.dispatchEvent(new CustomEvent("explorer:pooling", { detail: this.values }));
    return request;
  }

  /** @param {import("../frontend/live/lane.js").Answer<PoolFacts>} answer @param {Record<string, import("../frontend/core/decoding.js").Picture>} images */
  show(answer, images) {
    const { rows_counts: rows, columns_counts: columns } = answer.blobs;
    /**
     * An average is divided by as many cells as a row's count times a column's.
     * @type {{rows: Int16Array, columns: Int16Array}}
     */
    this.counts = { rows: rows.data, columns: columns.data };
    const { kind, count_padding: counted } = this.values;
    this.stage.padsWithZeros = kind === "average" && counted;
    this.takeSource(answer.facts, answer.blobs.input_values, images.input);
    super.show(answer, images);
  }

  describe() {
    super.describe();
    const { filtered } = this.facts;
    this.worked.unit = filtered ? "cell" : "pixel";
    this.sourceRow.hidden = !filtered;
    if (filtered) {
      const { title, shape: [rows, columns, channels] } = filtered;
      writeNamed(this.stage.input.caption, "Feature map", ` ${rows} × ${columns}${channels > 1 ? ` × ${channels}` : ""}`);
      write(this.sourceNote, `Pooling the map of ${title} on your picture.`);
    }
    /** @type {ChoiceDescription["options"]} */
    const kinds = this.controls.get("kind").setting.options;
    this.meaning.textContent = kinds.find(({ value }) => value === this.values.kind)?.detail ?? "";
    const { count_padding: counted, kind, padding } = this.values;
    const idle = kind !== "average" || padding === "valid" || padding === 0;
    this.controls.get("count_padding").element.classList.toggle("idle", idle && !counted);
  }

  /** @param {SlidingWindow} window @param {number | null} exact */
  workOut(window, exact) {
    const { row, column } = window.cell;
    const { kind, levels } = this.values;
    this.worked.show(window, kind, this.counts.rows[row] * this.counts.columns[column], exact, levels);
  }
}

export default mount(PoolLab);
