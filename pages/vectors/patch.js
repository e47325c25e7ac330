// A picture as a matrix: one of its rows as a vector, and a patch that a kernel is laid on, flattened.

import { labelled } from "../frontend/controls/controls.js";
import { cleared, sizeOf, surfaceOf } from "../frontend/core/canvas.js";
import { choose, make } from "../frontend/core/dom.js";
import { endsDrag, startsDrag } from "../frontend/core/drag.js";
import { short } from "../frontend/core/numbers.js";
import { counted } from "../frontend/core/words.js";
import { Live, mount } from "../frontend/live/live.js";

const PATCH_TITLES = ["red", "green", "blue"];

/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

/**
 * @typedef {import("../frontend/live/live.js").Colours} Colours
 * @typedef {import("../frontend/live/live.js").Control} Control
 * @typedef {import("../frontend/live/live.js").Pixels} Pixels
 * @typedef {import("../frontend/types/messages.js").PatchFacts} PatchFacts
 * @typedef {import("../frontend/types/messages.js").PatchValues} PatchValues
 */

/** @extends {Live<PatchFacts, PatchValues>} */
class Patch extends Live {
  build() {
    const settings = new Map(this.data.settings.map((setting) => [setting.name, setting]));
    /** @type {import("../frontend/types/messages.js").ChoiceDescription} */
    const kernel = settings.get("patch_kernel");
    /** @type {HTMLSelectElement} */
    this.menu = make("select", { class: "menu", "aria-label": kernel.title, "data-name": "patch_kernel",
      onchange: () => this.commit({ patch_kernel: /** @type {PatchValues["patch_kernel"]} */ (this.menu.value) }) },
    ...kernel.options.map(({ value, title }) => make("option", { value }, title)));
    /** @type {Control} */
    this.channels = /** @type {Control} */ (this.addControl(settings.get("patch_channel")));
    /** @type {HTMLCanvasElement} */
    this.canvas = make("canvas", { class: "patchpicture", role: "application", "aria-roledescription": "picture", tabindex: "0", "data-patch": "picture", "data-revision": "0" });
    /** @type {HTMLCanvasElement} */
    this.chart = make("canvas", { class: "patchrow", role: "img", "data-patch": "row" });
    /** @type {HTMLElement} */
    this.where = make("figcaption", {});
    /** @type {HTMLElement} */
    this.rowname = make("figcaption", {});
    /** @type {HTMLElement} */
    this.terms = make("div", { class: "patchterms", role: "list" });
    /** @type {HTMLElement} */
    this.said = make("span", { class: "vectorresult", "data-read": "cell" });
    /** @type {HTMLElement} */
    this.sum = make("p", { class: "patchsum" });
    /** @type {HTMLElement} */
    this.notes = make("ul", { class: "facts" });
    const head = labelled(kernel.title, kernel.help, this.menu);
    const element = make("div", { class: "lab patch" },
      make("figure", { class: "patchstage" }, this.where, this.canvas),
      make("section", { class: "aside", "aria-label": "The dot product" },
        make("div", { class: "patchknobs" }, head.element, this.channels.element), this.sum, this.said, this.terms),
      make("figure", { class: "pixelrow" }, this.rowname, this.chart), this.notes, this.message);
    this.canvas.addEventListener("pointerdown", (event) => this.start(event));
    this.canvas.addEventListener("keydown", (event) => this.key(event));
    /** @type {ResizeObserver} */
    this.resizing = new ResizeObserver(() => this.draw());
    this.resizing.observe(this.canvas);
    this.resizing.observe(this.chart);
    return element;
  }

  get dragging() {
    return super.dragging || this.sliding;
  }

  /** @param {Pixels} pixels */
  setPicture({ height, width, channels, data }) {
    this.element.style.setProperty("--proportion", String(width / height));
    /** The picture, to be drawn. @type {OffscreenCanvas} */
    this.surface = surfaceOf(data, width, height);
    this.channels.element.hidden = channels === 1;
    this.draw();
  }

  /** @param {PatchFacts} facts @param {Pixels | undefined} pixels */
  fits({ input_shape: [rows, columns] }, pixels) {
    return rows === pixels?.height && columns === pixels.width;
  }

  /** @param {Colours} roles */
  colour(roles) {
    /** @type {Colours} */
    this.roles = roles;
    this.draw();
  }

  showControls() {
    super.showControls();
    choose(this.menu, this.values.patch_kernel);
  }

  /** @param {import("../frontend/live/lane.js").Answer<PatchFacts>} answer */
  show({ seq, facts, blobs }) {
    /** The pixels of the row. @type {Float32Array} */
    this.line = blobs.pixels.data;
    this.said.textContent = facts.said;
    this.said.dataset.value = String(facts.value);
    this.draw();
    this.element.dataset.seq = String(seq);
  }

  draw() {
    if (!this.facts || !this.roles || !this.surface) return;
    this.drawPicture();
    this.drawRow();
  }

  /** The picture that is on; read after the first one alone. */
  get shown() {
    return /** @type {Pixels} */ (this.pixels);
  }

  /** How large a pixel is drawn: the whole picture, and room for a border of padding. */
  get scale() {
    const { width, height } = this.shown;
    const canvas = sizeOf(this.canvas);
    return Math.min(canvas.width / (width + 4), canvas.height / (height + 4));
  }

  drawPicture() {
    const drawn = cleared(this.canvas);
    if (!drawn) return;
    const { context } = drawn;
    const { scale } = this;
    const { width, height } = this.shown;
    const { row, box: [top, left, bottom, right] } = this.facts;
    context.imageSmoothingEnabled = false;
    context.drawImage(this.surface, 2 * scale, 2 * scale, width * scale, height * scale);
    /** @type {(x: number, y: number, across: number, down: number, colour: string, thick: number) => void} */
    const frame = (x, y, across, down, colour, thick) => {
      context.lineWidth = thick + 2;
      context.strokeStyle = this.roles.background;
      context.strokeRect(x, y, across, down);
      context.lineWidth = thick;
      context.strokeStyle = colour;
      context.strokeRect(x, y, across, down);
    };
    frame(2 * scale, (row + 2) * scale - 0.5, width * scale, scale + 1, this.roles.input, 1.6);
    const grow = Math.max(0, (12 - (right - left) * scale) / 2); // a window that can be seen, whatever the pixels
    frame((left + 2) * scale - grow, (top + 2) * scale - grow, (right - left) * scale + 2 * grow, (bottom - top) * scale + 2 * grow, this.roles.field, 3);
    this.canvas.dataset.revision = String(Number(this.canvas.dataset.revision) + 1);
  }

  /** The row's levels as a skyline, 0 at the bottom and 1 at the top, with the pixel under the window marked. */
  drawRow() {
    const drawn = cleared(this.chart);
    if (!drawn) return;
    const { context, width, height } = drawn;
    const step = width / this.line.length;
    context.fillStyle = this.roles.input;
    context.globalAlpha = 0.75;
    this.line.forEach((level, place) => {
      context.fillRect(place * step, height - level * (height - 2), Math.max(0.6, step - (step > 4 ? 1 : 0)), level * (height - 2) + 1);
    });
    context.globalAlpha = 1;
    context.strokeStyle = this.roles.field;
    context.lineWidth = 3;
    const { box: [, left, , right] } = this.facts;
    context.strokeRect(left * step, 1.5, (right - left) * step, height - 3);
  }

  describe() {
    const { row, column, channel, size, flattened, terms, kernel_shape: [rows, columns], said } = this.facts;
    const { channels } = this.shown;
    const of = channels === 1 ? "" : ` of the ${PATCH_TITLES[channel]} channel`;
    this.where.replaceChildren(make("b", {}, `Row ${row + 1}, column ${column + 1}`), `${of}; drag the window`);
    this.canvas.setAttribute("aria-label", `The picture with the window at row ${row + 1}, column ${column + 1}. Arrow keys move it. The dot product there is ${said}.`);
    this.tell(`Row ${row + 1}, column ${column + 1}: ${said}`);
    const shown = [...this.line.slice(0, 6)].map((level) => short(level));
    this.rowname.replaceChildren(make("b", {}, `Row ${row + 1} as a vector`), ` of ${counted(this.line.length, "number")}: (${shown.join(", ")}, …), shown as bars from 0 to 1`);
    this.chart.setAttribute("aria-label", this.rowname.textContent);
    this.sum.replaceChildren(`${rows} × ${columns} pixels become a vector of ${counted(terms.length, "number")}, row after row, and so does the kernel. Their `,
      make("b", {}, "dot product"), " is the cell of the feature map:");
    this.terms.style.setProperty("--columns", String(columns));
    this.terms.replaceChildren(...terms.map(({ pixel, weight, product, padding }) => make("div", { class: padding ? "patchterm outside" : "patchterm", role: "listitem" },
      make("span", { class: "pixel" }, pixel), make("span", { class: "factor" }, `× ${weight}`), make("span", { class: "product" }, product))));
    this.notes.replaceChildren(...[size, flattened].map((sentence) => make("li", {}, sentence)));
  }

  /** @param {PointerEvent} event */
  start(event) {
    if (!this.pixels || !startsDrag(this.canvas, event)) return;
    event.preventDefault();
    this.canvas.focus({ preventScroll: true });
    this.canvas.setPointerCapture(event.pointerId);
    /** Whether the window is being dragged. @type {boolean} */
    this.sliding = true;
    /** @param {PointerEvent} next */
    const to = ({ clientX, clientY }) => {
      const box = this.canvas.getBoundingClientRect();
      this.go(Math.floor((clientY - box.top) / this.scale) - 2, Math.floor((clientX - box.left) / this.scale) - 2, false);
    };
    /** @param {PointerEvent} last */
    const ended = (last) => {
      if (!endsDrag(this.canvas, last)) return;
      this.canvas.removeEventListener("pointermove", to);
      this.canvas.removeEventListener("lostpointercapture", ended);
      this.sliding = false;
      this.commit({});
    };
    this.canvas.addEventListener("pointermove", to);
    this.canvas.addEventListener("lostpointercapture", ended);
    to(event);
  }

  /** @param {number} row @param {number} column @param {boolean} rest */
  go(row, column, rest) {
    const { height, width } = this.shown;
    const next = { patch_row: Math.max(0, Math.min(height - 1, row)), patch_column: Math.max(0, Math.min(width - 1, column)) };
    if (rest) this.commit(next);
    else if (next.patch_row !== this.values.patch_row || next.patch_column !== this.values.patch_column) this.move(next);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const by = ARROWS[event.key];
    if (!by || !this.facts) return;
    event.preventDefault();
    const step = event.shiftKey ? 10 : 1;
    this.go(this.facts.row + by[0] * step, this.facts.column + by[1] * step, true);
  }

  release() {
    this.resizing.disconnect();
  }
}

export default mount(Patch);
