// A matrix times a vector, step by step and both ways: as a weighted sum of its columns, as dot products of its rows.

import { Slider } from "../frontend/controls/controls.js";
import { make } from "../frontend/core/dom.js";
import { short } from "../frontend/core/numbers.js";
import { Live, mount } from "../frontend/live/live.js";
import { Space } from "../frontend/plots/space.js";

/**
 * @typedef {import("../frontend/live/live.js").Control} Control
 * @typedef {import("../frontend/types/messages.js").ProductFacts} ProductFacts
 * @typedef {import("../frontend/types/messages.js").ProductLabels} ProductLabels
 * @typedef {import("../frontend/types/messages.js").ProductValues} ProductValues
 */

/** @extends {Live<ProductFacts, ProductValues>} */
class Product extends Live {
  build() {
    const settings = new Map(this.data.settings.map((setting) => [setting.name, setting]));
    const way = /** @type {Control} */ (this.addControl(settings.get("way")));
    /** @type {import("../frontend/types/messages.js").NumberDescription} */
    this.stepping = settings.get("step");
    /** @type {import("../frontend/types/messages.js").VectorDescription} */
    this.weights = settings.get("x");
    /** @type {Space} */
    this.space = new Space({ name: "product" });
    /** @type {HTMLElement} */
    this.grid = make("div", { class: "productgrid", role: "group", "aria-label": "Matrix times vector" });
    /** @type {HTMLElement} */
    this.stepper = make("div", { class: "stepper" });
    /** @type {HTMLElement} */
    this.said = make("div", { class: "productsaid" });
    /** @type {HTMLElement} */
    this.shape = make("p", { class: "place" });
    /** @type {Slider[]} */
    this.sliders = [];
    /** The shape and the way that the grid is made for. @type {string} */
    this.built = "";
    return make("div", { class: "lab product", "data-revision": "0" },
      make("div", { class: "productknobs" }, way.element, this.stepper), this.grid, this.space.element, this.said, this.shape, this.message);
  }

  get dragging() {
    return super.dragging || this.sliders.some((slider) => slider.dragging) || Boolean(this.step?.dragging);
  }

  /** @param {import("../frontend/live/live.js").Colours} roles */
  colour(roles) {
    this.space.colour(roles, this.data.series);
  }

  /** How many steps there are, and at which the sum stands. */
  get count() {
    const { way, matrix } = this.values;
    return way === "columns" ? matrix[0].length : matrix.length;
  }

  get at() {
    return Math.min(this.values.step, this.count);
  }

  /**
   * @param {import("../frontend/live/live.js").LabData} data
   * @param {import("../frontend/live/live.js").Component["setStateValue"]} setStateValue
   */
  update(data, setStateValue) {
    const before = JSON.stringify(this.data.labels);
    super.update(data, setStateValue);
    if (JSON.stringify(data.labels) === before) return;
    this.built = "";
    this.showControls();
    if (this.painted !== undefined && this.facts) this.show({ seq: this.painted, facts: this.facts });
  }

  showControls() {
    super.showControls();
    const { x, matrix, way } = this.values;
    const built = JSON.stringify([matrix.length, matrix[0].length, way]);
    if (built !== this.built) {
      this.built = built;
      this.makeGrid();
    }
    this.sliders.forEach((slider, index) => slider.set(x[index]));
    this.step.set(this.at);
    this.back.disabled = this.at === 0;
    this.on.disabled = this.at === this.count;
  }

  makeGrid() {
    const matrix = this.values.matrix;
    const { rows, columns } = /** @type {ProductLabels} */ (this.data.labels);
    const { low, high, step } = this.weights;
    /** @param {number} index @param {number} value */
    const changed = (index, value) => {
      const x = this.values.x;
      return { x: x.map((old, other) => (other === index ? value : old)) };
    };
    this.sliders = matrix[0].map((_, index) => new Slider(
      { name: `x${index + 1}`, title: `x for ${columns[index] ?? index + 1}`, low, high, step, default: 1, unit: "" },
      { onInput: (value) => this.move(changed(index, value)), onCommit: (value) => this.commit(changed(index, value)) }));
    /** @type {HTMLElement[][]} */
    this.cells = matrix.map((row) => row.map(() => make("td", {})));
    const heads = matrix[0].map((_, index) => make("th", { scope: "col", title: columns[index] }, columns[index] ?? ""));
    const lines = this.cells.map((cells, index) => make("tr", {}, make("th", { scope: "row", title: rows[index] }, rows[index] ?? ""), ...cells));
    /** @type {HTMLElement[]} */
    this.results = matrix.map(() => make("td", {}));
    /** @param {string} name @param {...HTMLElement} content */
    const table = (name, ...content) => make("figure", { class: name.toLowerCase() }, make("figcaption", {}, make("b", {}, name)), ...content);
    this.grid.replaceChildren(
      table("A", make("table", { class: "matrix" }, make("thead", {}, make("tr", {}, make("td", {}), ...heads)), make("tbody", {}, ...lines))),
      make("span", { class: "sign" }, "·"),
      table("x", make("div", { class: "weightsliders" }, ...this.sliders.map(({ element }) => element))),
      make("span", { class: "sign" }, "="),
      table("Ax", make("table", { class: "matrix ax" }, make("tbody", {}, ...this.results.map((cell) => make("tr", {}, cell))))));
    /** @param {string} text @param {string} name @param {number} by */
    const button = (text, name, by) => make("button", { type: "button", class: "small", "aria-label": name, title: name,
      onclick: () => this.commit({ step: Math.max(0, Math.min(this.count, this.at + by)) }) }, text);
    /** @type {Slider} */
    this.step = new Slider({ ...this.stepping, high: this.count, title: this.values.way === "columns" ? "Columns added" : "Rows finished" },
      { onInput: (value) => this.move({ step: value }), onCommit: (value) => this.commit({ step: value }) });
    /** @type {HTMLButtonElement} */
    this.back = button("|◀", "One step back", -1);
    /** @type {HTMLButtonElement} */
    this.on = button("▶|", "One step on", 1);
    this.stepper.replaceChildren(this.back, this.on, this.step.element);
  }

  /** @param {ProductFacts} facts */
  fits({ matrix }) {
    return matrix.length === this.values.matrix.length && matrix[0].length === this.values.matrix[0].length;
  }

  /** @param {{seq: number, facts: ProductFacts}} answer */
  show({ seq, facts }) {
    const { matrix, columns, rows, result } = facts;
    const { at } = this;
    const byColumns = this.values.way === "columns";
    matrix.forEach((row, index) => row.forEach((text, column) => {
      const cell = this.cells[index][column];
      cell.textContent = text;
      cell.classList.toggle("on", byColumns ? column === at - 1 : index === at - 1);
      cell.classList.toggle("done", byColumns ? column < at - 1 : index < at - 1);
    }));
    const running = at > 0 ? columns[at - 1].written : matrix.map(() => "0");
    this.results.forEach((cell, index) => {
      cell.textContent = byColumns ? running[index] : index < at ? rows[index].said : "";
      cell.classList.toggle("on", byColumns || index === at - 1);
    });
    this.grid.dataset.result = JSON.stringify(result);
    this.sight();
    this.element.dataset.revision = String(Number(this.element.dataset.revision) + 1);
    this.element.dataset.seq = String(seq);
  }

  /** The weighted columns one after the other, up to the present step. */
  sight() {
    const { columns, result, written } = this.facts;
    const { at } = this;
    const zero = result.map(() => 0);
    const byColumns = this.values.way === "columns";
    const upTo = byColumns ? columns.slice(0, at) : [];
    const bars = result.length > 3;
    const steps = (bars ? upTo.slice(-1) : upTo).map(({ way }, index) => ({
      name: bars ? ""
        : `${short(this.values.x[index], 3)} · ${/** @type {ProductLabels} */ (this.data.labels).columns[index]}`.slice(0, 14),
      way, start: index === 0 || bars ? null : columns[index - 1].running, series: index % 2,
    }));
    const sum = byColumns ? (at > 0 ? columns[at - 1].running : zero) : result;
    this.space.show({
      arrows: [...steps, { name: at === this.count || !byColumns ? "Ax" : "sum", way: sum, start: null, series: 2 }],
      places: /** @type {ProductLabels} */ (this.data.labels).rows,
      summary: `A times x is ${written.join(", ")}.`,
    });
  }

  describe() {
    const { columns, rows, shape } = this.facts;
    const { at } = this;
    const names = /** @type {ProductLabels} */ (this.data.labels);
    /** @param {string} text */
    const wrapped = (text) => (text.startsWith("−") ? `(${text})` : text);
    if (at === 0) this.said.textContent = "Nothing is added yet: take one step.";
    else if (this.values.way === "columns") {
      const { weight, scaled, written } = columns[at - 1];
      this.said.replaceChildren(make("b", {}, `Column ${names.columns[at - 1]} times ${short(weight, 4)}`),
        ` is ${scaled}; ${at === 1 ? "the sum so far is" : "added to the sum so far, it makes"} `,
        make("b", {}, `(${written.join(", ")})`));
    } else {
      const { terms, said } = rows[at - 1];
      this.said.replaceChildren(make("b", {}, `Row ${names.rows[at - 1]}: `),
        `${terms.map(([one, other]) => `${wrapped(one)} · ${wrapped(other)}`).join(" + ")} = `, make("b", {}, said));
    }
    this.shape.textContent = shape;
    this.tell(`${this.said.textContent}`);
  }

  release() {
    this.space.release();
  }
}

export default mount(Product);
