// A view whose network trains before one's eyes: it plays until it is paused, and each answer asks for the next one.

import { make, write } from "../core/dom.js";
import { Undoing } from "./undoing.js";

/** @typedef {import("./live.js").Values} Values */

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
    /** @type {HTMLButtonElement} */
    this.playButton = make("button", { type: "button", class: "small play", title, "aria-label": title, onclick: () => this.toggle() }, this.playNamed.name);
    return this.playButton;
  }

  // What a view fills in.

  /** Ask for the next frame. @param {any} how */
  advance(how) {}

  // What all of them do.

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
    if (this.playing && !document.hidden && !this.waiting) this.advance("play");
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
