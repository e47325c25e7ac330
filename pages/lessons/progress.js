// Where this browser was in the lessons, with a way back to it.

import { make } from "../frontend/core/dom.js";
import { kept } from "../frontend/core/kept.js";
import { noted } from "../frontend/core/progress.js";

const MOST = 3; // lessons that are offered

class GoOn {
  /** @param {HTMLElement} parent */
  constructor(parent) {
    this.element = make("div", { class: "goon" });
    /** What takes the choice to the page. @type {(key: string, at: number) => void} */
    this.send = () => {};
    parent.append(this.element);
  }

  /** @param {string[]} known the names of the lessons that there are */
  update(known) {
    const begun = Object.entries(noted())
      .filter(([key, { at, total }]) => known.includes(key.split("/")[0]) && at <= total)
      .sort(([, one], [, other]) => other.time - one.time);
    this.element.replaceChildren(...begun.slice(0, MOST).map(([key, { at, total, title }]) =>
      make("button", { type: "button", onclick: () => this.send(key, at) }, `Go on with ${title}: step ${at} of ${total}`)));
  }
}

export default kept(({ parentElement, data, setTriggerValue }, /** @type {GoOn | undefined} */ view) => {
  const goOn = view ?? new GoOn(parentElement);
  goOn.send = (key, at) => setTriggerValue("go", { key, at });
  goOn.update(data.known);
  return goOn;
}, (goOn) => goOn.element.remove());
