// Controls that speak while they are dragged: a slider, a strip of choices, and small helpers.
// Each has `element`, `set(value)`, and calls `onInput(value)` while it moves and `onCommit(value)` at rest.

import { make } from "../core/dom.js";
import { endsDrag, startsDrag } from "../core/drag.js";
import { decimalsOf, fixed } from "../core/numbers.js";

let helpCount = 0;

/**
 * @typedef {import("../types/messages.js").ChoiceDescription} ChoiceDescription
 * @typedef {import("../types/messages.js").NumberDescription} NumberDescription
 * @typedef {import("../types/messages.js").OptionDescription} OptionDescription
 */

/**
 * What a slider and a strip need of a description: a view may make them of settings that have none.
 * @typedef {Pick<NumberDescription, "name" | "title" | "low" | "high" | "step" | "default" | "unit">
 *   & Partial<Pick<NumberDescription, "help">>} NumberSetting
 * @typedef {Pick<OptionDescription, "value" | "title"> & Partial<Pick<OptionDescription, "detail">>} Option
 * @typedef {Pick<ChoiceDescription, "name" | "title" | "help" | "default"> & {options: Option[]}} ChoiceSetting
 */

/**
 * What becomes of a change: while the control moves, and when it rests.
 * @template Value
 * @typedef {{onInput: (value: Value) => void, onCommit: (value: Value) => void}} Wiring
 */

/** Let a button open an explanation, beside itself and within the window. @param {HTMLElement} button @param {HTMLElement} text */
export function explainBeside(button, text) {
  text.id = `help-${(helpCount += 1)}`;
  button.setAttribute("popovertarget", text.id);
  text.addEventListener("toggle", (event) => {
    if (/** @type {ToggleEvent} */ (event).newState === "open") placeBeside(button, text);
  });
}

/** Place a text that floats over the page below an element, or above it, and within the window. @param {Element} element @param {HTMLElement} text */
function placeBeside(element, text) {
  const box = element.getBoundingClientRect();
  text.style.left = `${Math.max(8, Math.min(box.left, innerWidth - text.offsetWidth - 8))}px`;
  const below = box.bottom + 6;
  const fits = below + text.offsetHeight < innerHeight;
  text.style.top = `${fits ? below : box.top - text.offsetHeight - 6}px`;
}

const SPEECH = ["pointerdown", "keydown", "input", "paste"]; // whatever a person does next

/**
 * Say at a field why it does not take what was typed, until the person goes on: nothing on the page moves.
 * @param {HTMLElement} field
 * @param {string} sentence
 */
export function refuse(field, sentence) {
  const bubble = make("div", { class: "help bubble", role: "alert", popover: "manual" }, sentence);
  field.after(bubble);
  bubble.showPopover();
  placeBeside(field, bubble);
  const over = new AbortController();
  const close = () => {
    over.abort();
    bubble.remove();
  };
  for (const kind of SPEECH) window.addEventListener(kind, close, { capture: true, signal: over.signal });
  for (const kind of ["scroll", "resize"]) window.addEventListener(kind, () => placeBeside(field, bubble), { capture: true, signal: over.signal });
}

/**
 * The name of a control with a button that opens its explanation beside it.
 * @param {string} title
 * @param {string | HTMLElement} help
 * @param {HTMLElement} body
 */
export function labelled(title, help, body) {
  const label = make("span", { class: "name", id: `name-${(helpCount += 1)}` }, title);
  const head = make("div", { class: "head" }, label);
  if (help) {
    const text = make("div", { class: "help", popover: "auto" }, help);
    const button = make("button", { class: "why", type: "button", "aria-label": `About: ${title}` }, "?");
    explainBeside(button, text);
    head.append(button, text);
  }
  body.setAttribute("aria-labelledby", label.id);
  return { element: make("div", { class: "control" }, head, body), head };
}

/**
 * What a choice is for, and what each of its options means; nothing where nobody has said either.
 * @param {{help: string, options: Option[]}} setting
 */
export function explanation({ help, options }) {
  const detailed = options.filter(({ detail }) => detail);
  if (detailed.length === 0) return help;
  const meanings = detailed.flatMap(({ title, detail }) => [make("dt", {}, title), make("dd", {}, detail)]);
  return make("div", {}, help, make("dl", {}, ...meanings));
}

/** A slider for a number: drag, arrow keys, Page Up and Down, Home and End; double click restores. */
export class Slider {
  /** @param {NumberSetting} setting @param {Wiring<number>} wiring */
  constructor(setting, { onInput, onCommit }) {
    this.setting = setting;
    this.onInput = onInput;
    this.onCommit = onCommit;
    this.dragging = false;
    this.moved = false; // since it was taken hold of
    this.decimals = decimalsOf(setting.step);
    this.track = make("div", {
      class: "slider", role: "slider", tabindex: "0", "data-name": setting.name,
      "aria-valuemin": setting.low, "aria-valuemax": setting.high,
    }, this.rail = make("div", { class: "rail" }, make("div", { class: "fill" }), make("div", { class: "thumb" })));
    this.readout = make("span", { class: "readout" }); // (the slider says it as well)
    const { element, head } = labelled(setting.title, setting.help ?? "", this.track);
    head.append(this.readout);
    this.element = element;
    this.value = setting.default;
    this.track.addEventListener("pointerdown", (event) => this.start(event));
    this.track.addEventListener("keydown", (event) => this.key(event));
    this.track.addEventListener("dblclick", () => this.move(setting.default, true));
    this.show();
  }

  /** @param {number} value */
  set(value) {
    if (this.dragging || value === this.value) return;
    this.value = value;
    this.show();
  }

  /** Call it something else. @param {string} title */
  rename(title) {
    /** @type {HTMLElement} */ (this.element.querySelector(".name")).textContent = title;
  }

  show() {
    const { low, high } = this.setting;
    this.rail.style.setProperty("--at", String((this.value - low) / (high - low)));
    const { unit } = this.setting;
    const text = fixed(this.value, this.decimals) + (unit === "degrees" ? "°" : unit && ` ${unit}`);
    this.readout.textContent = text;
    this.track.setAttribute("aria-valuenow", String(this.value));
    this.track.setAttribute("aria-valuetext", text);
  }

  /** Go to the step nearest to a value, and say so if that changed anything. @param {number} value @param {boolean} commit */
  move(value, commit) {
    const { low, high, step } = this.setting;
    const stepped = low + Math.round((value - low) / step) * step;
    const next = Number(Math.min(high, Math.max(low, stepped)).toFixed(this.decimals));
    const changed = next !== this.value;
    this.value = next;
    // The question goes out before anything is drawn: it has the longer way.
    if (changed && !commit) this.onInput(next);
    if (changed) this.moved = true;
    if (commit) this.onCommit(next);
    if (changed) this.show();
  }

  /** @param {PointerEvent} event */
  start(event) {
    if (!startsDrag(this.track, event)) return;
    event.preventDefault();
    this.track.focus({ preventScroll: true });
    this.track.setPointerCapture(event.pointerId);
    this.dragging = true;
    this.moved = false;
    /** @param {PointerEvent} event */
    const at = ({ clientX }) => {
      const box = this.rail.getBoundingClientRect();
      const { low, high } = this.setting;
      return low + ((clientX - box.left) / box.width) * (high - low);
    };
    /** @param {PointerEvent} next */
    const moved = (next) => this.move(at(next), false);
    /** @param {PointerEvent} last */
    const ended = (last) => {
      if (!endsDrag(this.track, last)) return;
      this.track.removeEventListener("pointermove", moved);
      this.track.removeEventListener("lostpointercapture", ended);
      this.dragging = false;
      if (this.moved) this.onCommit(this.value); // even where it came back: what rests is shown exactly
    };
    this.track.addEventListener("pointermove", moved);
    this.track.addEventListener("lostpointercapture", ended);
    moved(event);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const { low, high, step } = this.setting;
    const page = Math.max(step, (high - low) / 10);
    const next = /** @type {Record<string, number>} */ ({
      ArrowRight: this.value + step, ArrowUp: this.value + step,
      ArrowLeft: this.value - step, ArrowDown: this.value - step,
      PageUp: this.value + page, PageDown: this.value - page, Home: low, End: high,
    })[event.key];
    if (next === undefined) return;
    event.preventDefault();
    this.move(next, true);
  }
}

/** @type {Record<string, number>} */
const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** A strip of choices: click one, drag across them, or use the arrow keys. */
export class Strip {
  /** @param {ChoiceSetting} setting @param {Wiring<any>} wiring */
  constructor(setting, { onInput, onCommit }) {
    this.setting = setting;
    this.onInput = onInput;
    this.onCommit = onCommit;
    this.dragging = false;
    this.moved = false; // since it was taken hold of
    this.buttons = setting.options.map(({ value, title, detail }) => make("button", {
      type: "button", role: "radio", class: "option", title: detail || null, "data-value": String(value),
    }, title));
    this.group = make("div", { class: "strip", role: "radiogroup", "data-name": setting.name }, ...this.buttons);
    this.element = labelled(setting.title, explanation(setting), this.group).element;
    this.group.addEventListener("pointerdown", (event) => this.start(event));
    this.group.addEventListener("keydown", (event) => this.key(event));
    // A click without a pointer comes from assistive technology.
    this.group.addEventListener("click", (event) => {
      if (event.detail === 0) this.move(this.buttons.findIndex((button) => button === event.target), true);
    });
    this.index = 0;
    this.set(setting.default);
  }

  /** @param {any} value */
  set(value) {
    if (this.dragging) return;
    this.index = this.setting.options.findIndex((option) => option.value === value);
    this.show();
  }

  show() {
    this.buttons.forEach((button, index) => {
      button.setAttribute("aria-checked", String(index === this.index));
      button.tabIndex = index === this.index ? 0 : -1;
    });
  }

  /** @param {number} index @param {boolean} commit */
  move(index, commit) {
    if (index < 0) return;
    const changed = index !== this.index;
    this.index = index;
    const { value } = this.setting.options[index];
    if (changed && !commit) this.onInput(value);
    if (changed) this.moved = true;
    if (commit) this.onCommit(value);
    if (changed) this.show();
  }

  /** @param {PointerEvent} event */
  start(event) {
    /** @param {PointerEvent} event */
    const at = ({ clientX, clientY }) => this.buttons.findIndex((button) => {
      const box = button.getBoundingClientRect();
      return clientX >= box.left && clientX < box.right && clientY >= box.top - 12 && clientY < box.bottom + 12;
    });
    if (at(event) < 0 || !startsDrag(this.group, event)) return;
    event.preventDefault();
    this.group.setPointerCapture(event.pointerId);
    this.dragging = true;
    this.moved = false;
    /** @param {PointerEvent} next */
    const moved = (next) => this.move(at(next), false);
    /** @param {PointerEvent} last */
    const ended = (last) => {
      if (!endsDrag(this.group, last)) return;
      this.group.removeEventListener("pointermove", moved);
      this.group.removeEventListener("lostpointercapture", ended);
      this.dragging = false;
      this.buttons[this.index].focus({ preventScroll: true });
      if (this.moved) this.onCommit(this.setting.options[this.index].value);
    };
    this.group.addEventListener("pointermove", moved);
    this.group.addEventListener("lostpointercapture", ended);
    moved(event);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const by = STEPS[event.key];
    if (!by) return;
    event.preventDefault();
    const count = this.buttons.length;
    this.move((this.index + by + count) % count, true);
    this.buttons[this.index].focus({ preventScroll: true });
  }
}
