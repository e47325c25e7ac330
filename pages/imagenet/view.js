// The inside of a trained network: what it sees, the channels of one of its layers, and what it takes the picture for.

import { Slider } from "../frontend/controls/controls.js";
import { cleared, contextOf, sizeOf, surfaceOf } from "../frontend/core/canvas.js";
import { release } from "../frontend/core/decoding.js";
import { make, writeNamed } from "../frontend/core/dom.js";
import { endsDrag, startsDrag } from "../frontend/core/drag.js";
import { percent, short } from "../frontend/core/numbers.js";
import { counted, grouped, plural } from "../frontend/core/words.js";
import { mount } from "../frontend/live/live.js";
import { Undoing } from "../frontend/live/undoing.js";
import { greyOf, heatOver, heatStops } from "../frontend/stage/heat.js";
import { Pane, outline } from "../frontend/stage/stage.js";
import { NetworkStrip } from "../frontend/stage/strip.js";
import { Framing, boxOf } from "./framing.js";

const SHARED_GAP = 1; // device pixels between two tiles of a mosaic that has room for them

/**
 * What a layer does, by the kind that Keras gives it: the colour of its bar in the graph, and its name in the legend.
 * @type {[RegExp, string, string][]}
 */
const LAYER_COLOURS = [
  [/Depthwise/, "kernel", "depthwise convolution"], [/Conv|Dense/, "output", "convolution, dense"], [/Pool/, "field", "pooling"],
  [/Norm|Rescal/, "padding", "normalisation"],
];
const OTHER_LAYERS = "input";
const STAGE_MAPS = 4; // of each stage in the picture of all of them

/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/**
 * @typedef {import("../frontend/types/messages.js").ClassFacts} ClassFacts
 * @typedef {import("../frontend/types/messages.js").HeatFacts} HeatFacts
 * @typedef {import("../frontend/types/messages.js").LookFacts} LookFacts
 * @typedef {import("../frontend/types/messages.js").LookLabels} LookLabels
 * @typedef {import("../frontend/types/messages.js").LookLayer} LookLayer
 * @typedef {import("../frontend/types/messages.js").LookValues} LookValues
 * @typedef {import("../frontend/types/messages.js").MissingHeat} MissingHeat
 * @typedef {import("../frontend/types/messages.js").PredictionFacts} PredictionFacts
 * @typedef {import("../frontend/types/messages.js").SwitchesDescription} SwitchesDescription
 * @typedef {import("../frontend/controls/controls.js").Wiring<number>} Wiring
 * @typedef {import("../frontend/core/open.js").Component} Component
 * @typedef {import("../frontend/live/lane.js").Answer<LookFacts>} Answer
 * @typedef {import("../frontend/live/live.js").Colours} Colours
 * @typedef {import("../frontend/live/live.js").LabData} LabData
 * @typedef {import("../frontend/live/live.js").Pixels} Pixels
 * @typedef {import("../frontend/stage/stage.js").Context} Context
 * @typedef {import("../frontend/stage/stage.js").Place} Place
 * @typedef {import("../frontend/stage/stage.js").Point} Point
 */

/**
 * @typedef {Place & {channel: number}} Cell of the maps of a layer
 * @typedef {Record<"button" | "name" | "share" | "bar" | "was", HTMLElement>} Bar a class that is listed
 */

/**
 * How the maps are laid out on their canvas: rows and columns of a map, how many maps there are and stand beside and
 * below each other, CSS pixels a cell, and where the first begins.
 * @typedef {{rows: number, columns: number, count: number, wide: number, tall: number, scale: number, x: number,
 *   y: number}} Tiling
 */

/**
 * What the frame shows: as it was given to the network, or as it is drawn here while the frame moves; and of what.
 * @typedef {import("../frontend/core/decoding.js").Picture} Picture
 * @typedef {{image: OffscreenCanvas | Picture | null, of: string, exact: boolean}} Seen
 */

/** @type {Seen} */
const NOTHING_SEEN = { image: null, of: "", exact: false };

/** What the numbers of one channel are, in words. @param {{low: number, high: number, mean: number, remark: string}} channel */
function channelWords({ low, high, mean, remark }) {
  if (low < high) return `values ${short(low)} to ${short(high)}, mean ${short(mean)}. ${remark}`.trim();
  return `${short(low)} everywhere on this picture`;
}

/** The whole network as a strip of bars, one for each layer: how tall its maps are, and what kind it is. */
class Depth {
  /** @param {Wiring} wiring */
  constructor({ onInput, onCommit }) {
    this.canvas = make("canvas", { class: "graph", "data-graph": "layers", role: "img", "data-revision": "0" });
    this.holder = make("div", { class: "depthbar" });
    this.onInput = onInput;
    this.onCommit = onCommit;
    /** @type {LookLayer[]} */
    this.layers = [];
    this.depth = 0;
    /** @type {Colours | null} */
    this.roles = null;
    this.held = false; // the strip, by a pointer
    this.canvas.addEventListener("pointerdown", (event) => this.start(event));
    this.element = make("div", { class: "depth" }, this.canvas, this.holder);
  }

  get dragging() { return this.held || this.slider.dragging; }

  /** @param {LookLayer[]} layers */
  fill(layers) {
    this.layers = layers;
    /** @type {Slider} */
    this.slider = new Slider(
      { name: "depth", title: "Layer", low: 0, high: layers.length - 1, step: 1, default: 0, unit: "",
        help: "Walk through the network, from the picture to the classes." },
      { onInput: this.onInput, onCommit: this.onCommit });
    this.holder.replaceChildren(this.slider.element);
    this.canvas.setAttribute("aria-label", `The network's ${counted(layers.length, "layer")} as bars, from ${layers[0].name} to ${layers.at(-1)?.name}`);
  }

  /** @param {number} depth @param {Colours | null} roles none before the theme is known */
  set(depth, roles) {
    this.depth = depth;
    this.roles = roles;
    this.slider.set(depth);
    this.slider.readout.textContent = `${depth + 1} of ${this.layers.length}`;
    this.slider.track.setAttribute("aria-valuetext", `${depth + 1} of ${this.layers.length}, ${this.layers[depth].name}`);
    this.draw();
  }

  /** @param {PointerEvent} event */
  start(event) {
    if (!startsDrag(this.canvas, event)) return;
    /** @param {PointerEvent} event */
    const at = ({ clientX }) => {
      const box = this.canvas.getBoundingClientRect();
      const share = (clientX - box.left) / box.width;
      return Math.max(0, Math.min(this.layers.length - 1, Math.floor(share * this.layers.length)));
    };
    this.canvas.setPointerCapture(event.pointerId);
    this.held = true;
    let told = -1;
    /** @param {PointerEvent} next */
    const moved = (next) => {
      const depth = at(next);
      if (depth === told) return;
      told = depth;
      this.onInput(depth);
    };
    /** @param {PointerEvent} last */
    const ended = (last) => {
      if (!endsDrag(this.canvas, last)) return;
      this.canvas.removeEventListener("pointermove", moved);
      this.canvas.removeEventListener("lostpointercapture", ended);
      this.held = false;
      this.onCommit(told);
    };
    this.canvas.addEventListener("pointermove", moved);
    this.canvas.addEventListener("lostpointercapture", ended);
    moved(event);
  }

  draw() {
    const { canvas, layers, roles } = this;
    const drawing = roles && cleared(canvas);
    if (!roles || !drawing) return;
    const { context, width, height } = drawing;
    const step = width / layers.length;
    const most = Math.log2(Math.max(...layers.map(({ side }) => side), 2));
    const foot = height - 3;
    layers.forEach(({ kind, side }, index) => {
      const tall = 4 + (foot - 8) * (Math.log2(Math.max(side, 1)) / most);
      const [, role] = LAYER_COLOURS.find(([pattern]) => pattern.test(kind)) ?? [null, OTHER_LAYERS];
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

/** @extends {Undoing<LookFacts, LookValues>} */
class InsideLab extends Undoing {
  build() {
    const settings = new Map(this.data.settings.map((setting) => [setting.name, setting]));
    /** @type {Colours} */
    this.roles = {};
    /** The setting of the channels that are scaled. @type {SwitchesDescription} */
    this.switches = settings.get("off");
    /** The cell that is asked about. @type {Cell | null} */
    this.cell = null;
    /** What is on, of all channels, or of one with its numbers. @type {Picture | undefined} */
    this.mosaic = undefined;
    /** @type {Picture | undefined} */
    this.alone = undefined;
    /** @type {import("../frontend/live/lane.js").Table<Float32Array> | undefined} */
    this.numbers = undefined;
    /** Why it is this class, to be laid on the photograph. @type {import("../frontend/stage/heat.js").Levels | undefined} */
    this.heat = undefined;
    /** The photograph in grey, and what lies on it. @type {OffscreenCanvas | null} */
    this.grey = null;
    /** @type {OffscreenCanvas | null} */
    this.laid = null;
    /** @type {HTMLInputElement} */
    this.cells = make("input", { type: "checkbox", onchange: () => { this.lay(); this.commit({ overlay_cells: this.cells.checked }); } });
    /** @type {HTMLInputElement} */
    this.opacity = make("input", { type: "range", min: "0", max: "100", step: "5", "aria-label": "Opacity of the heat map", oninput: () => this.lay(),
      onchange: () => this.commit({ overlay_opacity: Number(this.opacity.value) }) });
    /** @type {HTMLElement} */
    this.heatBar = make("span", { class: "colours" });
    /** @type {HTMLElement} */
    this.heatEnd = make("span", {});
    /** @type {HTMLElement} */
    this.heatLine = make("div", { class: "colourline heatline", hidden: true },
      make("span", {}, "0"), this.heatBar, this.heatEnd, this.opacity, make("label", { class: "hold" }, this.cells, "cells"));
    /** @type {Bar[]} */
    this.rows = [];
    /** The layers that the strip shows, as text. @type {string} */
    this.known = "";
    /** @type {Pane} */
    this.photo = new Pane("photo", "What the network sees");
    this.photo.canvas.setAttribute("aria-describedby", "photo-keys");
    /** The picture, before the frame cuts its part out. @type {OffscreenCanvas | null} */
    this.whole = null;
    /** So many have been on. @type {number} */
    this.pictures = 0;
    /** What is in the frame. @type {Seen} */
    this.seen = NOTHING_SEEN;
    /** @type {Framing} */
    this.framing = new Framing(this.photo.canvas, {
      most: settings.get("zoom").high,
      look: () => this.framed(),
      onInput: (frame) => { this.move(frame); this.reframe(); },
      onCommit: (frame) => this.commit(frame),
    });
    this.photo.element.append(make("div", { class: "photofoot" },
      this.framing.element, this.buildUndo(), make("span", { class: "note" }, "Drag the picture.")));
    /** @type {HTMLCanvasElement} */
    this.maps = make("canvas", {
      class: "layermaps", tabindex: "0", role: "application", "aria-roledescription": "layer", "data-maps": "layer", "data-revision": "0", "aria-describedby": "maps-keys",
    });
    /** @type {HTMLElement} */
    this.mapsTitle = make("figcaption", {});
    /** @type {HTMLElement} */
    this.readout = make("p", { class: "readline" });
    /** @type {HTMLElement} */
    this.scaleBar = make("span", { class: "colours" });
    /** @type {HTMLElement[]} */
    this.scaleEnds = [make("span", {}), make("span", {})];
    /** @type {HTMLElement} */
    this.scaleLine = make("div", { class: "colourline" }, this.scaleEnds[0], this.scaleBar, this.scaleEnds[1]);
    /** @type {HTMLElement} */
    this.note = make("p", { class: "note" });
    this.buildChannel();
    /** @type {Depth} */
    this.depth = new Depth({ onInput: (depth) => this.move({ depth, channel: null }), onCommit: (depth) => this.commit({ depth, channel: null }) });
    /** @type {HTMLElement} */
    this.bars = make("ol", { class: "bars", "aria-label": "What the network says" });
    /** @type {HTMLElement} */
    this.doubt = make("p", { class: "note" });
    const temperature = this.addControl(settings.get("temperature"))?.element;
    const looks = ["order", "ends", "overlay"].map((name) => this.addControl(settings.get(name))?.element);
    const keys = make("p", { class: "spoken", id: "maps-keys" },
      "Arrow keys move the cell, Enter opens its channel, Page Up and Page Down change the channel, Escape shows all.");
    const photoKeys = make("p", { class: "spoken", id: "photo-keys" },
      "Drag to move the part that the network sees, or use the arrow keys. Plus and minus zoom, and so do two fingers, or Control and the wheel; 0 shows all.");
    /** @type {HTMLElement} */
    this.layerLine = make("p", { class: "layerline" });
    /** What each stage makes, one below the other. @type {Picture | undefined} */
    this.stagesImage = undefined;
    /** @type {NetworkStrip} */
    this.strip = new NetworkStrip("The network, from the picture to the answer", (stage) => this.commit({ depth: this.stageLayers[stage], channel: null }), true);
    const legend = [...LAYER_COLOURS, [null, OTHER_LAYERS, "activation and others"]].map(([, role, title]) =>
      make("span", {}, make("i", { style: `background: var(--role-${role})` }), ` ${title}`));
    /** @type {HTMLDetailsElement} */
    this.every = make("details", { class: "every" }, make("summary", {}, "Every layer"), this.depth.element, make("p", { class: "kinds" }, ...legend));
    this.every.addEventListener("toggle", () => this.depth.draw());
    const element = this.withKeys(make("div", { class: "lab inside", "data-revision": "0" },
      this.strip.element, this.photo.element,
      make("figure", { class: "layer" }, this.mapsTitle, make("div", { class: "box" }, this.maps), this.readout,
        this.scaleLine),
      make("section", { class: "prediction", "aria-label": "Prediction" },
        make("p", { class: "barstitle" }, make("b", {}, "What it says")), this.bars, this.doubt, temperature),
      this.message,
      make("section", { class: "walk", "aria-label": "The layers" }, this.layerLine, this.every),
      make("section", { class: "controls", "aria-label": "Display of the layer" }, ...looks),
      this.channelPanel, this.note, keys, photoKeys));
    this.photo.element.append(this.heatLine);
    this.listen();
    this.fillDepth();
    /** @type {ResizeObserver} */
    this.resizing = new ResizeObserver(() => this.redraw());
    for (const canvas of [this.photo.canvas, this.maps, this.depth.canvas]) this.resizing.observe(canvas);
    return element;
  }

  /** What is done with the one channel that is looked at. */
  buildChannel() {
    /** @type {(text: string, name: string, action: () => void) => HTMLButtonElement} */
    const button = (text, name, action) => make("button", { type: "button", class: "small", title: name, "aria-label": name, onclick: action }, text);
    /** @type {HTMLElement} */
    this.channelName = make("b", {});
    /** @type {HTMLElement} */
    this.channelSaid = make("span", { class: "note" });
    /** @type {HTMLButtonElement} */
    this.off = button("Switch off", "Switch off this channel", () => this.scale(this.factor === 0 ? 1 : 0, true));
    /** @type {Slider} */
    this.factorSlider = new Slider(
      { name: "factor", title: "Scale of this channel", low: 0, high: this.switches.high, step: 0.05, default: 1, unit: "" },
      { onInput: (value) => this.scale(value, false), onCommit: (value) => this.scale(value, true) });
    /** @type {HTMLInputElement} */
    this.beneath = make("input", { type: "checkbox", onchange: () => this.redraw() });
    /** @type {HTMLButtonElement} */
    this.allOn = button("All channels on", "All channels on: switch every channel on and set every scale back to 1", () => this.commit({ off: [] }));
    /** @type {HTMLElement} */
    this.channelPanel = make("section", { class: "channelpanel", "aria-label": "One channel" },
      button("All channels", "All channels of the layer", () => this.commit({ channel: null })),
      button("◀", "Previous channel", () => this.step(-1)), this.channelName, button("▶", "Next channel", () => this.step(1)),
      make("div", { class: "change" }, this.off, this.factorSlider.element,
        make("label", { class: "hold" }, this.beneath, "photograph beneath")), this.channelSaid, this.allOn);
  }

  get dragging() {
    return super.dragging || this.depth.dragging || this.factorSlider.dragging || this.framing.dragging;
  }

  get layers() { return /** @type {LookLabels} */ (this.data.labels).layers; }

  // The lane's answer passes through several threads of the server on its way to the worker and back.
  get runAfter() { return 60; }

  /** The layer that is on: a link may name one beyond the last. */
  get at() { return Math.min(this.values.depth ?? 0, this.layers.length - 1); }

  /** The layer that each stage of the strip ends with: the picture, the stages with maps, the answer. */
  get stageLayers() {
    const { stages } = /** @type {LookLabels} */ (this.data.labels);
    return [0, ...stages.map(({ layer }) => layer), this.layers.length - 1];
  }

  /** The stage of the strip that the layer on the screen belongs to. */
  get openedStage() { return this.stageLayers.findIndex((layer) => layer >= this.at); }

  /** By what the channel that is looked at is scaled. */
  get factor() {
    const found = this.scaled.find(([layer, channel]) => layer === this.at && channel === this.values.channel);
    return found ? found[2] : 1;
  }

  /** Whether a channel is on whose values differ. */
  get varied() {
    const { channel } = this.facts;
    return channel !== undefined && channel.low < channel.high;
  }

  /** The channels of all layers that are scaled: layer, channel and factor of each. */
  get scaled() { return this.values.off; }

  fillDepth() {
    const known = JSON.stringify(this.layers);
    if (known === this.known) return;
    this.known = known;
    this.depth.fill(this.layers);
    this.every.open = !this.stageLayers.includes(this.at);
  }

  /** @param {LabData} data @param {Component["setStateValue"]} setStateValue */
  update(data, setStateValue) {
    this.data = data;
    this.fillDepth();
    super.update(data, setStateValue);
  }

  /**
   * The page above offers networks and how they see the picture. What was set in one network means nothing in another.
   * @param {LookValues} before
   */
  adopted(before) {
    const { network, fit, weights } = this.values;
    if (network !== before.network) this.history = [];
    else super.adopted({ ...before, fit, weights });
  }

  /** @param {Colours} roles */
  colour(roles) {
    this.roles = roles;
    this.redraw();
  }

  /** @param {Pixels} pixels @param {string} title */
  setPicture({ height, width, data }, title) {
    this.pictures += 1;
    this.whole = surfaceOf(data, width, height);
    this.title = title;
    this.reframe();
  }

  /** The frame, the picture's size, and where on its canvas the photograph stands; nothing before there is one. */
  framed() {
    if (!this.facts || !this.whole) return null;
    const { scale, x, y } = this.photo.layout();
    return { frame: this.values, size: this.whole, side: this.facts.size * scale, x, y };
  }

  /** Which pixels of which picture some settings show. @param {LookValues} values */
  frameOf({ network, fit, zoom, across, down }) { return JSON.stringify([this.pictures, network, fit, zoom, across, down]); }

  /** Draw what the frame shows, where the network's own pixels are not here. */
  reframe() {
    if (!this.facts || !this.whole) return;
    const { size } = this.facts;
    const of = this.frameOf(this.values);
    if (this.seen.of !== of || this.seen.image?.width !== size) {
      const { left, top, width, height } = boxOf(this.values, this.whole);
      const image = new OffscreenCanvas(size, size);
      const context = contextOf(image);
      context.imageSmoothingQuality = "high";
      context.drawImage(this.whole, left, top, width, height, 0, 0, size, size);
      this.setSeen({ image, of, exact: false });
    }
    Object.assign(this.photo, { image: this.seen.image, height: size, width: size });
    this.framing.set(this.values, this.whole);
    if (this.heat && !this.laid) this.lay();
    else this.redraw();
  }

  /** @param {Seen} seen */
  setSeen(seen) {
    release(this.seen.image);
    this.seen = seen;
    this.grey = null;
    this.photo.canvas.dataset.exact = String(seen.exact);
  }

  /** @param {LookFacts} facts */
  fits({ network }) { return network === this.values.network; }

  /** @param {Answer} answer @param {Record<string, Picture>} images */
  show({ seq, rest, facts, blobs }, images) {
    this.mosaic?.close();
    this.alone?.close();
    this.mosaic = images.mosaic;
    this.alone = images.channel;
    this.numbers = blobs.values;
    this.heat = blobs.overlay;
    if (images.stages) {
      this.stagesImage?.close();
      this.stagesImage = images.stages;
    } else if (this.frames.isShown) { // those that are on were of a frame before
      this.stagesImage?.close();
      this.stagesImage = undefined;
    }
    if (images.seen && this.asked?.seq === seq) this.setSeen({ image: images.seen, of: this.frameOf(this.asked.values), exact: true });
    else images.seen?.close();
    this.laid = null; // it is laid anew as soon as what it lies on is here
    const { cell } = this;
    const [rows, columns] = facts.maps.shape;
    const kept = facts.chosen === cell?.channel || facts.chosen === null;
    if (cell && (!kept || cell.row >= rows || cell.column >= columns)) this.cell = null;
    this.showBars(facts.prediction, facts.target, facts.switched);
    this.reframe();
    this.maps.dataset.revision = String(Number(this.maps.dataset.revision) + 1);
    Object.assign(this.maps.dataset, { layer: facts.layer.name, channel: facts.chosen ?? "" });
    this.element.dataset.revision = String(Number(this.element.dataset.revision) + 1);
    Object.assign(this.element.dataset, { exact: String(rest), seq: String(seq) });
  }

  /**
   * List the most probable classes.
   * @param {PredictionFacts} prediction
   * @param {ClassFacts} target the one that is explained
   * @param {number} switched how many channels are scaled
   */
  showBars({ top }, target, switched) {
    if (this.rows.length !== top.length) {
      this.rows = top.map(() => {
        const [name, share, bar, was] = [make("span", { class: "label" }), make("span", { class: "share" }), make("div", { class: "bar" }), make("div", { class: "was" })];
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
      const told = `class ${index}, ${wnid && `${wnid}, `}logit ${short(logit, 4)}${switched ? `, was ${percent(before)}` : ""}`;
      button.title = told;
      Object.assign(button.dataset, { index: String(index), probability: String(probability) });
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
        layer.receptive ? `receptive field ${layer.receptive[0]} × ${layer.receptive[0]} pixels` : "receptive field: the whole picture"));
    const kind = rows * columns > 1 ? "channel" : "unit";
    writeNamed(this.mapsTitle, chosen === null ? counted(count, kind) : `${kind} ${chosen + 1}`, ` ${rows} × ${columns} each`);
    const ends = channel ? channel.ends : maps.limits ?? null;
    this.scaleLine.hidden = Boolean(channel) && !this.varied;
    this.scaleBar.style.background = `linear-gradient(to right, ${/** @type {LookLabels} */ (this.data.labels).colours[maps.scale === "signed" && this.values.dark ? "signed on dark" : maps.scale].join(", ")})`;
    const words = ends ? ends.map((end) => short(end)) : ["low", `high, each ${kind} has its own scale`];
    this.scaleEnds.forEach((span, index) => { span.textContent = words[index]; });
    const notes = [];
    if (maps.dead.length) notes.push(`${grouped(maps.dead.length)} of ${counted(count, kind)} ${plural(maps.dead.length, "is", "are")} dead on this picture: the same value everywhere (outlined).`);
    if (maps.remark) notes.push(maps.remark);
    this.heatLine.hidden = !overlay || !("high" in overlay);
    if (overlay && "high" in overlay) this.heatEnd.textContent = short(overlay.high);
    if (overlay) notes.push(/** @type {Partial<MissingHeat>} */ (overlay).missing ?? `${overlay.title} for ${target.label}: from 0 to ${
      short(/** @type {HeatFacts} */ (overlay).high)}, ${/** @type {HeatFacts} */ (overlay).shape.join(" × ")} cells.`);
    if (switched) notes.push(`${counted(switched, "channel")} ${plural(switched, "is", "are")} scaled or off: the ticks show the probabilities before. The maps are those of the whole network.`);
    this.note.textContent = notes.join(" ");
    this.doubt.textContent = `Uncertainty (entropy) ${short(prediction.entropy)} bits. Click a class to see why. Now: ${target.label}.`;
    this.maps.setAttribute("aria-label", `${layer.name}, ${chosen === null ? counted(count, kind) : `${kind} ${chosen + 1}`} of ${rows} by ${columns}, values from ${short(maps.low)} to ${short(maps.high)}`);
    const [{ label, probability }] = prediction.top;
    this.tell(`${layer.name}. First answer: ${label}, ${percent(probability)}`);
    this.describeChannel();
    this.describePhoto();
    this.describeStrip();
  }

  describeStrip() {
    const { size, prediction: { top: [{ label, probability }] } } = this.facts;
    const { stages } = /** @type {LookLabels} */ (this.data.labels);
    this.strip.set([{ name: "Picture", size: `${size} × ${size}` }, ...stages.map(({ blocks, room, shape, sees }, at) => ({
      name: `${at + 1}: ${room || "maps"}`, size: shape.slice(0, 2).join(" × "), mixes: true,
      detail: `${blocks.join(" to ")}: ${counted(shape[2], "map")}. Receptive field: ${sees === null || sees >= size ? "the whole picture"
        : `${sees} × ${sees} of ${size} × ${size} pixels`}${room ? `: room for ${room}, and for all before them.` : "."}`,
    })), { name: label, size: percent(probability), mixes: true, detail: "The most probable class." }],
    this.openedStage);
    this.paintStrip();
  }

  paintStrip() {
    const { image } = this.photo;
    if (image) this.strip.paint(0, image, [[0, 0, image.width, image.height]]);
    const maps = this.stagesImage ?? null;
    const side = maps?.width ?? 0;
    for (let at = 1; at < this.stageLayers.length - 1; at += 1) {
      this.strip.paint(at, maps, Array.from({ length: STAGE_MAPS }, (_, map) => [0, (STAGE_MAPS * (at - 1) + map) * side, side, side]));
    }
    if (maps || !this.mosaic || !this.facts || this.facts.chosen !== null) return;
    // Of a frame of the camera the maps of the open layer alone are here.
    const { shape: [, , count], across } = this.facts.maps;
    const [wide, tall] = [this.mosaic.width / across, this.mosaic.height / Math.ceil(count / across)];
    this.strip.paint(this.openedStage, this.mosaic, Array.from({ length: STAGE_MAPS }, (_, map) =>
      [(map % across) * wide, Math.floor(map / across) * tall, wide, tall]));
  }

  describePhoto() {
    const { size } = this.facts;
    const { zoom } = this.values;
    writeNamed(this.photo.caption, "What it sees", ` ${size} × ${size}`);
    this.photo.painted(`${this.title}, ${zoom > 1 ? `a part of it ${short(zoom)} times as large, ` : ""}as the network sees it: ${size} by ${size} pixels`);
  }

  /** Lay the heat map on the photograph as it is chosen, and say what its colours mean. */
  lay() {
    const { magnitude } = /** @type {LookLabels} */ (this.data.labels).colours;
    const opacity = Number(this.opacity.value) / 100;
    const { image } = this.seen;
    this.laid = this.heat && image ? heatOver(this.heat, magnitude, opacity, this.cells.checked ? null : image) : null;
    this.heatBar.style.background = `linear-gradient(to right, ${heatStops(magnitude, opacity).join(", ")})`;
    if (this.facts) this.redraw();
  }

  describeChannel() {
    const { channel, chosen, maps } = this.facts;
    this.channelPanel.classList.toggle("idle", chosen === null);
    /** @type {NodeListOf<HTMLButtonElement | HTMLInputElement>} */
    const controls = this.channelPanel.querySelectorAll("button, input");
    for (const control of controls) if (control !== this.allOn && control !== this.undoButton) control.disabled = chosen === null;
    this.factorSlider.element.inert = chosen === null;
    this.allOn.disabled = this.scaled.length === 0;
    this.channelName.textContent = chosen === null ? "Click a channel to see it alone." : `${chosen + 1} of ${maps.shape[2]}`;
    const name = this.factor === 0 && chosen !== null ? "Switch on" : "Switch off";
    this.off.textContent = name;
    this.off.title = `${name} this channel`;
    this.off.setAttribute("aria-label", this.off.title);
    this.channelSaid.textContent = channel ? channelWords(channel) : "";
    if (!this.factorSlider.dragging) this.factorSlider.set(this.factor);
  }

  showControls() {
    super.showControls();
    this.depth.set(this.at, this.roles.output ? this.roles : null);
    if (this.seen.of !== this.frameOf(this.values)) this.reframe();
    const { overlay_opacity: opacity, overlay_cells: cells } = this.values;
    if (this.opacity.matches(":active") || (this.opacity.value === String(opacity) && this.cells.checked === cells)) return;
    this.opacity.value = String(opacity);
    this.cells.checked = cells;
    this.lay();
  }

  // The maps.

  /** Go to another channel, in the order that is shown. @param {number} by */
  step(by) {
    const { channel } = this.values;
    if (channel === null) return; // the answer that shows all channels is still on its way
    const { order } = this.facts.maps;
    const place = order.indexOf(channel);
    this.commit({ channel: order[(place + by + order.length) % order.length] });
  }

  /** Scale the channel that is looked at. @param {number} factor @param {boolean} rest */
  scale(factor, rest) {
    const { at } = this;
    const { channel } = this.values;
    if (channel === null) return;
    const others = this.scaled.filter(([layer, other]) => layer !== at || other !== channel);
    /** @type {LookValues["off"]} */
    const off = factor === 1 ? others : [...others, [at, channel, factor]];
    if (rest) this.commit({ off });
    else this.move({ off });
  }

  /** Where the maps stand on the canvas, in CSS pixels. @returns {Tiling} */
  layout() {
    const { width, height } = sizeOf(this.maps);
    const { shape: [rows, columns, count], across } = this.facts.maps;
    const [wide, tall] = this.facts.chosen === null ? [across, Math.ceil(count / across)] : [1, 1];
    const scale = Math.min(width / (wide * columns), height / (tall * rows));
    return { rows, columns, count, wide, tall, scale, x: (width - scale * wide * columns) / 2, y: (height - scale * tall * rows) / 2 };
  }

  /** @param {Point} event @returns {Cell | null} */
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

  /** @param {KeyboardEvent} event */
  key(event) {
    if (!this.facts) return;
    const { order, shape: [rows, columns] } = this.facts.maps;
    const by = ARROWS[event.key];
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

  /** A cell is asked about: its number, and what it sees of the photograph. @param {Cell | null} cell */
  question(cell) {
    if (JSON.stringify(cell) === JSON.stringify(this.cell)) return;
    this.cell = cell;
    this.redraw();
  }

  /**
   * The cell's receptive field on the photograph: top, left, bottom, right, where there is one.
   * @param {Place} cell
   * @returns {[number, number, number, number]}
   */
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
    this.paintStrip();
    const field = this.cell && this.field(this.cell);
    this.photo.canvas.dataset.rectangle = field ? field.join() : "";
    this.photo.draw((context, { x, y, scale }) => {
      if (this.heat && this.laid && this.seen.image) {
        this.grey ??= greyOf(this.seen.image);
        for (const surface of [this.grey, this.laid]) {
          context.imageSmoothingEnabled = surface === this.grey || !this.cells.checked;
          context.drawImage(surface, x, y, this.photo.width * scale, this.photo.height * scale);
        }
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
    const alone = this.facts.chosen === null ? null : this.numbers;
    const value = alone?.data[cell.row * columns + cell.column];
    const said = value === undefined ? "" : `: ${short(value, 5)}`;
    this.readout.textContent = `channel ${cell.channel + 1}, row ${cell.row + 1}, column ${cell.column + 1}${said}`;
    this.readout.dataset.value = value === undefined ? "" : String(value);
    this.spoken.say(`${this.readout.textContent}`);
  }

  drawMaps() {
    const source = this.facts.chosen === null ? this.mosaic : this.alone;
    const drawing = source && cleared(this.maps);
    if (!source || !drawing) return;
    const { context, density } = drawing;
    const { rows, columns, count, wide, tall, scale, x, y } = this.layout();
    const [across, down] = [scale * columns, scale * rows];
    context.imageSmoothingEnabled = (wide * across * density) / source.width < 1;
    // A photograph under one colour would look as if the channel saw it.
    if (this.facts.chosen !== null && this.varied && this.beneath.checked && this.photo.image) {
      context.imageSmoothingEnabled = true;
      context.drawImage(this.photo.image, x, y, across, down);
      context.imageSmoothingEnabled = false;
      context.globalAlpha = 0.72;
    }
    context.drawImage(source, x, y, wide * across, tall * down);
    context.globalAlpha = 1;
    if (this.facts.chosen === null) this.rule(context, { across, down, wide, tall, count, x, y });
    if (this.cell) this.frame(context, this.cell, { rows, columns, wide, scale, x, y });
  }

  /**
   * Lines between the tiles, and around the dead ones, where there is room.
   * @param {Context} context
   * @param {Pick<Tiling, "wide" | "tall" | "count" | "x" | "y"> & {across: number, down: number}} tiles with the CSS
   * pixels of one, across and down
   */
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

  /**
   * Frame a cell of the maps.
   * @param {Context} context
   * @param {Cell} cell
   * @param {Pick<Tiling, "rows" | "columns" | "wide" | "scale" | "x" | "y">} tiling
   */
  frame(context, { channel, row, column }, { rows, columns, wide, scale, x, y }) {
    const place = this.facts.chosen === null ? this.facts.maps.order.indexOf(channel) : 0;
    const origin = { scale, x: x + (place % wide) * columns * scale, y: y + Math.floor(place / wide) * rows * scale };
    outline(context, origin, row, column, row + 1, column + 1, this.roles.output);
  }

  release() {
    this.resizing.disconnect();
    this.framing.close();
    this.setSeen(NOTHING_SEEN);
    this.mosaic?.close();
    this.alone?.close();
    this.stagesImage?.close();
  }
}

export default mount(InsideLab);
