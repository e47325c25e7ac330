// A second map over the right part of the first: what lies between the two is dragged, or moved with the arrow keys.

import { sizeOf } from "../core/canvas.js";
import { make } from "../core/dom.js";
import { endsDrag, startsDrag } from "../core/drag.js";

const STEP = 0.05; // of the width, for a key
const KEYS = /** @type {Record<string, (share: number) => number>} */ ({
  ArrowLeft: (share) => share - STEP, ArrowDown: (share) => share - STEP,
  ArrowRight: (share) => share + STEP, ArrowUp: (share) => share + STEP,
  Home: () => 0, End: () => 1,
});

/** What is kept as B over a pane that shows A: A lies left of the line, B right of it. */
export class Swipe {
  /** @param {import("./stage.js").Pane} pane @param {() => void} onMove the pane has to be drawn anew */
  constructor(pane, onMove) {
    this.pane = pane;
    this.onMove = onMove;
    this.share = 0.5; // of the width, where A ends
    /** @type {import("../core/decoding.js").Picture | null} */
    this.image = null;
    this.element = make("div", {
      class: "swipe", role: "slider", tabindex: "0", hidden: true, "aria-label": "Line between A and B",
      "aria-valuemin": 0, "aria-valuemax": 100,
    }, make("span", { "aria-hidden": "true" }, "A"), make("span", { "aria-hidden": "true" }, "B"));
    this.element.addEventListener("pointerdown", (event) => this.start(event));
    this.element.addEventListener("keydown", (event) => this.key(event));
    pane.canvas.after(this.element);
    this.move(this.share);
  }

  /** Show the second map, or none. @param {import("../core/decoding.js").Picture | null} image */
  set(image) {
    this.image?.close();
    this.image = image;
    this.element.hidden = !image;
  }

  /** @param {number} share */
  move(share) {
    this.share = Math.max(0, Math.min(1, share));
    const percent = Math.round(100 * this.share);
    this.element.style.setProperty("--at", String(this.share));
    this.element.setAttribute("aria-valuenow", String(percent));
    this.element.setAttribute("aria-valuetext", `A on the left ${percent} %, B on the right ${100 - percent} %`);
    this.onMove();
  }

  /**
   * Draw it where the first map lies, whatever its own number of cells.
   * @param {CanvasRenderingContext2D} context
   * @param {import("./stage.js").Layout} layout
   */
  draw(context, { scale, x, y }) {
    if (!this.image) return;
    const { width, height, left, top } = this.pane;
    const box = sizeOf(this.pane.canvas);
    const from = this.share * box.width;
    context.save();
    context.beginPath();
    context.rect(from, 0, box.width - from, box.height);
    context.clip();
    context.imageSmoothingEnabled = width * scale < this.image.width;
    context.drawImage(this.image, x + left * scale, y + top * scale, width * scale, height * scale);
    context.restore();
  }

  /** @param {PointerEvent} event */
  start(event) {
    const { element } = this;
    if (!startsDrag(element, event)) return;
    event.preventDefault();
    element.focus({ preventScroll: true });
    element.setPointerCapture(event.pointerId);
    /** @param {PointerEvent} next */
    const moved = ({ clientX }) => {
      const box = this.pane.canvas.getBoundingClientRect();
      this.move((clientX - box.left) / box.width);
    };
    /** @param {PointerEvent} last */
    const ended = (last) => {
      if (!endsDrag(element, last)) return;
      element.removeEventListener("pointermove", moved);
      element.removeEventListener("lostpointercapture", ended);
    };
    element.addEventListener("pointermove", moved);
    element.addEventListener("lostpointercapture", ended);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const next = KEYS[event.key];
    if (!next) return;
    event.preventDefault();
    this.move(next(this.share));
  }

  close() {
    this.image?.close();
  }
}
