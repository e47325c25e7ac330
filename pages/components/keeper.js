// Keeps in the browser what only the session has, such as an uploaded picture, and hands it back when somebody says
// so. The page sends what is new, part by part, and is told what has arrived; what goes back goes in parts as well.

import { isRunning, sinceActed } from "../frontend/core/acting.js";
import { toBase64 } from "../frontend/core/base64.js";
import { make } from "../frontend/core/dom.js";
import { kept } from "../frontend/core/kept.js";
import { offer } from "../frontend/core/offer.js";
import { keep, keepOnly } from "../frontend/core/records.js";

const PART = 3_000_000; // bytes: a message of Streamlit's has room for a few of them

/**
 * What the page says of its things; their bytes follow.
 * @typedef {object} Told
 * @property {string} kind
 * @property {string} session another one knows nothing of what was kept for this one, and is asked about it
 * @property {boolean} made whether the session has something of its own, or had: then it says what is kept
 * @property {string[]} names of all things that are to be kept
 * @property {{name: string, id: string, said: string, size: number}[]} sent
 * @property {number} taken how many parts of what goes back have arrived
 * @typedef {{name: string, data: string}} Returned a thing in base64
 */

const LOOK = 150; // ms between two looks whether the page runs
const REST = 1000; // ms without a run and without a hand: what was pressed before has reached the server

const LENGTH = 4; // bytes that say how long the description is

/** @param {Uint8Array} data @returns {{told: Told, bodies: Uint8Array}} */
function unpacked(data) {
  const size = new DataView(data.buffer, data.byteOffset).getUint32(0);
  const told = JSON.parse(new TextDecoder().decode(data.subarray(LENGTH, LENGTH + size)));
  return { told, bodies: data.subarray(LENGTH + size) };
}

class Keeper {
  /** @param {HTMLElement} parent */
  constructor(parent) {
    this.element = make("div", { class: "keeper" });
    parent.append(this.element);
    /** What is going back, in parts. @type {Returned[][]} */
    this.parts = [];
    this.gone = 0; // parts
    this.held = ""; // the session, and the names of what is kept for it
    /** @type {(name: string, value: unknown) => void} */
    this.trigger = () => {};
    /** What has arrived and the page does not know of yet: ids by name. @type {Map<string, string>} */
    this.arrived = new Map();
    /** @type {number | undefined} */
    this.telling = undefined;
  }

  /** @param {Told} told @param {Uint8Array} bodies */
  async update({ kind, session, made, names, sent, taken }, bodies) {
    offer(this.element, kind, { visit: session, take: (values) => this.giveBack(values) });
    this.goOn(taken);
    if (!made) return;
    let at = 0;
    for (const { name, said, size } of sent) {
      const value = bodies.slice(at, at + size);
      at += size;
      await keep(kind, name, said, value, session);
    }
    const key = JSON.stringify([session, names]);
    if (key !== this.held) await keepOnly(kind, names, session);
    this.held = key;
    // Also what found no room: it will find none a second time.
    for (const { name, id } of sent) this.arrived.set(name, id);
    if (sent.length > 0) this.tell();
  }

  /** Tell the page what has arrived once nothing runs, or is about to: a training would stop for it. */
  tell() {
    let ran = performance.now();
    this.telling ??= window.setInterval(() => {
      if (isRunning()) ran = performance.now();
      if (Math.min(sinceActed(), performance.now() - ran) < REST) return;
      this.close();
      this.trigger("kept", [...this.arrived]);
      this.arrived.clear();
    }, LOOK);
  }

  close() {
    clearInterval(this.telling);
    this.telling = undefined;
  }

  /** @param {Map<string, Uint8Array>} values */
  giveBack(values) {
    let room = 0;
    for (const [name, value] of values) {
      if (value.length > room) {
        this.parts.push([]);
        room = PART;
      }
      /** @type {Returned[]} */ (this.parts.at(-1)).push({ name, data: toBase64(value) });
      room -= value.length;
    }
    this.send(0);
  }

  /** @param {number} index */
  send(index) {
    this.gone = index + 1;
    this.trigger("came", { part: index, parts: this.parts.length, things: this.parts[index] });
  }

  /** @param {number} taken */
  goOn(taken) {
    if (this.parts.length === 0 || taken !== this.gone) return;
    if (taken < this.parts.length) this.send(taken);
    else this.parts = [];
  }
}

export default kept(({ parentElement, data, setTriggerValue }, /** @type {Keeper | undefined} */ keeper) => {
  const { told, bodies } = unpacked(data);
  const here = keeper ?? new Keeper(parentElement);
  here.trigger = setTriggerValue;
  here.update(told, bodies);
  return here;
}, (keeper) => {
  keeper.close();
  keeper.element.remove();
});
