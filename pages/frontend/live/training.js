// A view whose network trains before one's eyes: it plays until it is paused, and each answer asks for the next one.

import { onceOver } from "../core/acting.js";
import { make, write } from "../core/dom.js";
import { Undoing } from "./undoing.js";

/** @typedef {import("./live.js").Values} Values */

/**
 * Trainings that played when their view was closed, as over a change of the page, by their operations: the session
 * knows no more of them than what it knew when they began.
 * @type {Map<string, {values: Values, known: string, step: string}>}
 */
const CLOSED = new Map();

/** Which step of a lesson the page is at: another one begins as it says. */
const lessonStep = () => new URLSearchParams(location.search).get("lesson_step") ?? "";

/** What tells two values apart, without the data that only travel when they have to. @param {any} value */
const told = (value) => JSON.stringify(value, (name, part) => (name === "data" ? undefined : part));

/**
 * @template [Facts=any] what the operation finds
 * @template {Values} [Chosen=any] its settings
 * @extends {Undoing<Facts, Chosen>}
 */
export class Training extends Undoing {
  /**
   * Make the button that plays and pauses, while the view is built.
   * @param {string} name of what it does
   * @param {string} title the same at length
   */
  buildPlay(name, title) {
    /** @type {{name: string, title: string}} */
    this.playNamed = { name: `▶ ${name}`, title };
    /** @type {boolean} */
    this.playing = false;
    /** Whether an answer is on its way. @type {boolean} */
    this.waiting = false;
    /** Whether the page's run is brought up to date after the next answer. @type {boolean} */
    this.rests = false;
    /** Leaves what waits for the end of a run. @type {() => void} */
    this.leave = () => {};
    /** @type {HTMLButtonElement} */
    this.playButton = make("button", { type: "button", class: "small play", title, "aria-label": title, onclick: () => this.toggle() }, this.playNamed.name);
    return this.playButton;
  }

  // What a view fills in.

  /** Ask for the next frame. @param {any} how */
  advance(how) {}

  /** The name of the setting that says where the training stands. @returns {string} */
  get standing() { return ""; }

  /** Go on from where a training stood when its view was closed. @param {Values} values */
  comeBack(values) { this.commit(/** @type {any} */ ({ [this.standing]: values[this.standing] })); }

  // What all of them do.

  /** @param {import("./live.js").LabData} data @param {import("../core/open.js").Component["setStateValue"]} setStateValue */
  update(data, setStateValue) {
    // The page itself has changed the settings: the next step of a lesson, or other blocks, begin at rest.
    if (this.playing && data.epoch !== this.epoch) this.halt();
    super.update(data, setStateValue);
    const closed = CLOSED.get(data.operation);
    if (!closed) return;
    CLOSED.delete(data.operation);
    const { values, known, step } = closed;
    const others = Object.keys(values).filter((name) => ![this.standing, "advance", "whole", "dark"].includes(name));
    const isSame = step === lessonStep() && known === told(data.values[this.standing])
      && others.every((name) => told(values[name]) === told(data.values[name]));
    if (isSame) this.leave = onceOver(() => this.comeBack(values));
  }

  close() {
    this.leave();
    if (this.playing) {
      CLOSED.set(this.data.operation, { values: this.values, known: told(this.data.values[this.standing]), step: this.step ?? "" });
    }
    super.close();
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  play() {
    this.playing = true;
    this.say("");
    this.showPlaying();
    this.proceed();
  }

  /** Stop, and let the page's run bring what stands below up to date. @param {string} sentence */
  pause(sentence = "") {
    this.playing = false;
    this.showPlaying();
    this.commit({});
    if (sentence) this.say(sentence);
  }

  /** Stop, and have nothing done after the next answer. */
  halt() {
    this.playing = false;
    this.rests = false;
    this.showPlaying();
  }

  showPlaying() {
    const { name, title } = this.playing ? { name: "❚❚ Pause", title: "Pause" } : /** @type {{name: string, title: string}} */ (this.playNamed);
    const button = /** @type {HTMLButtonElement} */ (this.playButton);
    write(button, name);
    button.setAttribute("aria-label", title);
    this.element.dataset.playing = String(this.playing);
  }

  /** Ask for the next frame of a training that plays. */
  proceed() {
    if (!this.playing || document.hidden || this.waiting) return;
    this.step = lessonStep(); // when the view is closed the address may be another page's
    this.advance("play");
  }

  /** @param {any} how */
  once(how) {
    this.playing = false;
    this.showPlaying();
    this.rests = true;
    this.say("");
    this.advance(how);
  }

  /** The newest answer is shown: go on, or rest. @param {string} trouble why it cannot go on */
  shown(trouble) {
    if (trouble) {
      this.rests = false;
      if (this.playing) this.pause(trouble);
      else this.say(trouble);
    } else if (this.playing) requestAnimationFrame(() => this.proceed());
    else if (this.rests) {
      this.rests = false;
      this.commit({});
    }
  }
}
