// One unit of a network: its weighted sum at the chosen point written out, with every weight and the bias to be set.

import { make } from "../core/dom.js";
import { short, typed } from "../core/numbers.js";
import { Slider, refuse } from "./controls.js";

const KEY_STEP = 0.1; // of an arrow key in a weight's field
const MOST_TYPED = 1e6;
const SLIDER_REACH = 5; // of a weight's slider; what is typed may lie beyond

/**
 * @typedef {import("../plots/graph.js").Choice} Choice
 * @typedef {import("../plots/graph.js").Shape} Shape
 * @typedef {import("../types/messages.js").NetworkFacts} NetworkFacts
 * @typedef {import("../types/messages.js").NumberDescription} NumberDescription
 */

/**
 * What a unit's sum is made from: of the parameters all weights and biases.
 * @typedef {Pick<NetworkFacts, "raw" | "sums" | "answers" | "inputs"> & {shape: Shape, parameters: Float32Array}} NeuronDrawing
 */

/**
 * One line of the sum: an input with its weight, or the bias.
 * @typedef {object} Term
 * @property {number} index of its number in the list of all
 * @property {HTMLElement} given
 * @property {HTMLInputElement} slider
 * @property {HTMLInputElement} field
 * @property {HTMLElement} product
 * @property {HTMLElement} row
 */

/** A weight as it stands in its field. @param {number} value */
function written(value) {
  return String(Number(value.toPrecision(5))).replace("-", "−");
}

export class Neuron {
  /**
   * @param {object} wiring
   * @param {(activation: string) => NumberDescription[]} wiring.parametersOf the settings of an activation's parameters
   * @param {(index: number, value: number, rest: boolean) => void} wiring.onEdit a weight or bias, by its place in the list of all
   * @param {(layer: number, changes: Record<string, number>, rest: boolean) => void} wiring.onParameters parameters of a
   *   layer's activation, or its dropout
   * @param {NumberDescription} wiring.dropout the setting of a hidden layer's dropout
   * @param {(layer: number, isOn: boolean) => void} wiring.onNormalise batch normalisation of a layer goes on or off
   */
  constructor({ parametersOf, onEdit, onParameters, dropout, onNormalise }) {
    this.parametersOf = parametersOf;
    this.dropout = dropout;
    this.onNormalise = onNormalise;
    this.onEdit = onEdit;
    this.onParameters = onParameters;
    this.heading = make("h2", {});
    this.rows = make("div", { class: "weightrows" });
    this.result = make("p", { class: "neuronsum" });
    this.shapers = make("div", { class: "shapers" });
    /** What a hidden layer does beside its activation. */
    this.extras = make("div", { class: "extras" });
    this.normal = make("button", { type: "button", class: "small chip", title: "Give the sums of each unit mean 0 and spread 1 over the batch, then a scale and a shift that are learnt" }, "Batch normalisation");
    /** @type {Term[]} */
    this.terms = [];
    /** Of the activation's parameters. @type {{name: string, usual: number, slider: Slider}[]} */
    this.sliders = [];
    this.element = make("section", { class: "neuron", "aria-label": "The chosen unit" }, this.heading, this.rows, this.result, this.shapers, this.extras);
    /** All weights and biases, as they are now. @type {Float32Array} */
    this.parameters = new Float32Array();
    /** @type {HTMLInputElement | null} */
    this.held = null;
    this.typing = false;
    this.key = ""; // of the network and the unit that the rows are for
  }

  get dragging() {
    return this.held !== null || this.sliders.some(({ slider }) => slider.dragging);
  }

  /** @param {NeuronDrawing} drawing @param {Choice} chosen */
  show(drawing, { layer, unit, source }) {
    const { shape, parameters, raw, sums, answers, inputs: given } = drawing;
    this.parameters = parameters;
    const [, activation, shaped] = shape.layers[layer];
    const key = JSON.stringify([layer, unit, activation, shape.layers.map(([units, , more]) => [units, more?.batch_normalization]), shape.given]);
    if (key !== this.key) this.build(shape, layer, unit);
    this.key = key;
    const inputs = layer ? answers[layer - 1] : given;
    this.heading.textContent = shape.title(layer, unit);
    const focused = /** @type {Document | ShadowRoot} */ (this.element.getRootNode()).activeElement;
    this.terms.forEach(({ index, given: name, slider, field, product, row }, place) => {
      const value = parameters[index];
      const isBias = place === inputs.length;
      row.classList.toggle("chosen", place === source);
      name.textContent = isBias ? "bias b" : `${shape.source(layer, place)} = ${short(inputs[place])}`;
      if (this.held !== slider) slider.value = String(value);
      slider.setAttribute("aria-valuetext", short(value, 4));
      slider.style.setProperty("--tone", value < 0 ? "var(--role-negative)" : "var(--role-positive)");
      if (focused !== field || !this.typing) field.value = written(value);
      product.textContent = `= ${short(isBias ? value : inputs[place] * value)}`;
    });
    for (const { name, usual, slider } of this.sliders) slider.set(shaped?.[name] ?? usual);
    const isNormal = Boolean(shaped?.batch_normalization);
    this.normal.setAttribute("aria-pressed", String(isNormal));
    this.normal.onclick = () => this.onNormalise(layer, !isNormal);
    const summed = isNormal ? ["sum s = ", make("b", {}, short(raw[layer][unit], 4)), ", normalised z = "] : ["sum z = "];
    this.result.replaceChildren(...summed, make("b", {}, short(sums[layer][unit], 4)), `, ${activation}(z) = `,
      make("b", { class: "answer" }, short(answers[layer][unit], 4)));
  }

  /** @param {Shape} shape @param {number} layer @param {number} unit */
  build(shape, layer, unit) {
    const count = shape.inputs(layer);
    this.typing = false;
    this.held = null;
    this.terms = Array.from({ length: count + 1 }, (_, place) => {
      const index = place === count ? shape.bias(layer, unit) : shape.weight(layer, place, unit);
      const name = place === count ? `Bias of ${shape.title(layer, unit)}` : `Weight from ${shape.source(layer, place)} to ${shape.title(layer, unit)}`;
      const given = make("span", { class: "given" });
      const slider = make("input", { type: "range", min: -SLIDER_REACH, max: SLIDER_REACH, step: "0.01", "aria-label": name, "data-index": index });
      const field = make("input", { type: "text", class: "side numberfield", autocomplete: "off", "aria-label": `${name}, typed`, "data-index": index });
      const product = make("span", { class: "product" });
      slider.addEventListener("input", () => {
        this.held = slider;
        this.onEdit(index, Number(slider.value), false);
      });
      slider.addEventListener("change", () => {
        this.held = null;
        this.onEdit(index, Number(slider.value), true);
      });
      field.addEventListener("input", () => { this.typing = true; });
      field.addEventListener("change", () => {
        this.typing = false;
        const value = typed(field.value);
        if (value !== null) this.onEdit(index, Math.max(-MOST_TYPED, Math.min(MOST_TYPED, value)), true);
        else {
          refuse(field, `“${field.value}” is not a number.`);
          field.value = written(this.parameters[index]);
        }
      });
      field.addEventListener("keydown", (event) => {
        const by = /** @type {Record<string, number>} */ ({ ArrowUp: KEY_STEP, ArrowDown: -KEY_STEP })[event.key];
        if (!by) return;
        event.preventDefault();
        this.typing = false;
        this.onEdit(index, Number((this.parameters[index] + by * (event.shiftKey ? 10 : 1)).toFixed(6)), true);
      });
      return { index, given, slider, field, product, row: make("div", { class: "weightrow" }, given, make("span", { class: "times" }, place === count ? "" : "×"), field, slider, product) };
    });
    this.rows.replaceChildren(...this.terms.map(({ row }) => row));
    this.buildSliders(shape, layer);
  }

  /** The parameters of the activation belong to the whole layer. @param {Shape} shape @param {number} layer */
  buildSliders(shape, layer) {
    const place = layer === shape.layers.length - 1 ? "of the output" : `of hidden layer ${layer + 1}`;
    this.sliders = this.parametersOf(shape.layers[layer][1]).map((setting) => ({
      name: setting.name,
      usual: setting.default,
      slider: new Slider({ ...setting, title: `${setting.title}, ${place}` }, {
        onInput: (value) => this.onParameters(layer, { [setting.name]: value }, false),
        onCommit: (value) => this.onParameters(layer, { [setting.name]: value }, true),
      }),
    }));
    this.shapers.replaceChildren(...this.sliders.map(({ slider }) => slider.element));
    this.extras.hidden = layer === shape.layers.length - 1;
    if (this.extras.hidden) return;
    const dropout = new Slider({ ...this.dropout, title: `Dropout, ${place}` }, {
      onInput: (value) => this.onParameters(layer, { dropout: value }, false),
      onCommit: (value) => this.onParameters(layer, { dropout: value }, true),
    });
    this.sliders.push({ name: "dropout", usual: 0, slider: dropout });
    this.extras.replaceChildren(dropout.element, this.normal);
  }

  /** Bring the chosen weight into sight. @param {number | null} source */
  reveal(source) {
    const row = source === null ? null : this.terms[source]?.row;
    if (row) this.rows.scrollTop = row.offsetTop - this.rows.offsetTop;
  }
}
