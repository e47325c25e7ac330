// A view and the camera, or the sheet that is drawn on: it takes the newest frame when it has shown the one before, and an answer is shown with the
// frame that it is about.

import { CameraBar } from "./camera_bar.js";
import { NO_LANE, feed } from "./feed.js";

/**
 * A frame that is shown or on its way, with the number of the question that took it along.
 * @typedef {{seq: number, at: number, pixels: import("./live.js").Pixels}} Taken
 */

export class Frames {
  /** @param {import("./live.js").Live} view */
  constructor(view) {
    this.view = view;
    this.bar = new CameraBar();
    /** @type {Taken[]} */
    this.taken = [];
    this.isTaking = false; // a frame, until an answer to it is shown
    this.mark = 0; // of the last one
    this.wasOn = false;
    /** The session's picture while the camera moves. @type {string | undefined} */
    this.before = undefined;
    this.unwatch = () => {};
  }

  /** Begin to look at the camera. */
  watch() { this.unwatch = feed.watch(this); }

  onFrame() { this.take(); }

  onFeed() {
    const { element } = this.view;
    if (feed.isCamera) element.dataset.camera = feed.isHeld ? "frozen" : "live";
    else delete element.dataset.camera;
    this.bar.set(feed.isFirst(this));
    if (feed.isOn) this.take();
    else if (this.wasOn) this.view.takePicture();
    this.wasOn = feed.isOn;
  }

  get isReady() { return this.view.takesFrames; }

  /** The lane has opened, or is lost with what was on its way: a run of the page knows no frames. */
  onLane() {
    this.isTaking = false;
    if (this.view.live || !feed.isOn) return;
    const { isCamera } = feed;
    feed.stop();
    if (isCamera) this.view.say(NO_LANE); // a drawing comes by a run as well
  }

  /** Whether the session's picture with this identity is to be shown. @param {string} id */
  lets(id) { return !feed.isMoving && !(feed.isOn && id === this.before); }

  /** Take the newest frame, where the one before has been answered: it goes to the lane as the picture. */
  async take() {
    const { view } = this;
    const { mark, at } = feed;
    if (this.isTaking || !view.takesFrames || !feed.isOn || mark === this.mark) return;
    const frame = feed.frame();
    if (!frame) return;
    this.isTaking = true;
    this.mark = mark;
    if (feed.isMoving) {
      this.before = view.data.picture?.id;
      view.picture = undefined;
    }
    const png = await frame.png();
    if (!feed.isOn || !view.takesFrames) {
      this.isTaking = false;
      return;
    }
    view.lane.setPicture(png.buffer);
    const { seq } = view.ask({}, feed.isHeld && mark === feed.mark);
    this.taken.push({ seq, at, pixels: frame.pixels });
  }

  /** Whether a frame is on, or on its way. */
  get isShown() { return this.taken.length > 0; }

  /** The frame that a question was about. @param {number} seq */
  of(seq) { return this.taken.findLast((frame) => frame.seq <= seq); }

  /** A question has its answer: the next frame may come. @param {number} seq */
  landed(seq) {
    const newest = this.taken.at(-1);
    if (!newest || newest.seq > seq) return;
    this.isTaking = false;
    this.take();
  }

  /** Show what an answer is about. @param {Taken | undefined} frame */
  show(frame) {
    if (!frame || frame.pixels === this.view.pixels) return;
    this.taken = this.taken.slice(this.taken.indexOf(frame));
    this.view.pixels = frame.pixels;
    this.view.setFrame(frame.pixels, feed.isCamera ? "Camera" : "Your drawing");
    this.bar.count(frame.at);
  }

  /** The session's picture takes the place of all frames: what is still answered about them comes too late. */
  leave() {
    if (this.isShown) this.view.painted = this.view.seq + 1;
    this.taken = [];
    this.isTaking = false;
    feed.taken();
  }

  close() {
    this.unwatch();
    this.bar.element.remove();
  }
}
