// The chosen function on a picture's feature map: before, after, and the slope that each cell has.

import { contextOf } from "../frontend/core/canvas.js";
import { make } from "../frontend/core/dom.js";
import { short } from "../frontend/core/numbers.js";
import { Follower } from "../frontend/live/follower.js";
import { mount } from "../frontend/live/live.js";

const TITLES = { before: "Feature map", after: "After the activation", slope: "Slope at each cell" };

/**
 * @typedef {import("../frontend/types/messages.js").ActivatedFacts} ActivatedFacts
 * @typedef {import("../frontend/types/messages.js").ActivatedValues} ActivatedValues
 */

/**
 * A map, and what is written below it.
 * @typedef {object} Figure
 * @property {string} title
 * @property {HTMLCanvasElement} canvas
 * @property {HTMLElement} colours
 * @property {HTMLElement} numbers
 * @property {HTMLElement} note
 * @property {HTMLElement} heading
 * @property {HTMLElement} element
 */

/** @extends {Follower<ActivatedFacts, ActivatedValues>} */
class ActivatedView extends Follower {
  get leader() { return "explorer:activations"; }

  get shared() { return ["curves", "limit"]; }

  build() {
    const panel = make("section", { class: "controls", "aria-label": "The feature map" },
      ...this.own.map((setting) => this.addControl(setting)?.element), this.buildUndo());
    /** @type {Map<string, Figure>} */
    this.maps = new Map(Object.entries(TITLES).map(([name, title]) => {
      const canvas = make("canvas", { class: "activated-map", role: "img", "data-map": name, "aria-label": title });
      const colours = make("div", { class: "colours" });
      const numbers = make("div", { class: "activated-ends" });
      const note = make("div", { class: "note" });
      const heading = make("b", {}, title);
      return [name, { title, canvas, colours, numbers, note, heading,
        element: make("figure", { class: name }, make("figcaption", {}, heading), canvas, colours, numbers, note) }];
    }));
    /** @type {HTMLElement} */
    this.shares = make("p", { class: "activated-shares" });
    return this.withKeys(make("div", { class: "lab activated", "data-revision": "0" }, panel,
      make("div", { class: "activated-maps" }, ...[...this.maps.values()].map(({ element }) => element)), this.shares, this.message));
  }

  /** What shows a map. @param {string} name */
  figure(name) {
    return /** @type {Figure} */ (this.maps.get(name));
  }

  /** @param {import("../frontend/live/live.js").Pixels} pixels */
  setPicture({ height, width }) {
    this.element.style.setProperty("--proportion", String(width / height));
  }

  /** @param {ActivatedFacts} facts @param {import("../frontend/live/live.js").Pixels | undefined} pixels */
  fits({ input_shape: [rows, columns] }, pixels) {
    return rows === pixels?.height && columns === pixels.width;
  }

  /** @param {import("../frontend/live/lane.js").Answer<ActivatedFacts>} answer @param {Record<string, import("../frontend/core/decoding.js").Picture>} images */
  show({ seq }, images) {
    for (const [name, { canvas }] of this.maps) {
      const image = images[name];
      const { width, height } = image;
      if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
      contextOf(canvas).drawImage(image, 0, 0);
      image.close();
    }
    this.element.dataset.revision = String(Number(this.element.dataset.revision) + 1);
    this.element.dataset.seq = String(seq);
  }

  describe() {
    const { maps, said, colours, sentence } = this.facts;
    for (const { name, ends, low, high, mean, remark } of maps) {
      const { title, canvas, colours: strip, numbers, note } = this.figure(name);
      strip.style.background = `linear-gradient(to right, ${colours.join(", ")})`;
      const [first, last] = ends.map((end) => short(end));
      numbers.replaceChildren(make("span", {}, first), make("span", {}, "0"), make("span", {}, last));
      note.textContent = `Values from ${short(low)} to ${short(high)}, mean ${short(mean)}${remark ? `. ${remark}` : ""}`;
      canvas.setAttribute("aria-label", `${title}: ${note.textContent}; colours from ${first} to ${last}`);
    }
    this.figure("after").heading.textContent = `After ${said}`;
    this.shares.textContent = sentence;
    this.tell(sentence);
  }
}

export default mount(ActivatedView);
