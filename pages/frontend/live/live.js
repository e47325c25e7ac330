// What every live component does: settings go to the lane while a control moves and to Streamlit when it rests,
// and the newest answer wins. A view is a subclass that builds its elements and shows an answer.

import { Slider, Strip } from "../controls/controls.js";
import { fromBase64 } from "../core/base64.js";
import { contextOf } from "../core/canvas.js";
import { isLight } from "../core/colours.js";
import { decoded } from "../core/decoding.js";
import { make } from "../core/dom.js";
import { kept } from "../core/kept.js";
import { socketAt } from "../core/server.js";
import { Spoken } from "../core/spoken.js";
import { feed } from "./feed.js";
import { Frames } from "./frames.js";
import { Lane, Runs, decodeAnswer } from "./lane.js";
import { carry, pictureOf } from "./store.js";

const SAID_HERE = ["dark", "pixels"]; // settings that the browser says: nobody chooses them
const EXACT_AFTER = 150; // ms of rest before the exact answer is asked for: about a run of the page

/**
 * @typedef {import("../core/open.js").Component} Component
 * @typedef {import("./lane.js").Question} Question
 * @typedef {Record<string, any>} Values
 * @typedef {Record<string, string>} Colours of roles, background and text, by name
 * @typedef {{height: number, width: number, channels: number, data: Uint8ClampedArray<ArrayBuffer>}} Pixels red, green, blue
 * and alpha of each
 */

/**
 * What the page brings with each of its runs, and what its operation is described with. Which settings, values and
 * labels an operation has its view knows.
 * @typedef {Omit<import("../types/messages.js").LabData & import("../types/messages.js").Description, "settings" | "values" | "labels">
 *   & {settings: any[], values: Values, labels: Record<string, any>}} LabData
 */

/**
 * What a person sets, and how it is told.
 * @typedef {object} Control
 * @property {HTMLElement} element
 * @property {any} [setting]
 * @property {(value: any) => void} set
 * @property {boolean} [dragging]
 * @property {boolean} [scrubbing]
 */

/**
 * Each is made with the setting and what becomes of its changes.
 * @typedef {new (setting: any, wiring: any) => Control} ControlClass
 */

/**
 * @template [Facts=any] what the operation finds
 * @template {Values} [Chosen=any] its settings
 */
export class Live {
  /** Which class draws a setting, by its kind; a view adds those that it alone has. @type {Record<string, ControlClass>} */
  static controls = { number: Slider, choice: Strip };

  /**
   * @param {HTMLElement} root
   * @param {LabData} data
   * @param {Component["setStateValue"]} setStateValue
   */
  constructor(root, data, setStateValue) {
    this.root = root;
    this.data = data;
    this.setStateValue = setStateValue;
    this.seq = data.seq;
    this.values = /** @type {Chosen} */ (data.values);
    this.epoch = data.epoch;
    /** The background that the colours are for. */
    this.ground = "";
    this.dark = false;
    /** The identity of the working picture that is on. @type {string | undefined} */
    this.picture = undefined;
    /** @type {ReturnType<typeof setTimeout> | null} */
    this.describing = null;
    /** The last question, as long as nobody has answered it. @type {Question | null} */
    this.unanswered = null;
    /** Of the answer that is on; read after the first one alone. @type {Facts} */
    this.facts = /** @type {any} */ (null);
    /** @type {Map<string, any>} */
    this.controls = new Map();
    this.message = make("p", { class: "message", role: "status" });
    this.spoken = new Spoken(() => this.dragging || feed.isMoving);
    /** What the answer that is on comes to, in a sentence. @type {string | undefined} */
    this.outcome = undefined;
    this.element = this.build();
    this.element.append(this.spoken.element);
    Object.assign(this.element.dataset, { lane: "connecting", operation: data.operation });
    root.append(this.element);
    this.frames = new Frames(this);
    this.element.before(this.frames.bar.element);
    this.runs = new Runs((request) => this.setStateValue("live", { ...request, ...this.enclosed() }));
    this.commits = new Runs((request, attempt) => {
      this.element.dataset.committed = String(request.seq);
      carry(attempt === 1 ? data.operation : "page", { ...request, ...this.enclosed() });
    });
    this.lane = new Lane({
      url: this.laneUrl(data.lane),
      needsPicture: this.needsPicture,
      onAnswer: (answer, operation) => (operation === data.operation ? this.receive(answer) : this.told(answer, operation)),
      onError: (seq, sentence, operation) => (operation === data.operation ? this.complain(seq, sentence) : this.say(sentence)),
      onState: (open) => this.laneState(open),
    });
    /** @param {any} event */
    this.onPicture = ({ detail }) => { if (detail === this.data.picture?.id) this.takePicture(); };
    window.addEventListener("explorer:picture", this.onPicture);
    /** @param {any} event */
    this.onUnsettled = ({ detail }) => { if (!this.isSettled) detail.push(this.data.operation); };
    window.addEventListener("explorer:unsettled", this.onUnsettled);
    if (!data.picture) this.refresh();
    else this.frames.watch();
  }

  // What a view fills in.

  /** Make the element, with `message` in it and the controls that `addControl` gives. @returns {HTMLElement} */
  build() { return make("div", { class: "lab" }, this.message); }

  /** Take the working picture, and the caption's title. @param {Pixels} pixels @param {string} title */
  setPicture(pixels, title) {}

  /** Take a frame of the camera in place of the one before. @param {Pixels} pixels @param {string} title */
  setFrame(pixels, title) { this.setPicture(pixels, title); }

  /**
   * Whether an answer belongs to what is on: answers to a picture that was exchanged do not.
   * @param {Facts} facts
   * @param {Pixels | undefined} pixels what it is about
   */
  fits(facts, pixels) { return true; }

  /**
   * Whether a picture of an answer is worth decoding: one that is on the screen already is not.
   * @param {string} name
   * @param {Facts} facts
   */
  needs(name, facts) { return true; }

  /**
   * Show an answer, whose pictures are decoded.
   * @param {import("./lane.js").Answer<Facts>} answer
   * @param {Record<string, import("../core/decoding.js").Picture>} images
   */
  show(answer, images) {}

  /** Write what stands beside the pictures, in the frame after them. */
  describe() {}

  /**
   * Tell a screen reader what the answer that is on comes to, once the hand rests. The first one stands on the
   * page that opens, and is found there.
   * @param {string} sentence
   */
  tell(sentence) {
    const { outcome: before } = this;
    this.outcome = sentence;
    if (before !== undefined && sentence !== before) this.spoken.say(sentence);
  }

  /** Take over the colours of the roles in the present theme. @param {Colours} roles */
  colour(roles) {}

  /** For how many ms a run of the page lets the lane go first: both would compete for the server's lock. */
  get runAfter() { return 0; }

  /** What the lane is told beside the settings: how much of an answer is on the screen. @returns {Values} */
  get onScreen() { return {}; }

  /** What to remember of the moment in which a question is asked, beside its settings. @returns {Record<string, any>} */
  noted() { return {}; }

  /** What a question to Streamlit takes along beside the settings; the lane has a way of its own for pictures. @returns {object} */
  enclosed() { return {}; }

  /** Take the answer of an operation beside the view's own. @param {import("./lane.js").Answer} answer @param {string} operation */
  told(answer, operation) {}

  /** Give up what cannot be, and return to the settings that last were possible. */
  retreat() { if (this.possible) this.values = this.possible; }

  /** Forget the elements' own resources. */
  release() {}

  // What all of them do.

  /** Beside the page, as its scripts are, so that it is found below any base path. @param {string} name */
  laneUrl(name) {
    return socketAt(name);
  }

  /**
   * Make the control of a setting and wire it; none where the view draws it in a way of its own.
   * @param {any} setting
   * @param {object} [wiring]
   * @param {(value: any) => Values} [wiring.extend] adds to what a value changes along with itself
   */
  addControl(setting, { extend = () => ({}), ...more } = {}) {
    /** @param {any} value */
    const change = (value) => ({ [setting.name]: value, ...extend(value) });
    const Control = /** @type {typeof Live} */ (this.constructor).controls[setting.kind];
    if (!Control || SAID_HERE.includes(setting.name)) return null;
    const control = new Control(setting, {
      onInput: (/** @type {any} */ value) => this.move(change(value)),
      onCommit: (/** @type {any} */ value) => this.commit(change(value)),
      onSay: (/** @type {string} */ sentence) => this.say(sentence),
      ...more,
    });
    control.element.classList.toggle("rare", this.data.rare.includes(setting.name));
    this.controls.set(setting.name, control);
    return control;
  }

  /** A run of the page has come: take what it brings. @param {LabData} data @param {Component["setStateValue"]} setStateValue */
  update(data, setStateValue) {
    const pictureBefore = this.picture;
    this.data = data;
    this.setStateValue = setStateValue;
    this.theme(data.roles);
    for (const [name, { element }] of this.controls) element.classList.toggle("rare", data.rare.includes(name));
    if (data.epoch !== this.epoch) {
      // The page itself changed the settings, by a link or a button.
      this.epoch = data.epoch;
      this.values = this.grounded(/** @type {Chosen} */ (data.values));
      this.refresh();
    }
    if (data.answer) this.receive(decodeAnswer(fromBase64(data.answer)));
    if (data.answered != null) {
      this.runs.settle(data.answered);
      this.commits.settle(data.committed);
      this.element.dataset.run = String(data.answered);
    }
    if (data.complaint) this.complain(data.answered ?? this.seq, data.complaint);
    this.showControls();
    // A run that began before what is on was asked has written what was true then.
    if (this.facts && !this.unanswered) this.describeNext();
    if (data.picture && data.picture.id !== pictureBefore) this.takePicture();
  }

  /** @param {LabData["roles"]} roles */
  theme(roles) {
    const style = getComputedStyle(this.element);
    const ground = style.getPropertyValue("--st-background-color") || "#fff";
    if (ground === this.ground) return;
    this.ground = ground;
    const probe = contextOf(document.createElement("canvas"));
    probe.fillStyle = ground;
    const background = String(probe.fillStyle); // however it was written, as #rrggbb
    const dark = !isLight(background);
    this.dark = dark;
    const colours = Object.fromEntries(Object.entries(roles).flatMap(([name, role]) => [
      [name, dark ? role.dark : role.light], [`${name}-text`, dark ? role.dark_text : role.light_text]]));
    for (const [name, colour] of Object.entries(colours)) this.element.style.setProperty(`--role-${name}`, colour);
    this.element.dataset.theme = dark ? "dark" : "light";
    this.colour({ ...colours, background, text: style.color });
    if (this.facts) this.describeNext(); // what is written has colours of the theme too
    const { values } = this;
    this.values = this.grounded(values);
    if (this.facts && this.values !== values) this.refresh();
  }

  /** Settings that say whether the theme is dark, where maps are painted for it. @param {Chosen} values @returns {Chosen} */
  grounded(values) {
    return "dark" in values && values.dark !== this.dark ? { ...values, dark: this.dark } : values;
  }

  /** The picture that this run speaks of, once its bytes are here. */
  async takePicture() {
    if (!this.data.picture) return;
    const { id, title, channels } = this.data.picture;
    const bytes = pictureOf(id);
    if (!bytes || this.picture === id || !this.frames.lets(id)) return;
    this.picture = id;
    const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }),
      { colorSpaceConversion: "none", premultiplyAlpha: "none" });
    if (this.picture !== id) return;
    const { width, height } = bitmap;
    const surface = new OffscreenCanvas(width, height);
    const context = contextOf(surface, { willReadFrequently: true });
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    const pixels = { height, width, channels, data };
    this.pixels = pixels;
    // A frame that was held comes back as the session's picture: what is pinned on it stays.
    if (feed.isOn) this.setFrame(pixels, title);
    else this.setPicture(pixels, title);
    this.frames.leave();
    const held = this.pending;
    this.pending = null;
    if (held) this.receive(held);
    this.lane.setPicture(bytes.slice().buffer);
    this.refresh();
  }

  /** @param {boolean} open */
  laneState(open) {
    this.element.dataset.lane = open ? "open" : "closed";
    // What was asked while the lane was opening or lost is asked the slower way meanwhile.
    if (!open && this.unanswered) this.runs.ask(this.unanswered);
    this.frames.onLane();
  }

  get live() {
    return this.lane.open;
  }

  /** Whether nothing can be asked before a picture was sent. */
  get needsPicture() { return this.data.picture !== null; }

  /** Whether frames of the camera can be shown now. */
  get takesFrames() { return this.live; }

  /** Ask for an answer under the present settings with these changes. @param {Partial<Chosen>} changes @param {boolean} rest */
  ask(changes, rest) {
    clearTimeout(this.settling);
    // A sentence stays until the person changes something.
    if (Object.keys(changes).length > 0) this.say("");
    this.values = { ...this.values, ...changes };
    const request = this.numbered(rest);
    this.asked = { seq: this.seq, values: this.values, picture: this.lane.picture, ...this.noted() };
    this.element.dataset.asked = String(this.seq);
    this.unanswered = { ...request, lane: false };
    this.lane.ask({ ...request, parameters: { ...this.values, ...this.onScreen } });
    return request;
  }

  /** The question for the present settings, with a number of its own. @param {boolean} rest @returns {Question} */
  numbered(rest) {
    this.seq += 1;
    return { seq: this.seq, operation: this.data.operation, parameters: this.values, rest };
  }

  /** Whether the lane's newest question is about these changes already, and was not refused. @param {Partial<Chosen>} changes */
  isAsked(changes) {
    const { asked } = this;
    if (!this.live || !asked || asked.picture !== this.lane.picture) return false;
    if (!this.unanswered && this.possible !== asked.values) return false;
    return JSON.stringify({ ...this.values, ...changes }) === JSON.stringify(asked.values);
  }

  /**
   * Ask an operation beside the view's own about what is on; `told` takes the answer.
   * @param {string} operation
   * @param {Values} parameters
   * @param {boolean} rest
   */
  askBeside(operation, parameters, rest) {
    this.seq += 1;
    this.lane.ask({ seq: this.seq, operation, parameters, rest });
  }

  /**
   * Where the lane is closed, ask a run; while it opens for the first time the page's own answer is on its way.
   * @param {Question} request
   */
  fallBack(request) {
    if (this.element.dataset.lane === "closed") this.runs.ask({ ...request, lane: false });
  }

  /** Ask anew for what is on: the picture changed, or the page changed the settings. */
  refresh() {
    this.fallBack(this.ask({}, true));
  }

  /** A control moves. @param {Partial<Chosen>} changes */
  move(changes) {
    this.fallBack(this.ask(changes, false));
  }

  /**
   * A control came to rest: the page's run brings its facts up to date, and then the lane paints exactly.
   * Not both at once: a large exact answer would hold up the run, and the picture is right already.
   * @param {Partial<Chosen>} changes
   */
  commit(changes) {
    // The last move of a drag has asked for the same: its picture need not be computed twice while the run waits.
    const request = this.isAsked(changes) ? this.numbered(false) : this.ask(changes, false);
    // What is built for the settings, such as a row for each number, has to stand when the answer comes.
    this.showControls();
    const run = { ...request, rest: true, lane: this.live };
    clearTimeout(this.leaving);
    this.leaving = undefined;
    if (this.live && this.runAfter) {
      this.leaving = window.setTimeout(() => {
        this.leaving = undefined;
        this.commits.ask(run);
      }, this.runAfter);
    } else this.commits.ask(run);
    // Where the lane was lost meanwhile, the exact picture is asked for when it comes back, or of a run.
    this.settling = setTimeout(() => { if (run.lane) this.refresh(); }, EXACT_AFTER);
  }

  /** @param {import("./lane.js").Answer<Facts>} answer */
  async receive(answer) {
    const { seq, facts, blobs } = answer;
    if (seq < (this.painted ?? -1)) return;
    const frame = this.frames.of(seq);
    if (this.data.picture && !this.pixels && !frame) {
      this.pending = answer;
      return;
    }
    if (!this.fits(facts, frame?.pixels ?? this.pixels)) {
      this.frames.landed(seq);
      return;
    }
    this.painted = seq;
    const pictures = Object.entries(blobs).filter(([name, blob]) => blob.bytes && this.needs(name, facts));
    const bitmaps = await Promise.all(pictures.map(([, { bytes, type }]) => decoded(bytes, type)));
    if (seq < (this.painted ?? -1)) {
      for (const bitmap of bitmaps) bitmap.close();
      return;
    }
    if (this.unanswered?.seq === seq) this.unanswered = null;
    this.facts = facts;
    if (this.asked?.seq === seq) this.possible = this.asked.values;
    this.frames.show(frame);
    this.show(answer, Object.fromEntries(pictures.map(([name], index) => [name, bitmaps[index]])));
    this.describeNext();
    this.frames.landed(seq);
  }

  /**
   * The picture first; what is written beside it follows at once, while nothing else is to be done. In the frame that
   * the next move begins it would be laid out a second time, and the answer to that move would wait for it.
   */
  describeNext() {
    this.describing ??= setTimeout(() => {
      this.describing = null;
      this.describe();
    });
  }

  /** @param {string} sentence */
  say(sentence) {
    this.message.textContent = sentence;
    this.message.hidden = !sentence;
  }

  /** @param {number} seq @param {string} sentence */
  complain(seq, sentence) {
    this.frames.landed(seq);
    if (seq < this.seq) return;
    if (this.unanswered?.seq === seq) this.unanswered = null;
    this.say(sentence);
    // A drag may still come back to what is possible; at rest every control returns to what last was.
    if (this.dragging || !this.possible) return;
    const refused = JSON.stringify(this.values);
    this.retreat();
    this.showControls();
    // What was possible with the picture before may not be so with this one: it is asked once.
    if (JSON.stringify(this.values) !== refused) this.refresh();
  }

  /** Whether the person holds a control at this moment. */
  get dragging() {
    return [...this.controls.values()].some((control) => control.dragging || control.scrubbing);
  }

  /** Whether the page has seen the settings that are on. */
  get isSettled() {
    return !this.dragging && this.leaving === undefined && this.commits.isIdle;
  }

  showControls() {
    for (const [name, control] of this.controls) control.set(this.values[name]);
  }

  close() {
    window.removeEventListener("explorer:picture", this.onPicture);
    window.removeEventListener("explorer:unsettled", this.onUnsettled);
    clearTimeout(this.describing ?? undefined);
    clearTimeout(this.settling);
    clearTimeout(this.leaving);
    this.frames.close();
    this.lane.close();
    this.runs.close();
    this.commits.close();
    this.spoken.close();
    this.release();
    this.element.remove();
  }
}

/**
 * Give what a module of a view exports: it shows the answers to the questions of its lab.
 * @param {new (root: HTMLElement, data: LabData, setStateValue: Component["setStateValue"]) => Live} View
 */
export function mount(View) {
  return kept(({ data: { lab: text }, described, parentElement, setStateValue }, before) => {
    /** @type {LabData} */
    const data = { ...described, ...JSON.parse(text) };
    /** @type {Live} */
    const view = before ?? new View(parentElement, data, setStateValue);
    view.update(data, setStateValue);
    return view;
  }, (view) => view.close());
}
