// The bar above a view that the camera feeds: it holds the frame, goes on, and ends it.

import { button, make, write } from "../core/dom.js";
import { feed } from "./feed.js";

const SECOND = 1000; // ms

const MOVING = "Facts and files further down are about the last still picture. Freeze a frame to bring them up to date.";
const HELD = "All of this page is about this frame.";

export class CameraBar {
  constructor() {
    this.lamp = make("span", { class: "camera-lamp" });
    this.holder = button("Freeze", () => feed.toggle(), { class: "small", title: "Hold this frame, or go on (the space bar)" });
    this.rate = make("span", { class: "camera-rate" });
    this.sentence = make("span", { class: "camera-said" });
    this.element = make("div", { class: "camerabar", role: "group", "aria-label": "Live camera", hidden: true },
      this.lamp, this.rate, this.holder,
      button("Stop", () => feed.stop(), { class: "small", title: "End the live camera" }), this.sentence);
    /** When each of the last frames was shown. @type {number[]} */
    this.shown = [];
    this.wasOn = feed.isOn;
  }

  /** A frame has been shown: say how many there are in a second. @param {number} at when it came from the camera */
  count(at) {
    const now = performance.now();
    this.shown = [...this.shown.filter((moment) => now - moment < SECOND), now];
    this.element.dataset.frames = String(Number(this.element.dataset.frames ?? 0) + 1);
    this.element.dataset.wait = String(now - at);
    if (now - (this.written ?? -Infinity) < SECOND) return;
    this.written = now;
    write(this.rate, `${this.shown.length} a second`);
  }

  /** Bring what the camera feeds onto the screen, where it is further up or down. */
  present() {
    const { top, bottom } = this.element.getBoundingClientRect();
    if (top >= 0 && bottom <= innerHeight / 2) return;
    this.element.scrollIntoView({ block: "start", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  }

  /** @param {boolean} isHere whether this view is the one that shows it */
  set(isHere) {
    this.element.hidden = !feed.isCamera || !isHere;
    this.element.classList.toggle("frozen", feed.isHeld);
    this.rate.hidden = feed.isHeld;
    write(this.lamp, feed.isHeld ? "Frozen" : "Live");
    write(this.holder, feed.isHeld ? "Go on" : "Freeze");
    write(this.sentence, feed.isHeld ? HELD : MOVING);
    if (feed.isOn && !this.wasOn && isHere) this.present();
    this.wasOn = feed.isOn;
  }
}
