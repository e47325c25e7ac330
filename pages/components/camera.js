import { acting } from "../frontend/core/acting.js";
import { button, make, write } from "../frontend/core/dom.js";
import { toBase64 } from "../frontend/core/base64.js";
import { kept } from "../frontend/core/kept.js";
import { pngOf } from "../frontend/core/png.js";
import { uncover } from "../frontend/core/sidebar.js";
import { NO_LANE, feed } from "../frontend/live/feed.js";
import { Camera, reason } from "../frontend/stage/camera.js";

/** @typedef {import("../frontend/stage/camera.js").Facing} Facing */

/**
 * What a run of the page brings: what is said where there is no camera, how many bytes a photograph may have, how many
 * have arrived, which page it is, how live frames are made, where they can be, and how many pictures can be recorded.
 * @typedef {{not_secure: string, most: number, arrived: number, page: string, live: {size: number, colour: boolean} | null,
 *   room: number | null}} CameraData
 */

/** @type {Record<Facing, string>} */
const SIDES = { user: "Front", environment: "Back" };

const EVERY = 100; // ms between two pictures of a recording
const RECORDED_SIDE = 320; // pixels of the longest side of one: as many as a class keeps
const FULL = "There is no room for more pictures here: choose another class, or remove some.";
const LEAST = 480; // pixels of the shorter side that live frames are made from, where the camera has them
const ASKING = "The browser may ask whether this page can use the camera: allow it.";
const OFF = "The camera is off, as the page has changed.";
const LIVE = "Live frames are computed and forgotten; nothing is stored.";
const MOVING = `${LIVE} The space bar freezes one: it becomes your picture, as a photo does.`;
const HELD = "Frozen: this is your picture now. The space bar goes on.";

/** The side that was chosen last, for as long as the page is open. @type {Facing} */
let chosen = "user";

/** Whether each side is shown as in a mirror, as people know themselves. @type {Record<Facing, boolean>} */
const mirrored = { user: true, environment: false };

/** What was said last of a photo or a recording: it stands until the next, also where the camera is opened anew. */
let told = "";

/** The camera's picture with what is done with it, and a strip of two where there is more than one camera. */
class Photographer {
  /** @param {CameraData} data */
  constructor(data) {
    this.data = data;
    /** @type {(photo: {id: string, file: string, is_frame: boolean}) => void} */
    this.send = () => {};
    /** @type {(burst: {id: string, files: string[]}) => void} */
    this.sendBurst = () => {};
    this.camera = new Camera(() => this.lose(reason(null)));
    this.camera.element.setAttribute("aria-label", "What the camera sees");
    this.camera.element.addEventListener("resize", () => this.measure());
    this.sides = Object.entries(SIDES).map(([side, name]) =>
      button(name, () => this.choose(/** @type {Facing} */ (side)), { "data-side": side }));
    this.strip = make("div", { class: "sides", role: "group", "aria-label": "Camera", hidden: true }, ...this.sides);
    this.shutter = button("Take photo", () => this.take(), { class: "shutter" });
    this.lively = button("Go live", () => this.live());
    this.stopper = button("Stop", () => feed.stop(), { title: "End the live camera" });
    this.recorder = button("Hold to record", () => {}, {
      class: "recorder", title: "Ten pictures a second, for as long as you hold it", oncontextmenu: (/** @type {Event} */ event) => event.preventDefault(),
    });
    /** What ends the recording that goes on. @type {(() => void) | null} */
    this.ending = null;
    this.recorder.addEventListener("pointerdown", (event) => { if (event.button === 0) acting(() => this.record()); });
    for (const name of ["pointerup", "pointercancel", "pointerleave", "blur"]) this.recorder.addEventListener(name, () => this.ending?.());
    this.recorder.addEventListener("keydown", (event) => { if ([" ", "Enter"].includes(event.key) && !event.repeat) acting(() => this.record()); });
    this.recorder.addEventListener("keyup", () => this.ending?.());
    this.acts = make("div", { class: "camera-acts" }, this.shutter, this.recorder, this.lively, this.stopper);
    this.mirror = make("input", { type: "checkbox", onchange: () => this.turn() });
    this.mirrorLine = make("label", { class: "mirror", hidden: true }, this.mirror, "Mirrored");
    this.again = button("Try again", () => this.open(), { hidden: true });
    this.sentence = make("p", { role: "status" });
    this.sheet = make("div", { class: "sheet" }, this.camera.element);
    // (The sentence comes and goes below the buttons, which stay under the hand.)
    this.element = make("div", { class: "camera" }, this.sheet, this.strip, this.acts, this.mirrorLine, this.sentence, this.again);
    this.wasLive = false; // when the page went into the background
    // A page in the background keeps no camera.
    this.onHide = () => { if (document.hidden) this.hide(); else if (!this.isOff) this.open(); };
    this.isOff = false; // until it is asked for again
    this.isHeld = false; // a frame, that has been sent
    this.unlisten = feed.listen({ onFrame: () => {}, onFeed: () => this.showState() });
    // Where the page stops looking at the picture the camera is not shown, and must not look either.
    this.resizing = new ResizeObserver(() => { if (this.isWithheld) this.turnOff(); });
    if (navigator.mediaDevices) {
      document.addEventListener("visibilitychange", this.onHide);
      this.open();
      this.resizing.observe(this.element);
    } else {
      this.say(data.not_secure);
      this.again.hidden = true;
    }
    this.showState();
  }

  /** Whether the page that is on looks at no picture at the moment. (A folded sidebar is something else.) */
  get isWithheld() {
    const chooser = this.element.isConnected && /** @type {ShadowRoot} */ (this.element.getRootNode()).host?.closest(".st-key-chooser_controls");
    return Boolean(chooser) && getComputedStyle(/** @type {Element} */ (chooser)).display === "none";
  }

  get isLive() { return feed.isOn && feed.video === this.camera.element; }

  /** @param {Facing} side */
  async choose(side) {
    if (side === chosen && this.camera.isOpen) return;
    const { isLive } = this;
    chosen = side;
    told = "";
    feed.stop();
    if (await this.open() && isLive) await this.goLive();
  }

  /** Open the camera, and say whether it is. */
  async open() {
    this.isOff = false;
    this.say(ASKING);
    this.again.hidden = true;
    try {
      if (!await this.camera.open(chosen)) return false;
    } catch (error) {
      this.say(reason(error));
      return false;
    }
    this.strip.hidden = this.camera.devices.length < 2;
    for (const each of this.sides) each.setAttribute("aria-pressed", String(each.dataset.side === chosen));
    this.sheet.hidden = this.acts.hidden = false;
    write(this.sentence, told);
    this.measure();
    this.showState();
    if (this.wasLive) await this.goLive();
    this.wasLive = false;
    return true;
  }

  /** Say how large the picture is, in pixels. */
  measure() {
    const { videoWidth, videoHeight } = this.camera.element;
    this.element.dataset.size = `${videoWidth}x${videoHeight}`;
  }

  /** Say why there is no picture. @param {string} sentence */
  say(sentence) {
    write(this.sentence, sentence);
    this.sheet.hidden = this.acts.hidden = this.strip.hidden = this.mirrorLine.hidden = true;
    this.again.hidden = false;
    this.again.textContent = "Try again";
    delete this.element.dataset.size;
  }

  /** Say what became of a photo or a recording. @param {string} sentence */
  tell(sentence) {
    told = sentence;
    write(this.sentence, sentence);
  }

  /** The camera was taken away. @param {string} sentence */
  lose(sentence) {
    feed.stop();
    this.say(sentence);
  }

  /** Let go of the camera until it is asked for. */
  turnOff() {
    if (this.isOff) return;
    this.isOff = true;
    this.wasLive = false;
    told = "";
    if (this.isLive) feed.stop();
    this.camera.close();
    this.say(OFF);
    this.again.textContent = "Turn the camera on";
  }

  hide() {
    this.wasLive = this.isLive && feed.isMoving; // what is frozen is the session's picture by now
    if (this.isLive) feed.stop();
    this.camera.close();
  }

  async take() {
    // The next one when this has come: Streamlit keeps the last of those that are sent together.
    if (this.shutter.ariaDisabled === "true" || !this.camera.isOpen) return;
    this.shutter.ariaDisabled = "true";
    this.tell("");
    await acting(async () => {
      const photo = await this.camera.photograph(this.data.most);
      this.submit(new Uint8Array(await photo.arrayBuffer()), false);
    });
    this.tell("The photo is taken.");
  }

  /** Take picture after picture until the button is let go, or there is room for no more; then send them all. */
  async record() {
    const { room } = this.data;
    if (this.ending || this.shutter.ariaDisabled === "true" || !this.element.dataset.size || room === null) return;
    if (room === 0) {
      write(this.sentence, FULL);
      return;
    }
    this.tell("");
    let isHeld = true;
    /** @type {Promise<void>} */
    const end = new Promise((done) => { this.ending = () => { isHeld = false; done(); }; });
    this.element.classList.add("recording");
    const files = [];
    while (isHeld && files.length < room && this.camera.isOpen) {
      const pause = new Promise((done) => { setTimeout(done, EVERY); });
      const photo = await this.camera.moment(RECORDED_SIDE);
      files.push(toBase64(new Uint8Array(await photo.arrayBuffer())));
      write(this.recorder, `${files.length} of ${room}`);
      await Promise.race([pause, end]);
    }
    this.ending = null;
    this.element.classList.remove("recording");
    write(this.recorder, "Hold to record");
    if (!this.camera.isOpen) return;
    this.shutter.ariaDisabled = "true";
    this.sendBurst({ id: crypto.randomUUID(), files });
    this.tell(files.length === room ? `${files.length} pictures are recorded, as many as there is room for.`
      : `${files.length === 1 ? "One picture is" : `${files.length} pictures are`} recorded.`);
  }

  /** Send a picture to the session. @param {Uint8Array} file @param {boolean} isFrame */
  submit(file, isFrame) { this.send({ id: crypto.randomUUID(), file: toBase64(file), is_frame: isFrame }); }

  /** Go live; then hold a frame, or go on. */
  async live() {
    if (this.isLive) feed.toggle();
    else await this.goLive();
  }

  async goLive() {
    const { live } = this.data;
    if (!live || !this.camera.isOpen) return;
    if (!feed.isReady) {
      write(this.sentence, NO_LANE);
      return;
    }
    await this.camera.shrink(Math.max(LEAST, live.size));
    if (!this.camera.isOpen) return;
    const settings = { longest: live.size, isGrey: !live.colour, isMirrored: mirrored[chosen] };
    feed.start(this.camera.element, settings, () => this.camera.enlarge());
    uncover();
  }

  /** Show the frames as in a mirror, or as others see it. */
  turn() {
    mirrored[chosen] = this.mirror.checked;
    feed.set({ isMirrored: this.mirror.checked });
    this.element.classList.toggle("mirrored", this.isLive && this.mirror.checked);
  }

  /** Show whether it is live, and hand over a frame that is held. */
  showState() {
    const { isLive } = this;
    const isHeld = isLive && feed.isHeld;
    this.element.classList.toggle("live", isLive);
    this.element.classList.toggle("frozen", isHeld);
    this.element.classList.toggle("mirrored", isLive && mirrored[chosen]);
    this.shutter.hidden = isLive;
    this.recorder.hidden = this.data.room === null;
    this.stopper.hidden = !isLive;
    this.lively.hidden = !isLive && !(this.data.live && feed.views.size > 0);
    write(this.lively, isHeld ? "Go on" : isLive ? "Freeze" : "Go live");
    this.lively.title = isLive ? "The space bar does the same" : LIVE;
    this.mirrorLine.hidden = !isLive;
    this.mirror.checked = mirrored[chosen];
    this.mirror.disabled = isHeld;
    if (isLive) {
      write(this.sentence, isHeld ? HELD : MOVING);
      if (isHeld) this.camera.element.pause();
      else this.camera.element.play().catch(() => {}); // a hidden page plays later, by itself
    } else if ([MOVING, HELD].includes(this.sentence.textContent ?? "")) write(this.sentence, "");
    if (isHeld && !this.isHeld) this.hand();
    this.isHeld = isHeld;
  }

  /** A frame that is held becomes the session's picture, in colour: there it can be made grey as well. */
  async hand() {
    const frame = feed.frame();
    if (frame) await acting(async () => this.submit(await pngOf(frame.colour), true));
  }

  /** A run of the page has come. @param {CameraData} data */
  update(data) {
    const { page, arrived } = this.data;
    this.data = data;
    if (data.arrived !== arrived) this.shutter.ariaDisabled = "false";
    if (data.live) feed.set({ longest: data.live.size, isGrey: !data.live.colour });
    if (data.page !== page && navigator.mediaDevices) this.turnOff();
    this.showState();
  }

  close() {
    if (this.isLive) feed.stop();
    this.unlisten();
    this.resizing.disconnect();
    document.removeEventListener("visibilitychange", this.onHide);
    this.camera.close();
  }
}

/** The camera: it sends a photograph once, and goes on for the next one. */
export default kept(({ parentElement, data, setTriggerValue }, /** @type {Photographer | undefined} */ view) => {
  if (!view) {
    view = new Photographer(data);
    parentElement.append(view.element);
  }
  view.send = (photo) => setTriggerValue("photo", photo);
  view.sendBurst = (burst) => setTriggerValue("burst", burst);
  view.update(data);
  return view;
}, (view) => {
  view.close();
  view.element.remove();
});
