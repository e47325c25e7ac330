import { make, write } from "../frontend/core/dom.js";
import { kept } from "../frontend/core/kept.js";
import { Camera, reason } from "../frontend/stage/camera.js";

/** @typedef {import("../frontend/stage/camera.js").Facing} Facing */

/** @type {Record<Facing, string>} */
const SIDES = { user: "Front", environment: "Back" };

/** The side that was chosen last, for as long as the page is open. @type {Facing} */
let chosen = "user";

/** The live picture with a button under it, and a strip of two where there is more than one camera. */
class Photographer {
  /** @param {{not_secure: string, most: number, arrived: number}} data `most` bytes; how many photographs have arrived */
  constructor({ not_secure: notSecure, most, arrived }) {
    this.most = most;
    this.arrived = arrived;
    /** @type {(photo: {id: string, jpeg: string}) => void} */
    this.send = () => {};
    this.camera = new Camera(() => this.say(reason(null)));
    this.camera.element.setAttribute("aria-label", "What the camera sees");
    this.camera.element.addEventListener("resize", () => this.measure());
    this.sides = Object.entries(SIDES).map(([side, name]) => make("button", {
      type: "button", "data-side": side, onclick: () => this.choose(/** @type {Facing} */ (side)),
    }, name));
    this.strip = make("div", { class: "sides", role: "group", "aria-label": "Camera", hidden: true }, ...this.sides);
    this.shutter = make("button", { type: "button", class: "shutter", onclick: () => this.take() }, "Take photo");
    this.again = make("button", { type: "button", hidden: true, onclick: () => this.open() }, "Try again");
    this.sentence = make("p", { role: "status" });
    this.sheet = make("div", { class: "sheet" }, this.camera.element);
    // (The sentence comes and goes below the buttons, which stay under the hand.)
    this.element = make("div", { class: "camera" }, this.sheet, this.strip, this.shutter, this.sentence, this.again);
    // A page in the background keeps no camera.
    this.onHide = () => { if (document.hidden) this.camera.close(); else this.open(); };
    if (navigator.mediaDevices) {
      document.addEventListener("visibilitychange", this.onHide);
      this.open();
    } else {
      this.say(notSecure);
      this.again.hidden = true;
    }
  }

  /** @param {Facing} side */
  choose(side) {
    if (side === chosen && this.camera.isOpen) return;
    chosen = side;
    this.open();
  }

  async open() {
    this.say("The browser may ask whether this page can use the camera: allow it.");
    this.again.hidden = true;
    try {
      if (!await this.camera.open(chosen)) return;
    } catch (error) {
      this.say(reason(error));
      return;
    }
    this.strip.hidden = this.camera.devices.length < 2;
    for (const button of this.sides) button.setAttribute("aria-pressed", String(button.dataset.side === chosen));
    this.sheet.hidden = this.shutter.hidden = false;
    write(this.sentence, "");
    this.measure();
  }

  /** Say how large the picture is, in pixels. */
  measure() {
    const { videoWidth, videoHeight } = this.camera.element;
    this.element.dataset.size = `${videoWidth}x${videoHeight}`;
  }

  /** Say why there is no picture. @param {string} sentence */
  say(sentence) {
    write(this.sentence, sentence);
    this.sheet.hidden = this.shutter.hidden = this.strip.hidden = true;
    this.again.hidden = false;
    delete this.element.dataset.size;
  }

  async take() {
    // The next one when this has come: Streamlit keeps the last of those that are sent together.
    if (this.shutter.ariaDisabled === "true" || !this.camera.isOpen) return;
    this.shutter.ariaDisabled = "true";
    write(this.sentence, "");
    const reader = new FileReader();
    reader.addEventListener("load", () => {
      const [, jpeg] = String(reader.result).split(",");
      this.send({ id: crypto.randomUUID(), jpeg });
      write(this.sentence, "The photo is taken.");
    });
    reader.readAsDataURL(await this.camera.photograph(this.most));
  }

  /** @param {number} arrived */
  count(arrived) {
    if (arrived !== this.arrived) this.shutter.ariaDisabled = "false";
    this.arrived = arrived;
  }

  close() {
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
  view.count(data.arrived);
  return view;
}, (view) => {
  view.close();
  view.element.remove();
});
