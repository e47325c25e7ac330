// A sheet to draw on with its tools: strokes, eraser, undo, paper. It draws by itself, without a round trip.
// Whoever has it on the page says what becomes of a drawing: `onStroke` while a stroke grows, `send` when it ends,
// and `onTakenBack` where it was none.

/**
 * @typedef {import("../types/messages.js").SentDrawing} SentDrawing
 * @typedef {SentDrawing["paper"]} Paper
 * @typedef {{pixels: ImageData, paper: Paper, blank: boolean, example: string}} Snapshot
 * @typedef {{x: number, y: number}} Point  in canvas pixels
 */

import { contextOf } from "../core/canvas.js";
import { icon } from "../core/icons.js";
import { offer } from "../core/offer.js";
import { keepOnly, keepSoon } from "../core/records.js";
import { counted } from "../core/words.js";

export const SIDE = 256; // pixels of the sheet
const MOST_SNAPSHOTS = 30;
const PEN_STAYS = 1000; // ms after a pen was last near in which a touch is taken for the hand that holds it
/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const SHEET = "sheet"; // the one record of a drawing
const PAINT = { white: "#ffffff", black: "#000000" };

/** The tools by name: what they are called, and whether they are on to begin with. @type {Record<string, string[]>} */
const TOOLS = {
  brush: ["Brush", "true"],
  eraser: ["Eraser", "false"],
  undo: ["Undo"],
  redo: ["Redo"],
  clear: ["Clear"],
  paper: ["Paper: white on black", "false"],
};

/** @param {import("../core/icons.js").IconName} name */
const tool = (name) => {
  const [label, pressed] = TOOLS[name];
  const state = pressed ? ` aria-pressed="${pressed}"` : "";
  return `<button type="button" name="${name}" aria-label="${label}" title="${label}"${state}>
    ${icon(name).outerHTML}<span class="word">${label.split(":")[0]}</span></button>`;
};

const PAD = `
  <div class="sheet">
    <canvas width="${SIDE}" height="${SIDE}" tabindex="0" role="application" data-revision="0"
      aria-label="Drawing sheet" aria-roledescription="drawing sheet" aria-describedby="how"></canvas>
    <div class="ring" hidden></div>
    <p class="hint" aria-hidden="true">Draw here</p>
  </div>
  <p class="how" id="how">Draw with the mouse, a finger or a pen. By keyboard, the arrow keys move the brush
    and the space bar lowers and lifts it; Control Z takes a stroke back.</p>
  <div class="tools" role="toolbar" aria-label="Drawing tools">
    ${tool("brush")}${tool("eraser")}<span class="gap"></span>
    ${tool("undo")}${tool("redo")}${tool("clear")}<span class="gap"></span>${tool("paper")}
  </div>
  <label class="size"><span>Brush</span>
    <input type="range" name="size" min="1" max="48" value="12" aria-label="Brush size in pixels">
    <span class="pixels">12 px</span></label>`;

/** @param {Paper} paper @returns {Paper} */
const opposite = (paper) => (paper === "white" ? "black" : "white");

/** Something that no other pad has said: two tabs and two visits never share a name. */
const freshName = () => Array.from(crypto.getRandomValues(new Uint32Array(3)), (n) => n.toString(36)).join("");

export class Pad {
  constructor() {
    this.name = freshName();
    this.sent = 0; // changes so far
    this.writings = 0;
    this.adopted = "";
    /** @type {(drawing: SentDrawing) => void} */
    this.send = () => {};
    this.onStroke = () => {};
    this.onTakenBack = () => {};
    /** @type {Paper} */
    this.paper = "white";
    this.erasing = false;
    this.blank = true;
    this.example = ""; // the name of one that is on: the first stroke takes its place, the eraser a part of it
    /** @type {Snapshot[]} */
    this.past = [];
    /** @type {Snapshot[]} */
    this.future = [];
    /** The pointer that draws, "keyboard", or null between strokes. @type {number | "keyboard" | null} */
    this.drawing = null;
    this.byTouch = false; // whether a finger draws, or the hand beside a pen
    /** What the stroke under way goes over. @type {Snapshot | null} */
    this.before = null;
    this.penNear = -Infinity; // when a pen last was, on the clock of the events
    /** @type {Point} */
    this.at = { x: 0, y: 0 };

    this.element = document.createElement("div");
    this.element.className = "pad";
    /** What the browser keeps it as, where it does. @type {string | undefined} */
    this.kind = undefined;
    this.element.setAttribute("role", "group");
    this.element.setAttribute("aria-label", "Drawing pad");
    this.element.innerHTML = PAD;
    /** @param {string} selector */
    const part = (selector) => /** @type {HTMLElement} */ (this.element.querySelector(selector));
    this.sheet = part(".sheet");
    this.canvas = /** @type {HTMLCanvasElement} */ (part("canvas"));
    this.context = contextOf(this.canvas, { willReadFrequently: true });
    this.ring = part(".ring");
    this.hint = part(".hint");
    this.size = /** @type {HTMLInputElement} */ (part("input[name=size]"));
    this.sizeText = part(".pixels");
    this.buttons = Object.fromEntries(Array.from(this.element.querySelectorAll("button"), (b) => [b.name, b]));
    this.at = { x: this.canvas.width / 2, y: this.canvas.height / 2 };

    this.fill();
    this.listen();
    this.refresh();
  }

  listen() {
    const stop = new AbortController();
    /** @type {() => void} */
    this.close = () => stop.abort();
    /** @type {(target: EventTarget, kinds: string, act: (event: any) => void) => void} */
    const on = (target, kinds, act) => {
      for (const kind of kinds.split(" ")) target.addEventListener(kind, act, { signal: stop.signal });
    };
    on(this.canvas, "pointerdown", (event) => this.pointerDown(event));
    on(this.canvas, "pointermove", (event) => this.pointerMove(event));
    on(this.canvas, "pointerup pointercancel lostpointercapture", (event) => this.pointerUp(event));
    // A pen that presses a tool, or hovers beside the sheet, is near as well.
    /** @param {PointerEvent} event */
    const near = (event) => { if (event.pointerType === "pen") this.penNear = event.timeStamp; };
    for (const kind of /** @type {const} */ (["pointerdown", "pointermove", "pointerup"])) {
      window.addEventListener(kind, near, { signal: stop.signal, capture: true });
    }
    // The menu of another button, or of a long press, would end the stroke.
    on(this.canvas, "contextmenu", (event) => { if (this.drawing !== null) event.preventDefault(); });
    on(this.canvas, "pointerleave", () => this.hideRing());
    on(this.canvas, "keydown", (event) => this.steer(event));
    on(this.canvas, "focus", () => this.canvas.matches(":focus-visible") && this.showRing());
    on(this.canvas, "blur", () => {
      if (this.drawing === "keyboard") this.end();
      this.hideRing();
    });
    on(this.element, "keydown", (event) => this.shortcut(event));
    on(this.size, "input", () => this.refresh());

    const acts = {
      brush: () => this.choose(false),
      eraser: () => this.choose(true),
      undo: () => this.travel(this.past, this.future),
      redo: () => this.travel(this.future, this.past),
      clear: () => this.clear(),
      paper: () => this.turn(),
    };
    for (const [name, act] of Object.entries(acts)) {
      on(this.buttons[name], "click", () => {
        // Not `disabled`: a button that lost its use under the finger would lose the focus as well.
        if (this.buttons[name].getAttribute("aria-disabled") !== "true") act();
      });
    }
  }

  // Strokes

  /**
   * One pointer draws at a time, the first: any finger, since another may hold the tablet. Only a pen goes before
   * it: what a touch has begun was the hand that came down with the pen.
   * @param {PointerEvent} event
   */
  pointerDown(event) {
    if (event.button !== 0) return;
    event.preventDefault();
    const touch = event.pointerType === "touch";
    if (touch && event.timeStamp - this.penNear < PEN_STAYS) return;
    if (this.drawing === "keyboard") this.end();
    if (this.byTouch && event.pointerType === "pen") this.takeBack();
    if (this.drawing !== null) return;
    this.canvas.focus({ preventScroll: true });
    this.canvas.setPointerCapture(event.pointerId);
    this.byTouch = touch;
    this.begin(event.pointerId, this.place(event), this.pressure(event));
  }

  /** @param {PointerEvent} event */
  pointerMove(event) {
    if (event.pointerType === "mouse") this.showRing(this.place(event));
    if (event.pointerId !== this.drawing) return;
    // While another button is held, letting go of the left one is a move, and no pointerup.
    if (!(event.buttons & 1)) return this.end();
    // A browser gathers fast moves into one event per frame; the moves in between make the stroke smooth.
    const moves = event.getCoalescedEvents?.() ?? [];
    for (const move of moves.length ? moves : [event]) this.extend(this.place(move), this.pressure(move));
  }

  /** @param {PointerEvent} event */
  pointerUp(event) {
    if (event.pointerId !== this.drawing) return;
    // A touch is called off where it was no stroke: the palm, or a swipe from the edge of the screen.
    if (event.type !== "pointercancel" || !this.byTouch) return this.end();
    this.takeBack();
    this.onTakenBack();
  }

  /** @param {PointerEvent} event @returns {Point} */
  place(event) {
    const box = this.canvas.getBoundingClientRect();
    return {
      x: ((event.clientX - box.left) / box.width) * this.canvas.width,
      y: ((event.clientY - box.top) / box.height) * this.canvas.height,
    };
  }

  /** How much the brush widens: only a pen knows how hard it is pressed. @param {PointerEvent} event */
  pressure(event) {
    return event.pointerType === "pen" && event.pressure > 0 ? 0.3 + 1.4 * event.pressure : 1;
  }

  /** @param {number | "keyboard"} who @param {Point} point @param {number} [pressure] */
  begin(who, point, pressure = 1) {
    this.before = this.snapshot();
    if (this.example && !this.erasing) this.fill();
    this.drawing = who;
    this.at = point;
    this.blank = false;
    this.example = "";
    this.hint.hidden = true;
    this.extend(point, pressure);
  }

  /** @param {Point} point @param {number} [pressure] */
  extend(point, pressure = 1) {
    const { context, at } = this;
    context.strokeStyle = context.fillStyle = PAINT[this.erasing ? this.paper : opposite(this.paper)];
    // The eraser reaches a little further, to take the soft rim of an equally wide stroke along.
    context.lineWidth = this.size.valueAsNumber * pressure + (this.erasing ? 4 : 0);
    context.lineCap = "round";
    context.beginPath();
    if (point.x === at.x && point.y === at.y) {
      // A canvas paints nothing of a line to itself, round caps or not.
      context.arc(point.x, point.y, context.lineWidth / 2, 0, 2 * Math.PI);
      context.fill();
    } else {
      context.moveTo(at.x, at.y);
      context.lineTo(point.x, point.y);
      context.stroke();
    }
    this.at = point;
    this.onStroke();
  }

  end() {
    this.drawing = null;
    this.byTouch = false;
    this.remember(/** @type {Snapshot} */ (this.before));
    this.commit();
  }

  /** Leave the sheet and its history as they were before the stroke under way. */
  takeBack() {
    this.drawing = null;
    this.byTouch = false;
    this.restore(/** @type {Snapshot} */ (this.before));
    this.refresh();
  }

  // The keyboard

  /** Arrow keys move the brush, the space bar lowers and lifts it. @param {KeyboardEvent} event */
  steer(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = ARROWS[event.key];
    if (arrow) {
      const step = event.shiftKey ? 16 : 4;
      /** @param {number} value */
      const within = (value) => Math.min(Math.max(value, 0), this.canvas.width);
      const point = { x: within(this.at.x + arrow[0] * step), y: within(this.at.y + arrow[1] * step) };
      if (this.drawing === "keyboard") this.extend(point);
      else if (this.drawing === null) this.at = point;
    } else if (event.key === " ") {
      if (event.repeat) return event.preventDefault();
      if (this.drawing === "keyboard") this.end();
      else if (this.drawing === null) this.begin("keyboard", this.at);
    } else {
      return;
    }
    event.preventDefault();
    this.showRing();
  }

  /** @param {KeyboardEvent} event */
  shortcut(event) {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const key = event.key.toLowerCase();
    const redo = key === "y" || (key === "z" && event.shiftKey);
    if (!redo && key !== "z") return;
    event.preventDefault();
    event.stopPropagation(); // the page around has shortcuts of its own
    if (redo) this.travel(this.future, this.past);
    else this.travel(this.past, this.future);
  }

  // History

  /** @returns {Snapshot} */
  snapshot() {
    const { width, height } = this.canvas;
    const { paper, blank, example } = this;
    return { pixels: this.context.getImageData(0, 0, width, height), paper, blank, example };
  }

  /** Keep what undo shall bring again. @param {Snapshot} snapshot */
  remember(snapshot = this.snapshot()) {
    this.past.push(snapshot);
    if (this.past.length > MOST_SNAPSHOTS) this.past.shift();
    this.future.length = 0;
  }

  /** @param {Snapshot[]} from @param {Snapshot[]} to */
  travel(from, to) {
    if (this.drawing !== null) return;
    const snapshot = from.pop();
    if (!snapshot) return;
    to.push(this.snapshot());
    this.restore(snapshot);
    this.commit();
  }

  /** @param {Snapshot} snapshot */
  restore({ pixels, paper, blank, example }) {
    this.context.putImageData(pixels, 0, 0);
    this.paper = paper;
    this.blank = blank;
    this.example = example;
  }

  // Whole-sheet acts

  /** @param {boolean} erasing */
  choose(erasing) {
    this.erasing = erasing;
    this.refresh();
  }

  fill() {
    this.context.fillStyle = PAINT[this.paper];
    this.context.fillRect(0, 0, this.canvas.width, this.canvas.height);
  }

  clear() {
    if (this.drawing !== null) return;
    this.remember();
    this.fill();
    this.blank = true;
    this.example = "";
    this.commit();
  }

  /** Turn white into black and back, drawing included. */
  turn() {
    if (this.drawing !== null) return;
    this.remember();
    const { pixels } = this.snapshot();
    pixels.data.forEach((value, index) => {
      if (index % 4 !== 3) pixels.data[index] = 255 - value; // the fourth is alpha
    });
    this.context.putImageData(pixels, 0, 0);
    this.paper = opposite(this.paper);
    this.commit();
  }

  // What is on

  commit() {
    this.sent += 1;
    this.refresh();
    this.repainted();
    this.send(this.written());
    this.keep();
  }

  /** What is on, as it is sent. @returns {SentDrawing} */
  written() {
    const png = this.canvas.toDataURL("image/png").split(",", 2)[1];
    this.writings += 1;
    return { id: `${this.name}.${this.writings}`, png, paper: this.paper };
  }

  repainted() {
    this.canvas.dataset.revision = String(Number(this.canvas.dataset.revision) + 1);
  }

  /**
   * Lay a picture on the sheet, in place of what is on: an example by its name, or what was drawn before, "".
   * @param {string} name @param {string} address @param {Paper} paper
   */
  async lay(name, address, paper = "white") {
    this.laid = name;
    const picture = new Image();
    picture.src = address;
    await picture.decode();
    if (this.laid !== name || this.drawing !== null) return;
    if (!this.blank) this.remember();
    this.paper = paper;
    this.show(picture);
    this.example = name;
  }

  /** @param {CanvasImageSource} picture */
  show(picture) {
    this.context.drawImage(picture, 0, 0, this.canvas.width, this.canvas.height);
    this.blank = false;
    this.repainted();
    this.refresh();
  }

  /**
   * Take over a drawing that another pad made, never one of this pad's own: a run that started before the
   * last stroke brings the stroke before it.
   * @param {SentDrawing | null | undefined} drawing
   */
  async adopt(drawing) {
    if (!drawing || drawing.id === this.adopted || drawing.id.startsWith(`${this.name}.`)) return;
    this.adopted = drawing.id;
    const picture = new Image();
    picture.src = `data:image/png;base64,${drawing.png}`;
    await picture.decode();
    if (this.sent > 0 || this.drawing !== null) return; // somebody was quicker
    this.example = "";
    this.paper = drawing.paper;
    this.show(picture);
  }

  // What is seen around the sheet

  /**
   * Keep the drawing in the browser from now on, and offer what an earlier visit left, below the tools.
   * @param {string} kind of the records
   * @param {boolean} isEmpty whether nobody has drawn here in this visit
   */
  keepAs(kind, isEmpty) {
    this.kind = kind;
    if (!isEmpty) return;
    const place = document.createElement("div");
    this.element.append(place);
    const isFirst = offer(place, kind, { take: async (values) => {
      const { png, paper } = values.get(SHEET);
      await this.lay("", `data:image/png;base64,${png}`, paper);
      this.commit();
      this.canvas.focus({ preventScroll: true });
    } });
    if (!isFirst) keepOnly(kind, []); // what was drawn on the sheet before has become something else
  }

  /** Keep what is on, once the hand rests: an example and an empty sheet are nothing of anybody's. */
  keep() {
    if (!this.kind) return;
    keepSoon(this.kind, SHEET, () => (this.blank || this.example ? null : { said: "your drawing", value: this.written() }));
  }

  refresh() {
    const { brush, eraser, undo, redo, paper } = this.buttons;
    const dark = this.paper === "black";
    brush.setAttribute("aria-pressed", String(!this.erasing));
    eraser.setAttribute("aria-pressed", String(this.erasing));
    undo.setAttribute("aria-disabled", String(!this.past.length));
    redo.setAttribute("aria-disabled", String(!this.future.length));
    paper.setAttribute("aria-pressed", String(dark));
    this.hint.hidden = !this.blank;
    this.hint.classList.toggle("dark", dark);
    this.sizeText.textContent = `${this.size.value} px`;
    const what = this.blank ? "empty" : `${counted(this.sent, "change")} so far`;
    this.canvas.setAttribute("aria-label", `Drawing sheet, ${opposite(this.paper)} on ${this.paper}: ${what}`);
  }

  /** Show the brush's outline where it is. @param {Point} [point] */
  showRing(point = this.at) {
    const share = 100 / this.canvas.width;
    this.ring.hidden = false;
    this.ring.classList.toggle("down", this.drawing === "keyboard");
    this.ring.style.left = `${point.x * share}%`;
    this.ring.style.top = `${point.y * share}%`;
    this.ring.style.width = `${this.size.valueAsNumber * share}%`;
  }

  hideRing() {
    this.ring.hidden = true;
  }
}
