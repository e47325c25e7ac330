// What pooling forgives: a picture is changed, and so are its maps, before pooling and after.

import { contextOf } from "../frontend/core/canvas.js";
import { make } from "../frontend/core/dom.js";
import { short } from "../frontend/core/numbers.js";
import { Live, mount } from "../frontend/live/live.js";

const ROWS = [
  ["picture", "Picture"],
  ["map", "Map, before pooling"],
  ["pooled", "Map, after pooling"],
];
const COLUMNS = ["as it is", "changed", "difference"];
const SETTLED = 150; // ms without a change of the pooling before its exact pictures are asked for

/**
 * @typedef {import("../frontend/types/messages.js").InvarianceFacts} InvarianceFacts
 * @typedef {import("../frontend/types/messages.js").InvarianceValues} InvarianceValues
 * @typedef {import("../frontend/types/messages.js").PoolValues} PoolValues
 * @typedef {import("../frontend/live/live.js").Control} Control
 * @typedef {{canvases: HTMLCanvasElement[], change: HTMLElement, note: HTMLElement, title: string}} Row
 */

/** @extends {Live<InvarianceFacts, InvarianceValues>} */
class Invariance extends Live {
  build() {
    const panel = make("section", { class: "controls", "aria-label": "What is changed" });
    for (const setting of this.data.settings) {
      // The pooling itself is set in the lab above.
      if (!(setting.name in this.shared)) panel.append(/** @type {Control} */ (this.addControl(setting)).element);
    }
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
    const element = make("div", { class: "lab invariance", "data-revision": "0" }, panel, this.message,
      make("div", { class: "pairs" }, ...["", ...COLUMNS].map((column) => make("span", { class: "across" }, column)),
        ...rows.flat()),
      this.sentences);
    /** @type {(event: any) => void} */
    this.onPooling = ({ detail }) => this.follow(detail);
    window.addEventListener("explorer:pooling", this.onPooling);
    return element;
  }

  /** The settings of the pooling, which are those of the lab. */
  get shared() {
    return Object.fromEntries(SHARED.map((name) => [name, this.values[name]]));
  }

  /**
   * The pooling above moves: show what it forgives now. The page's own run follows when it rests.
   * @param {PoolValues} values
   */
  follow(values) {
    const changes = Object.fromEntries(SHARED.filter((name) => JSON.stringify(values[name]) !== JSON.stringify(this.values[name]))
      .map((name) => [name, values[name]]));
    if (Object.keys(changes).length === 0) return;
    this.move(/** @type {Partial<InvarianceValues>} */ (changes));
    this.settling = setTimeout(() => { if (this.live) this.ask({}, true); }, SETTLED);
  }

  /** @param {import("../frontend/live/live.js").Pixels} pixels */
  setPicture({ height, width }) {
    this.element.style.setProperty("--proportion", String(width / height));
  }

  /** @param {InvarianceFacts} facts */
  fits({ input_shape: [rows, columns] }) {
    return rows === this.pixels?.height && columns === this.pixels.width;
  }

  /**
   * @param {import("../frontend/live/lane.js").Answer<InvarianceFacts>} answer
   * @param {Record<string, ImageBitmap>} images
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
      const percent = change === null ? "no number" : `${short(100 * change)} %`;
      readout.replaceChildren(`${percent} `, make("small", {}, change === null ? "the first is 0 everywhere" : "changed"));
      readout.dataset.value = String(change ?? "");
      const colours = low === difference[0] ? `Colours from ${short(low)} to ${short(high)}.`
        : `Colours from ${short(low)} to ${short(high)}, the difference's from ${short(difference[0])} to ${short(difference[1])}.`;
      note.textContent = `${shape[0]} × ${shape[1]} cells: ${short(100 * unchanged)} % stayed the same, `
        + `${short(100 * blank)} % by being 0 both times. ${colours}`;
      canvases.forEach((canvas, index) => canvas.setAttribute("aria-label", `${title}, ${COLUMNS[index]}: ${percent} changed`));
    }
    this.sentences.replaceChildren(...[...(shifted ? shifts : []), moved].filter(Boolean)
      .map((sentence) => make("li", {}, sentence)));
  }

  release() {
    window.removeEventListener("explorer:pooling", this.onPooling);
  }
}

/** @type {(keyof PoolValues & keyof InvarianceValues)[]} */
const SHARED = ["pool_size", "kind", "strides", "padding", "dilation_rate", "count_padding", "ceil_mode"];

export default mount(Invariance);
