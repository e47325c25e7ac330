// What the taught network says of the live camera: a bar for each class, and a threshold below which it is none.

import { isRunning, sinceActed } from "../frontend/core/acting.js";
import { toBase64 } from "../frontend/core/base64.js";
import { contextOf } from "../frontend/core/canvas.js";
import { make, write } from "../frontend/core/dom.js";
import { kept } from "../frontend/core/kept.js";
import { percent } from "../frontend/core/numbers.js";
import { CameraBar } from "../frontend/live/camera_bar.js";
import { feed } from "../frontend/live/feed.js";

const UNSURE = 0.6; // the least probability of an answer, at first
const QUALITY = 0.92; // of a frame as JPEG
const PRESSED = 500; // ms in which a press on something else reaches the server
const LOOK = 20; // ms
const LOST_AFTER = 4000; // ms without an answer: a run for something else has taken its place

/** The threshold as it was set last, for as long as the page is open. */
let least = UNSURE;

/** The class that is said, or none where even the most probable one stays below the threshold. @param {number[]} probabilities */
function saidOf(probabilities) {
  const most = Math.max(...probabilities);
  return most < least ? -1 : probabilities.indexOf(most);
}

class LivePrediction {
  constructor() {
    /** @type {(frame: {id: number, file: string}) => void} */
    this.send = () => {};
    this.bar = new CameraBar();
    this.verdict = make("p", { class: "live-said" });
    this.chances = make("ol", { class: "chances", "aria-label": "Probabilities" });
    this.line = make("div", { class: "threshold-line" });
    this.readout = make("span", {});
    this.threshold = make("input", {
      type: "range", min: "0", max: "100", step: "1", "aria-label": "None of these below", oninput: () => this.set(Number(this.threshold.value) / 100),
    });
    this.element = make("section", { class: "live-prediction", "aria-label": "The camera live", hidden: true },
      this.bar.element, this.verdict,
      make("div", { class: "scale" }, this.chances, this.line,
        make("div", { class: "threshold" }, make("span", { class: "of" }, "None of these below"), this.threshold, this.readout)));
    /** @type {string[]} */
    this.classes = [];
    /** @type {number[] | null} */
    this.probabilities = null;
    this.mark = 0; // of the frame that was sent last
    this.number = 0;
    /** The frame that is on its way. @type {{id: number, at: number} | null} */
    this.sent = null;
    this.set(least);
    this.unwatch = feed.watch(this);
  }

  get isReady() { return true; }

  onFrame() { this.take(); }

  onFeed() {
    this.element.hidden = !feed.isCamera;
    this.bar.set(feed.isFirst(this));
    if (feed.isCamera) this.take();
  }

  /** Send the newest frame, where the one before has been answered. */
  async take() {
    const { mark, at } = feed;
    if (this.sent || !feed.isCamera || mark === this.mark) return;
    if (isRunning() || sinceActed() < PRESSED) {
      // A tab that has been pressed comes first: the frame's run could take the place of its.
      clearTimeout(this.waiting);
      this.waiting = setTimeout(() => this.take(), LOOK);
      return;
    }
    const frame = feed.frame();
    if (!frame) return;
    this.mark = mark;
    this.number += 1;
    const id = this.number;
    this.sent = { id, at };
    this.lost = setTimeout(() => this.settle(id), LOST_AFTER);
    const file = feed.isHeld ? await frame.png() : await this.jpegOf(frame.colour);
    if (feed.isCamera) this.send({ id, file: toBase64(file) });
    else this.settle(id);
  }

  /** @param {import("../frontend/live/live.js").Pixels} pixels */
  async jpegOf({ height, width, data }) {
    const canvas = new OffscreenCanvas(width, height);
    contextOf(canvas).putImageData(new ImageData(data, width, height), 0, 0);
    const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
    return new Uint8Array(await blob.arrayBuffer());
  }

  /** A frame has been answered, or is lost. @param {number} id */
  settle(id) {
    if (this.sent?.id !== id) return;
    clearTimeout(this.lost);
    this.sent = null;
    this.take();
  }

  /** @param {{classes: string[], probabilities: number[] | null, answered: number | null}} data */
  update({ classes, probabilities, answered }) {
    if (JSON.stringify(classes) !== JSON.stringify(this.classes)) this.build(classes);
    if (answered === null || this.sent?.id !== answered) return;
    if (probabilities) {
      this.probabilities = probabilities;
      this.bar.count(this.sent.at);
      this.show();
    }
    this.settle(answered);
  }

  /** @param {string[]} classes */
  build(classes) {
    this.classes = classes;
    this.probabilities = null;
    this.rows = classes.map((name) => {
      const [bar, share] = [make("div", { class: "chance-bar" }), make("span", { class: "chance-share" })];
      return { bar, share, element: make("li", {}, make("span", { class: "of", title: name }, name), make("div", { class: "chance-track" }, bar), share) };
    });
    this.chances.replaceChildren(...this.rows.map(({ element }) => element));
    write(this.verdict, "");
  }

  /** Set the threshold. @param {number} share */
  set(share) {
    least = share;
    this.threshold.value = String(Math.round(100 * share));
    this.element.style.setProperty("--least", String(share));
    write(this.readout, `${this.threshold.value} %`);
    this.show();
  }

  show() {
    const { probabilities } = this;
    if (!probabilities) return;
    const said = saidOf(probabilities);
    write(this.verdict, said < 0 ? "None of these" : this.classes[said]);
    this.verdict.dataset.said = String(said);
    this.rows?.forEach(({ bar, share, element }, at) => {
      bar.style.width = `${100 * probabilities[at]}%`;
      write(share, percent(probabilities[at]));
      element.classList.toggle("likeliest", at === said);
    });
  }

  close() {
    this.unwatch();
    clearTimeout(this.waiting);
    clearTimeout(this.lost);
    this.element.remove();
  }
}

export default kept(({ parentElement, data, setTriggerValue }, /** @type {LivePrediction | undefined} */ view) => {
  if (!view) {
    view = new LivePrediction();
    parentElement.append(view.element);
    view.onFeed();
  }
  view.send = (frame) => setTriggerValue("frame", frame);
  view.update(JSON.parse(data.live));
  return view;
}, (view) => view.close());
