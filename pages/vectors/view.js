// Two vectors and what is made of them: the picture, the result in large figures, and the working place by place.

import { make } from "../frontend/core/dom.js";
import { short } from "../frontend/core/numbers.js";
import { mount } from "../frontend/live/live.js";
import { Undoing } from "../frontend/live/undoing.js";
import { Space } from "../frontend/plots/space.js";

const BETWEEN = ["dot", "cosine", "angle"]; // operations that ask how two arrows lie to each other

/**
 * @typedef {import("../frontend/live/live.js").Control} Control
 * @typedef {import("../frontend/plots/space.js").Arrow} Arrow
 * @typedef {import("../frontend/types/messages.js").ArrowFacts} ArrowFacts
 * @typedef {import("../frontend/types/messages.js").VectorLabels} VectorLabels
 * @typedef {import("../frontend/types/messages.js").VectorsFacts} VectorsFacts
 * @typedef {import("../frontend/types/messages.js").VectorsValues} VectorsValues
 */

/** The arrows that were given, and not made. @param {VectorsFacts} facts */
function given({ arrows }) {
  return arrows.filter(({ name }) => name === "a" || name === "b");
}

/** @extends {Undoing<VectorsFacts, VectorsValues>} */
class Vectors extends Undoing {
  build() {
    const settings = new Map(this.data.settings.map((setting) => [setting.name, setting]));
    const operation = /** @type {Control} */ (this.addControl(settings.get("operation")));
    /** @type {Control} */
    this.factor = /** @type {Control} */ (this.addControl(settings.get("factor")));
    /** @type {Space} */
    this.space = new Space({
      name: "vectors",
      onInput: (name, way) => this.move(this.moved(name, way)),
      onCommit: (name, way) => this.commit(this.moved(name, way)),
    });
    /** The question from which on the plane may fit anew. @type {number | null} */
    this.fresh = null;
    /** @type {HTMLElement} */
    this.legend = make("p", { class: "vectorlegend" });
    /** @type {HTMLElement} */
    this.result = make("span", { class: "vectorresult", "data-read": "result" });
    /** @type {HTMLElement} */
    this.title = make("h2", { class: "vectortitle" });
    /** @type {HTMLElement} */
    this.sentence = make("p", { class: "vectorsentence" });
    /** @type {HTMLElement} */
    this.working = make("table", { class: "working" });
    /** @type {HTMLElement} */
    this.last = make("p", { class: "workinglast" });
    /** @type {HTMLElement} */
    this.measures = make("dl", { class: "measures" });
    const aside = make("section", { class: "aside", "aria-label": "Result" },
      this.title, this.result, this.factor.element, this.working, this.last, this.sentence, this.measures);
    const tools = make("div", { class: "tools" }, this.buildUndo(), this.space.fitButton);
    return this.withKeys(make("div", { class: "lab vectorlab" }, make("div", { class: "beside" }, operation.element),
      make("div", { class: "sight" }, make("div", { class: "sighthead" }, this.legend, tools), this.space.element), aside, this.message));
  }

  /**
   * The change that a dragged tip is: of both where one vector was picked twice.
   * @param {string} name
   * @param {number[]} way
   */
  moved(name, way) {
    return this.data.labels.a === this.data.labels.b ? { a: way, b: way } : { [name]: way };
  }

  get dragging() {
    return super.dragging || this.space.dragging;
  }

  /** @param {import("../frontend/live/live.js").Colours} roles */
  colour(roles) {
    this.space.colour(roles, this.data.series);
  }

  /**
   * @param {import("../frontend/live/live.js").LabData} data
   * @param {import("../frontend/live/live.js").Component["setStateValue"]} setStateValue
   */
  update(data, setStateValue) {
    const before = JSON.stringify(this.data.labels);
    // Another table, or a number typed into it, may lie anywhere: the answer to it may have another frame.
    if (data.epoch !== this.epoch) this.fresh = this.seq + 1;
    super.update(data, setStateValue);
    if (this.facts && JSON.stringify(data.labels) !== before) {
      this.sight();
      this.describe();
    }
  }

  /**
   * Numbers of another table, or of other columns, are not written into this one: the table has the say, and takes its
   * own changes back. What else was changed stays to be undone.
   */
  adopted() {
    const kept = this.history.filter((before) => !("a" in before || "b" in before));
    this.history.splice(0, this.history.length, ...kept);
  }

  /** @param {import("../frontend/live/lane.js").Answer<VectorsFacts>} answer */
  show({ seq, facts }) {
    if (this.fresh !== null && seq >= this.fresh) {
      this.space.free();
      this.fresh = null;
    }
    this.sight();
    this.result.textContent = facts.said;
    this.result.dataset.value = JSON.stringify(facts.value);
    this.result.classList.toggle("wide", facts.said.length > 12);
    this.result.classList.toggle("wider", facts.said.length > 22);
    this.factor.element.hidden = !facts.takes.includes("factor");
    this.element.dataset.seq = String(seq);
  }

  sight() {
    const { arrows: found, operation, title, said, numbers } = this.facts;
    const arrows = found.flatMap(/** @returns {Arrow[]} */ (arrow) => {
      const hold = ["a", "b"].includes(arrow.name) ? arrow.name : undefined;
      if (!hold || !arrow.start) return [{ ...arrow, hold }];
      // A vector that is moved along is seen where it was as well: there it can be taken.
      return [{ ...arrow, hold, start: null }, { ...arrow, ghost: true }];
    });
    if (operation === "add" && numbers < 4) {
      const [a, b] = ["a", "b"].map((name) => /** @type {ArrowFacts} */ (found.find((arrow) => arrow.name === name)));
      arrows.push({ ...a, start: b.way, ghost: true });
    }
    const inputs = given(this.facts);
    const pointing = inputs.length === 2 && inputs.every(({ way }) => way.some((number) => number !== 0));
    this.space.show({
      arrows,
      places: /** @type {VectorLabels} */ (this.data.labels).places,
      arc: BETWEEN.includes(operation) && pointing ? ["a", "b"] : null,
      summary: `${title}: ${said}. ${inputs.map(({ name, way }) => `${name} is ${way.slice(0, 6).map((number) => short(number, 4)).join(", ")}`).join("; ")}.`,
    });
  }

  describe() {
    const { facts, data: { labels } } = this;
    this.title.textContent = facts.title;
    this.sentence.textContent = facts.sentence;
    /** @param {string} name */
    const colour = (name) => {
      const arrow = facts.arrows.find((one) => one.name === name);
      return arrow ? `color: ${this.space.inkOf(arrow)}` : null;
    };
    this.result.style.color = facts.arrows.length > given(facts).length && Array.isArray(facts.value)
      ? this.space.inkOf({ series: 2 }) : "";
    this.legend.replaceChildren(...facts.arrows.map(({ name }) => make("span", { style: colour(name) },
      make("b", {}, name), labels[name] && labels[name] !== name ? ` ${labels[name]}` : "")));
    const gap = facts.rows.length < facts.numbers;
    this.working.replaceChildren(
      make("thead", {}, make("tr", {}, make("td", {}), ...facts.heads.map((head) => make("th", { scope: "col", style: colour(head) }, head)))),
      make("tbody", {}, ...facts.rows.flatMap(([place, cells], index) => {
        const row = make("tr", {}, make("th", { scope: "row", title: labels.places[place] ?? "" }, labels.places[place] ?? String(place + 1)),
          ...cells.map((cell) => make("td", {}, cell)));
        return gap && index === facts.rows.length - 1
          ? [make("tr", { class: "gap" }, make("td", {}, "⋮"), ...cells.map(() => make("td", {}, "⋮"))), row] : [row];
      })));
    this.working.classList.toggle("wide", facts.heads.length > 3);
    this.working.hidden = facts.rows.length === 0;
    this.last.textContent = facts.last;
    this.tell(`${facts.title}: ${facts.said}`);
    this.measures.replaceChildren(...facts.measures.map(({ name, said, value }) => make("div", {},
      make("dt", {}, name), make("dd", { "data-measure": name, "data-value": value }, said))));
  }

  release() {
    this.space.release();
  }
}

export default mount(Vectors);
