// The lab: a stage, the controls of one operation, and the sum behind one cell. Settings go to the lane
// while a control moves, and to Streamlit when it rests.

const SPEEDS = [1, 2, 5, 10, 50, 200, 1000, 5000]; // cells a second
const WORKED_MOST = 7; // more columns than this do not fit beside each other as numbers
const EXACT_AFTER = 150; // ms of rest before the exact map is asked for: about a run of the page
const CHANNELS = ["red", "green", "blue"];

/** The sum behind one cell: patch, weights, their products, and the value that comes of it. */
class Worked {
  constructor() {
    this.element = make("section", { class: "worked", "aria-label": "The sum behind one cell" });
    this.spoken = make("p", { class: "spoken", "aria-live": "polite" });
    this.channel = 0;
    this.empty();
  }

  /** The colour of a cell that is too small for its number. */
  ground(entry, role, rows) {
    if (role === "patch") {
      const level = Math.round(255 * entry);
      return `background: rgb(${level} ${level} ${level})`;
    }
    const share = (100 * Math.abs(entry)) / (Math.max(...rows.flat().map(Math.abs)) || 1);
    return `background: color-mix(in srgb, var(--role-${entry < 0 ? "negative" : "positive"}) ${share}%, transparent)`;
  }

  empty() {
    if (this.shown === null) return;
    this.shown = null;
    this.element.replaceChildren(make("p", { class: "hint" },
      "Point at a pixel to see the sum behind it. Click to pin it, then drag a weight and watch the sum."));
  }

  /**
   * @param {object} window as `Stage.window` gives it
   * @param {object} settings kernel, flip, gain, bias, activation
   * @param {number|null} exact the operation's own value, where it has come
   */
  show(window, settings, exact) {
    const { patch, outside, cell, channels } = window;
    const channel = Math.min(this.channel, channels - 1);
    const kernel = settings.flip
      ? settings.kernel.weights.map((row) => [...row].reverse()).reverse()
      : settings.kernel.weights;
    const pixels = patch.map((row) => row.map((values) => values[channel]));
    const products = pixels.map((row, r) => row.map((value, c) => value * kernel[r][c]));
    const sum = products.flat().reduce((total, product) => total + product, 0);
    const moved = settings.gain * sum + settings.bias;
    const value = { none: moved, relu: Math.max(0, moved), absolute: Math.abs(moved) }[settings.activation];
    const final = exact ?? value;
    this.shown = { cell, sum, value, exact };

    const dense = kernel[0].length > WORKED_MOST || kernel.length > WORKED_MOST;
    const columns = kernel[0].length;
    const wide = columns > 3;
    const density = dense ? "dense" : columns > 5 ? "wider" : wide ? "wide" : "";
    const table = (name, rows, role) => make("div", { class: `part ${role}` }, make("div", { class: "partname" }, name),
      make("div", { class: `cells ${density}`, style: `--columns: ${rows[0].length}` },
        ...rows.flatMap((row, r) => row.map((entry, c) => make("span", {
          class: outside[r][c] && role !== "factors" ? "outside" : null, title: String(Number(entry.toPrecision(7))),
          style: dense ? this.ground(entry, role, rows) : null,
        }, dense ? "" : short(entry, columns > 5 ? 1 : wide ? 2 : 3))))));
    const steps = [`sum ${fixed(sum, 4)}`];
    if (settings.gain !== 1) steps.push(`× gain ${short(settings.gain)}`);
    if (settings.bias !== 0) steps.push(`${settings.bias < 0 ? "−" : "+"} bias ${short(Math.abs(settings.bias))}`);
    if (steps.length > 1) steps.push(`= ${fixed(moved, 4)}`);
    if (settings.activation !== "none") {
      steps.push(settings.activation === "relu" ? `→ ReLU` : `→ absolute`);
    }
    const borrowed = outside.flat().filter(Boolean).length;
    const place = `row ${cell.row}, column ${cell.column}`;
    const chooser = channels === 1 ? [] : [make("div", { class: "channels", role: "group", "aria-label": "Channel" },
      ...CHANNELS.map((name, index) => make("button", {
        type: "button", class: "small", "aria-pressed": String(index === channel),
        onclick: () => { this.channel = index; this.onChannel?.(index); },
      }, name)))];
    this.element.replaceChildren(
      table("patch", pixels, "patch"), make("span", { class: "sign" }, "×"),
      table(settings.flip ? "kernel, turned round" : "kernel", kernel, "factors"), make("span", { class: "sign" }, "="),
      table("products", products, "products"),
      make("div", { class: "result" },
        make("div", { class: "steps" }, steps.join(" ")),
        make("div", { class: "value", "data-value": String(final), "data-sum": String(sum) }, fixed(final, 4)),
        make("div", { class: "place" }, place + (borrowed ? `; ${borrowed} of ${outside.flat().length} from the padding` : "")),
        ...chooser), this.spoken);
    clearTimeout(this.speaking);
    this.speaking = setTimeout(() => {
      this.spoken.textContent = `Cell ${place}: value ${fixed(final, 4)}, sum of ${products.flat().length} products ${fixed(sum, 4)}`;
    }, 400);
  }
}

/** A histogram of the map on the axis of its colour scale. */
class Legend {
  constructor(onHold) {
    this.bars = make("canvas", { class: "histogram", role: "img", "aria-label": "Histogram of the map" });
    this.colours = make("div", { class: "colours" });
    this.numbers = make("div", { class: "numbers" });
    this.note = make("span", { class: "note" });
    this.remark = make("p", { class: "remark", role: "status" });
    this.hold = make("input", { type: "checkbox", onchange: () => onHold(this.hold.checked) });
    this.element = make("div", { class: "legend" }, this.bars, this.colours, this.numbers,
      make("div", { class: "foot" }, this.note, make("label", { class: "hold" }, this.hold, "hold scale")), this.remark);
  }

  show(facts, values, roles) {
    const { legend, scale: [low, high], counts } = facts;
    const place = (value) => (high > low ? (100 * (value - low)) / (high - low) : 50);
    this.colours.style.background =
      `linear-gradient(to right, ${legend.map(([value, colour]) => `${colour} ${place(value)}%`).join(", ")})`;
    const marks = low < 0 && high > 0 ? [low, 0, high] : [low, high];
    this.numbers.replaceChildren(...marks.map((value) => make("span", { style: `left: ${place(value)}%` }, short(value))));
    const notes = [`min ${short(facts.low)}`, `mean ${short(facts.mean)}`, `max ${short(facts.high)}`];
    this.note.textContent = notes.join("  ");
    this.remark.textContent = facts.remark;
    this.hold.checked = values.limits !== null;
    this.hold.disabled = values.limits === null && !(high > low);
    this.draw(facts, low, high, counts, roles);
  }

  /** The bars lie where their values lie on the colour scale; what is beyond its ends is left out. */
  draw(facts, low, high, counts, roles) {
    const { bars } = this;
    const density = devicePixelRatio || 1;
    const width = bars.clientWidth;
    const height = bars.clientHeight;
    Object.assign(bars, { width: width * density, height: height * density });
    if (!width || !(high > low)) return;
    const context = bars.getContext("2d");
    context.scale(density, density);
    const most = Math.sqrt(Math.max(...counts, 1));
    const step = (facts.high - facts.low) / counts.length;
    context.fillStyle = roles.text;
    context.globalAlpha = 0.55;
    counts.forEach((count, index) => {
      const from = ((facts.low + index * step - low) / (high - low)) * width;
      const size = Math.max(1, (step / (high - low)) * width);
      // Square roots, so that the few strong responses are seen beside the many near zero.
      const tall = (Math.sqrt(count) / most) * height;
      context.fillRect(from, height - tall, Math.max(1, size - 0.5), tall);
    });
  }
}

/** Play, pause, step and scrub: the window slides over the picture and fills the map. */
class Transport {
  constructor(stage) {
    this.stage = stage;
    this.play = this.button("▶", "Play", () => this.toggle());
    this.scrub = make("input", {
      type: "range", class: "scrub", min: 0, value: 0, "aria-label": "Cell of the map",
      oninput: () => { this.pause(); stage.slide(Number(this.scrub.value)); },
    });
    this.speed = make("select", { class: "speed", "aria-label": "Speed" },
      ...SPEEDS.map((cells) => make("option", { value: cells }, `${cells}/s`)));
    this.speed.value = matchMedia("(prefers-reduced-motion: reduce)").matches ? 1 : 50;
    this.zoomed = make("output", { class: "zoomed" }, "×1");
    this.element = make("div", { class: "transport", role: "group", "aria-label": "Slide the window" },
      this.play,
      this.button("|◀", "One cell back", () => this.step(-1)),
      this.button("▶|", "One cell on", () => this.step(1)),
      this.button("■", "Show the whole map", () => { this.pause(); stage.release(); }),
      this.speed,
      make("span", { class: "zoom" }, this.button("−", "Zoom out", () => stage.setZoom(stage.zoom / 2)), this.zoomed,
        this.button("+", "Zoom in to the pixel grid", () => stage.setZoom(stage.zoom * 2))),
      this.scrub);
  }

  button(text, name, onclick) {
    return make("button", { type: "button", class: "small", title: name, "aria-label": name, onclick }, text);
  }

  toggle() {
    if (this.playing) this.pause();
    else this.start();
  }

  start() {
    const { stage } = this;
    if (!stage.tables) return;
    let at = stage.revealed ?? stage.index;
    if (at >= stage.cells - 1) at = 0;
    let before = null;
    const frame = (now) => {
      at += before === null ? 0 : ((now - before) / 1000) * Number(this.speed.value);
      before = now;
      stage.slide(Math.min(stage.cells - 1, Math.floor(at)));
      if (at >= stage.cells - 1) this.pause();
      else this.playing = requestAnimationFrame(frame);
    };
    this.playing = requestAnimationFrame(frame);
    this.play.textContent = "❚❚";
    this.play.setAttribute("aria-label", "Pause");
  }

  pause() {
    cancelAnimationFrame(this.playing);
    this.playing = null;
    this.play.textContent = "▶";
    this.play.setAttribute("aria-label", "Play");
  }

  step(by) {
    this.pause();
    const { stage } = this;
    if (!stage.tables) return;
    const from = stage.revealed ?? (stage.cell ? stage.index : -Math.sign(by));
    stage.slide(Math.max(0, Math.min(stage.cells - 1, from + by)));
  }

  show() {
    this.scrub.max = Math.max(0, this.stage.cells - 1);
    this.scrub.value = this.stage.index;
    this.zoomed.textContent = `×${this.stage.zoom}`;
    if (this.playing && this.stage.revealed === null) this.pause();
  }
}

const BESIDE_KERNEL = ["flip"];
const BESIDE_MAP = ["scale"];

class Lab {
  constructor(root, data, setStateValue) {
    Object.assign(this, { root, data, setStateValue });
    this.seq = data.seq;
    this.values = data.values;
    this.epoch = data.epoch;
    this.build();
    this.runs = new Runs((request) => this.setStateValue("live", request));
    this.commits = new Runs((request, attempt) => window.explorerCommit[attempt === 1 ? "fragment" : "page"](request));
    if (data.lane) {
      this.lane = new Lane({
        url: this.laneUrl(data.lane),
        onAnswer: (answer) => this.receive(answer),
        onError: (seq, sentence) => this.complain(seq, sentence),
        onState: (open) => this.laneState(open),
      });
    }
    this.onPicture = ({ detail }) => { if (detail === this.data.picture.id) this.takePicture(); };
    window.addEventListener("explorer:picture", this.onPicture);
  }

  /** The page's own host and base path, with the path that the server names. */
  laneUrl(path) {
    const secure = location.protocol === "https:" ? "wss:" : "ws:";
    return `${secure}//${location.host}${path}`;
  }

  build() {
    this.stage = new Stage({ onCell: (window) => this.showCell(window) });
    this.worked = new Worked();
    this.worked.onChannel = (channel) => { this.stage.channel = channel; this.stage.show(this.stage.cell); };
    this.transport = new Transport(this.stage);
    this.legend = new Legend((held) => this.commit({ limits: held ? this.facts.scale : null }));
    const keys = make("p", { class: "spoken", id: "stage-keys" },
      "Arrow keys move the cell, with Shift ten at a time; plus and minus zoom; Enter pins, Escape lets go.");
    for (const { canvas } of [this.stage.input, this.stage.map]) canvas.setAttribute("aria-describedby", keys.id);
    this.message = make("p", { class: "message", role: "status" });
    this.controls = new Map();
    const panel = make("section", { class: "controls", "aria-label": "Settings" });
    for (const setting of this.data.settings) {
      const change = (value) => ({ [setting.name]: value, ...(setting.name === "scale" && { limits: null }) });
      const wiring = {
        onInput: (value) => this.fallBack(this.ask(change(value), false)),
        onCommit: (value) => this.commit(change(value)),
        // A scale that is held stays, so that two kernels can be seen on one.
        onPicked: (scale) => { if (!this.values.limits) this.values = { ...this.values, scale }; },
        onSay: (sentence) => this.say(sentence),
      };
      const Control = { number: Slider, choice: Strip, kernel: KernelEditor }[setting.kind];
      if (Control) this.controls.set(setting.name, new Control(setting, wiring));
    }
    this.kernel = this.controls.get("kernel");
    for (const [name, control] of this.controls) {
      if (control === this.kernel) continue;
      if (BESIDE_KERNEL.includes(name)) this.kernel.element.append(control.element);
      else if (BESIDE_MAP.includes(name)) this.legend.element.append(control.element);
      else panel.append(control.element);
    }
    this.stage.map.element.append(this.legend.element);
    this.note = make("p", { class: "padnote" });
    this.stage.input.element.append(this.transport.element, this.note, this.kernel.arguments);
    for (const { element } of [this.kernel, this.legend]) element.classList.add("beside");
    this.element = make("div", { class: "lab", "data-lane": "connecting" },
      this.stage.input.element, this.kernel.element, this.stage.map.element,
      this.message, panel, this.worked.element, keys);
    this.root.append(this.element);
  }

  /** A run of the page has come: take what it brings. */
  update(data, setStateValue) {
    const pictureBefore = this.picture;
    this.data = data;
    this.setStateValue = setStateValue;
    this.theme(data.roles);
    if (data.epoch !== this.epoch) {
      // The page itself changed the settings, by a link or a button.
      this.epoch = data.epoch;
      this.values = data.values;
      this.refresh();
    }
    if (data.answer) this.receive(decodeAnswer(fromBase64(data.answer)));
    if (data.answered != null) {
      this.runs.settle(data.answered);
      this.commits.settle(data.answered);
      this.element.dataset.run = data.answered;
    }
    if (data.complaint) this.complain(data.answered ?? this.seq, data.complaint);
    this.showControls();
    if (data.picture.id !== pictureBefore) this.takePicture();
  }

  theme(roles) {
    const style = getComputedStyle(this.element);
    const ground = style.getPropertyValue("--st-background-color") || "#fff";
    if (ground === this.ground) return;
    this.ground = ground;
    const probe = document.createElement("canvas").getContext("2d");
    probe.fillStyle = ground;
    probe.fillRect(0, 0, 1, 1);
    const [red, green, blue] = probe.getImageData(0, 0, 1, 1).data;
    const dark = 0.3 * red + 0.59 * green + 0.11 * blue < 128;
    const colours = Object.fromEntries(Object.entries(roles).map(([name, role]) => [name, dark ? role.dark : role.light]));
    for (const [name, colour] of Object.entries(colours)) this.element.style.setProperty(`--role-${name}`, colour);
    this.element.dataset.theme = dark ? "dark" : "light";
    colours.background = probe.fillStyle;
    colours.text = style.color;
    this.stage.roles = colours;
    this.stage.draw();
    if (this.facts) this.legend.show(this.facts, this.values, colours);
  }

  /** The picture that this run speaks of, once its bytes are here. */
  async takePicture() {
    const { id, title, channels } = this.data.picture;
    const bytes = window.explorerPictures?.get(id);
    if (!bytes || this.picture === id) return;
    this.picture = id;
    this.transport.pause();
    const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }),
      { colorSpaceConversion: "none", premultiplyAlpha: "none" });
    if (this.picture !== id) return;
    const { width, height } = bitmap;
    const surface = new OffscreenCanvas(width, height);
    const context = surface.getContext("2d", { willReadFrequently: true });
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    this.element.style.setProperty("--proportion", Math.min(2, Math.max(0.75, width / height)));
    this.stage.setPicture({ height, width, channels, data }, title);
    this.stage.input.caption.replaceChildren(make("b", {}, "Picture"), ` ${height} × ${width}${channels > 1 ? ` × ${channels}` : ""}`);
    const kept = this.pending;
    this.pending = null;
    if (kept && kept.facts.input_shape[0] === height && kept.facts.input_shape[1] === width) this.receive(kept);
    this.lane?.setPicture(bytes.slice().buffer);
    this.refresh();
  }

  laneState(open) {
    this.element.dataset.lane = open ? "open" : "closed";
    // What was asked while the lane was opening or lost is asked the slower way meanwhile.
    if (!open && this.unanswered) this.runs.ask(this.unanswered);
  }

  get live() {
    return Boolean(this.lane?.open);
  }

  /** Ask for the map under the present settings with these changes. */
  ask(changes, rest) {
    clearTimeout(this.settling);
    // A sentence stays until the person changes something.
    if (Object.keys(changes).length > 0) this.say("");
    this.values = { ...this.values, ...changes };
    this.seq += 1;
    const edits = this.kernel.edits;
    const request = { seq: this.seq, operation: this.data.operation, parameters: this.values, rest };
    this.asked = { seq: this.seq, edits, values: this.values };
    this.element.dataset.asked = this.seq;
    this.unanswered = { ...request, lane: false };
    if (this.lane) this.lane.ask(request);
    return request;
  }

  /** Where the lane is closed, ask a run; while it opens for the first time the page's own answer is on its way. */
  fallBack(request) {
    if (this.element.dataset.lane === "closed") this.runs.ask({ ...request, lane: false });
  }

  /** Ask anew for what is on: the picture changed, or the page changed the settings. */
  refresh() {
    this.fallBack(this.ask({}, true));
  }

  /**
   * A control came to rest: the page's run brings its facts up to date, and then the lane paints exactly.
   * Not both at once: a large exact answer would hold up the run, and the picture is right already.
   */
  commit(changes) {
    const request = this.ask(changes, false);
    this.commits.ask({ ...request, rest: true, lane: this.live });
    this.settling = setTimeout(() => { if (this.live) this.ask({}, true); }, EXACT_AFTER);
  }

  async receive(answer) {
    const { seq, facts, blobs } = answer;
    if (seq < (this.painted ?? -1)) return;
    if (!this.stage.pixels) {
      this.pending = answer;
      return;
    }
    const { height, width } = this.stage.pixels;
    if (facts.input_shape[0] !== height || facts.input_shape[1] !== width) return;
    this.painted = seq;
    const image = await createImageBitmap(blobs.picture);
    if (seq < this.painted) return image.close();
    if (this.unanswered?.seq === seq) this.unanswered = null;
    this.facts = facts;
    if (this.asked?.seq === seq) this.possible = this.asked.values;
    if (seq >= (this.asked?.seq ?? 0)) {
      if (this.kernel.resolve(facts.kernel, this.asked?.edits ?? this.kernel.edits)) {
        this.values = { ...this.values, kernel: facts.kernel };
      }
    } else if (this.kernel.value.name !== CUSTOM) {
      // An argument is being dragged: its weights follow, though a newer question is on its way.
      this.kernel.resolve({ ...facts.kernel, arguments: this.kernel.value.arguments }, this.kernel.edits);
    }
    this.stage.setAnswer(facts, blobs, image, "Feature map");
    const { dataset } = this.stage.map.canvas;
    dataset.exact = String(Boolean(blobs.values));
    dataset.seq = seq;
    // The picture first: what is written beside it can wait for the next frame.
    this.describing ??= requestAnimationFrame(() => this.describe());
  }

  /** Write what belongs to the map that is on: its shape, legend and padding. */
  describe() {
    this.describing = null;
    const { shape, pads: [[top, bottom], [left, right]] } = this.facts;
    this.stage.map.caption.replaceChildren(make("b", {}, "Feature map"),
      ` ${shape[0]} × ${shape[1]}${shape[2] > 1 ? ` × ${shape[2]}` : ""}`);
    this.legend.show(this.facts, this.values, this.stage.roles);
    this.note.textContent = top + bottom + left + right === 0 ? "No padding: the window stays inside."
      : `Padding: top ${top}, bottom ${bottom}, left ${left}, right ${right}.`;
  }

  say(sentence) {
    this.message.textContent = sentence;
    this.message.hidden = !sentence;
  }

  complain(seq, sentence) {
    if (seq < this.seq) return;
    if (this.unanswered?.seq === seq) this.unanswered = null;
    this.say(sentence);
    // A drag may still come back to what is possible; at rest every control returns to what last was.
    if (this.dragging || !this.possible) return;
    if (!this.values.kernel.weights) this.kernel.forget();
    this.values = { ...this.possible, kernel: this.facts.kernel };
    this.kernel.set(this.values.kernel);
    this.showControls();
    this.refresh();
  }

  /** Whether the person holds a control at this moment. */
  get dragging() {
    return [...this.controls.values()].some((control) => control.dragging || control.scrubbing);
  }

  showControls() {
    for (const [name, control] of this.controls) {
      const value = this.values[name];
      if (name !== "kernel") control.set(value);
      else if (value.weights && !value.action && JSON.stringify(value) !== JSON.stringify(control.value)) control.set(value);
    }
  }

  showCell(window) {
    this.transport.show();
    if (!window) return this.worked.empty();
    const { row, column } = window.cell;
    const channel = Math.min(this.worked.channel, window.channels - 1);
    const { values } = this;
    // While a control moves the exact map is not here yet, and the sum worked out from the patch is shown.
    const chosen = values.kernel.weights && !values.kernel.action ? values.kernel : this.kernel.value;
    // Until the answer for another size has come the window is still that of the kernel before.
    const fits = chosen.rows === window.rows.length && chosen.columns === window.columns.length;
    const kernel = fits ? chosen : this.facts.kernel;
    this.worked.show(window, { ...values, kernel }, this.stage.valueAt(row, column, channel));
  }

  close() {
    window.removeEventListener("explorer:picture", this.onPicture);
    cancelAnimationFrame(this.describing);
    clearTimeout(this.settling);
    this.lane?.close();
    this.runs.close();
    this.commits.close();
    this.transport.pause();
    this.stage.close();
    this.element.remove();
  }
}

const labs = new WeakMap();

export default function ({ data: { lab: text }, parentElement, setStateValue }) {
  const data = JSON.parse(text);
  let lab = labs.get(parentElement);
  if (!lab) {
    lab = new Lab(parentElement, data, setStateValue);
    labs.set(parentElement, lab);
  }
  lab.update(data, setStateValue);
  // Streamlit also calls the farewell of a call that a newer one has overtaken: only the last may close.
  const call = (lab.calls = (lab.calls ?? 0) + 1);
  return () => {
    if (call !== lab.calls) return;
    labs.delete(parentElement);
    lab.close();
  };
}
