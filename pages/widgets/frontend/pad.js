/**
 * The drawing pad. It draws by itself, without a round trip, and sends the whole picture as a PNG when a
 * stroke ends. What Python hands back is only adopted where it is not this pad's own work: after a change
 * of page or source the canvas is new and the drawing is not.
 *
 * @typedef {"white" | "black"} Paper
 * @typedef {{id: string, png: string, paper: Paper}} Drawing  png is base64, without the data: prefix
 * @typedef {{pixels: ImageData, paper: Paper, blank: boolean}} Snapshot
 * @typedef {{x: number, y: number}} Point  in canvas pixels
 * @typedef {{
 *   parentElement: ParentNode,
 *   data: {drawing: string},  a Drawing as JSON, or nothing
 *   setStateValue: (name: string, value: unknown) => void,
 * }} Component
 */

const MOST_SNAPSHOTS = 30;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const PAINT = { white: "#ffffff", black: "#000000" };

/** @param {Paper} paper @returns {Paper} */
const opposite = (paper) => (paper === "white" ? "black" : "white");

/** Something that no other pad has said: two tabs and two visits never share a name. */
const freshName = () => Array.from(crypto.getRandomValues(new Uint32Array(3)), (n) => n.toString(36)).join("");

class Pad {
  /** @param {ParentNode} root */
  constructor(root) {
    this.name = freshName();
    this.visits = 0;
    this.sent = 0;
    this.adopted = "";
    /** @type {(drawing: Drawing) => void} */
    this.send = () => {};
    /** @type {Paper} */
    this.paper = "white";
    this.erasing = false;
    this.blank = true;
    /** @type {Snapshot[]} */
    this.past = [];
    /** @type {Snapshot[]} */
    this.future = [];
    /** The pointer that draws, "keyboard", or null between strokes. @type {number | "keyboard" | null} */
    this.drawing = null;
    /** @type {Point} */
    this.at = { x: 0, y: 0 };

    this.element = root.querySelector(".pad");
    this.canvas = root.querySelector("canvas");
    this.context = this.canvas.getContext("2d", { willReadFrequently: true });
    this.ring = root.querySelector(".ring");
    this.hint = root.querySelector(".hint");
    this.size = root.querySelector("input[name=size]");
    this.sizeText = root.querySelector("output");
    this.buttons = Object.fromEntries(Array.from(root.querySelectorAll("button"), (b) => [b.name, b]));
    this.at = { x: this.canvas.width / 2, y: this.canvas.height / 2 };

    this.fill();
    this.listen();
    this.refresh();
  }

  listen() {
    const stop = new AbortController();
    this.close = () => stop.abort();
    /** @type {(target: EventTarget, kinds: string, act: (event: any) => void) => void} */
    const on = (target, kinds, act) => {
      for (const kind of kinds.split(" ")) target.addEventListener(kind, act, { signal: stop.signal });
    };
    on(this.canvas, "pointerdown", (event) => this.pointerDown(event));
    on(this.canvas, "pointermove", (event) => this.pointerMove(event));
    on(this.canvas, "pointerup pointercancel lostpointercapture", (event) => {
      if (event.pointerId === this.drawing) this.end();
    });
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

  /** @param {PointerEvent} event */
  pointerDown(event) {
    if (!event.isPrimary || event.button !== 0 || this.drawing !== null) return;
    event.preventDefault();
    this.canvas.focus({ preventScroll: true });
    this.canvas.setPointerCapture(event.pointerId);
    this.begin(event.pointerId, this.place(event), this.pressure(event));
  }

  /** @param {PointerEvent} event */
  pointerMove(event) {
    if (event.pointerType === "mouse") this.showRing(this.place(event));
    if (event.pointerId !== this.drawing) return;
    // A browser gathers fast moves into one event per frame; the moves in between make the stroke smooth.
    const moves = event.getCoalescedEvents?.() ?? [];
    for (const move of moves.length ? moves : [event]) this.extend(this.place(move), this.pressure(move));
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
    this.remember();
    this.drawing = who;
    this.at = point;
    this.blank = false;
    this.hint.hidden = true;
    this.extend(point, pressure);
  }

  /** @param {Point} point @param {number} [pressure] */
  extend(point, pressure = 1) {
    const { context } = this;
    context.strokeStyle = PAINT[this.erasing ? this.paper : opposite(this.paper)];
    // The eraser reaches a little further, to take the soft rim of an equally wide stroke along.
    context.lineWidth = this.size.valueAsNumber * pressure + (this.erasing ? 4 : 0);
    context.lineCap = "round";
    context.lineJoin = "round";
    context.beginPath();
    context.moveTo(this.at.x, this.at.y);
    context.lineTo(point.x, point.y); // a line to itself is a dot, thanks to the round cap
    context.stroke();
    this.at = point;
  }

  end() {
    this.drawing = null;
    this.commit();
  }

  // The keyboard

  /** Arrow keys move the brush, the space bar lowers and lifts it. @param {KeyboardEvent} event */
  steer(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = ARROWS[event.key];
    if (arrow) {
      const step = event.shiftKey ? 16 : 4;
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
    return { pixels: this.context.getImageData(0, 0, width, height), paper: this.paper, blank: this.blank };
  }

  remember() {
    this.past.push(this.snapshot());
    if (this.past.length > MOST_SNAPSHOTS) this.past.shift();
    this.future.length = 0;
  }

  /** @param {Snapshot[]} from @param {Snapshot[]} to */
  travel(from, to) {
    if (this.drawing !== null) return;
    const snapshot = from.pop();
    if (!snapshot) return;
    to.push(this.snapshot());
    this.context.putImageData(snapshot.pixels, 0, 0);
    this.paper = snapshot.paper;
    this.blank = snapshot.blank;
    this.commit();
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
    this.remember();
    this.fill();
    this.blank = true;
    this.commit();
  }

  /** Turn white into black and back, drawing included. */
  turn() {
    this.remember();
    const { pixels } = this.snapshot();
    pixels.data.forEach((value, index) => {
      if (index % 4 !== 3) pixels.data[index] = 255 - value; // the fourth is alpha
    });
    this.context.putImageData(pixels, 0, 0);
    this.paper = opposite(this.paper);
    this.commit();
  }

  // Python

  commit() {
    this.sent += 1;
    this.refresh();
    this.canvas.dataset.revision = String(Number(this.canvas.dataset.revision) + 1);
    const png = this.canvas.toDataURL("image/png").split(",", 2)[1];
    this.send({ id: `${this.name}.${this.sent}`, png, paper: this.paper });
  }

  /**
   * Take over a drawing that another pad made, never one of this pad's own: a run that started before the
   * last stroke brings the stroke before it.
   * @param {Drawing | null | undefined} drawing
   */
  async adopt(drawing) {
    if (!drawing || drawing.id === this.adopted || drawing.id.startsWith(`${this.name}.`)) return;
    this.adopted = drawing.id;
    const picture = new Image();
    picture.src = `data:image/png;base64,${drawing.png}`;
    await picture.decode();
    if (this.sent > 0 || this.drawing !== null) return; // somebody was quicker
    this.context.drawImage(picture, 0, 0);
    this.paper = drawing.paper;
    this.blank = false;
    this.canvas.dataset.revision = String(Number(this.canvas.dataset.revision) + 1);
    this.refresh();
  }

  // What is seen around the sheet

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
    this.sizeText.value = `${this.size.value} px`;
    const what = this.blank ? "empty" : `${this.sent} ${this.sent === 1 ? "change" : "changes"} so far`;
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

/** One pad per place in the page, however often its data changes. @type {WeakMap<ParentNode, Pad>} */
const pads = new WeakMap();

/** @param {Component} component */
export default function ({ parentElement, data, setStateValue }) {
  let pad = pads.get(parentElement);
  if (!pad) {
    pad = new Pad(parentElement);
    pads.set(parentElement, pad);
  }
  pad.send = (drawing) => setStateValue("drawing", drawing);
  pad.adopt(data?.drawing ? JSON.parse(data.drawing) : null);
  // Streamlit may end a call that newer data overtook; only the end of the last call ends the pad.
  const visit = (pad.visits += 1);
  return () => {
    if (visit !== pad.visits) return;
    pad.close();
    pads.delete(parentElement);
  };
}
