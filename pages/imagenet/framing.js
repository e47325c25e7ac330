// The frame: which part of the picture the network sees, moved and zoomed by a hand.

import { make } from "../frontend/core/dom.js";

const KEY_SHIFT = 0.05; // of the frame's side, for one press of an arrow key
const KEY_FACTOR = 1.25; // and of + or −
const WHEEL_HALF = 120; // of a wheel's way for twice the size
const WHEEL_MOST = 60; // that one event may go: wheels and touchpads count in very different steps
const REST_AFTER = 250; // ms after the last key or turn of a wheel
const MIDDLE = 0.5;
const DIGITS = 1e4; // of a fraction: a tenth of a pixel of the largest picture

/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

/**
 * @typedef {import("../frontend/types/messages.js").LookValues} LookValues
 * @typedef {Pick<LookValues, "zoom" | "across" | "down">} Frame
 * @typedef {Frame & Pick<LookValues, "fit">} FittedFrame
 * @typedef {{width: number, height: number}} Size of the picture, in pixels
 * @typedef {{left: number, top: number} & Size} Box
 * @typedef {{x: number, y: number}} Point in shares of the frame's sides
 */

/** All of the picture, or the square in its middle. @type {Frame} */
export const ALL = { zoom: 1, across: MIDDLE, down: MIDDLE };

/** Which pixels of a picture a frame shows: those that `preprocessing.seen` takes. @param {FittedFrame} frame @param {Size} size @returns {Box} */
export function boxOf({ fit, zoom, across, down }, { width, height }) {
  const side = Math.min(width, height);
  const [wide, tall] = (fit === "crop" ? [side, side] : [width, height]).map((each) => each / zoom);
  return { left: across * (width - wide), top: down * (height - tall), width: wide, height: tall };
}

/**
 * The frame after a hand has moved and spread it: what was under a point lies then under another one, as near as
 * the edges of the picture allow.
 * @param {FittedFrame} frame
 * @param {Size} size
 * @param {{from: Point, to?: Point, factor?: number, most: number}} by with the greatest zoom
 * @returns {Frame}
 */
export function moved(frame, size, { from, to = from, factor = 1, most }) {
  const before = boxOf(frame, size);
  const zoom = Math.round(Math.min(most, Math.max(1, frame.zoom * factor)) * DIGITS) / DIGITS;
  const { width, height } = boxOf({ ...frame, zoom }, size);
  /** @param {number} first @param {number} free */
  const share = (first, free) => (free > 0 ? Math.round(Math.min(1, Math.max(0, first / free)) * DIGITS) / DIGITS : MIDDLE);
  return {
    zoom,
    across: share(before.left + from.x * before.width - to.x * width, size.width - width),
    down: share(before.top + from.y * before.height - to.y * height, size.height - height),
  };
}

export class Framing {
  /**
   * @param {HTMLCanvasElement} canvas that shows what is in the frame
   * @param {object} wiring
   * @param {number} wiring.most the greatest zoom
   * @param {() => {frame: FittedFrame, size: Size, side: number, x: number, y: number} | null} wiring.look the present
   * frame, and where on the canvas it is shown, in CSS pixels
   * @param {(frame: Frame) => void} wiring.onInput
   * @param {(frame: Frame) => void} wiring.onCommit
   */
  constructor(canvas, { most, look, onInput, onCommit }) {
    this.canvas = canvas;
    this.most = most;
    this.look = look;
    this.onInput = onInput;
    this.onCommit = onCommit;
    /** Where each pointer that holds the picture was last. @type {Map<number, Point>} */
    this.pointers = new Map();
    /** What was told last, until it rests. @type {Frame | null} */
    this.told = null;
    /** @type {(text: string, name: string, action: () => void) => HTMLButtonElement} */
    const button = (text, name, action) => make("button", { type: "button", class: "small", title: name, "aria-label": name, onclick: action }, text);
    this.smaller = button("−", "Zoom out", () => this.spread(1 / KEY_FACTOR));
    this.larger = button("+", "Zoom in", () => this.spread(KEY_FACTOR));
    this.reset = button("Reset", "Reset the frame: the network sees all of the picture", () => this.onCommit(ALL));
    /** @type {HTMLOutputElement} */
    this.readout = make("output", {});
    this.element = make("div", { class: "framing", role: "group", "aria-label": "The part that the network sees" },
      this.smaller, this.readout, this.larger, this.reset);
    for (const kind of /** @type {const} */ (["pointerdown", "pointermove", "pointerup", "pointercancel", "lostpointercapture"])) {
      canvas.addEventListener(kind, (event) => this[kind === "pointerdown" ? "hold" : kind === "pointermove" ? "drag" : "release"](event));
    }
    canvas.addEventListener("wheel", (event) => this.turn(event), { passive: false });
    canvas.addEventListener("keydown", (event) => this.key(event));
  }

  get dragging() { return this.pointers.size > 0 || this.told !== null; }

  /** @param {FittedFrame} frame @param {Size} size */
  set(frame, size) {
    const { height } = boxOf(frame, size);
    // Where it can be moved up and down a finger that does so does not scroll the page.
    this.canvas.style.touchAction = height < size.height ? "none" : "pan-y";
    this.readout.textContent = `${frame.zoom.toFixed(2)}×`;
    this.smaller.disabled = frame.zoom <= 1;
    this.larger.disabled = frame.zoom >= this.most;
    this.reset.disabled = Object.entries(ALL).every(([name, value]) => frame[/** @type {keyof Frame} */ (name)] === value);
  }

  /** A place on the screen in shares of the frame. @param {{clientX: number, clientY: number}} event @returns {Point | null} */
  at({ clientX, clientY }) {
    const seen = this.look();
    if (!seen) return null;
    const box = this.canvas.getBoundingClientRect();
    return { x: (clientX - box.left - seen.x) / seen.side, y: (clientY - box.top - seen.y) / seen.side };
  }

  /** @param {Omit<Parameters<typeof moved>[2], "most">} by */
  move(by) {
    const seen = this.look();
    if (!seen) return;
    this.told = moved(seen.frame, seen.size, { ...by, most: this.most });
    this.onInput(this.told);
  }

  /** What moved has come to rest. */
  rest() {
    clearTimeout(this.resting);
    const { told } = this;
    this.told = null;
    if (told) this.onCommit(told);
  }

  restSoon() {
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.rest(), REST_AFTER);
  }

  /** @param {number} factor @param {Point} [from] what stays where it is */
  spread(factor, from = { x: MIDDLE, y: MIDDLE }) {
    this.move({ from, factor });
    this.restSoon();
  }

  /** @param {PointerEvent} event */
  hold(event) {
    const at = this.at(event);
    if (event.button !== 0 || !at || this.pointers.size === 2) return; // a palm beside two fingers
    this.canvas.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, at);
  }

  /** One pointer moves the picture, two also spread it. @param {PointerEvent} event */
  drag(event) {
    const at = this.at(event);
    if (!at || !this.pointers.has(event.pointerId)) return;
    const before = [...this.pointers.values()];
    this.pointers.set(event.pointerId, at);
    const after = [...this.pointers.values()];
    /** @param {Point[]} points @returns {Point} */
    const middle = (points) => ({ x: points.reduce((sum, { x }) => sum + x, 0) / points.length, y: points.reduce((sum, { y }) => sum + y, 0) / points.length });
    /** @param {Point[]} points */
    const apart = ([one, other]) => Math.hypot(one.x - other.x, one.y - other.y);
    const factor = before.length === 2 && apart(before) > 0 ? apart(after) / apart(before) : 1;
    this.move({ from: middle(before), to: middle(after), factor });
  }

  /** @param {PointerEvent} event */
  release(event) {
    const captured = event.type === "lostpointercapture" && this.canvas.hasPointerCapture(event.pointerId);
    if (!captured && this.pointers.delete(event.pointerId) && this.pointers.size === 0) this.rest();
  }

  /** A wheel zooms as on every stage: with Control held, or two fingers on a touchpad. @param {WheelEvent} event */
  turn(event) {
    const at = this.at(event);
    if (!at || (!event.ctrlKey && !event.metaKey)) return;
    event.preventDefault();
    this.spread(2 ** (-Math.max(-WHEEL_MOST, Math.min(WHEEL_MOST, event.deltaY)) / WHEEL_HALF), at);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const by = ARROWS[event.key];
    const from = { x: MIDDLE, y: MIDDLE };
    if (by) {
      this.move({ from, to: { x: MIDDLE - by[0] * KEY_SHIFT, y: MIDDLE - by[1] * KEY_SHIFT } });
      this.restSoon();
    } else if (event.key === "+" || event.key === "=") this.spread(KEY_FACTOR);
    else if (event.key === "-") this.spread(1 / KEY_FACTOR);
    else if (event.key === "0") this.onCommit(ALL);
    else return;
    event.preventDefault();
  }

  close() { clearTimeout(this.resting); }
}
