// All maps of one step side by side on one canvas, and what their colours mean.

import { cleared, contextOf, sizeOf } from "../core/canvas.js";
import { make } from "../core/dom.js";
import { endsDrag, startsDrag } from "../core/drag.js";
import { short } from "../core/numbers.js";
import { outline } from "./stage.js";

const GAP = 4; // CSS pixels between two tiles
const TILES_ACROSS = [1, 1, 2, 3, 4, 3, 3, 4, 4]; // by the number of maps; more than eight stand four abreast

/**
 * @typedef {import("../live/live.js").Colours} Colours
 * @typedef {import("./stage.js").Point} Point
 * @typedef {import("../types/messages.js").MosaicFacts} MosaicFacts
 * @typedef {import("../types/messages.js").StepFacts} StepFacts
 * @typedef {[map: number, row: number, column: number]} MapCell
 * @typedef {[map: number, top: number, left: number, bottom: number, right: number, own: boolean]} Mark what is framed
 * on a map, and whether it is the chosen cell
 */

/**
 * The maps of one step as one picture, one below the other, with rows, columns and maps; and what its colours mean.
 * @typedef {Pick<MosaicFacts, "tile" | "painting"> & Pick<StepFacts, "shape">} Painting
 * @typedef {Pick<MosaicFacts, "limits" | "colours" | "remark"> & Partial<Pick<StepFacts, "changed">>} Colouring
 */

/** What the colours of a mosaic mean, in one line. While a control moves its texts change and nothing else. */
export class Scale {
  constructor() {
    this.ends = [new Text(), new Text()];
    this.bar = make("span", { class: "colours" });
    this.notes = make("span", { class: "notes" });
    this.element = make("p", { class: "colourscale", hidden: true },
      make("span", { class: "ends" }, this.ends[0], this.bar, this.ends[1]), this.notes);
    this.gradient = "";
  }

  /** @param {Colouring | null} step */
  show(step) {
    this.element.hidden = !step;
    if (!step) return;
    const { limits, remark, changed, colours } = step;
    const ends = limits ? limits.map((limit) => short(limit)) : ["low", "high, each map has its own scale"];
    this.ends.forEach((text, index) => { text.data = ends[index]; });
    const gradient = `linear-gradient(to right, ${colours.join(", ")})`;
    if (gradient !== this.gradient) this.bar.style.background = gradient;
    this.gradient = gradient;
    const notes = [remark];
    if (changed) notes.push(`Difference from all maps on: ${short(changed.mean)} on average, ${short(changed.largest)} at most.`);
    const note = notes.filter(Boolean).join(" ");
    if (note !== this.notes.textContent) this.notes.textContent = note;
  }
}

/** All maps of one step on one canvas, tile by tile. */
export class Mosaic {
  /**
   * @param {object} wiring
   * @param {() => MapCell | null} wiring.chosen the chosen cell, if it is one of these
   * @param {(cell: MapCell, rest: boolean) => void} wiring.onCell
   * @param {(map: number) => void} wiring.onSwitch
   * @param {() => void} wiring.onLeave
   * @param {(cell: MapCell | null) => void} [wiring.onPoint] the pointer is over a cell, or over none
   * @param {() => void} [wiring.onSight] maps that nobody saw are on the screen now
   * @param {number} [wiring.across] how many maps stand beside each other, where their number does not say it
   */
  constructor({ chosen, onCell, onSwitch, onLeave, onPoint = () => {}, onSight = () => {}, across }) {
    this.chosen = chosen;
    this.onCell = onCell;
    this.onSwitch = onSwitch;
    this.onLeave = onLeave;
    this.onPoint = onPoint;
    this.wanted = across;
    this.canvas = make("canvas", { class: "mosaic", tabindex: "0", role: "application", "aria-roledescription": "maps", "data-revision": "0", "aria-describedby": "mosaic-keys" });
    this.switches = make("div", { class: "switches" });
    this.element = make("div", { class: "maps" }, this.canvas, this.switches);
    this.revision = 0;
    /** @type {import("../core/decoding.js").Picture | null} */
    this.image = null;
    /** What the picture is known by. @type {string | null} */
    this.painting = null;
    /** @type {MosaicFacts["tile"]} */
    this.tile = [0, 0];
    this.height = 0;
    this.width = 0;
    this.maps = 0;
    this.across = 1;
    this.proportion = 0;
    this.stale = false; // the picture is another than the canvas shows
    this.dragging = false;
    /** @type {HTMLButtonElement[]} */
    this.buttons = [];
    /** @type {Mark[]} */
    this.marks = [];
    /** @type {Record<string, number>} */
    this.scales = {};
    /** @type {Colours} */
    this.roles = {};
    this.marked = ""; // the marks and scales that are shown, as text, and how many switches say so
    this.scaled = "";
    this.labelled = 0;
    /** Whether a part of it is on the screen. */
    this.isSeen = true;
    this.sight = new IntersectionObserver((entries) => {
      const was = this.isSeen;
      this.isSeen = entries.at(-1)?.isIntersecting ?? true;
      if (!this.isSeen || was) return;
      if (this.stale) this.draw();
      onSight();
    });
    this.sight.observe(this.canvas);
    this.listen();
  }

  /**
   * Take the maps.
   * @param {Painting} step
   * @param {import("../core/decoding.js").Picture} image
   * @param {number} proportion of a tile, height by width
   */
  set({ shape: [height, width, maps], tile, painting }, image, proportion) {
    this.image?.close();
    this.height = height;
    this.width = width;
    this.image = image;
    this.tile = tile;
    this.painting = painting;
    this.stale = true;
    if (maps !== this.maps || proportion !== this.proportion) {
      this.maps = maps;
      this.proportion = proportion;
      this.across = this.wanted ?? TILES_ACROSS[maps] ?? 4;
      this.buttons = Array.from({ length: maps }, (_, map) =>
        make("button", { type: "button", class: "switch", tabindex: "-1", onclick: () => this.onSwitch(map) }));
      this.switches.replaceChildren(...this.buttons.map((button) => make("span", {}, button)));
      this.element.style.setProperty("--across", String(this.across));
      this.element.style.setProperty("--tile", String(proportion));
      this.element.style.setProperty("--down", String(Math.ceil(maps / this.across)));
    }
    this.revision += 1;
    this.canvas.dataset.revision = String(this.revision);
  }

  /**
   * What is marked, and which maps are scaled. While a control moves, maps that nobody sees wait until they are seen
   * or at rest: of eight open blocks one or two are on the screen.
   * @param {Mark[]} marks
   * @param {Record<string, number>} scales factors by the numbers of maps
   * @param {Colours} roles
   * @param {boolean} [rest] whether nothing moves
   */
  mark(marks, scales, roles, rest = true) {
    const [marked, scaled] = [marks, scales].map((each) => JSON.stringify(each));
    const same = !this.stale && marked === this.marked && roles === this.roles;
    const switched = scaled !== this.scaled || this.buttons.length !== this.labelled;
    this.marks = marks;
    this.scales = scales;
    this.roles = roles;
    this.marked = marked;
    this.scaled = scaled;
    this.labelled = this.buttons.length;
    if (switched) this.label();
    if (same && !switched) return;
    this.stale = true;
    if (this.isSeen || rest) this.draw();
  }

  /** Write on each switch what its map is scaled by. */
  label() {
    this.buttons.forEach((button, map) => {
      const factor = this.scales[map] ?? 1;
      button.textContent = factor === 0 ? "off" : factor === 1 ? "on" : `× ${short(factor)}`;
      button.setAttribute("aria-pressed", String(factor !== 0));
      button.setAttribute("aria-label", `${button.textContent}, map ${map + 1}`);
      button.title = factor === 0 ? "Switch this map on" : "Switch this map off";
      button.classList.toggle("changed", factor !== 1);
    });
  }

  /** Where a map is drawn, in CSS pixels: its tile, and in it the map with its own proportions. @param {number} map */
  place(map) {
    const { width, height } = sizeOf(this.canvas);
    const down = Math.ceil(this.maps / this.across);
    const side = (width - GAP * (this.across - 1)) / this.across;
    const tall = (height - GAP * (down - 1)) / down;
    const scale = Math.min(side / this.width, tall / this.height);
    const left = (map % this.across) * (side + GAP) + (side - scale * this.width) / 2;
    const top = Math.floor(map / this.across) * (tall + GAP) + (tall - scale * this.height) / 2;
    return { left, top, scale };
  }

  /** @param {Point} event @returns {MapCell | null} */
  cellAt({ clientX, clientY }) {
    const box = this.canvas.getBoundingClientRect();
    for (let map = 0; map < this.maps; map += 1) {
      const { left, top, scale } = this.place(map);
      const row = Math.floor((clientY - box.top - top) / scale);
      const column = Math.floor((clientX - box.left - left) / scale);
      if (row >= 0 && row < this.height && column >= 0 && column < this.width) return [map, row, column];
    }
    return null;
  }

  listen() {
    const { canvas } = this;
    canvas.addEventListener("pointerdown", (event) => {
      // A finger that goes down may be about to scroll: it chooses when it lifts, by its click.
      if (event.pointerType !== "mouse" || !this.image || !startsDrag(canvas, event)) return;
      canvas.setPointerCapture(event.pointerId);
      this.dragging = true;
      /** @type {MapCell | null} */
      let cell = null;
      /** @param {PointerEvent} next */
      const moved = (next) => {
        const found = this.cellAt(next);
        if (!found || found.join() === cell?.join()) return;
        cell = found;
        this.onCell(cell, false);
      };
      /** @param {PointerEvent} last */
      const ended = (last) => {
        if (!endsDrag(canvas, last)) return;
        canvas.removeEventListener("pointermove", moved);
        canvas.removeEventListener("lostpointercapture", ended);
        this.dragging = false;
        if (cell) this.onCell(cell, true);
      };
      canvas.addEventListener("pointermove", moved);
      canvas.addEventListener("lostpointercapture", ended);
      moved(event);
    });
    canvas.addEventListener("click", (event) => {
      const cell = event.pointerType !== "mouse" && this.image && this.cellAt(event);
      if (cell) this.onCell(cell, true);
    });
    canvas.addEventListener("keydown", (event) => this.key(event));
    this.element.addEventListener("pointermove", (event) => this.point(this.image && this.cellAt(event)));
    this.element.addEventListener("pointerleave", () => this.point(null));
  }

  /** @param {MapCell | null} cell */
  point(cell) {
    this.near(cell?.[0]);
    this.onPoint(cell);
  }

  /** Only the map under the pointer shows its switch. @param {number | undefined} map */
  near(map) {
    [...this.switches.children].forEach((place, index) => place.classList.toggle("near", index === map));
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (!this.image) return;
    const far = event.shiftKey ? 10 : 1;
    const by = /** @type {Record<string, number[]>} */ ({
      ArrowUp: [0, -far, 0], ArrowDown: [0, far, 0], ArrowLeft: [0, 0, -far], ArrowRight: [0, 0, far],
      PageUp: [-1, 0, 0], PageDown: [1, 0, 0],
    })[event.key];
    const chosen = this.chosen();
    if (by) {
      event.preventDefault();
      const most = [this.maps, this.height, this.width];
      const start = chosen ?? [0, this.height >> 1, this.width >> 1];
      this.onCell(/** @type {MapCell} */ (most.map((limit, axis) =>
        Math.max(0, Math.min(limit - 1, start[axis] + (chosen ? by[axis] : 0))))), true);
    } else if (event.key === " " && chosen) {
      event.preventDefault();
      this.onSwitch(chosen[0]);
    } else if (event.key === "Escape") {
      this.onLeave();
    }
  }

  draw() {
    const drawing = this.image && cleared(this.canvas);
    if (!this.image || !drawing) return;
    this.stale = false;
    const { context, density } = drawing;
    const [tall, wide] = this.tile;
    for (let map = 0; map < this.maps; map += 1) {
      const { left, top, scale } = this.place(map);
      context.imageSmoothingEnabled = (scale * this.width * density) / wide < 1;
      context.globalAlpha = this.scales[map] === 0 ? 0.3 : 1;
      context.drawImage(this.image, 0, map * tall, wide, tall, left, top, scale * this.width, scale * this.height);
    }
    context.globalAlpha = 1;
    for (const [map, top, left, bottom, right, own] of this.marks) {
      const place = this.place(map);
      outline(context, { scale: place.scale, x: place.left, y: place.top },
        top, left, bottom, right, own ? this.roles.output : this.roles.field);
    }
  }

  /** There are no maps: the box stays, so that nothing jumps while a slider passes an impossible place. */
  clear() {
    this.image?.close();
    this.image = null;
    this.painting = null;
    this.marks = [];
    contextOf(this.canvas).clearRect(0, 0, this.canvas.width, this.canvas.height);
  }

  close() {
    this.sight.disconnect();
    this.image?.close();
  }
}
