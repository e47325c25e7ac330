// A lab whose changes can be taken back. Each is remembered as the settings that it changed, with what they were
// before, so that what went on meanwhile, such as a training, goes on.

import { make } from "../core/dom.js";
import { Live } from "./live.js";

const UNDO_MOST = 50;
const ONE_CHANGE = 800; // ms within which further steps of one control are the same change

/** @typedef {import("./live.js").Values} Values */

/**
 * @template [Facts=any] what the operation finds
 * @template {Values} [Chosen=any] its settings
 * @extends {Live<Facts, Chosen>}
 */
export class Undoing extends Live {
  /** Make the button, while the view is built. */
  buildUndo() {
    /** @type {Partial<Chosen>[]} */
    this.history = [];
    /** What the settings were that a drag changes. @type {Partial<Chosen>} */
    this.before = {};
    /** When the last change was made, and of which settings. @type {{at: number, names: string}} */
    this.latest = { at: -Infinity, names: "" };
    /** @type {HTMLButtonElement} */
    this.undoButton = make("button", { type: "button", class: "small", disabled: true, title: "Take the last change back (Ctrl+Z)", onclick: () => this.undo() }, "Undo");
    return this.undoButton;
  }

  /** Let the keys take a change back as well. @param {HTMLElement} element the view's */
  withKeys(element) {
    element.addEventListener("keydown", (event) => {
      const isTyped = event.target instanceof HTMLInputElement && !["range", "checkbox"].includes(event.target.type);
      if (event.key !== "z" || !(event.ctrlKey || event.metaKey) || isTyped) return;
      event.preventDefault();
      this.undo();
    });
    return element;
  }

  /** @param {Partial<Chosen>} changes */
  keepBefore(changes) {
    this.before = { ...Object.fromEntries(Object.keys(changes).map((name) => [name, this.values[name]])), ...this.before };
  }

  /** Whether some of the settings are others now. @param {Partial<Chosen>} before @param {Partial<Chosen>} [now] */
  differs(before, now = this.values) {
    return Object.keys(before).some((name) => JSON.stringify(before[name]) !== JSON.stringify(now[name]));
  }

  /** @param {Partial<Chosen>} before */
  remember(before) {
    const names = Object.keys(before).sort().join();
    const at = performance.now();
    if (names !== this.latest.names || at - this.latest.at > ONE_CHANGE) this.history.push(before);
    if (this.history.length > UNDO_MOST) this.history.shift();
    this.latest = { at, names };
  }

  /** @param {Partial<Chosen>} changes */
  move(changes) {
    this.keepBefore(changes);
    super.move(changes);
  }

  /** @param {Partial<Chosen>} changes */
  commit(changes) {
    this.keepBefore(changes);
    const { before } = this;
    this.before = {};
    if (this.differs(before, { ...this.values, ...changes })) this.remember(before);
    super.commit(changes);
  }

  /** What comes next is a change of its own, however soon it comes. */
  separate() { this.latest.names = ""; }

  undo() {
    const before = this.history.pop();
    this.separate();
    if (before) super.commit(before);
  }

  /** @param {import("./live.js").LabData} data @param {import("./live.js").Component["setStateValue"]} setStateValue */
  update(data, setStateValue) {
    const { values, epoch } = this;
    super.update(data, setStateValue);
    if (data.epoch === epoch) return;
    this.adopted(values);
    this.showControls();
  }

  /** The page itself changed the settings: that is taken back as well. @param {Chosen} before */
  adopted(before) {
    /** @type {Values} */
    const changed = Object.fromEntries(Object.entries(before).filter(([name, value]) => this.differs(/** @type {any} */ ({ [name]: value }))));
    if (Object.keys(changed).length > 0) this.remember(/** @type {Partial<Chosen>} */ (changed));
  }

  showControls() {
    super.showControls();
    // What was refused has been taken back already.
    while (this.history.length > 0 && !this.differs(/** @type {Partial<Chosen>} */ (this.history.at(-1)))) this.history.pop();
    this.undoButton.disabled = this.history.length === 0;
  }
}
