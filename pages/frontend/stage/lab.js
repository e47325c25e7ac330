// The lab: a stage, the controls of one sliding window, and what is behind one cell. A kind of window is a
// subclass: it says what stands between picture and map, and how a cell is worked out.

import { make, write, writeNamed } from "../core/dom.js";
import { feed } from "../live/feed.js";
import { tellFacts } from "../live/told.js";
import { Undoing } from "../live/undoing.js";
import { Legend } from "./legend.js";
import { Stage } from "./stage.js";
import { Transport } from "./transport.js";
import { Worked } from "./worked.js";

const [BESIDE_MAP, BESIDE_PICTURE] = [["scale", "drawn"], ["levels"]];

/**
 * @typedef {import("../types/messages.js").SlidingFacts} SlidingFacts
 * @typedef {import("./stage.js").SlidingWindow} SlidingWindow
 * @typedef {import("../live/live.js").Colours} Colours
 * @typedef {import("../live/live.js").Pixels} Pixels
 */

/**
 * @template {SlidingFacts} [Facts=any]
 * @template {import("./legend.js").Held} [Chosen=any]
 * @extends {Undoing<Facts, Chosen>}
 */
export class Lab extends Undoing {
  // What a kind of window fills in.

  /** Make the control between picture and map from its setting. @param {any} setting @returns {any} */
  buildMiddle(setting) { return this.addControl(setting); }

  /** Make what shows how a cell comes about: `element`, `show(...)`, `empty()`, `channel`, `onChannel`. */
  buildWorked() { return new Worked("", ""); }

  /** Show how the cell of a window comes about. @param {SlidingWindow} window @param {number | null} exact its value, where it has come */
  workOut(window, exact) {}

  /** Names of the settings that stand in the middle; the first is the one that everything else is about. @returns {string[]} */
  get middleNames() { return []; }

  get mapName() { return "Feature map"; }

  build() {
    /** @type {Stage} */
    this.stage = new Stage({ onCell: (window) => this.showCell(window) });
    /** @type {any} */
    this.worked = this.buildWorked();
    this.worked.onSay = (/** @type {string} */ sentence) => this.spoken.say(sentence);
    this.worked.onChannel = (/** @type {number} */ channel) => { this.stage.channel = channel; this.stage.show(this.stage.cell); };
    /** @type {Transport} */
    this.transport = new Transport(this.stage);
    /** @type {Legend} */
    this.legend = new Legend(() => this.commit(/** @type {Partial<Chosen>} */ ({ limits: null })));
    const keys = make("p", { class: "spoken", id: "stage-keys" },
      "Arrow keys move the cell, with Shift ten at a time; plus and minus zoom; Enter pins, Escape unpins.");
    for (const { canvas } of [this.stage.input, this.stage.map]) canvas.setAttribute("aria-describedby", keys.id);
    const panel = make("section", { class: "controls", "aria-label": "Settings" });
    const beside = make("div", {});
    const [first, ...others] = this.middleNames;
    const settings = new Map(this.data.settings.map((setting) => [setting.name, setting]));
    /** @type {{element: HTMLElement}} */
    this.middle = this.buildMiddle(settings.get(first));
    for (const setting of settings.values()) {
      if (setting.name === first) continue;
      // Another way of colouring has ends of its own.
      const extend = setting.name === "scale" ? () => ({ limits: null }) : undefined;
      const control = this.addControl(setting, { extend });
      if (!control) continue;
      if (others.includes(setting.name)) this.middle.element.append(control.element);
      else if (BESIDE_MAP.includes(setting.name)) this.legend.element.append(control.element);
      else if (BESIDE_PICTURE.includes(setting.name)) beside.append(control.element);
      else panel.append(control.element);
    }
    this.stage.map.element.append(this.legend.element);
    /** @type {HTMLElement} */
    this.note = make("p", { class: "padnote rare" });
    this.transport.element.classList.add("rare");
    this.stage.input.element.append(this.transport.element, beside);
    /** What is said of the picture and what stands with it, below both. @type {HTMLElement} */
    this.beneath = make("div", { class: "beneath" }, this.note, this.buildUndo());
    this.middle.element.append(this.worked.element);
    this.worked.onClose = () => this.stage.release();
    for (const { canvas } of [this.stage.input, this.stage.map]) this.worked.watch(canvas);
    for (const element of [this.middle.element, this.legend.element, beside]) element.classList.add("beside");
    this.middle.element.classList.add("middle");
    return this.withKeys(make("div", { class: "lab sliding" },
      this.stage.input.element, this.middle.element, this.stage.map.element,
      this.beneath, this.message, panel, keys));
  }

  /** How many pixels of the screen the map has: a picture that moves is made for them. */
  get onScreen() {
    return { pixels: this.stage.map.pixels };
  }

  /**
   * The colours keep their ends while a setting changes, so that a stronger answer is seen as a stronger colour. They
   * are fitted anew where a change says so: another picture, another kind of kernel, another way of colouring.
   * @param {Partial<Chosen>} changes
   * @param {boolean} rest
   */
  ask(changes, rest) {
    const { limits, scale } = { ...this.values, ...changes };
    // Grey from 0 to 1 has the same ends for every map.
    const holds = Object.keys(changes).length > 0 && !("limits" in changes) && limits === null && scale !== "unit";
    // While a question is open the ends that are on are those of a map before.
    const known = this.facts && !this.unanswered && this.facts.scale[0] < this.facts.scale[1];
    return super.ask(holds && known ? { ...changes, limits: this.facts.scale } : changes, rest);
  }

  /** @param {Colours} roles */
  colour(roles) {
    this.stage.roles = roles;
    this.stage.draw();
    if (this.facts) this.legend.show(this.facts, this.values, roles);
  }

  /** @param {Pixels} pixels @param {string} title */
  setPicture(pixels, title) {
    const { height, width, channels } = pixels;
    this.transport.pause();
    this.element.style.setProperty("--proportion", String(Math.min(3, Math.max(0.4, width / height))));
    this.stage.setPicture(pixels, title);
    writeNamed(this.stage.input.caption, "Picture", ` ${height} × ${width}${channels > 1 ? ` × ${channels}` : ""}`);
  }

  /** What is pinned and how near it is looked at stay, with numbers of the new frame. @param {Pixels} pixels @param {string} title */
  setFrame(pixels, title) {
    if (!this.stage.exchange(pixels, title)) this.setPicture(pixels, title);
  }

  /** @param {Facts} facts @param {Pixels | undefined} pixels */
  fits({ input_shape: [rows, columns] }, pixels) {
    return rows === pixels?.height && columns === pixels.width;
  }

  /** @param {import("../live/lane.js").Answer<Facts>} answer @param {Record<string, import("../core/decoding.js").Picture>} images */
  show({ seq, facts, blobs }, { picture }) {
    this.worked.resize(blobs.rows_taps.shape[1], blobs.columns_taps.shape[1]);
    this.stage.setAnswer(facts, blobs, picture, this.mapName);
    const { dataset } = this.stage.map.canvas;
    dataset.exact = String(Boolean(blobs.values));
    dataset.seq = String(seq);
  }

  /** Write what belongs to the map that is on: its shape, legend and padding. */
  describe() {
    const { shape, pads: [[top, bottom], [left, right]] } = this.facts;
    writeNamed(this.stage.map.caption, this.mapName, ` ${shape[0]} × ${shape[1]}${shape[2] > 1 ? ` × ${shape[2]}` : ""}`);
    this.legend.show(this.facts, this.values, this.stage.roles);
    // While the camera moves, what stands further down is about the last still picture, as its bar says. And on a
    // slow lane a run has written what the answers before it do not know yet.
    const isNews = (this.painted ?? 0) >= (this.data.answered ?? 0);
    if (isNews && (!feed.isCamera || feed.isHeld)) tellFacts(this.facts.said);
    write(this.note, top + bottom + left + right === 0 ? "No padding: the window stays inside."
      : `Padding: top ${top}, bottom ${bottom}, left ${left}, right ${right}.`);
    if (!this.stage.cell) this.tell(this.stage.map.canvas.ariaLabel ?? ""); // a cell says what became of itself
  }

  /** @param {SlidingWindow | null} window */
  showCell(window) {
    this.transport.show();
    if (!window) return this.worked.empty();
    const { row, column } = window.cell;
    const channel = Math.min(this.worked.channel, window.channels - 1);
    this.workOut(window, this.stage.valueAt(row, column, channel));
    this.worked.rise();
  }

  release() {
    this.transport.pause();
    this.stage.close();
  }
}
