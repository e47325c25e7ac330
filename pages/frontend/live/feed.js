// A picture that moves: what the chooser's camera sees, or its sheet while somebody draws, for every view of the page
// that works on the picture. A frame of the camera is cropped to the square in its middle; each is brought to the
// working size by area average; a view takes the newest one when it has shown the one before.

import { contextOf } from "../core/canvas.js";
import { pngOf } from "../core/png.js";
import { greyed, shrunk } from "../core/shrinking.js";

/** @typedef {import("./live.js").Pixels} Pixels */

/**
 * How frames are made: the working size, grey or colour, and whether left is right as in a mirror.
 * @typedef {{longest: number, isGrey: boolean, isMirrored: boolean}} FrameSettings
 */

/**
 * A frame of the working size, as it is looked at, with the file that travels.
 * @typedef {{pixels: Pixels, colour: Pixels, png: () => Promise<Uint8Array<ArrayBuffer>>}} Frame
 */

/**
 * Whoever looks at the camera.
 * @typedef {object} Watcher
 * @property {boolean} [isReady] whether it can show frames now
 * @property {() => void} onFrame there is a new one
 * @property {() => void} onFeed it goes on or off, holds or goes on, or is watched by others
 */

/** Why there are no frames where the lane is closed. */
export const NO_LANE = "The live camera needs a direct connection to the server (a WebSocket), and there is none: take a photo instead.";

const ALONE = 1000; // ms that it goes on without a view, while one takes the place of another
const DRAWN = 4000; // ms after which the session has a drawing, or will not have it
const TAKEN = 300; // ms in which all views take the drawing that the first of them has taken

// What does something of its own with the space bar.
const TAKES_SPACE = 'a, button, input:not([type="range"]), select, textarea, summary, [contenteditable], [role="application"], '
  + '[role="button"], [role="checkbox"], [role="combobox"], [role="option"], [role="radio"], [role="switch"], [role="tab"]';

export class Feed {
  constructor() {
    /** The views, in the order in which they came. @type {Set<Watcher>} */
    this.views = new Set();
    /** Whoever shows its controls beside them. @type {Set<Watcher>} */
    this.others = new Set();
    /** @type {HTMLVideoElement | null} */
    this.video = null;
    /** What is drawn on. @type {HTMLCanvasElement | null} */
    this.sheet = null;
    /** @type {number | undefined} */
    this.leaving = undefined;
    /** What is held. @type {ImageData | null} */
    this.held = null;
    /** Another number for each frame that there is to see. */
    this.mark = 0;
    /** When it came. */
    this.at = 0;
    /** @type {FrameSettings} */
    this.settings = { longest: 256, isGrey: true, isMirrored: false };
    /** The frame that was made last, and of which mark. @type {{mark: number, frame: Frame} | null} */
    this.made = null;
    this.onStop = () => {};
    /** What is read from. @type {OffscreenCanvas | undefined} */
    this.canvas = undefined;
    /** @param {KeyboardEvent} event */
    this.onKey = (event) => this.key(event);
  }

  get isOn() { return this.video !== null || this.sheet !== null; }

  /** Whether it is the camera that is on. */
  get isCamera() { return this.video !== null; }

  get isHeld() { return this.held !== null; }

  /** Whether a view can show frames now. */
  get isReady() { return [...this.views].some(({ isReady }) => isReady); }

  /** Whether the camera's picture moves. */
  get isMoving() { return this.isOn && !this.isHeld; }

  /** Look at the camera, and give what ends that. @param {Watcher} view */
  watch(view) {
    this.views.add(view);
    this.tell();
    return () => {
      this.views.delete(view);
      this.tell();
      setTimeout(() => { if (this.views.size === 0) this.stop(); }, ALONE);
    };
  }

  /** Hear what becomes of it, and give what ends that. @param {Watcher} other */
  listen(other) {
    this.others.add(other);
    return () => { this.others.delete(other); };
  }

  /** Whether a view is the first one: that shows the controls. @param {Watcher} view */
  isFirst(view) {
    const [first] = this.views;
    return view === first;
  }

  /** Show what a video shows. @param {HTMLVideoElement} video @param {FrameSettings} settings @param {() => void} onStop lets go of the camera */
  start(video, settings, onStop) {
    this.video = video;
    this.held = null;
    this.settings = settings;
    this.onStop = onStop;
    document.addEventListener("keydown", this.onKey);
    this.tell();
    this.await(video);
  }

  /** @param {HTMLVideoElement} video */
  await(video) {
    video.requestVideoFrameCallback(() => {
      if (this.video !== video) return;
      if (!this.held) this.next();
      this.await(video);
    });
  }

  next() {
    this.mark += 1;
    this.at = performance.now();
    for (const view of this.views) view.onFrame();
  }

  /**
   * Show a sheet as it is now: a stroke on it has grown.
   * @param {HTMLCanvasElement} sheet
   * @param {FrameSettings} settings
   */
  follow(sheet, settings) {
    if (this.isCamera || !this.isReady) return;
    clearTimeout(this.leaving);
    const isNew = this.sheet !== sheet;
    this.sheet = sheet;
    this.settings = settings;
    if (isNew || this.held) {
      this.held = null;
      this.tell();
    }
    this.next();
  }

  /** The stroke has ended: the sheet stays on until the session has the drawing, which is exact at any size. */
  rest() {
    if (!this.sheet || this.held) return;
    this.hold();
    this.leaveIn(DRAWN);
  }

  /** A view shows the session's picture: where that is what was drawn, the sheet is done with. */
  taken() {
    if (this.sheet && this.held) this.leaveIn(TAKEN);
  }

  /** @param {number} wait ms */
  leaveIn(wait) {
    clearTimeout(this.leaving);
    this.leaving = window.setTimeout(() => this.stop(), wait);
  }

  /** Make the frames to come in another way; one that is held stays. @param {Partial<FrameSettings>} settings */
  set(settings) {
    this.settings = { ...this.settings, ...settings };
  }

  /** Let go of the camera, or of the sheet. */
  stop() {
    if (!this.isOn) return;
    clearTimeout(this.leaving);
    this.video = null;
    this.sheet = null;
    this.held = null;
    this.made = null;
    document.removeEventListener("keydown", this.onKey);
    this.onStop();
    this.onStop = () => {};
    this.tell();
  }

  /** A sheet is no longer on the page. @param {HTMLCanvasElement} sheet */
  leave(sheet) { if (this.sheet === sheet) this.stop(); }

  /** Hold the present frame, or go on. */
  toggle() {
    if (!this.video) return;
    if (!this.held) return this.hold();
    this.held = null;
    this.tell();
  }

  hold() {
    this.held = this.read();
    this.mark += 1;
    this.at = performance.now();
    this.tell();
  }

  tell() {
    // What shows the still picture elsewhere on the page goes by this.
    const { dataset } = document.documentElement;
    if (this.isCamera) dataset.camera = this.isHeld ? "frozen" : "live";
    else delete dataset.camera;
    for (const each of [...this.others, ...this.views]) each.onFeed();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const [target] = event.composedPath();
    if (event.key !== " " || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    if (target instanceof Element && target.closest(TAKES_SPACE)) return;
    event.preventDefault(); // the page stays where it is
    this.toggle();
  }

  /** The sheet, or the square in the middle of what the camera shows; nothing before its first picture. */
  read() {
    const { video, sheet } = this;
    if (sheet) return contextOf(sheet).getImageData(0, 0, sheet.width, sheet.height);
    const { videoWidth: width = 0, videoHeight: height = 0 } = video ?? {};
    const side = Math.min(width, height);
    if (!video || !side) return null;
    this.canvas ??= new OffscreenCanvas(side, side);
    if (this.canvas.width !== side) Object.assign(this.canvas, { width: side, height: side });
    const context = contextOf(this.canvas, { willReadFrequently: true });
    const mirror = this.settings.isMirrored ? -1 : 1;
    context.setTransform(mirror, 0, 0, 1, mirror < 0 ? side : 0, 0);
    context.drawImage(video, (width - side) / 2, (height - side) / 2, side, side, 0, 0, side, side);
    return context.getImageData(0, 0, side, side);
  }

  /** The present frame: made once, however many look at it. @returns {Frame | null} */
  frame() {
    if (this.made?.mark === this.mark) return this.made.frame;
    const source = this.held ?? this.read();
    if (!source) return null;
    const colour = shrunk(source, this.settings.longest);
    const pixels = this.settings.isGrey ? greyed(colour) : colour;
    /** @type {Promise<Uint8Array<ArrayBuffer>> | undefined} */
    let file;
    this.made = { mark: this.mark, frame: { pixels, colour, png: () => (file ??= pngOf(pixels)) } };
    return this.made.frame;
  }
}

/** What moves on this page. */
export const feed = new Feed();
