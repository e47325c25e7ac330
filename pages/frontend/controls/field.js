// A field for one number: typed, stepped with the arrow keys, or scrubbed by dragging.

import { make } from "../core/dom.js";
import { endsDrag, startsDrag } from "../core/drag.js";
import { fixed, typed } from "../core/numbers.js";
import { refuse } from "./controls.js";

const SCRUB_STEP = 0.02; // for each pixel of drag: a hand's width is about 5
const SCRUB_FROM = 3; // pixels before a press becomes a drag, so that a click can still type
const KEY_STEP = 0.1;

/**
 * @typedef {object} FieldWiring
 * @property {Element} group what is dragged as one: a second finger on another field of it changes nothing
 * @property {number} low
 * @property {number} high
 * @property {() => number} read the number as it is
 * @property {(number: number, commit: boolean) => void} write
 * @property {(stepped?: EventTarget) => void} onBegin a change begins; a step of a key says at which field
 * @property {(scrubbing: boolean) => void} onScrub a drag begins or ends
 * @property {() => void} onLeave the field has lost the focus
 * @property {() => void} onNext Enter was pressed
 */

/** A number as it is kept: within its bounds, in digits that a link can hold. @param {number} number @param {number} low @param {number} high */
const kept = (number, low, high) => Math.max(low, Math.min(high, Number(number.toPrecision(9))));

export class NumberField {
  /** @param {Record<string, any>} attributes of the input @param {FieldWiring} wiring */
  constructor(attributes, wiring) {
    this.wiring = wiring;
    this.scrubbing = false;
    // (A telephone's keys for decimals have neither a minus nor a stroke.)
    this.element = make("input", { type: "text", inputmode: "text", autocomplete: "off", role: "spinbutton", ...attributes });
    this.element.addEventListener("pointerdown", (event) => this.press(event));
    this.element.addEventListener("keydown", (event) => this.key(event));
    this.element.addEventListener("focus", () => { this.element.value = String(wiring.read()); this.element.select(); });
    this.element.addEventListener("blur", () => { this.type(); wiring.onLeave(); });
  }

  /** @param {number} number */
  fit(number) {
    return kept(number, this.wiring.low, this.wiring.high);
  }

  /** Take over what was typed. */
  type() {
    const { read, write, low, high, onBegin } = this.wiring;
    const before = read();
    const number = typed(this.element.value);
    if (number !== null && number >= low && number <= high) {
      // A fraction is typed once, though Enter and the loss of the focus both read it.
      if (this.fit(number) === before) return;
      onBegin();
      write(this.fit(number), true);
      return;
    }
    refuse(this.element, `“${this.element.value}” is not a number from ${fixed(low, 0)} to ${fixed(high, 0)}.`);
    this.element.value = String(before); // so that it is said once
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const { read, write, onBegin, onNext } = this.wiring;
    const step = KEY_STEP * (event.shiftKey ? 10 : 1) * (event.altKey ? 0.1 : 1);
    const by = /** @type {Record<string, number>} */ ({ ArrowUp: step, ArrowDown: -step })[event.key];
    if (by) {
      event.preventDefault();
      this.type();
      onBegin(this.element);
      write(this.fit(Number((read() + by).toFixed(6))), true);
      this.element.value = String(read());
    } else if (event.key === "Enter") {
      this.type();
      onNext();
    } else if (event.key === "Escape") {
      this.element.value = String(read());
      this.element.blur();
    }
  }

  /** A press may become a drag, which scrubs the number; without one it is a click, which types. @param {PointerEvent} event */
  press(event) {
    const { element: input, wiring: { group, read, write, onBegin, onScrub } } = this;
    if (!startsDrag(group, event)) return;
    const from = { x: event.clientX, y: event.clientY, number: read() };
    /** @param {PointerEvent} next */
    const moved = (next) => {
      if (!(next.buttons & 1)) return ended(next); // it was let go outside, before the drag began
      const along = next.clientX - from.x + (from.y - next.clientY);
      if (!this.scrubbing) {
        if (Math.hypot(next.clientX - from.x, next.clientY - from.y) < SCRUB_FROM) return;
        input.setPointerCapture(event.pointerId);
        input.blur();
        onBegin();
        this.scrubbing = true;
        onScrub(true);
      }
      next.preventDefault();
      const number = from.number + along * SCRUB_STEP * (next.shiftKey ? 10 : 1);
      write(this.fit(Number(number.toFixed(4))), false);
    };
    /** @param {PointerEvent} last */
    const ended = (last) => {
      if (!endsDrag(input, last)) return;
      input.removeEventListener("pointermove", moved);
      input.removeEventListener("pointerup", ended);
      input.removeEventListener("lostpointercapture", ended);
      input.removeEventListener("pointerleave", left);
      if (!this.scrubbing) return;
      this.scrubbing = false;
      onScrub(false);
    };
    // Until the drag begins there is no capture, so a pointer that leaves the cell begins it.
    /** @param {PointerEvent} next */
    const left = (next) => { if (!this.scrubbing && next.buttons & 1) moved(next); };
    input.addEventListener("pointermove", moved);
    input.addEventListener("pointerup", ended);
    input.addEventListener("lostpointercapture", ended);
    input.addEventListener("pointerleave", left);
  }
}
