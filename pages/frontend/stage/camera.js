// The camera of the device: its live picture, the choice between the front and the back one, and a photograph.

import { contextOf } from "../core/canvas.js";
import { make } from "../core/dom.js";

/** @typedef {"user" | "environment"} Facing as browsers call the front and the back camera */

// Of both sides at most: a browser gives the size next to it that the camera has, and few have more.
const MOST = 4096;
const QUALITIES = [0.92, 0.8, 0.6, 0.3]; // of the JPEG: the first that makes it small enough

/** Which device was got for each side, for as long as the page is open. @type {Partial<Record<Facing, string>>} */
const sides = {};

/** Why there is no picture: what a browser says, as a sentence with the way out. @param {unknown} error */
export function reason(error) {
  const name = error instanceof Error ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") {
    return "The browser gives this page no camera: allow it beside the address, and try again.";
  }
  if (name === "NotFoundError" || name === "OverconstrainedError") {
    return "There is no camera: connect one and try again, or upload a picture.";
  }
  return "The camera gives no picture, perhaps because another program has it: close that, and try again.";
}

/** The live picture of a camera in `element`, a video. */
export class Camera {
  /** @param {() => void} onEnd when the camera is taken away, such as by pulling its plug */
  constructor(onEnd) {
    this.onEnd = onEnd;
    this.element = make("video", { muted: true, playsinline: true, autoplay: true });
    this.element.muted = true; // (the attribute alone does not mute what a script has made)
    /** @type {MediaStream | null} */
    this.stream = null;
    this.turn = 0; // of the opening that counts: an older one, answered late, is given back
    /** The cameras that the device has, known once one is open. @type {string[]} */
    this.devices = [];
  }

  /**
   * Open the camera of one side; where a device does not say which is which, the other than that of the other side.
   * @param {Facing} facing
   * @returns {Promise<boolean>} whether its picture is on: not where it was closed, or opened anew, meanwhile
   */
  async open(facing) {
    this.close();
    const turn = (this.turn += 1);
    let stream = await this.ask({ facingMode: { ideal: facing } }, turn);
    if (!stream) return false;
    const found = await navigator.mediaDevices.enumerateDevices();
    this.devices = found.filter(({ kind }) => kind === "videoinput").map(({ deviceId }) => deviceId);
    const taken = sides[facing === "user" ? "environment" : "user"];
    const other = this.devices.find((device) => device !== taken);
    if (taken && other && deviceOf(stream) === taken) {
      stop(stream); // many devices open one camera at a time
      stream = await this.ask({ deviceId: { exact: other } }, turn);
    }
    if (!stream || turn !== this.turn) {
      stop(stream);
      return false;
    }
    sides[facing] = deviceOf(stream);
    this.stream = stream;
    for (const track of stream.getTracks()) {
      track.addEventListener("ended", () => {
        if (this.stream !== stream) return;
        this.close();
        this.onEnd();
      });
    }
    this.element.srcObject = stream;
    await this.element.play().catch(() => {}); // a hidden page plays later, by itself
    return turn === this.turn;
  }

  /** @param {MediaTrackConstraints} which @param {number} turn @returns {Promise<MediaStream | null>} */
  async ask(which, turn) {
    /** Which camera it is, also for what is asked of it later. @type {MediaTrackConstraints} */
    this.which = which;
    const video = { ...which, width: { ideal: MOST }, height: { ideal: MOST } };
    const stream = await navigator.mediaDevices.getUserMedia({ video, audio: false });
    if (turn === this.turn) return stream;
    stop(stream);
    return null;
  }

  /** Let go of the camera: its light goes out. */
  close() {
    this.turn += 1;
    stop(this.stream);
    this.stream = null;
    this.element.srcObject = null;
  }

  get isOpen() { return this.stream !== null; }

  /** Bring the shorter side down to so many pixels, where the camera can: what is larger takes longer to read. @param {number} least */
  async shrink(least) {
    const { videoWidth: width, videoHeight: height } = this.element;
    const scale = Math.min(1, least / Math.min(width, height));
    await this.constrain(Math.round(scale * width), Math.round(scale * height));
  }

  /** Give all pixels of the camera again. */
  async enlarge() { await this.constrain(MOST, MOST); }

  /** @param {number} width @param {number} height */
  async constrain(width, height) {
    const [track] = this.stream?.getVideoTracks() ?? [];
    // A camera that cannot goes on as it is.
    await track?.applyConstraints({ ...this.which, width: { ideal: width }, height: { ideal: height } }).catch(() => {});
  }

  /**
   * The present picture with all pixels of the camera, as a JPEG: WebP takes several times as long.
   * @param {number} most bytes
   * @returns {Promise<Blob>}
   */
  async photograph(most) {
    const { videoWidth: width, videoHeight: height } = this.element;
    const canvas = make("canvas", { width, height });
    /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")).drawImage(this.element, 0, 0);
    for (const quality of QUALITIES) {
      /** @type {Blob | null} */
      const photo = await new Promise((done) => { canvas.toBlob(done, "image/jpeg", quality); });
      if (photo && photo.size <= most) return photo;
    }
    throw new Error(`A photograph of ${width} x ${height} pixels is larger than ${most} bytes.`);
  }

  /** The present picture small, as a JPEG: one of many. @param {number} longest side in pixels @returns {Promise<Blob>} */
  async moment(longest) {
    const { videoWidth, videoHeight } = this.element;
    const scale = Math.min(1, longest / Math.max(videoWidth, videoHeight));
    const canvas = new OffscreenCanvas(Math.max(1, Math.round(scale * videoWidth)), Math.max(1, Math.round(scale * videoHeight)));
    const context = contextOf(canvas);
    context.imageSmoothingQuality = "high";
    context.drawImage(this.element, 0, 0, canvas.width, canvas.height);
    return canvas.convertToBlob({ type: "image/jpeg", quality: QUALITIES[0] });
  }
}

/** @param {MediaStream} stream */
const deviceOf = (stream) => stream.getVideoTracks()[0].getSettings().deviceId;

/** @param {MediaStream | null} stream */
function stop(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}
