// A number that is dragged on axes: a point to its height, or a line through a point to its slope. By hand it goes in
// twentieths; what lies between is typed.

import { endsDrag, startsDrag } from "../core/drag.js";
import { short } from "../core/numbers.js";

/** @typedef {import("../types/messages.js").AimShown} AimShown */

const [WIDTH, HEIGHT] = [360, 240];
const STEP = 0.05;
const LEAP = 0.5; // of Page Up and Page Down
const FINGER = 24; // of the circle that is taken hold of, in pixels
const [WORD, HIGH, LOW] = [60, 16, 6]; // what a number takes to the right, above and below where it is written

/** What keys do to the number: steps up. @type {Record<string, number>} */
const KEYS = { ArrowUp: STEP, ArrowRight: STEP, ArrowDown: -STEP, ArrowLeft: -STEP, PageUp: LEAP, PageDown: -LEAP };

/** The nearest twentieth. @param {number} value */
export function snapped(value) {
  return Math.round(value / STEP) / Math.round(1 / STEP);
}

/** How far apart the lines of a grid are on an axis that goes so far from 0. @param {number} reach */
export function spacing(reach) {
  return reach <= 1 ? 0.25 : reach <= 2 ? 0.5 : 1;
}

/** Where a number is written beside its point, all of it on the axes. @param {number} x @param {number} y @param {boolean} isUpper */
export function beside(x, y, isUpper) {
  const isLeft = x > WIDTH - WORD;
  return {
    x: isLeft ? x - 12 : x + 12,
    y: Math.max(HIGH, Math.min(HEIGHT - LOW, isUpper ? y - 8 : y + 18)),
    "text-anchor": isLeft ? "end" : "start",
  };
}

/** @param {string} tag @param {Record<string, string | number>} [attributes] @param {...SVGElement} children */
function draw(tag, attributes = {}, ...children) {
  const element = /** @type {SVGElement} */ (document.createElementNS("http://www.w3.org/2000/svg", tag));
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/** A text. @param {string} text @param {Record<string, string | number>} attributes */
function label(text, attributes) {
  const element = draw("text", attributes);
  element.textContent = text;
  return element;
}

export class Aim {
  /**
   * @param {AimShown} shown
   * @param {(value: number) => void} onInput
   * @param {() => void} onEnter
   */
  constructor(shown, onInput, onEnter) {
    this.shown = shown;
    this.onInput = onInput;
    this.value = 0;
    this.isHeld = false;
    const isLine = shown.what === "slope";
    this.most = isLine ? shown.up - Math.abs(shown.y) : shown.up;
    this.line = draw("line", { class: "turned" });
    this.dot = draw("circle", { class: "dot", r: 7 });
    this.grip = draw("g", {
      class: "grip", tabindex: 0, role: "slider", "aria-orientation": "vertical",
      "aria-label": isLine ? "Slope of the line" : `Height of the point at x = ${short(shown.x)}`,
      "aria-valuemin": -this.most, "aria-valuemax": this.most,
    }, draw("circle", { class: "hold", r: FINGER }), this.dot);
    this.marks = draw("g");
    this.element = draw("svg", { class: "aiming", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "group", "aria-label": isLine ? "A line to turn" : "A point to drag" },
      ...this.axes(), ...(isLine ? [this.line, draw("circle", { class: "pivot", r: 5, cx: this.across(shown.x), cy: this.down(shown.y) })] : []),
      this.marks, this.grip);
    this.grip.addEventListener("pointerdown", (event) => this.press(event));
    this.grip.addEventListener("pointermove", (event) => { if (this.isHeld) this.follow(event); });
    for (const kind of /** @type {const} */ (["pointerup", "pointercancel", "lostpointercapture"])) {
      this.grip.addEventListener(kind, (event) => { if (endsDrag(this.grip, event)) this.isHeld = false; });
    }
    // Within a drawing `touch-action` is not heeded: the page would scroll, and take the finger from the drag.
    this.grip.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
    this.grip.addEventListener("keydown", (event) => {
      if (event.key === "Enter") onEnter();
      else if (event.key === "Home" || event.key === "End") this.give(event.key === "Home" ? -this.most : this.most);
      else if (event.key in KEYS) this.give(snapped(this.value + KEYS[event.key]));
      else return;
      event.preventDefault();
    });
    this.place(0);
  }

  /** @param {number} x */
  across(x) {
    return (WIDTH * (x + this.shown.across)) / (2 * this.shown.across);
  }

  /** @param {number} y */
  down(y) {
    return (HEIGHT * (this.shown.up * 1.08 - y)) / (2.16 * this.shown.up);
  }

  axes() {
    const { across, up, x } = this.shown;
    /** @type {SVGElement[]} */
    const lines = [];
    for (let at = Math.ceil(-across); at <= across; at += 1) {
      const place = this.across(at);
      lines.push(draw("line", { class: at ? "rule" : "axis", x1: place, x2: place, y1: 0, y2: HEIGHT }));
      if (at) lines.push(label(short(at), { x: place, y: this.down(0) + 14, "text-anchor": "middle" }));
    }
    const step = spacing(up);
    for (let number = Math.ceil(-up / step); number * step <= up; number += 1) {
      const place = this.down(number * step);
      lines.push(draw("line", { class: number ? "rule" : "axis", x1: 0, x2: WIDTH, y1: place, y2: place }));
      if (number) lines.push(label(short(number * step), { x: this.across(0) - 5, y: place + 4, "text-anchor": "end" }));
    }
    lines.push(draw("line", { class: "way", x1: this.across(x), x2: this.across(x), y1: 0, y2: HEIGHT }));
    return lines;
  }

  /** Where the number stands: of a slope, one unit to the right of the point. @param {number} value */
  spot(value) {
    const { what, x, y } = this.shown;
    return what === "slope" ? [this.across(x + 1), this.down(y + value)] : [this.across(x), this.down(value)];
  }

  /** The line of a slope from edge to edge. @param {SVGElement} line @param {number} value */
  turn(line, value) {
    const { across, x, y } = this.shown;
    const ends = { x1: 0, y1: this.down(y + value * (-across - x)), x2: WIDTH, y2: this.down(y + value * (across - x)) };
    for (const [name, place] of Object.entries(ends)) line.setAttribute(name, String(place));
  }

  /** Show a number, such as one that was typed. @param {number} value */
  place(value) {
    this.value = Math.max(-this.most, Math.min(this.most, value));
    const [x, y] = this.spot(this.value);
    this.grip.setAttribute("transform", `translate(${x} ${y})`);
    this.grip.setAttribute("aria-valuenow", String(this.value));
    this.grip.setAttribute("aria-valuetext", short(this.value));
    this.turn(this.line, this.value);
  }

  /** @param {number} value */
  give(value) {
    this.place(value);
    this.onInput(this.value);
  }

  /** @param {PointerEvent} event */
  press(event) {
    if (!startsDrag(this.grip, event)) return;
    this.grip.setPointerCapture(event.pointerId);
    this.isHeld = true;
    this.follow(event);
  }

  /** @param {PointerEvent} event */
  follow(event) {
    const box = this.element.getBoundingClientRect();
    const height = this.shown.up * (1.08 - (2.16 * (event.clientY - box.top)) / box.height);
    this.give(snapped(this.shown.what === "slope" ? height - this.shown.y : height));
  }

  /** Show what was answered and what is right; nothing can be dragged any more. @param {number | null} given @param {number} right */
  open(given, right) {
    this.grip.remove();
    this.line.remove();
    for (const [value, role] of /** @type {[number | null, string][]} */ ([[given, "wrong"], [right, "right"]])) {
      if (value === null || (role === "wrong" && value === right)) continue;
      const [x, y] = this.spot(value);
      if (this.shown.what === "slope") {
        const line = draw("line", { class: `turned ${role}` });
        this.turn(line, value);
        this.marks.append(line);
      } else this.marks.append(draw("circle", { class: `dot ${role}`, r: 7, cx: x, cy: y }));
      const isUpper = role === "right" ? given === null || right >= given : value > right;
      this.marks.append(label(short(value, 4), { ...beside(x, y, isUpper), class: role }));
    }
  }
}
