// The window slides by itself, or by hand.

import { make } from "../core/dom.js";

const SPEEDS = [1, 2, 5, 10, 50, 200, 1000, 5000]; // cells a second

/** Play, pause, step and scrub: the window slides over the picture and fills the map. */
export class Transport {
  /** @param {import("./stage.js").Stage<any, any>} stage */
  constructor(stage) {
    this.stage = stage;
    /** The next frame, while it plays. @type {number | null} */
    this.playing = null;
    this.play = this.button("▶", "Play", () => this.toggle());
    this.scrub = make("input", {
      type: "range", class: "scrub", min: 0, value: 0, "aria-label": "Cell of the map",
      oninput: () => { this.pause(); stage.slide(Number(this.scrub.value)); },
    });
    this.speed = make("select", { class: "speed", "aria-label": "Speed" },
      ...SPEEDS.map((cells) => make("option", { value: cells }, `${cells}/s`)));
    this.speed.value = matchMedia("(prefers-reduced-motion: reduce)").matches ? "1" : "50";
    this.zoomed = make("span", { class: "zoomed" }, "×1");
    this.element = make("div", { class: "transport", role: "group", "aria-label": "Slide the window" },
      this.play,
      this.button("|◀", "One cell back", () => this.step(-1)),
      this.button("▶|", "One cell on", () => this.step(1)),
      this.button("■", "Show the whole map", () => { this.pause(); stage.release(); }),
      this.speed,
      make("span", { class: "zoom" }, this.button("−", "Zoom out", () => stage.setZoom(stage.zoom / 2)), this.zoomed,
        this.button("+", "Zoom in to the pixel grid", () => stage.setZoom(stage.zoom * 2))),
      this.scrub);
  }

  /** @param {string} text @param {string} name @param {() => void} onclick */
  button(text, name, onclick) {
    return make("button", { type: "button", class: "small", title: name, "aria-label": name, onclick }, text);
  }

  toggle() {
    if (this.playing) this.pause();
    else this.start();
  }

  start() {
    const { stage } = this;
    if (!stage.tables) return;
    let at = stage.revealed ?? stage.index;
    if (at >= stage.cells - 1) at = 0;
    /** @type {number | null} */
    let before = null;
    /** @param {number} now */
    const frame = (now) => {
      at += before === null ? 0 : ((now - before) / 1000) * Number(this.speed.value);
      before = now;
      stage.slide(Math.min(stage.cells - 1, Math.floor(at)));
      if (at >= stage.cells - 1) this.pause();
      else this.playing = requestAnimationFrame(frame);
    };
    this.playing = requestAnimationFrame(frame);
    this.play.textContent = "❚❚";
    this.play.setAttribute("aria-label", "Pause");
  }

  pause() {
    cancelAnimationFrame(this.playing ?? 0);
    this.playing = null;
    this.play.textContent = "▶";
    this.play.setAttribute("aria-label", "Play");
  }

  /** @param {number} by */
  step(by) {
    this.pause();
    const { stage } = this;
    if (!stage.tables) return;
    const from = stage.revealed ?? (stage.cell ? stage.index : -Math.sign(by));
    stage.slide(Math.max(0, Math.min(stage.cells - 1, from + by)));
  }

  show() {
    this.scrub.max = String(Math.max(0, this.stage.cells - 1));
    this.scrub.value = String(this.stage.index);
    this.zoomed.textContent = `×${this.stage.zoom}`;
    if (this.playing && this.stage.revealed === null) this.pause();
  }
}
