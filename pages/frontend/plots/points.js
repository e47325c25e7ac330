// A plot with points that can be taken hold of: dragged, moved with the arrow keys, added with a click, removed.

import { contextOf } from "../core/canvas.js";
import { make } from "../core/dom.js";
import { endsDrag, startsDrag } from "../core/drag.js";
import { short } from "../core/numbers.js";
import { Plot } from "./plot.js";

const POINT_STEP = 0.1;

/**
 * @typedef {{clientX: number, clientY: number}} Pointer
 * @typedef {[x: number, y: number]} Place
 * @typedef {{points: Place[], predictions: number[], series: number}} Errors
 */

export class PointPlot extends Plot {
  /**
   * @param {object} wiring
   * @param {string} wiring.name as a plot's
   * @param {number} wiring.low of both axes
   * @param {number} wiring.high
   * @param {number} wiring.most points there can be
   * @param {(points: Place[]) => void} wiring.onInput one of all the points moves
   * @param {(points: Place[]) => void} wiring.onCommit it came to rest, or there are more or fewer
   * @param {(sentence: string) => void} wiring.onSay
   */
  constructor({ name, low, high, most, onInput, onCommit, onSay }) {
    super({ name });
    this.low = low;
    this.high = high;
    this.most = most;
    this.movePoints = onInput;
    this.commitPoints = onCommit;
    this.onSay = onSay;
    /** @type {Place[]} */
    this.points = [];
    /** @type {HTMLElement[]} */
    this.handles = [];
    /** The index of the point that is dragged. @type {number | null} */
    this.held = null;
    this.current = 0;
    /** @type {Errors | null | undefined} */
    this.errors = null;
    this.layer = make("div", { class: "handles" });
    this.box.classList.add("editable");
    this.box.insertBefore(this.layer, this.tip);
    this.box.addEventListener("click", (event) => this.addAt(event));
  }

  get dragging() {
    return this.held !== null;
  }

  /** Take over the points, unless one of them is being dragged. @param {Place[]} points */
  setPoints(points) {
    if (this.dragging) return;
    this.points = points.map((point) => [...point]);
    while (this.handles.length > points.length) this.handles.pop()?.remove();
    while (this.handles.length < points.length) this.addHandle();
    this.current = Math.min(this.current, points.length - 1);
    this.placeHandles();
  }

  /**
   * Draw a line from each of these points to what is predicted there, in the colour of a series.
   * @param {Errors | null | undefined} errors
   */
  setErrors(errors) {
    this.errors = errors;
  }

  addHandle() {
    const index = this.handles.length;
    const handle = make("div", {
      class: "pointhandle", role: "slider", tabindex: "0", "aria-roledescription": "point", "aria-label": `Point ${index + 1}`,
      "aria-valuemin": this.low, "aria-valuemax": this.high, "data-point": index + 1,
    });
    handle.addEventListener("keydown", (event) => this.keyed(index, event));
    handle.addEventListener("focus", () => { this.current = index; });
    handle.addEventListener("dblclick", () => this.remove(index));
    this.handles.push(handle);
    this.layer.append(handle);
  }

  draw() {
    super.draw();
    if (!this.placed) return;
    this.placeHandles();
    this.drawErrors();
  }

  drawErrors() {
    const { errors, placed } = this;
    if (!errors || !placed) return;
    const { toX, toY, left, right, top, bottom } = placed;
    const context = contextOf(this.canvas);
    context.save();
    context.beginPath();
    context.rect(left, top, right - left, bottom - top);
    context.clip();
    context.strokeStyle = this.colourOf({ series: errors.series });
    context.globalAlpha = 0.55;
    context.lineWidth = 1.5;
    context.beginPath();
    errors.points.forEach(([x, y], index) => {
      context.moveTo(toX(x), toY(y));
      context.lineTo(toX(x), toY(errors.predictions[index]));
    });
    context.stroke();
    context.restore();
  }

  placeHandles() {
    if (!this.placed) return;
    const { toX, toY } = this.placed;
    this.points.forEach(([x, y], index) => {
      const handle = this.handles[index];
      handle.style.left = `${toX(x)}px`;
      handle.style.top = `${toY(y)}px`;
      handle.setAttribute("aria-valuenow", String(y));
      handle.setAttribute("aria-valuetext", `x ${short(x)}, y ${short(y)}`);
    });
  }

  /** The place on the plane of a pointer, within the plot and to a hundredth. @param {Pointer} event @returns {Place} */
  at({ clientX, clientY }) {
    const { left, right, top, bottom } = /** @type {import("./plot.js").Layout} */ (this.placed);
    const box = this.canvas.getBoundingClientRect();
    const x = this.low + ((clientX - box.left - left) / (right - left)) * (this.high - this.low);
    const y = this.low + ((bottom - (clientY - box.top)) / (bottom - top)) * (this.high - this.low);
    return [this.kept(x), this.kept(y)];
  }

  /** @param {number} value */
  kept(value) {
    return Number(Math.min(this.high, Math.max(this.low, value)).toFixed(2));
  }

  /** @param {PointerEvent} event */
  start(event) {
    /** @type {HTMLElement | null} */
    const handle = /** @type {Element} */ (event.target).closest(".pointhandle");
    if (!handle || !this.placed || !startsDrag(this.box, event)) return;
    event.preventDefault();
    const index = this.handles.indexOf(handle);
    handle.focus({ preventScroll: true });
    handle.setPointerCapture(event.pointerId);
    this.leave();
    this.held = index;
    this.shifted = false;
    const [heldX, heldY] = this.at(event);
    const [fromX, fromY] = this.points[index];
    /** @param {PointerEvent} next */
    const moved = (next) => {
      const [x, y] = this.at(next);
      /** @type {Place} */
      const point = [this.kept(fromX + x - heldX), this.kept(fromY + y - heldY)];
      if (point.join() === this.points[index].join()) return;
      this.points[index] = point;
      this.shifted = true;
      this.movePoints(this.points.map((one) => [...one]));
      this.placeHandles();
    };
    /** @param {PointerEvent} last */
    const ended = (last) => {
      if (!endsDrag(handle, last)) return;
      handle.removeEventListener("pointermove", moved);
      handle.removeEventListener("lostpointercapture", ended);
      this.held = null;
      this.droppedAt = performance.now();
      if (this.shifted) this.commitPoints(this.points);
    };
    handle.addEventListener("pointermove", moved);
    handle.addEventListener("lostpointercapture", ended);
  }

  /** @param {number} index @param {KeyboardEvent} event */
  keyed(index, event) {
    if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      this.remove(index);
      return;
    }
    const step = event.shiftKey ? 10 * POINT_STEP : POINT_STEP;
    const way = /** @type {Record<string, number[]>} */ ({
      ArrowRight: [step, 0], ArrowLeft: [-step, 0], ArrowUp: [0, step], ArrowDown: [0, -step],
    })[event.key];
    if (!way) return;
    event.preventDefault();
    this.points[index] = /** @type {Place} */ (this.points[index].map((value, axis) => this.kept(value + way[axis])));
    this.placeHandles();
    this.commitPoints(this.points.map((one) => [...one]));
  }

  /** Add a point where there is none. @param {MouseEvent} event */
  addAt(event) {
    const target = /** @type {Element} */ (event.target);
    if (target.closest(".pointhandle") || !this.placed || performance.now() - (this.droppedAt ?? -1e9) < 250) return;
    const { left, right, top, bottom } = this.placed;
    const box = this.canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    if (x < left || x > right || y < top || y > bottom) return;
    this.add(this.at(event));
  }

  /** @param {Place} point */
  add(point) {
    if (this.points.length >= this.most) return this.onSay(`There can be ${this.most} points at most: remove one first.`);
    const points = [...this.points, point];
    this.commitPoints(points);
    this.setPoints(points);
    this.current = points.length - 1;
    return this.handles.at(-1)?.focus({ preventScroll: true });
  }

  remove(index = this.current) {
    if (this.points.length <= 1) return this.onSay("One point has to stay: move it, or add others.");
    const points = this.points.filter((_, other) => other !== index);
    this.commitPoints(points);
    this.setPoints(points);
    return this.handles[Math.min(index, points.length - 1)].focus({ preventScroll: true });
  }
}
