// Fit it: points that one moves, and the constant, line or curve that each loss makes of them.

import { Slider } from "../frontend/controls/controls.js";
import { Palette } from "../frontend/controls/palette.js";
import { choose, make } from "../frontend/core/dom.js";
import { inColumn } from "../frontend/core/numbers.js";
import { counted } from "../frontend/core/words.js";
import { Live, mount } from "../frontend/live/live.js";
import { Undoing } from "../frontend/live/undoing.js";
import { PointPlot } from "../frontend/plots/points.js";

/**
 * @typedef {import("../frontend/live/live.js").Control} Control
 * @typedef {import("../frontend/types/messages.js").CurveValue} CurveValue
 * @typedef {import("../frontend/types/messages.js").FitFacts} FitFacts
 * @typedef {import("../frontend/types/messages.js").FitValues} FitValues
 * @typedef {import("../frontend/types/messages.js").FittedCurve} FittedCurve
 * @typedef {import("../frontend/types/messages.js").RefusedFit} RefusedFit
 * @typedef {RefusedFit & Omit<FittedCurve, "refused">} Fit either: where it is refused, what a curve has is missing
 * @typedef {Omit<FitFacts, "curves"> & {curves: Fit[]}} Fits
 */

/** @extends {Undoing<FitFacts, FitValues>} */
class FitLab extends Undoing {
  static controls = { ...Live.controls, curves: Palette };

  build() {
    const settings = new Map(this.data.settings.map((setting) => [setting.name, setting]));
    /** @type {import("../frontend/types/messages.js").PointsDescription} */
    const points = settings.get("points");
    /** @type {import("../frontend/types/messages.js").PointSetDescription[]} */
    this.sets = points.sets;
    /** @type {Palette} */
    this.palette = /** @type {Palette} */ (this.addControl(settings.get("fits")));
    const { low, high, most } = points;
    /** @type {PointPlot} */
    this.plot = new PointPlot({
      name: "fit", low, high, most,
      onInput: (moved) => this.move({ points: moved }),
      onCommit: (moved) => this.commit({ points: moved }),
      onSay: (sentence) => this.say(sentence),
    });
    /** @type {HTMLSelectElement} */
    this.menu = make("select", { class: "menu", "aria-label": "Points to begin with", onchange: () => this.begin(this.menu.value) },
      make("option", { value: "" }, "Your points"),
      ...this.sets.map(({ name, title }) => make("option", { value: name }, title)));
    /** @param {string} title @param {() => void} act */
    const small = (title, act) => make("button", { type: "button", class: "small", onclick: act }, title);
    const middle = (low + high) / 2;
    const actions = make("div", { class: "actions" },
      small("Add a point", () => this.plot.add([middle, middle])),
      small("Remove the point", () => this.plot.remove()), this.buildUndo());
    /** @type {HTMLElement} */
    this.knobs = make("div", { class: "knobs" });
    /** @type {Slider[]} */
    this.sliders = [];
    /** The loss that they belong to. @type {string} */
    this.knobbed = "";
    /** @type {HTMLElement} */
    this.why = make("p", { class: "place" });
    /** @type {HTMLElement} */
    this.table = make("table", { class: "sampletable fits", "aria-label": "What each loss makes of the points" });
    const degree = /** @type {Control} */ (this.addControl(settings.get("degree")));
    const element = make("div", { class: "lab fit" }, this.palette.element, this.message, this.plot.element,
      make("section", { class: "aside", "aria-label": "Points and answers" },
        make("div", { class: "choose" }, this.menu), this.why, actions, degree.element, this.knobs,
        make("div", { class: "scrolled", role: "group", "aria-label": "Table", tabindex: "0" }, this.table)));
    this.palette.element.append(this.palette.clear);
    return this.withKeys(element);
  }

  /** @param {string} name */
  begin(name) {
    const chosen = this.sets.find((one) => one.name === name);
    if (chosen) this.commit({ points: chosen.points, degree: /** @type {FitValues["degree"]} */ (chosen.degree) });
    this.showControls();
  }

  get chosen() {
    const { chosen, curves } = this.values.fits;
    return /** @type {CurveValue} */ (curves.find(({ name }) => name === chosen));
  }

  /** The losses with another parameter for the chosen one. @param {string} name @param {number} value */
  withParameter(name, value) {
    const { chosen, curves } = this.values.fits;
    return {
      fits: {
        chosen,
        curves: curves.map((curve) => (curve.name === chosen ? { ...curve, parameters: { ...curve.parameters, [name]: value } } : curve)),
      },
    };
  }

  get dragging() {
    return super.dragging || this.plot.dragging || this.sliders.some(({ dragging }) => dragging);
  }

  showControls() {
    super.showControls();
    this.plot.setPoints(this.values.points);
    const { name, parameters } = this.chosen;
    if (this.knobbed !== name) {
      this.knobbed = name;
      this.sliders = this.palette.describe(name).parameters.map((parameter) => new Slider(parameter, {
        onInput: (value) => this.move(this.withParameter(parameter.name, value)),
        onCommit: (value) => this.commit(this.withParameter(parameter.name, value)),
      }));
      this.knobs.replaceChildren(...this.sliders.map(({ element }) => element));
    }
    for (const slider of this.sliders) slider.set(parameters[slider.setting.name]);
    const same = this.sets.find(({ points }) => JSON.stringify(points) === JSON.stringify(this.values.points));
    choose(this.menu, same?.name ?? "");
    this.why.textContent = same?.why ?? "Drag a point, click to add one; Delete or a double click removes it.";
  }

  /** @param {import("../frontend/live/live.js").Colours} roles */
  colour(roles) {
    this.plot.colour(roles, this.data.series);
    this.palette.paint(this.plot);
  }

  /** @param {import("../frontend/live/lane.js").Answer<FitFacts>} answer */
  show({ facts, blobs, seq }) {
    const { curves, chosen, points, ends: [low, high] } = /** @type {Fits} */ (facts);
    const drawn = curves.map((curve, series) => ({ ...curve, series })).filter(({ refused }) => !refused);
    const strong = drawn.find(({ name }) => name === chosen);
    this.plot.setErrors(strong && { points, predictions: strong.predictions, series: strong.series });
    this.plot.show({
      x: { low, high, title: "x" },
      y: { low, high, title: "y" },
      lines: drawn.map(({ name, title, series }) => ({ title, x: blobs.x.data, y: blobs[`values${series}`].data, series, strong: name === chosen })),
      summary: `${counted(points.length, "point")}. ${curves.map(({ title, formula, refused }) => `${title}: ${refused || formula}`).join("; ")}.`,
    });
    this.element.dataset.seq = String(seq);
  }

  write() {
    const { curves, chosen } = /** @type {Fits} */ (this.facts);
    const means = inColumn(curves.map(({ value }) => value));
    this.table.replaceChildren(
      make("tr", {}, ...["loss", "its answer", "mean loss"].map((title) => make("th", { scope: "col" }, title))),
      ...curves.map(({ name, said, formula, value, said_of: note, refused }, series) => {
        const head = make("th", { scope: "row", class: name === chosen ? "toned chosen" : "toned" }, said);
        head.style.setProperty("--tone", this.plot.colourOf({ series }));
        if (refused) return make("tr", { "data-fit": name }, head, make("td", { colspan: 2 }, refused));
        return make("tr", { "data-fit": name }, head, make("td", {}, make("b", {}, formula), note && make("div", { class: "place" }, note)),
          make("td", { "data-read": name, "data-value": value, title: value }, means[series]));
      }));
  }

  describe() {
    this.write();
    this.tell(this.plot.drawing.summary);
    if (this.dragging) return; // the text alternative can wait until the answer at rest
    this.palette.paint(this.plot);
    this.plot.describe();
  }

  release() {
    this.plot.release();
  }
}

export default mount(FitLab);
