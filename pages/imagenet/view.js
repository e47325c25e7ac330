// The inside of a trained network: what it sees, the channels of one of its layers, and what it takes the picture for.

import { Slider } from "../frontend/controls/controls.js";
import { make } from "../frontend/core/dom.js";
import { endsDrag, startsDrag } from "../frontend/core/drag.js";
import { percent, short } from "../frontend/core/numbers.js";
import { counted, grouped, plural } from "../frontend/core/words.js";
import { Live, mount } from "../frontend/live/live.js";
import { Pane, heatOf, outline } from "../frontend/stage/stage.js";

const SHARED_GAP = 1; // device pixels between two tiles of a mosaic that has room for them

/** What a layer does, by the kind that Keras gives it: the colour of its bar in the graph. */
const LAYER_COLOURS = [
  [/Depthwise/, "kernel"], [/Conv|Dense/, "output"], [/Pool/, "field"], [/Norm|Rescal/, "padding"], [/./, "input"],
];

/** The whole network as a strip of bars, one for each layer: how tall its maps are, and what kind it is. */
class Depth {
  constructor({ onInput, onCommit }) {
    this.canvas = make("canvas", { class: "graph", "data-graph": "layers", role: "img", "data-revision": "0" });
    this.holder = make("div", { class: "depthbar" });
    Object.assign(this, { onInput, onCommit });
    this.canvas.addEventListener("pointerdown", (event) => this.start(event));
    this.element = make("div", { class: "depth" }, this.canvas, this.holder);
  }

  get dragging() { return Boolean(this.held) || this.slider.dragging; }

  /** @param {{name: string, kind: string, side: number, block: string}[]} layers */
  fill(layers) {
    this.layers = layers;
    this.slider = new Slider(
      { name: "depth", title: "Layer", low: 0, high: layers.length - 1, step: 1, default: 0, unit: "",
        help: "Walk through the network, from the picture to the classes." },
      { onInput: this.onInput, onCommit: this.onCommit });
    this.holder.replaceChildren(this.slider.element);
    this.canvas.setAttribute("aria-label", `The network's ${counted(layers.length, "layer")} as bars, from ${layers[0].name} to ${layers.at(-1).name}`);
  }

  set(depth, roles) {
    Object.assign(this, { depth, roles });
    this.slider.set(depth);
    this.slider.readout.textContent = `${depth} of ${this.layers.length - 1}`;
    this.slider.track.setAttribute("aria-valuetext", `${depth}, ${this.layers[depth].name}`);
    this.draw();
  }

  start(event) {
    if (!startsDrag(this.canvas, event)) return;
    const at = ({ clientX }) => {
      const box = this.canvas.getBoundingClientRect();
      const share = (clientX - box.left) / box.width;
      return Math.max(0, Math.min(this.layers.length - 1, Math.floor(share * this.layers.length)));
    };
    this.canvas.setPointerCapture(event.pointerId);
    this.held = { depth: null };
    const moved = (next) => {
      const depth = at(next);
      if (depth === this.held.depth) return;
      this.held.depth = depth;
      this.onInput(depth);
    };
    const ended = (last) => {
      if (!endsDrag(this.canvas, last)) return;
      this.canvas.removeEventListener("pointermove", moved);
      this.canvas.removeEventListener("lostpointercapture", ended);
      const { depth } = this.held;
      this.held = null;
      this.onCommit(depth);
    };
    this.canvas.addEventListener("pointermove", moved);
    this.canvas.addEventListener("lostpointercapture", ended);
    moved(event);
  }

  draw() {
    const { canvas, layers, roles } = this;
    const density = devicePixelRatio || 1;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (!width || !height || !roles) return;
    Object.assign(canvas, { width: Math.round(width * density), height: Math.round(height * density) });
    const context = canvas.getContext("2d");
    context.scale(density, density);
    const step = width / layers.length;
    const most = Math.log2(Math.max(...layers.map(({ side }) => side), 2));
    const foot = height - 3;
    layers.forEach(({ kind, side }, index) => {
      const tall = 4 + (foot - 8) * (Math.log2(Math.max(side, 1)) / most);
      const [, role] = LAYER_COLOURS.find(([pattern]) => pattern.test(kind));
      context.fillStyle = roles[role];
      context.globalAlpha = index === this.depth ? 1 : 0.55;
      context.fillRect(index * step, foot - tall, Math.max(step - (step > 3 ? 1 : 0), 0.7), tall);
    });
    context.globalAlpha = 1;
    context.fillStyle = roles.text;
    const middle = (this.depth + 0.5) * step;
    context.fillRect(Math.max(0, middle - Math.max(step, 3) / 2), foot, Math.max(step, 3), 3);
  }
}

class InsideLab extends Live {
  build() {
    const settings = new Map(this.data.settings.map((setting) => [setting.name, setting]));
    this.roles = {};
    this.switches = settings.get("off");
    this.photo = new Pane("photo", "What the network sees");
    this.maps = make("canvas", {
      class: "layermaps", tabindex: "0", role: "img", "data-maps": "layer", "data-revision": "0", "aria-describedby": "maps-keys",
    });
    this.mapsTitle = make("figcaption", {});
    this.readout = make("p", { class: "readline", role: "status" });
    this.scaleBar = make("span", { class: "colours" });
    this.scaleEnds = [make("span", {}), make("span", {})];
    this.note = make("p", { class: "note" });
    this.buildChannel();
    this.depth = new Depth({ onInput: (depth) => this.move({ depth, channel: null }), onCommit: (depth) => this.commit({ depth, channel: null }) });
    this.bars = make("ol", { class: "bars", "aria-label": "What the network takes the picture for" });
    this.doubt = make("p", { class: "note" });
    const temperature = this.addControl(settings.get("temperature")).element;
    const looks = ["order", "ends", "overlay"].map((name) => this.addControl(settings.get(name)).element);
    const keys = make("p", { class: "spoken", id: "maps-keys" },
      "Arrow keys move the cell, Enter opens its channel, Page Up and Page Down change the channel, Escape shows all.");
    this.layerLine = make("p", { class: "layerline" });
    const element = make("div", { class: "lab inside", "data-revision": "0" },
      this.photo.element,
      make("figure", { class: "layer" }, this.mapsTitle, make("div", { class: "box" }, this.maps), this.readout,
        make("div", { class: "colourline" }, this.scaleEnds[0], this.scaleBar, this.scaleEnds[1])),
      make("section", { class: "prediction", "aria-label": "Prediction" },
        make("p", { class: "barstitle" }, make("b", {}, "What it says")), this.bars, this.doubt, temperature),
      this.message,
      make("section", { class: "walk", "aria-label": "The layers" }, this.layerLine, this.depth.element),
      make("section", { class: "controls", "aria-label": "How the layer is shown" }, ...looks),
      this.channelPanel, this.note, keys);
    this.listen();
    this.fillDepth();
    this.resizing = new ResizeObserver(() => this.redraw());
    for (const canvas of [this.photo.canvas, this.maps, this.depth.canvas]) this.resizing.observe(canvas);
    return element;
  }

  /** What is done with the one channel that is looked at. */
  buildChannel() {
    const button = (text, name, action) => make("button", { type: "button", class: "small", title: name, "aria-label": name, onclick: action }, text);
    this.channelName = make("b", {});
    this.channelSaid = make("span", { class: "note" });
    this.off = button("Switch off", "Switch this channel off", () => this.scale(this.factor === 0 ? 1 : 0, true));
    this.factorSlider = new Slider(
      { name: "factor", title: "Scale of this channel", low: 0, high: this.switches.high, step: 0.05, default: 1, unit: "" },
      { onInput: (value) => this.scale(value, false), onCommit: (value) => this.scale(value, true) });
    this.beneath = make("input", { type: "checkbox", checked: true, onchange: () => this.redraw() });
    this.allOn = button("All channels on", "Switch every channel on and take every scale back to 1", () => this.commit({ off: [] }));
    this.channelPanel = make("section", { class: "channelpanel", "aria-label": "One channel" },
      button("All channels", "Show all channels of the layer", () => this.commit({ channel: null })),
      button("◀", "The channel before", () => this.step(-1)), this.channelName, button("▶", "The channel after", () => this.step(1)),
      this.off, this.factorSlider.element,
      make("label", { class: "hold" }, this.beneath, "photograph beneath"), this.channelSaid, this.allOn);
  }

  get dragging() {
    return super.dragging || this.depth.dragging || this.factorSlider.dragging;
  }

  get layers() { return this.data.labels.layers; }

  // The lane's answer passes through several threads of the server on its way to the worker and back.
  get runAfter() { return 60; }

  /** The layer that is on: a link may name one beyond the last. */
  get at() { return Math.min(this.values.depth ?? 0, this.layers.length - 1); }

  get factor() {
    const found = this.values.off.find(([layer, channel]) => layer === this.at && channel === this.values.channel);
    return found ? found[2] : 1;
  }

  fillDepth() {
    const known = JSON.stringify(this.layers);
    if (known === this.known) return;
    this.known = known;
    this.depth.fill(this.layers);
  }

  update(data, setStateValue) {
    this.data = data;
    this.fillDepth();
    super.update(data, setStateValue);
  }

  colour(roles) {
    this.roles = roles;
    this.redraw();
  }

  setPicture({ height, width, data }, title) {
    const surface = new OffscreenCanvas(width, height);
    surface.getContext("2d").putImageData(new ImageData(data, width, height), 0, 0);
    Object.assign(this.photo, { image: surface, height, width });
    this.photo.caption.replaceChildren(make("b", {}, "What it sees"), ` ${height} × ${width}`);
    this.photo.painted(`${title}, as the network sees it: ${height} by ${width} pixels`);
    this.redraw();
  }

  fits({ network, size }) {
    return network === this.values.network && size === this.pixels.height;
  }

  show({ seq, rest, facts, blobs }, images) {
    this.mosaic?.close?.();
    this.alone?.close?.();
    [this.mosaic, this.alone] = [images.mosaic, images.channel];
    this.numbers = blobs.values;
    this.heat = blobs.overlay ? heatOf(blobs.overlay, this.roles.positive ?? "#d55e00") : null;
    this.cell = facts.chosen === this.cell?.channel || facts.chosen === null ? this.cell : null;
    if (this.cell && (this.cell.row >= facts.maps.shape[0] || this.cell.column >= facts.maps.shape[1])) this.cell = null;
    this.showBars(facts.prediction, facts.target, facts.switched);
    this.redraw();
    this.maps.dataset.revision = Number(this.maps.dataset.revision) + 1;
    Object.assign(this.maps.dataset, { layer: facts.layer.name, channel: facts.chosen ?? "" });
    this.element.dataset.revision = Number(this.element.dataset.revision) + 1;
    Object.assign(this.element.dataset, { exact: String(rest), seq });
  }

  showBars({ top }, target, switched) {
    if (this.rows?.length !== top.length) {
      this.rows = top.map(() => {
        const [name, share, bar, was] = [make("span", { class: "label" }), make("output", { class: "share" }), make("div", { class: "bar" }), make("div", { class: "was" })];
        const button = make("button", { type: "button", class: "class", "aria-pressed": "false" }, name, share, make("div", { class: "track" }, bar, was));
        button.addEventListener("click", () => this.commit({ target: this.values.target === Number(button.dataset.index) ? null : Number(button.dataset.index) }));
        return { button, name, share, bar, was };
      });
      this.bars.replaceChildren(...this.rows.map(({ button }) => make("li", {}, button)));
    }
    top.forEach(({ index, label, wnid, logit, probability, before }, at) => {
      const { button, name, share, bar, was } = this.rows[at];
      name.textContent = label;
      share.textContent = percent(probability);
      bar.style.width = `${100 * probability}%`;
      was.style.left = `${100 * before}%`;
      was.hidden = switched === 0;
      const told = `class ${index}, ${wnid}, logit ${short(logit, 4)}${switched ? `, was ${percent(before)}` : ""}`;
      button.title = told;
      Object.assign(button.dataset, { index, probability });
      button.setAttribute("aria-pressed", String(index === target.index && this.values.target !== null));
    });
  }

  describe() {
    const { layer, maps, prediction, target, switched, channel, overlay, chosen } = this.facts;
    const [rows, columns, count] = maps.shape;
    const shape = layer.shape.join(" × ");
    this.layerLine.replaceChildren(
      make("b", {}, layer.name), ` ${layer.kind}, ${shape}`,
      make("span", { class: "note" }, ` ${counted(layer.parameters, "parameter")}, ${counted(layer.multiply_adds, "multiply-add")}, `,
        layer.receptive ? `a cell sees ${layer.receptive[0]} × ${layer.receptive[0]} pixels` : "a cell sees the whole picture"));
    const kind = rows * columns > 1 ? "channel" : "unit";
    this.mapsTitle.replaceChildren(make("b", {}, chosen === null ? counted(count, kind) : `${kind} ${chosen}`), ` ${rows} × ${columns} each`);
    const ends = channel ? channel.ends : maps.limits ?? null;
    this.scaleBar.style.background = `linear-gradient(to right, ${this.data.labels.colours[maps.scale].join(", ")})`;
    const words = ends ? ends.map((end) => short(end)) : ["low", `high, each ${kind} with ends of its own`];
    this.scaleEnds.forEach((span, index) => { span.textContent = words[index]; });
    const notes = [];
    if (maps.dead.length) notes.push(`${grouped(maps.dead.length)} of ${counted(count, kind)} ${plural(maps.dead.length, "is", "are")} dead here: one value everywhere (outlined).`);
    if (maps.remark) notes.push(maps.remark);
    if (overlay) notes.push(overlay.missing ?? `${overlay.title} for ${target.label}: from nothing to ${short(overlay.high)}, ${overlay.shape.join(" × ")} cells.`);
    if (switched) notes.push(`${counted(switched, "channel")} ${plural(switched, "is", "are")} scaled: the ticks show what the classes had before. The maps are those of the whole network.`);
    this.note.textContent = notes.join(" ");
    this.doubt.textContent = `Uncertainty (entropy) ${short(prediction.entropy)} bits; ${this.values.target === null ? "the first class" : target.label} is explained. Click a class to explain it.`;
    this.maps.setAttribute("aria-label", `${layer.name}, ${chosen === null ? counted(count, kind) : `${kind} ${chosen}`} of ${rows} by ${columns}, values from ${short(maps.low)} to ${short(maps.high)}`);
    this.describeChannel();
  }

  describeChannel() {
    const { channel, layer, chosen, maps } = this.facts;
    this.channelPanel.classList.toggle("idle", chosen === null);
    for (const control of this.channelPanel.querySelectorAll("button, input")) if (control !== this.allOn) control.disabled = chosen === null;
    this.factorSlider.element.inert = chosen === null;
    this.allOn.disabled = this.values.off.length === 0;
    this.channelName.textContent = chosen === null ? "Click a channel to see it alone." : `${chosen} of ${maps.shape[2] - 1}`;
    this.off.textContent = this.factor === 0 && chosen !== null ? "Switch on" : "Switch off";
    this.channelSaid.textContent = channel ? `values ${short(channel.low)} to ${short(channel.high)}, mean ${short(channel.mean)}` : "";
    if (!this.factorSlider.dragging) this.factorSlider.set(this.factor);
  }

  showControls() {
    super.showControls();
    this.depth.set(this.at, this.roles.output ? this.roles : null);
  }

  // The maps.

  step(by) {
    const { order } = this.facts.maps;
    const place = order.indexOf(this.values.channel);
    this.commit({ channel: order[(place + by + order.length) % order.length] });
  }

  scale(factor, rest) {
    const { at } = this;
    const { channel } = this.values;
    const others = this.values.off.filter(([layer, other]) => layer !== at || other !== channel);
    const off = factor === 1 ? others : [...others, [at, channel, factor]];
    if (rest) this.commit({ off });
    else this.move({ off });
  }

  /** Where the maps stand on the canvas, in CSS pixels. */
  layout() {
    const { clientWidth, clientHeight } = this.maps;
    const { shape: [rows, columns, count], across } = this.facts.maps;
    const [wide, tall] = this.facts.chosen === null ? [across, Math.ceil(count / across)] : [1, 1];
    const scale = Math.min(clientWidth / (wide * columns), clientHeight / (tall * rows));
    return { rows, columns, count, wide, tall, scale, x: (clientWidth - scale * wide * columns) / 2, y: (clientHeight - scale * tall * rows) / 2 };
  }

  cellAt({ clientX, clientY }) {
    if (!this.facts) return null;
    const box = this.maps.getBoundingClientRect();
    const { rows, columns, count, wide, tall, scale, x, y } = this.layout();
    const [across, down] = [(clientX - box.left - x) / scale, (clientY - box.top - y) / scale];
    if (across < 0 || down < 0 || across >= wide * columns || down >= tall * rows) return null;
    const place = Math.floor(down / rows) * wide + Math.floor(across / columns);
    if (this.facts.chosen === null && place >= count) return null;
    const channel = this.facts.chosen ?? this.facts.maps.order[place];
    return { channel, row: Math.floor(down % rows), column: Math.floor(across % columns) };
  }

  listen() {
    const { maps } = this;
    maps.addEventListener("pointermove", (event) => this.question(this.cellAt(event)));
    maps.addEventListener("pointerleave", () => this.question(null));
    maps.addEventListener("click", (event) => {
      const cell = this.cellAt(event);
      if (cell) this.commit({ channel: this.facts.chosen === null ? cell.channel : null });
    });
    maps.addEventListener("keydown", (event) => this.key(event));
  }

  key(event) {
    if (!this.facts) return;
    const { order, shape: [rows, columns] } = this.facts.maps;
    const by = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    const cell = this.cell ?? { channel: this.facts.chosen ?? order[0], row: rows >> 1, column: columns >> 1 };
    if (by) {
      const [row, column] = [[cell.row, rows], [cell.column, columns]].map(([at, size], axis) => Math.max(0, Math.min(size - 1, at + (this.cell ? by[axis] : 0))));
      this.question({ ...cell, row, column });
    } else if (event.key === "PageUp" || event.key === "PageDown") {
      const place = order.indexOf(cell.channel) + (event.key === "PageUp" ? -1 : 1);
      const channel = order[(place + order.length) % order.length];
      if (this.facts.chosen === null) this.question({ ...cell, channel });
      else this.commit({ channel });
    } else if (event.key === "Enter") this.commit({ channel: cell.channel });
    else if (event.key === "Escape") this.commit({ channel: null });
    else return;
    event.preventDefault();
  }

  /** A cell is asked about: its number, and what it sees of the photograph. */
  question(cell) {
    if (JSON.stringify(cell) === JSON.stringify(this.cell)) return;
    this.cell = cell;
    this.redraw();
  }

  /** The cell's receptive field on the photograph: top, left, bottom, right, where there is one. */
  field({ row, column }) {
    const { layer: { receptive }, size } = this.facts;
    if (!receptive) return [0, 0, size, size];
    const [reach, jump, start] = receptive;
    const [[top, bottom], [left, right]] = [row, column].map((at) => {
      const first = start + at * jump;
      return [Math.max(0, first), Math.min(size, first + reach)];
    });
    return [top, left, bottom, right];
  }

  redraw() {
    this.depth.draw();
    if (!this.facts || !this.roles.field) return;
    const field = this.cell && this.field(this.cell);
    this.photo.canvas.dataset.rectangle = field ? field.join() : "";
    this.photo.draw((context, { x, y, scale }) => {
      if (this.heat) {
        context.imageSmoothingEnabled = false;
        context.drawImage(this.heat, x, y, this.photo.width * scale, this.photo.height * scale);
      }
      if (field) outline(context, { x, y, scale }, ...field, this.roles.field);
    });
    this.drawMaps();
    this.say_();
  }

  say_() {
    const { cell } = this;
    if (!cell) {
      this.readout.textContent = "Point at a cell to see its receptive field.";
      return;
    }
    const { shape: [, columns] } = this.facts.maps;
    const alone = this.facts.chosen !== null && this.numbers;
    const value = alone ? `: ${short(this.numbers.data[cell.row * columns + cell.column], 5)}` : "";
    this.readout.textContent = `channel ${cell.channel}, row ${cell.row}, column ${cell.column}${value}`;
    this.readout.dataset.value = alone ? this.numbers.data[cell.row * columns + cell.column] : "";
  }

  drawMaps() {
    const { maps: canvas } = this;
    const density = devicePixelRatio || 1;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight].map((side) => Math.round(side * density));
    const source = this.facts.chosen === null ? this.mosaic : this.alone;
    if (!width || !height || !source) return;
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const context = canvas.getContext("2d");
    context.setTransform(density, 0, 0, density, 0, 0);
    context.clearRect(0, 0, width, height);
    const { rows, columns, count, wide, tall, scale, x, y } = this.layout();
    const [across, down] = [scale * columns, scale * rows];
    context.imageSmoothingEnabled = (wide * across * density) / source.width < 1;
    if (this.facts.chosen !== null && this.beneath.checked && this.photo.image) {
      context.imageSmoothingEnabled = true;
      context.drawImage(this.photo.image, x, y, across, down);
      context.imageSmoothingEnabled = false;
      context.globalAlpha = 0.72;
    }
    context.drawImage(source, x, y, wide * across, tall * down);
    context.globalAlpha = 1;
    if (this.facts.chosen === null) this.rule(context, { across, down, wide, tall, count, x, y });
    if (this.cell) this.frame(context, { rows, columns, wide, scale, x, y });
  }

  /** Lines between the tiles, and around the dead ones, where there is room. */
  rule(context, { across, down, wide, tall, count, x, y }) {
    context.fillStyle = this.roles.background;
    if (across >= 6) {
      for (let column = 1; column < wide; column += 1) context.fillRect(Math.round(x + column * across) - SHARED_GAP / 2, y, SHARED_GAP, tall * down);
      for (let row = 1; row < tall; row += 1) context.fillRect(x, Math.round(y + row * down) - SHARED_GAP / 2, wide * across, SHARED_GAP);
    }
    const spare = wide * tall - count;
    if (spare) context.fillRect(x + (wide - spare) * across, y + (tall - 1) * down, spare * across, down);
    const { order, dead } = this.facts.maps;
    if (across < 6) return;
    const gone = new Set(dead);
    context.strokeStyle = this.roles.padding;
    context.lineWidth = 1.5;
    order.forEach((channel, place) => {
      if (!gone.has(channel)) return;
      context.strokeRect(x + (place % wide) * across + 1.5, y + Math.floor(place / wide) * down + 1.5, across - 3, down - 3);
    });
  }

  frame(context, { rows, columns, wide, scale, x, y }) {
    const place = this.facts.chosen === null ? this.facts.maps.order.indexOf(this.cell.channel) : 0;
    const origin = { scale, x: x + (place % wide) * columns * scale, y: y + Math.floor(place / wide) * rows * scale };
    const { row, column } = this.cell;
    outline(context, origin, row, column, row + 1, column + 1, this.roles.output);
  }

  release() {
    this.resizing.disconnect();
    this.mosaic?.close?.();
    this.alone?.close?.();
  }
}

export default mount(InsideLab);
