// Controls that speak while they are dragged: a slider, a strip of choices, and small helpers.
// Each has `element`, `set(value)`, and calls `onInput(value)` while it moves and `onCommit(value)` at rest.

/**
 * Make an element: attributes, then children; what is missing of either is left out.
 * @param {string} tag
 * @param {Object<string, any>} [attributes] `on…` are listeners, `class` and `aria-…` as in HTML
 * @param {...(Node|string|null|undefined)} children
 */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child != null));
  return element;
}

/** A number for the screen: a fixed count of decimals and a true minus sign. */
function fixed(value, decimals) {
  if (!Number.isFinite(value)) return "not a number";
  const text = value.toFixed(decimals);
  return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "−");
}

/** A number for the screen with about three significant digits, or as many as asked for. */
function short(value, digits = 3) {
  if (!Number.isFinite(value)) return "not a number";
  if (value === 0) return "0";
  const size = Math.abs(value);
  // The server's texts write numbers in this way too: `figures.format_number`.
  const [mantissa, power] = value.toExponential(digits - 1).split("e").map(Number);
  if (size >= 9999.5 || power < -3) return `${mantissa}e${power}`.replaceAll("-", "−");
  const text = size >= 10 ** (digits - 1) ? value.toFixed(0) : String(Number(value.toPrecision(digits)));
  return text.replace("-", "−");
}

const [DOUBLE, SINGLE] = [2 ** -53, 2 ** -24]; // shares of a float64 and of a float32 that rounding may change

/** The sum of products of numbers that were read as float32, or 0 where rounding alone is left: `rounding.total` here. */
function total(terms) {
  const [sum, size] = terms.reduce(([added, sizes], term) => [added + term, sizes + Math.abs(term)], [0, 0]);
  return Math.abs(sum) <= (3 * SINGLE + terms.length * DOUBLE) * size ? 0 : sum;
}

/** A probability as students read it. */
function percent(share) {
  if (share > 0 && share < 0.0005) return "< 0.1 %";
  if (share >= 0.9995 && share < 1) return "> 99.9 %";
  return `${(100 * share).toFixed(1)} %`;
}

/** As many decimals as a slider's step needs. */
function decimalsOf(step) {
  return (String(step).split(".")[1] ?? "").length;
}

/** What is dragged, each with the pointer that does it. @type {WeakMap<Element, {pointer: number, over: AbortController}>} */
const grips = new WeakMap();

/**
 * Whether a press begins a drag of an element, or of what is in it: with the left button, a finger or a pen, and
 * where no other pointer drags it. Until that one lets go, what is dragged hears of no other pointer: a second
 * finger, or a palm, neither moves what the first one holds nor ends its drag.
 */
function startsDrag(element, event) {
  const grip = grips.get(element);
  if (event.button !== 0 || (grip && grip.pointer !== event.pointerId)) return false;
  grip?.over.abort(); // it was let go where nobody could hear it
  const over = new AbortController();
  grips.set(element, { pointer: event.pointerId, over });
  const listen = (target, kinds, act) => {
    for (const kind of kinds.split(" ")) target.addEventListener(kind, act, { signal: over.signal, capture: true });
  };
  listen(element, "pointermove pointerup pointercancel pointerleave lostpointercapture", (next) => {
    if (next.pointerId !== event.pointerId) next.stopImmediatePropagation();
  });
  listen(window, "pointerup pointercancel", (next) => {
    if (next.pointerId !== event.pointerId) return;
    over.abort();
    grips.delete(element);
  });
  return true;
}

/** Whether an event ends a drag: a capture that only changes hands, as on touch screens, does not. */
function endsDrag(element, event) {
  return event.type !== "lostpointercapture" || !element.hasPointerCapture(event.pointerId);
}

let helpCount = 0;

/** Let a button open an explanation, beside itself and within the window. */
function explainBeside(button, text) {
  text.id = `help-${(helpCount += 1)}`;
  button.setAttribute("popovertarget", text.id);
  text.addEventListener("toggle", (event) => {
    if (event.newState !== "open") return;
    const box = button.getBoundingClientRect();
    text.style.left = `${Math.max(8, Math.min(box.left, innerWidth - text.offsetWidth - 8))}px`;
    const below = box.bottom + 6;
    const fits = below + text.offsetHeight < innerHeight;
    text.style.top = `${fits ? below : box.top - text.offsetHeight - 6}px`;
  });
}

/** The name of a control with a button that opens its explanation beside it. */
function labelled(title, help, body) {
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

/** What a choice is for, and what each of its options means; nothing where nobody has said either. */
function explanation({ help, options }) {
  const detailed = options.filter(({ detail }) => detail);
  if (detailed.length === 0) return help;
  const meanings = detailed.flatMap(({ title, detail }) => [make("dt", {}, title), make("dd", {}, detail)]);
  return make("div", {}, help, make("dl", {}, ...meanings));
}

/** A slider for a number: drag, arrow keys, Page Up and Down, Home and End; double click restores. */
class Slider {
  constructor(setting, { onInput, onCommit }) {
    Object.assign(this, { setting, onInput, onCommit });
    this.decimals = decimalsOf(setting.step);
    this.fill = make("div", { class: "fill" });
    this.thumb = make("div", { class: "thumb" });
    this.track = make("div", {
      class: "slider", role: "slider", tabindex: "0", "data-name": setting.name,
      "aria-valuemin": setting.low, "aria-valuemax": setting.high,
    }, this.rail = make("div", { class: "rail" }, this.fill, this.thumb));
    this.readout = make("output", { class: "readout" });
    const { element, head } = labelled(setting.title, setting.help, this.track);
    head.append(this.readout);
    this.element = element;
    this.value = setting.default;
    this.track.addEventListener("pointerdown", (event) => this.start(event));
    this.track.addEventListener("keydown", (event) => this.key(event));
    this.track.addEventListener("dblclick", () => this.move(setting.default, true));
    this.show();
  }

  set(value) {
    if (this.dragging || value === this.value) return;
    this.value = value;
    this.show();
  }

  show() {
    const { low, high } = this.setting;
    const share = `${(100 * (this.value - low)) / (high - low)}%`;
    this.fill.style.width = share;
    this.thumb.style.left = share;
    const { unit } = this.setting;
    const text = fixed(this.value, this.decimals) + (unit === "degrees" ? "°" : unit && ` ${unit}`);
    this.readout.textContent = text;
    this.track.setAttribute("aria-valuenow", this.value);
    this.track.setAttribute("aria-valuetext", text);
  }

  /** Go to the step nearest to a value, and say so if that changed anything. */
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

  start(event) {
    if (!startsDrag(this.track, event)) return;
    event.preventDefault();
    this.track.focus({ preventScroll: true });
    this.track.setPointerCapture(event.pointerId);
    this.dragging = true;
    this.moved = false;
    const at = ({ clientX }) => {
      const box = this.rail.getBoundingClientRect();
      const { low, high } = this.setting;
      return low + ((clientX - box.left) / box.width) * (high - low);
    };
    const moved = (next) => this.move(at(next), false);
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

  key(event) {
    const { low, high, step } = this.setting;
    const page = Math.max(step, (high - low) / 10);
    const next = {
      ArrowRight: this.value + step, ArrowUp: this.value + step,
      ArrowLeft: this.value - step, ArrowDown: this.value - step,
      PageUp: this.value + page, PageDown: this.value - page, Home: low, End: high,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    this.move(next, true);
  }
}

/** A strip of choices: click one, drag across them, or use the arrow keys. */
class Strip {
  constructor(setting, { onInput, onCommit }) {
    Object.assign(this, { setting, onInput, onCommit });
    this.buttons = setting.options.map(({ value, title, detail }) => make("button", {
      type: "button", role: "radio", class: "option", title: detail || null, "data-value": String(value),
    }, title));
    this.group = make("div", { class: "strip", role: "radiogroup", "data-name": setting.name }, ...this.buttons);
    this.element = labelled(setting.title, explanation(setting), this.group).element;
    this.group.addEventListener("pointerdown", (event) => this.start(event));
    this.group.addEventListener("keydown", (event) => this.key(event));
    // A click without a pointer comes from assistive technology.
    this.group.addEventListener("click", (event) => {
      if (event.detail === 0 && event.target.matches(".option")) this.move(this.buttons.indexOf(event.target), true);
    });
    this.index = 0;
    this.set(setting.default);
  }

  set(value) {
    if (this.dragging) return;
    this.index = this.setting.options.findIndex((option) => option.value === value);
    this.show();
  }

  show() {
    this.buttons.forEach((button, index) => {
      button.setAttribute("aria-checked", index === this.index);
      button.tabIndex = index === this.index ? 0 : -1;
    });
  }

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

  start(event) {
    const at = ({ clientX, clientY }) => this.buttons.findIndex((button) => {
      const box = button.getBoundingClientRect();
      return clientX >= box.left && clientX < box.right && clientY >= box.top - 12 && clientY < box.bottom + 12;
    });
    if (at(event) < 0 || !startsDrag(this.group, event)) return;
    event.preventDefault();
    this.group.setPointerCapture(event.pointerId);
    this.dragging = true;
    this.moved = false;
    const moved = (next) => this.move(at(next), false);
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

  key(event) {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const count = this.buttons.length;
    this.move((this.index + by + count) % count, true);
    this.buttons[this.index].focus({ preventScroll: true });
  }
}

/** Which class draws a setting, by its kind; more are added where they are written. */
const CONTROLS = { number: Slider, choice: Strip };
