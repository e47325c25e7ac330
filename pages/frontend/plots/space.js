// Vectors to look at: arrows in the plane and in space, bars for more than three numbers. It maps numbers to pixels
// and computes nothing else: every number that it draws came with an answer. In the plane the tips of some arrows can
// be dragged.

import { cleared, sizeOf } from "../core/canvas.js";
import { make } from "../core/dom.js";
import { endsDrag, startsDrag } from "../core/drag.js";
import { short } from "../core/numbers.js";
import { ticksBetween } from "./plot.js";

const SPACE_ROOM = 0.3; // of the drawing's extent, left free around it so that an arrow can be pulled outwards
const SPACE_EDGE = 0.05; // of the canvas: where other vectors come, what reaches nearer to its edge makes the plane fit anew
const SPACE_SMALL = 0.35; // of the canvas: there a drawing smaller than this makes it fit anew as well
const SPACE_MOVE = 220; // ms in which the plane goes from one scale to another
const SPACE_HEAD = 15; // CSS pixels of an arrow's head
const SPACE_SNAP = 4; // CSS pixels between two places of a dragged tip
const SPACE_TURN = 0.01; // radians for each pixel of a drag that turns the space
const SPACE_KEY = Math.PI / 36;

/** @type {Record<number, string>} */
const KINDS = { 2: "plane", 3: "space" };

/** Where a tip goes, to the right and upwards. @type {Record<string, [number, number]>} */
const TIP_WAYS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** How the space turns, about its upright axis and towards whoever looks. @type {Record<string, [number, number]>} */
const TURNS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** The round number next to another one: 1, 2 or 5 times a power of ten. @param {number} rough */
function niceAbove(rough) {
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * ([1, 2, 5, 10].find((nice) => nice * power >= rough * 0.999) ?? 10);
}

/**
 * @typedef {object} Arrow
 * @property {string} name
 * @property {number[]} way
 * @property {number[] | null} [start] where it starts, the origin if nothing is given
 * @property {number} series its colour's place
 * @property {boolean} [ghost] thin and dashed
 * @property {string} [hold] the name by which its tip is dragged
 */

/**
 * @typedef {object} Sight
 * @property {Arrow[]} arrows
 * @property {string[]} places what the numbers of a vector are called
 * @property {[string, string] | null} [arc] the two arrows between which the angle is marked
 * @property {string} summary one sentence: the accessible name
 */

/**
 * @typedef {[number, number]} Spot CSS pixels from the left and from the top
 * @typedef {Arrow & {from: Spot, to: Spot}} PlacedArrow
 * @typedef {{to: Spot, way: number[], series: number}} Tip
 * @typedef {{name: string, at: Spot, way: number[], moved: boolean}} Held the tip that is dragged
 */

/**
 * Where the plane lies.
 * @typedef {object} Frame
 * @property {number} unit CSS pixels of 1
 * @property {number} left the number at the edge
 * @property {number} bottom
 * @property {number} snap from one number to the next that a tip is dragged to
 * @property {number} decimals of those
 */

/**
 * What draws, in CSS pixels.
 * @typedef {object} Pen
 * @property {CanvasRenderingContext2D} context
 * @property {number} width
 * @property {number} height
 * @property {number} size of a letter
 * @property {(weight: number, scale?: number) => string} font
 */

export class Space {
  /**
   * @param {object} wiring
   * @param {string} wiring.name `data-space` for whoever looks for it
   * @param {(name: string, way: number[]) => void} [wiring.onInput] a tip moves
   * @param {(name: string, way: number[]) => void} [wiring.onCommit] a tip came to rest
   */
  constructor({ name, onInput = () => {}, onCommit = () => {} }) {
    this.onInput = onInput;
    this.onCommit = onCommit;
    this.canvas = make("canvas", { class: "vectors", role: "img", "data-space": name, "data-revision": "0" });
    /** @type {Map<string, HTMLElement>} */
    this.handles = new Map();
    /** @type {Map<string, Tip>} */
    this.tips = new Map();
    /** @type {Held | null} */
    this.held = null;
    /** Where the plane lies, or moves to; none where it has to fit anew. @type {Frame | null} */
    this.goal = null;
    /** As it is drawn. @type {Frame | null} */
    this.frame = null;
    /** From where the plane moves, and since when. @type {{from: Frame, since: number} | null} */
    this.moving = null;
    this.loose = false; // whether the next sight may have a frame of its own
    this.fitButton = make("button", { type: "button", class: "small", title: "Fit the plane to the arrows", onclick: () => this.refit() }, "Fit");
    this.box = make("div", { class: "spacebox" }, this.canvas);
    this.element = make("figure", { class: "space" }, this.box);
    this.revision = 0;
    /** @type {import("../live/live.js").Colours} */
    this.roles = {};
    /** @type {string[]} */
    this.series = [];
    /** The shades of the same in which names are written. @type {string[]} */
    this.inks = [];
    this.turned = { yaw: -0.6, pitch: 0.42 };
    this.canvas.addEventListener("pointerdown", (event) => this.turn(event));
    this.canvas.addEventListener("keydown", (event) => this.turnByKey(event));
    this.resizing = new ResizeObserver(() => { this.goal = null; this.draw(); });
    this.resizing.observe(this.canvas);
  }

  get dragging() {
    return Boolean(this.held);
  }

  /** @param {import("../live/live.js").Colours} roles @param {Record<string, string[]>} series by theme */
  colour(roles, series) {
    const themed = /** @type {HTMLElement} */ (this.element.closest("[data-theme]"));
    this.roles = roles;
    this.series = series[String(themed.dataset.theme)];
    this.inks = series[`${themed.dataset.theme}_text`];
    this.draw();
  }

  /** @param {Sight} sight */
  show(sight) {
    /** @type {Sight} */
    this.sight = sight;
    this.draw();
    this.loose = false;
  }

  /** What comes next was not made by a drag: the plane fits to it. */
  free() {
    this.loose = true;
  }

  /** Fit the plane to the arrows that are on it. */
  refit() {
    this.glide(() => { this.goal = null; });
  }

  release() {
    this.resizing.disconnect();
  }

  // What follows is its own affair.

  get dimensions() {
    return this.sight.arrows[0].way.length;
  }

  get kind() {
    return KINDS[this.dimensions] ?? "bars";
  }

  /** @param {{series: number}} arrow */
  colourOf({ series }) {
    return this.series[series % this.series.length];
  }

  /** What the name of an arrow is written in. @param {{series: number}} arrow */
  inkOf({ series }) {
    return this.inks[series % this.inks.length];
  }

  draw() {
    const { canvas } = this;
    if (!this.sight || !this.roles.text) return;
    const ready = cleared(canvas);
    if (!ready) return;
    const { context, width, height } = ready;
    const style = getComputedStyle(canvas);
    const size = parseFloat(style.fontSize);
    /** @type {Pen} */
    const pen = { context, width, height, size, font: (weight, scale = 1) => `${weight} ${size * scale}px ${style.fontFamily}` };
    this.element.dataset.kind = this.kind;
    if (this.kind === "plane") this.drawPlane(pen);
    else if (this.kind === "space") this.drawSpace(pen);
    else this.drawBars(pen);
    if (this.kind !== "plane") this.goal = null;
    this.fitButton.disabled = this.kind !== "plane";
    this.showHandles();
    if (this.kind === "space") canvas.tabIndex = 0;
    else canvas.removeAttribute("tabindex");
    canvas.setAttribute("role", this.kind === "space" ? "application" : "img");
    this.revision += 1;
    canvas.dataset.revision = String(this.revision);
    canvas.setAttribute("aria-label", this.sight.summary + (this.kind === "space" ? " Arrow keys turn the space." : ""));
  }

  // The plane

  /**
   * Where the plane lies: kept while a tip is dragged, and until one leaves it.
   * @param {number} width
   * @param {number} height
   * @returns {Frame}
   */
  fit(width, height) {
    const points = this.sight.arrows.flatMap(({ way, start }) => {
      const from = start ?? [0, 0];
      return [from, [from[0] + way[0], from[1] + way[1]]];
    });
    points.push([0, 0]);
    const ends = [0, 1].map((axis) => points.map((point) => point[axis])).map((values) => [Math.min(...values), Math.max(...values)]);
    const { goal, held, loose } = this;
    if (goal && (held || (loose ? this.fitsWell(goal, ends, width, height) : this.holds(goal, ends, width, height)))) return goal;
    const spans = ends.map(([low, high]) => high - low);
    const least = Math.max(...spans) || 1;
    const [wide, tall] = spans.map((span) => Math.max(span, least / 2) * (1 + 2 * SPACE_ROOM));
    const unit = Math.min(width / wide, height / tall);
    const [middleX, middleY] = ends.map(([low, high]) => (low + high) / 2);
    const snap = niceAbove(SPACE_SNAP / unit);
    const decimals = Math.max(0, -Math.floor(Math.log10(snap) + 1e-9));
    return { unit, left: middleX - width / 2 / unit, bottom: middleY - height / 2 / unit, snap, decimals };
  }

  /**
   * @param {Frame} frame
   * @param {number[][]} ends of what is drawn, by axis
   * @param {number} width
   * @param {number} height
   */
  fitsWell({ unit, left, bottom }, [[x0, x1], [y0, y1]], width, height) {
    const edge = SPACE_EDGE * Math.min(width, height);
    const [from, to] = [(x0 - left) * unit, (x1 - left) * unit];
    const [low, high] = [(y0 - bottom) * unit, (y1 - bottom) * unit];
    const share = Math.max((to - from) / width, (high - low) / height);
    return from >= edge && to <= width - edge && low >= edge && high <= height - edge && share > SPACE_SMALL;
  }

  /**
   * Whether all arrows are on the plane.
   * @param {Frame} frame
   * @param {number[][]} ends of what is drawn, by axis
   * @param {number} width
   * @param {number} height
   */
  holds({ unit, left, bottom }, [[x0, x1], [y0, y1]], width, height) {
    return x0 >= left && x1 <= left + width / unit && y0 >= bottom && y1 <= bottom + height / unit;
  }

  /** Change the frame, and let the plane move there. @param {() => void} change */
  glide(change) {
    const from = this.frame;
    change();
    if (from && !matchMedia("(prefers-reduced-motion: reduce)").matches) this.moving = { from, since: performance.now() };
    this.draw();
  }

  /** Take over where the plane lies now, on its way to where it belongs. @param {number} width @param {number} height */
  settle(width, height) {
    const before = this.goal;
    const goal = this.fit(width, height);
    this.goal = goal;
    // It has to grow: so much is seen, and not found changed.
    if (before && before !== goal && !this.moving) this.glide(() => {});
    if (!this.moving) {
      this.frame = goal;
      return goal;
    }
    const { from, since } = this.moving;
    const share = Math.min(1, (performance.now() - since) / SPACE_MOVE);
    const eased = share * share * (3 - 2 * share);
    /** @param {number} one @param {number} other */
    const between = (one, other) => one + eased * (other - one);
    this.frame = { ...goal, unit: 1 / between(1 / from.unit, 1 / goal.unit), left: between(from.left, goal.left), bottom: between(from.bottom, goal.bottom) };
    if (share < 1) requestAnimationFrame(() => this.draw());
    else this.moving = null;
    return this.frame;
  }

  /** @param {Pen} pen */
  drawPlane(pen) {
    const { context, width, height, size, font } = pen;
    const { unit, left, bottom } = this.settle(width, height);
    /** @type {(at: number[]) => Spot} */
    const place = ([x, y]) => [(x - left) * unit, height - (y - bottom) * unit];
    const [originX, originY] = place([0, 0]);
    context.strokeStyle = context.fillStyle = this.roles.text;
    context.font = font(400, 0.9);
    context.lineWidth = 1;
    /** @type {(fromX: number, fromY: number, toX: number, toY: number, alpha: number) => void} */
    const line = (fromX, fromY, toX, toY, alpha) => {
      context.globalAlpha = alpha;
      context.beginPath();
      context.moveTo(Math.round(fromX) + 0.5, Math.round(fromY) + 0.5);
      context.lineTo(Math.round(toX) + 0.5, Math.round(toY) + 0.5);
      context.stroke();
      context.globalAlpha = 0.75;
    };
    // The numbers stand at the axes, or at the edge where an axis is out of sight.
    const below = Math.min(height - size * 1.3, Math.max(2, originY + size * 0.3));
    const beside = Math.min(width - 4, Math.max(size * 2.2, originX - size * 0.4));
    context.textAlign = "center";
    context.textBaseline = "top";
    for (const { value, text } of ticksBetween(left, left + width / unit, width / (4.4 * size))) {
      const at = place([value, 0])[0];
      line(at, 0, at, height, value === 0 ? 0.6 : 0.11);
      if (value !== 0 && at > size && at < width - size) context.fillText(text, at, below);
    }
    context.textAlign = "right";
    context.textBaseline = "middle";
    for (const { value, text } of ticksBetween(bottom, bottom + height / unit, height / (4.4 * size))) {
      const at = place([0, value])[1];
      line(0, at, width, at, value === 0 ? 0.6 : 0.11);
      if (value !== 0 && at > size && at < height - size) context.fillText(text, beside, at);
    }
    context.globalAlpha = 1;
    this.drawAxisNames(pen, below, Math.min(width - 4, Math.max(0, originX)));
    const arrows = this.sight.arrows.map((arrow) => {
      const start = arrow.start ?? [0, 0];
      return { ...arrow, from: place(start), to: place([start[0] + arrow.way[0], start[1] + arrow.way[1]]) };
    });
    if (this.sight.arc) this.drawArc(pen, [originX, originY], arrows, this.sight.arc);
    for (const arrow of arrows) this.drawArrow(pen, arrow);
    context.fillStyle = this.roles.text;
    context.beginPath();
    context.arc(originX, originY, 4, 0, 2 * Math.PI);
    context.fill();
    this.drawNames(pen, arrows);
    this.tips = new Map(arrows.flatMap(({ hold, to, way, series }) => (hold ? [[hold, { to, way, series }]] : [])));
  }

  /** Say at the end of each axis which number it is for. @param {Pen} pen @param {number} below @param {number} beside */
  drawAxisNames({ context, width, size, font }, below, beside) {
    const [across, up] = [0, 1].map((axis) => this.sight.places[axis] ?? "");
    context.font = `italic ${font(600)}`;
    context.fillStyle = this.roles.text;
    context.textBaseline = "bottom";
    context.textAlign = "right";
    context.fillText(across, width - 5, Math.max(size * 1.3, below - size * 0.4), width / 3);
    context.textBaseline = "top";
    context.textAlign = beside > width / 2 ? "right" : "left";
    context.fillText(up, beside > width / 2 ? beside - 6 : beside + 6, 4, width / 3);
  }

  /** @param {Pen} pen @param {PlacedArrow} arrow */
  drawArrow({ context }, { from, to, ghost, ...arrow }) {
    const [alongX, alongY] = [to[0] - from[0], to[1] - from[1]];
    const length = Math.hypot(alongX, alongY);
    context.strokeStyle = context.fillStyle = this.colourOf(arrow);
    context.globalAlpha = ghost ? 0.65 : 1;
    if (length < 1) {
      context.beginPath();
      context.arc(to[0], to[1], 6, 0, 2 * Math.PI);
      context.fill();
      context.globalAlpha = 1;
      return;
    }
    const head = Math.min(SPACE_HEAD, length * 0.6) * (ghost ? 0.75 : 1);
    const [x, y] = [alongX / length, alongY / length];
    const [neckX, neckY] = [to[0] - x * head * 0.85, to[1] - y * head * 0.85];
    // A vector that was made lies thinner on a given one, so that both are seen where they coincide.
    context.lineWidth = ghost ? 2 : arrow.series < 2 ? 5.5 : 3;
    context.setLineDash(ghost ? [7, 6] : []);
    context.beginPath();
    context.moveTo(from[0], from[1]);
    context.lineTo(neckX, neckY);
    context.stroke();
    context.setLineDash([]);
    context.beginPath();
    context.moveTo(to[0], to[1]);
    context.lineTo(to[0] - x * head - y * head * 0.5, to[1] - y * head + x * head * 0.5);
    context.lineTo(to[0] - x * head + y * head * 0.5, to[1] - y * head - x * head * 0.5);
    context.closePath();
    context.fill();
    context.globalAlpha = 1;
  }

  /**
   * Mark the angle between two arrows from the origin, a right one with a corner.
   * @param {Pen} pen
   * @param {Spot} origin
   * @param {PlacedArrow[]} arrows
   * @param {[string, string]} names of the two
   */
  drawArc({ context }, [x, y], arrows, names) {
    const [first, second] = names.map((one) => /** @type {PlacedArrow} */ (arrows.find(({ name }) => name === one)));
    const reach = Math.min(46, ...[first, second].map(({ to }) => Math.hypot(to[0] - x, to[1] - y) * 0.6));
    if (reach < 8) return;
    const [one, other] = [first, second].map(({ to }) => Math.atan2(to[1] - y, to[0] - x));
    const turn = ((other - one + 3 * Math.PI) % (2 * Math.PI)) - Math.PI;
    context.strokeStyle = context.fillStyle = this.series[2];
    context.lineWidth = 2.5;
    context.beginPath();
    if (Math.abs(Math.abs(turn) - Math.PI / 2) < 1e-6) {
      const side = reach * 0.5;
      const [firstX, firstY, secondX, secondY] = [one, other].flatMap((angle) => [Math.cos(angle) * side, Math.sin(angle) * side]);
      context.moveTo(x + firstX, y + firstY);
      context.lineTo(x + firstX + secondX, y + firstY + secondY);
      context.lineTo(x + secondX, y + secondY);
    } else context.arc(x, y, reach, one, other, turn < 0);
    context.stroke();
    context.globalAlpha = 0.14;
    context.lineTo(x, y);
    context.fill();
    context.globalAlpha = 1;
  }

  /**
   * Write each name ahead of its tip, or beside the middle of an arrow that starts elsewhere: where it covers least
   * of the other names, the tips that are dragged, and the arrows.
   * @param {Pen} pen
   * @param {PlacedArrow[]} arrows
   */
  drawNames({ context, size, font, width, height }, arrows) {
    context.font = font(700, 1.25);
    context.textAlign = "center";
    context.textBaseline = "middle";
    /** @type {{left: number, top: number, half: number}[]} */
    const taken = [];
    const tips = arrows.filter(({ hold }) => hold);
    const along = arrows.flatMap(({ from, to }) => {
      const steps = Math.max(1, Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1]) / 6));
      return Array.from({ length: steps + 1 }, (_, step) => [0, 1].map((axis) => from[axis] + (step / steps) * (to[axis] - from[axis])));
    });
    for (const { name, from, to, start, ghost, ...arrow } of arrows) {
      if (!name || ghost) continue;
      const length = Math.hypot(to[0] - from[0], to[1] - from[1]) || 1;
      const [x, y] = [(to[0] - from[0]) / length, (to[1] - from[1]) / length];
      const half = context.measureText(name).width / 2;
      const away = size * 1.1 + 4;
      const middle = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2];
      /** @type {(side: number) => Spot} */
      const beside = (side) => [middle[0] - side * y * (away + half * Math.abs(y)), middle[1] + side * x * away];
      /** @type {Spot} */
      const ahead = [to[0] + x * (away + half * Math.abs(x)), to[1] + y * away];
      /** @type {(side: number) => Spot} */
      const aslant = (side) => [to[0] + (x - side * y) * (away * 0.75 + half), to[1] + (y + side * x) * away * 0.75];
      const spots = start ? [beside(1), beside(-1), ahead] : [ahead, aslant(-1), aslant(1), beside(-1), beside(1)];
      /** @type {(spot: Spot) => Spot} */
      const inside = ([left, top]) => [Math.min(width - half - 3, Math.max(half + 3, left)), Math.min(height - size, Math.max(size, top))];
      /** @type {(spot: Spot) => number} */
      const covered = ([left, top]) => 100 * taken.filter((other) => (
        Math.abs(other.left - left) <= other.half + half + 4 && Math.abs(other.top - top) <= size * 1.4)).length
        + 20 * tips.filter((tip) => Math.abs(tip.to[0] - left) <= half + 13 && Math.abs(tip.to[1] - top) <= size * 0.6 + 12).length
        + along.filter(([atX, atY]) => Math.abs(atX - left) <= half + 3 && Math.abs(atY - top) <= size * 0.75).length;
      const [left, top] = spots.map(inside).reduce((best, spot) => (covered(spot) < covered(best) ? spot : best));
      taken.push({ left, top, half });
      context.lineWidth = 5;
      context.lineJoin = "round";
      context.strokeStyle = this.roles.background;
      context.strokeText(name, left, top);
      context.fillStyle = this.inkOf(arrow);
      context.fillText(name, left, top);
    }
  }

  // The tips that are dragged

  showHandles() {
    const tips = this.kind === "plane" ? this.tips : /** @type {Map<string, Tip>} */ (new Map());
    for (const [name, handle] of this.handles) handle.hidden = !tips.has(name);
    for (const [name, tip] of tips) {
      const handle = this.handles.get(name) ?? this.makeHandle(name);
      this.handles.set(name, handle);
      handle.hidden = false;
      const [left, top] = this.held?.name === name ? this.held.at : tip.to;
      handle.style.left = `${left}px`;
      handle.style.top = `${top}px`;
      handle.style.setProperty("--tone", this.colourOf(tip));
      handle.setAttribute("aria-label", `Tip of ${name}, at ${tip.way.map((number) => short(number, 4)).join(", ")}`);
    }
  }

  /** @param {string} name */
  makeHandle(name) {
    const handle = make("button", {
      type: "button", class: "tiphandle", "data-hold": name, "aria-roledescription": "movable tip",
      title: `Drag the tip of ${name}, or use the arrow keys`,
    });
    handle.addEventListener("pointerdown", (event) => this.hold(name, handle, event));
    handle.addEventListener("keydown", (event) => this.key(name, event));
    this.box.append(handle);
    return handle;
  }

  /**
   * The numbers of a place on the canvas, on round ones and within the plane that is seen.
   * @param {number} x
   * @param {number} y
   */
  wayAt(x, y) {
    const { unit, left, bottom, snap, decimals } = /** @type {Frame} */ (this.frame);
    const { width, height } = sizeOf(this.canvas);
    /** @type {Spot} */
    const inside = [Math.min(width - 6, Math.max(6, x)), Math.min(height - 6, Math.max(6, y))];
    const round = (/** @type {number} */ value) => Number((Math.round(value / snap) * snap).toFixed(decimals)) + 0;
    return { at: inside, way: [round(left + inside[0] / unit), round(bottom + (height - inside[1]) / unit)] };
  }

  /** @param {string} name @param {HTMLElement} handle @param {PointerEvent} event */
  hold(name, handle, event) {
    if (!startsDrag(this.box, event)) return;
    event.preventDefault();
    handle.focus({ preventScroll: true });
    handle.setPointerCapture(event.pointerId);
    const tip = /** @type {Tip} */ (this.tips.get(name));
    const box = this.canvas.getBoundingClientRect();
    // The finger need not be on the middle of the tip.
    const off = [tip.to[0] - (event.clientX - box.left), tip.to[1] - (event.clientY - box.top)];
    /** @type {Held} */
    const held = { name, at: tip.to, way: tip.way, moved: false };
    this.held = held;
    this.moving = null; // nothing moves below the hand
    /** @param {PointerEvent} next */
    const moved = (next) => {
      const { left, top } = this.canvas.getBoundingClientRect();
      const { at, way } = this.wayAt(next.clientX - left + off[0], next.clientY - top + off[1]);
      held.at = at;
      handle.style.left = `${at[0]}px`;
      handle.style.top = `${at[1]}px`;
      if (way.every((number, axis) => number === held.way[axis])) return;
      held.way = way;
      held.moved = true;
      this.onInput(name, way);
    };
    /** @param {PointerEvent} last */
    const ended = (last) => {
      if (!endsDrag(handle, last)) return;
      handle.removeEventListener("pointermove", moved);
      handle.removeEventListener("lostpointercapture", ended);
      this.held = null;
      if (held.moved) this.onCommit(name, held.way);
      this.draw();
    };
    handle.addEventListener("pointermove", moved);
    handle.addEventListener("lostpointercapture", ended);
  }

  /** @param {string} name @param {KeyboardEvent} event */
  key(name, event) {
    const step = TIP_WAYS[event.key];
    if (!step) return;
    event.preventDefault();
    const { snap, decimals } = /** @type {Frame} */ (this.frame);
    const { way } = /** @type {Tip} */ (this.tips.get(name));
    const next = way.map((number, axis) => Number((number + step[axis] * snap * (event.shiftKey ? 10 : 1)).toFixed(decimals)) + 0);
    this.onCommit(name, next);
  }

  // Space

  /** @param {PointerEvent} event */
  turn(event) {
    if (this.kind !== "space" || !startsDrag(this.box, event)) return;
    event.preventDefault();
    this.canvas.focus({ preventScroll: true });
    this.canvas.setPointerCapture(event.pointerId);
    let [x, y] = [event.clientX, event.clientY];
    /** @param {PointerEvent} next */
    const moved = (next) => {
      this.turnBy((next.clientX - x) * SPACE_TURN, (next.clientY - y) * SPACE_TURN);
      [x, y] = [next.clientX, next.clientY];
    };
    /** @param {PointerEvent} last */
    const ended = (last) => {
      if (!endsDrag(this.canvas, last)) return;
      this.canvas.removeEventListener("pointermove", moved);
      this.canvas.removeEventListener("lostpointercapture", ended);
    };
    this.canvas.addEventListener("pointermove", moved);
    this.canvas.addEventListener("lostpointercapture", ended);
  }

  /** @param {KeyboardEvent} event */
  turnByKey(event) {
    const by = TURNS[event.key];
    if (!by || this.kind !== "space") return;
    event.preventDefault();
    this.turnBy(by[0] * SPACE_KEY, by[1] * SPACE_KEY);
  }

  /** @param {number} yaw @param {number} pitch */
  turnBy(yaw, pitch) {
    this.turned.yaw += yaw;
    this.turned.pitch = Math.min(1.5, Math.max(-1.5, this.turned.pitch + pitch));
    this.draw();
  }

  /** @param {Pen} pen */
  drawSpace(pen) {
    const { context, width, height, size, font } = pen;
    const ends = this.sight.arrows.map(({ way, start }) => ({ from: start ?? [0, 0, 0], to: way.map((number, axis) => number + (start?.[axis] ?? 0)) }));
    const largest = Math.max(...ends.flatMap(({ from, to }) => [...from, ...to]).map(Math.abs)) || 1;
    const reach = niceAbove(largest / 4) * Math.ceil(largest / niceAbove(largest / 4) - 1e-9);
    const unit = (0.45 * Math.min(width, height)) / reach;
    const { yaw, pitch } = this.turned;
    /** @type {(at: number[]) => Spot} */
    const place = ([x, y, z]) => [
      width / 2 + unit * (x * Math.cos(yaw) - y * Math.sin(yaw)),
      height / 2 - unit * (z * Math.cos(pitch) + (x * Math.sin(yaw) + y * Math.cos(yaw)) * Math.sin(pitch)),
    ];
    /** @type {(from: number[], to: number[], alpha: number, wide?: number) => void} */
    const line = (from, to, alpha, wide = 1) => {
      context.globalAlpha = alpha;
      context.lineWidth = wide;
      context.beginPath();
      context.moveTo(...place(from));
      context.lineTo(...place(to));
      context.stroke();
      context.globalAlpha = 1;
    };
    context.strokeStyle = context.fillStyle = this.roles.text;
    for (let step = -4; step <= 4; step += 1) {
      const at = (step / 4) * reach;
      line([at, -reach, 0], [at, reach, 0], 0.12);
      line([-reach, at, 0], [reach, at, 0], 0.12);
    }
    context.font = font(500, 0.9);
    context.textAlign = "center";
    context.textBaseline = "middle";
    [0, 1, 2].forEach((axis) => {
      const end = [0, 0, 0].map((_, other) => (other === axis ? reach : 0));
      line(end.map((value) => -value), end, 0.55, 1.5);
      context.globalAlpha = 0.85;
      context.fillText(`${this.sight.places[axis] ?? ""} ${short(reach)}`, ...place(end.map((value) => value * 1.13)));
      context.globalAlpha = 1;
    });
    context.setLineDash([3, 4]);
    for (const { to } of ends) line(to, [to[0], to[1], 0], 0.5, 1.2);
    context.setLineDash([]);
    const arrows = this.sight.arrows.map((arrow, index) => ({ ...arrow, from: place(ends[index].from), to: place(ends[index].to) }));
    for (const arrow of arrows) this.drawArrow(pen, arrow);
    this.drawNames(pen, arrows);
    context.font = font(400, 0.85);
    context.fillStyle = this.roles.text;
    context.globalAlpha = 0.75;
    context.textAlign = "right";
    context.fillText("drag to turn", width - 4, height - size * 0.7);
    context.globalAlpha = 1;
  }

  // Bars

  /** @param {Pen} pen */
  drawBars(pen) {
    const { context, width, height, size, font } = pen;
    const arrows = this.sight.arrows.filter(({ ghost }) => !ghost);
    const count = this.dimensions;
    const values = arrows.flatMap(({ way }) => way);
    const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
    const span = high - low || 1;
    const bottom = height - size * 2.6;
    const top = size;
    context.font = font(400, 0.9);
    const ticks = ticksBetween(low - 0.04 * span, high + 0.04 * span, (bottom - top) / (3 * size));
    const left = 8 + Math.max(...ticks.map(({ text }) => context.measureText(text).width));
    /** @param {number} value */
    const toY = (value) => bottom - ((value - low + 0.04 * span) / (1.08 * span)) * (bottom - top);
    context.fillStyle = context.strokeStyle = this.roles.text;
    context.lineWidth = 1;
    context.textAlign = "right";
    context.textBaseline = "middle";
    for (const { value, text } of ticks) {
      context.globalAlpha = value === 0 ? 0.6 : 0.12;
      context.beginPath();
      context.moveTo(left, Math.round(toY(value)) + 0.5);
      context.lineTo(width, Math.round(toY(value)) + 0.5);
      context.stroke();
      context.globalAlpha = 0.8;
      context.fillText(text, left - 5, toY(value));
    }
    context.globalAlpha = 1;
    const group = (width - left) / count;
    const bar = (group * (group > 12 ? 0.8 : 0.95)) / arrows.length;
    arrows.forEach((arrow, series) => {
      context.fillStyle = context.strokeStyle = this.colourOf(arrow);
      arrow.way.forEach((value, place) => {
        const x = left + group * place + (group - bar * arrows.length) / 2 + bar * series;
        const [from, to] = [Math.min(toY(0), toY(value)), Math.max(toY(0), toY(value))];
        const wide = Math.max(0.5, bar - (bar > 4 ? 1.5 : 0));
        if (series === 1 && wide > 5) {
          // Colour is never the only difference: the second one is hollow.
          context.globalAlpha = 0.35;
          context.fillRect(x, from, wide, to - from);
          context.globalAlpha = 1;
          context.lineWidth = 2;
          context.strokeRect(x + 1, from + 1, wide - 2, Math.max(0, to - from - 2));
        } else context.fillRect(x, from, wide, Math.max(1, to - from));
      });
    });
    this.drawPlaces(pen, { left, group, count });
  }

  /**
   * Write under the bars what they are, as many as there is room for.
   * @param {Pen} pen
   * @param {{left: number, group: number, count: number}} bars where they begin, and the width and number of groups
   */
  drawPlaces({ context, height, size, font }, { left, group, count }) {
    context.font = font(400, 0.9);
    context.fillStyle = this.roles.text;
    context.globalAlpha = 0.85;
    context.textAlign = "center";
    context.textBaseline = "top";
    /** @type {(text: string, room: number) => string} */
    const cut = (text, room) => {
      if (context.measureText(text).width <= room) return text;
      let end = text.length;
      while (end > 1 && context.measureText(`${text.slice(0, end)}…`).width > room) end -= 1;
      return `${text.slice(0, end)}…`;
    };
    const every = Math.max(1, Math.ceil((3.2 * size) / group));
    const right = left + group * count;
    for (let place = 0; place < count; place += every) {
      const text = cut(this.sight.places[place] ?? String(place + 1), group * every - 4);
      const half = context.measureText(text).width / 2;
      context.fillText(text, Math.min(right - half - 2, left + group * (place + 0.5)), height - size * 2);
    }
    context.globalAlpha = 1;
  }
}
