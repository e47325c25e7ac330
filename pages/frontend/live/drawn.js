// A view of what is drawn on a pad: strokes go to the lane while the hand moves and to the page when it rests, and the
// settings name an example, or the drawing itself. The setting is called `source`.

import { fromBase64 } from "../core/base64.js";
import { Pad } from "../stage/drawing.js";
import { Live } from "./live.js";

/**
 * @typedef {import("../types/messages.js").ExampleDrawing} ExampleDrawing
 * @typedef {import("../types/messages.js").SentDrawing} SentDrawing
 * @typedef {import("../types/messages.js").SourceDescription} SourceDescription
 */

export const DRAWN_HERE = "drawing";
const KIND = "sketch drawing"; // what the browser keeps a drawing as: pages that have one share it

/**
 * @template [Facts=any]
 * @template {Record<string, any>} [Chosen=any]
 * @extends {Live<Facts, Chosen>}
 */
export class Drawn extends Live {
  get needsPicture() { return true; }

  /** Make the pad, before anything else can ask for it. @param {SourceDescription} setting which says what is looked at */
  makePad({ examples }) {
    /** @type {Map<string, ExampleDrawing>} */
    this.examples = new Map(examples.map((example) => [example.name, example]));
    /** What was brought onto the pad or over it, in the words of the setting. @type {string | null} */
    this.presented = null;
    /** The drawing of the person's own. @type {SentDrawing | null} */
    this.own = null;
    /** Whether the hand has drawn more than was sent. @type {boolean} */
    this.stale = false;
    /** Whether a question about it is on its way. @type {boolean} */
    this.travelling = false;
    /** @type {Pad} */
    this.pad = new Pad();
    this.pad.onStroke = () => { this.stale = true; this.stroke(); };
    this.pad.send = this.pad.onTakenBack = () => this.rest();
    this.pad.keepAs(KIND, !this.data.labels.drawing);
  }

  // What a view with more than a pad fills in.

  /** Whether what the settings name is here. @param {string} source */
  has(source) { return true; }

  /** Bring what the settings name onto the pad. @param {string} source */
  async bring(source) {
    if (source !== DRAWN_HERE) await this.lay(source);
    else if (this.own) await this.pad.lay("", `data:image/png;base64,${this.own.png}`, this.own.paper);
    else await this.pad.adopt(this.data.labels.drawing);
  }

  /** Send what is on to the lane. */
  supply() { this.lane?.setPicture(fromBase64(this.pad.written().png)); }

  /** What is on the pad is another: what was found out about the one before says nothing now. */
  renew() {}

  // What all of them do.

  /** @type {Live["update"]} */
  update(data, setStateValue) {
    super.update(data, setStateValue);
    this.present();
  }

  /** Bring what the settings name onto the pad and to the lane. */
  async present() {
    const { source } = this.values;
    if (source === this.presented || !this.has(source)) return;
    this.presented = source;
    await this.bring(source);
    if (this.presented !== source) return;
    this.supply();
    this.refresh();
  }

  /** Lay an example on the pad. @param {string} name */
  lay(name) {
    return this.pad.lay(name, /** @type {ExampleDrawing} */ (this.examples.get(name)).picture);
  }

  enclosed() {
    const there = this.pad.sent > 0 || !this.pad.blank; // the session's drawing may still be on its way here
    return this.values.source === DRAWN_HERE && there ? { drawing: this.pad.written() } : {};
  }

  /** The hand draws: one question is on its way, and the newest drawing goes with the next. */
  stroke() {
    if (!this.stale || this.travelling) return;
    this.stale = false;
    this.travelling = this.live;
    this.changed(DRAWN_HERE, false);
  }

  /** The drawing rests. */
  rest() {
    this.stale = false;
    if (!this.pad.example) this.own = this.pad.written();
    this.changed(this.onPad, true);
  }

  /** What is on the pad, in the words of the setting. */
  get onPad() { return this.pad.example || DRAWN_HERE; }

  /**
   * What is on the pad is what is looked at.
   * @param {string} source
   * @param {boolean} rest
   */
  changed(source, rest) {
    const changes = /** @type {any} */ ({ source });
    this.presented = source;
    const { values } = this;
    this.values = { ...values, ...changes };
    this.renew();
    this.supply();
    if (rest) this.commit(changes);
    else this.move(changes);
  }

  /** @param {string} name of an example */
  async tryOut(name) {
    await this.lay(name);
    if (this.pad.example === name) this.changed(name, true);
  }

  /** @param {boolean} open */
  laneState(open) {
    super.laneState(open);
    this.travelling = false;
  }

  /** @param {number} seq @param {string} sentence */
  complain(seq, sentence) {
    this.travelling = false;
    super.complain(seq, sentence);
  }

  /** @param {import("./lane.js").Answer<Facts>} answer */
  receive(answer) {
    this.travelling = false;
    this.stroke();
    return super.receive(answer);
  }

  get dragging() { return super.dragging || (this.pad?.drawing ?? null) !== null; }

  release() { this.pad.close(); }
}
