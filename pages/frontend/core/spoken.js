// What a screen reader is told of what moves: one sentence, once it rests. A region that spoke with every frame
// would go on for minutes after the hand has let go.

import { make, write } from "./dom.js";

const RESTS = 400; // ms without a change

/** A sentence that is not seen, and is read out when nothing has changed it for a while. */
export class Spoken {
  /** @param {() => boolean} [isMoving] whether a hand still holds what the sentence is about */
  constructor(isMoving = () => false) {
    this.isMoving = isMoving;
    this.element = make("p", { class: "spoken", role: "status" });
    /** @type {number | undefined} */
    this.waiting = undefined;
  }

  /**
   * @param {string} sentence
   * @param {boolean} [isNews] to be read out also where the same was said last: a region that is not emptied before keeps silent
   */
  say(sentence, isNews = false) {
    clearTimeout(this.waiting);
    if (isNews) write(this.element, "");
    const speak = () => {
      if (this.isMoving()) this.waiting = setTimeout(speak, RESTS);
      else write(this.element, sentence);
    };
    this.waiting = setTimeout(speak, RESTS);
  }

  close() {
    clearTimeout(this.waiting);
  }
}
