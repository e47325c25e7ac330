// Invariance: a picture is changed, and so are its maps, before pooling and after.

import { contextOf } from "../frontend/core/canvas.js";
import { make } from "../frontend/core/dom.js";
import { percent, short } from "../frontend/core/numbers.js";
import { Follower } from "../frontend/live/follower.js";
import { mount } from "../frontend/live/live.js";

const ROWS = [
  ["picture", "Picture"],
  ["map", "Feature map"],
  ["pooled", "Pooled map"],
];
const COLUMNS = ["original", "changed", "difference"];
const SHARED = ["pool_size", "kind", "strides", "padding", "dilation_rate", "count_padding", "ceil_mode"]; // set in the lab above

/**
 * @typedef {import("../frontend/types/messages.js").InvarianceFacts} InvarianceFacts
 * @typedef {import("../frontend/types/messages.js").InvarianceValues} InvarianceValues
 * @typedef {{canvases: HTMLCanvasElement[], change: HTMLElement, note: HTMLElement, title: string}} Row
 */

/** @extends {Follower<InvarianceFacts, InvarianceValues>} */
class Invariance extends Follower {
  get leader() { return "explorer:pooling"; }

  get shared() { return SHARED; }

  build() {
    const panel = make("section", { class: "controls", "aria-label": "Changes to the picture" },
      ...this.own.map((setting) => this.addControl(setting)?.element), this.buildUndo());
    /** @type {Map<string, Row>} */
    this.canvases = new Map();
    const rows = ROWS.map(([name, title]) => {
      const canvases = COLUMNS.map((column) => make("canvas", {
        class: "paired", role: "img", "data-tile": `${name} ${column}`, "aria-label": `${title}, ${column}`,
      }));
      const change = make("div", { class: "change", "data-change": name });
      const note = make("div", { class: "note" });
      this.canvases.set(name, { canvases, change, note, title });
      return [make("div", { class: "along" }, make("b", {}, title), change, note), ...canvases];
    });
    /** @type {HTMLElement} */
    this.sentences = make("ul", { class: "sentences" });
    return this.withKeys(make("div", { class: "lab invariance", "data-revision": "0" }, panel, this.message,
      make("div", { class: "pairs" }, ...["", ...COLUMNS].map((column) => make("span", { class: "across" }, column)),
        ...rows.flat()),
      this.sentences));
  }

  /** @param {import("../frontend/live/live.js").Pixels} pixels */
  setPicture({ height, width }) {
    this.element.style.setProperty("--proportion", String(width / height));
  }

  /** @param {InvarianceFacts} facts @param {import("../frontend/live/live.js").Pixels | undefined} pixels */
  fits({ input_shape: [rows, columns] }, pixels) {
    return rows === pixels?.height && columns === pixels.width;
  }

  /**
   * @param {import("../frontend/live/lane.js").Answer<InvarianceFacts>} answer
   * @param {Record<string, import("../frontend/core/decoding.js").Picture>} images
   */
  show({ seq }, images) {
    for (const [name, { canvases }] of this.canvases) {
      const image = images[name];
      const width = image.width / COLUMNS.length;
      canvases.forEach((canvas, index) => {
        if (canvas.width !== width || canvas.height !== image.height) Object.assign(canvas, { width, height: image.height });
        contextOf(canvas).drawImage(image, -index * width, 0);
      });
      image.close();
    }
    this.element.dataset.revision = String(Number(this.element.dataset.revision) + 1);
    this.element.dataset.seq = String(seq);
  }

  describe() {
    const { pairs, shifts, shifted, moved } = this.facts;
    for (const { name, shape, ends: [low, high], change, unchanged, blank, difference } of pairs) {
      const { canvases, change: readout, note, title } = /** @type {Row} */ (this.canvases.get(name));
      const changed = change === null ? "no number" : percent(change);
      readout.replaceChildren(`${changed} `, make("small", {}, change === null ? "the original is 0 everywhere" : "changed"));
      readout.dataset.value = String(change ?? "");
      const colours = low === difference[0] ? `Colours from ${short(low)} to ${short(high)}.`
        : `Colours from ${short(low)} to ${short(high)}, the difference from ${short(difference[0])} to ${short(difference[1])}.`;
      note.textContent = `${shape[0]} × ${shape[1]} cells: ${percent(unchanged)} stayed the same `
        + `(${percent(blank)} because they are 0 both times). ${colours}`;
      canvases.forEach((canvas, index) => canvas.setAttribute("aria-label", `${title}, ${COLUMNS[index]}: ${changed} changed`));
    }
    this.sentences.replaceChildren(...[...(shifted ? shifts : []), moved].filter(Boolean)
      .map((sentence) => make("li", {}, sentence)));
  }
}

export default mount(Invariance);
