// The activations: one plot for as many as one likes, one of them in question with its slope, its tangent at a
// movable x, and the places where it saturates.

import { Slider } from "../frontend/controls/controls.js";
import { Palette } from "../frontend/controls/palette.js";
import { make } from "../frontend/core/dom.js";
import { fixed, short } from "../frontend/core/numbers.js";
import { Live, mount } from "../frontend/live/live.js";
import { Undoing } from "../frontend/live/undoing.js";
import { Plot } from "../frontend/plots/plot.js";

/**
 * @typedef {import("../frontend/plots/plot.js").Line} Line
 * @typedef {import("../frontend/types/messages.js").ActivationsFacts} ActivationsFacts
 * @typedef {import("../frontend/types/messages.js").ActivationsValues} ActivationsValues
 * @typedef {import("../frontend/types/messages.js").CurvesValue} CurvesValue
 * @typedef {import("../frontend/types/messages.js").CurveValue} CurveValue
 * @typedef {import("../frontend/types/messages.js").NumberDescription} NumberDescription
 */

/** @extends {Undoing<ActivationsFacts, ActivationsValues>} */
class Activations extends Undoing {
  static controls = { ...Live.controls, curves: Palette };

  build() {
    const settings = new Map(this.data.settings.map((setting) => [setting.name, setting]));
    /** @type {Palette} */
    this.palette = /** @type {Palette} */ (this.addControl(settings.get("curves")));
    /** @type {Plot} */
    this.plot = new Plot({
      name: "activations",
      markers: [{ name: "x", title: "x, the pre-activation", step: /** @type {NumberDescription} */ (settings.get("x")).step }],
      onInput: (name, x) => this.move({ x }),
      onCommit: (name, x) => this.commit({ x }),
    });
    this.plot.element.append(this.palette.clear);
    const panel = make("section", { class: "controls", "aria-label": "Settings" },
      ...["slopes", "limit", "reach"].map((name) => this.addControl(settings.get(name))?.element));
    /** @type {HTMLElement} */
    this.heading = make("h2", { class: "chosenname" });
    /** @type {Record<string, HTMLElement>} */
    this.readouts = Object.fromEntries(["x", "value", "slope"].map((name) => [name, make("span", { class: "figure", "data-read": name })]));
    /** @type {HTMLElement} */
    this.knobs = make("div", { class: "knobs" });
    /** @type {Slider[]} */
    this.sliders = [];
    /** What was said of the function that `centre` is about. @type {string | undefined} */
    this.centred = undefined;
    /** @type {string} */
    this.centre = "";
    /** The function whose parameters have the sliders. @type {string | undefined} */
    this.knobbed = undefined;
    /** The functions whose lines were drawn beside their names last. @type {CurvesValue | undefined} */
    this.swatched = undefined;
    /** @type {HTMLElement} */
    this.sentences = make("ul", { class: "facts" });
    const aside = make("section", { class: "aside", "aria-label": "The chosen function" },
      make("div", { class: "chosenhead" }, this.heading, this.buildUndo()),
      make("dl", { class: "figures" }, ...Object.entries(this.readouts).map(
        ([name, readout]) => make("div", {}, make("dt", {}, name), make("dd", {}, readout)))),
      this.knobs, this.sentences);
    return this.withKeys(make("div", { class: "lab activations" },
      this.palette.element, this.plot.element, aside, this.message, panel));
  }

  /** The functions with another parameter for the chosen one. @param {string} name @param {number} value */
  withParameter(name, value) {
    const { chosen, curves } = this.values.curves;
    return {
      curves: {
        chosen,
        curves: curves.map((curve) => (curve.name === chosen ? { ...curve, parameters: { ...curve.parameters, [name]: value } } : curve)),
      },
    };
  }

  get chosen() {
    const { chosen, curves } = this.values.curves;
    return /** @type {CurveValue} */ (curves.find(({ name }) => name === chosen));
  }

  get dragging() {
    return super.dragging || this.plot.dragging || this.sliders.some((slider) => slider.dragging);
  }

  /** @param {Partial<ActivationsValues>} changes @param {boolean} rest */
  ask(changes, rest) {
    const request = super.ask(changes, rest);
    // Whoever shows what these functions do elsewhere follows them while they move.
    window.dispatchEvent(new CustomEvent("explorer:activations", { detail: this.values }));
    return request;
  }

  showControls() {
    super.showControls();
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
    this.palette.reveal(name);
  }

  /** @param {import("../frontend/live/live.js").Colours} roles */
  colour(roles) {
    this.plot.colour(roles, this.data.series);
    this.palette.paint(this.plot);
  }

  /** @param {import("../frontend/live/lane.js").Answer<ActivationsFacts>} answer */
  show({ facts, blobs, seq }) {
    const { curves, chosen, reach, ends: [low, high], intervals, tangent, at, said } = facts;
    const several = curves.length > 1;
    /** @type {Line[]} */
    const lines = curves.flatMap(({ name, title }, series) => {
      const strong = name === chosen;
      const [x, y, slopes] = [`x${series}`, `values${series}`, `slopes${series}`].map((blob) => blobs[blob]?.data);
      const slope = slopes && { title: several ? `${title}, slope` : "slope", x, y: slopes, series, strong, dashed: true, quiet: !strong };
      return [{ title, x, y, series, strong }, ...(slope ? [slope] : [])];
    });
    this.plot.show({
      x: { low: -reach, high: reach, title: "x" },
      y: { low, high, title: lines.some(({ dashed }) => dashed) ? "f(x), and its slope dashed" : "f(x)" },
      lines,
      bands: intervals.map(({ from, to, dead }) => ({ from, to, title: dead ? "slope 0" : "saturated", striped: dead })),
      points: [
        ...curves.flatMap(({ points }, series) => points.map((point) => ({ ...point, series }))),
        { x: tangent.x, y: tangent.value, role: "accent" },
      ],
      rays: [{ x: tangent.x, y: tangent.value, slope: tangent.slope }],
      summary: `${said}, from x = ${fixed(-reach, 0)} to ${reach}. ${at}.`,
    });
    this.plot.mark("x", this.values.x, at);
    this.readouts.x.textContent = fixed(tangent.x, this.plot.markers[0].decimals);
    this.readouts.value.textContent = short(tangent.value, 4);
    this.readouts.slope.textContent = short(tangent.slope, 4);
    for (const [name, number] of Object.entries(tangent)) this.readouts[name].dataset.value = String(number);
    this.element.dataset.seq = String(seq);
  }

  describe() {
    const { said, sentences, centre, chosen, curves } = this.facts;
    const series = curves.findIndex(({ name }) => name === chosen);
    this.heading.textContent = curves[series].title;
    this.heading.style.color = this.plot.inkOf({ series });
    // Whether it is zero-centred is counted at rest; what was counted stays while only x moves.
    if (centre || this.centred !== said) {
      this.centre = centre ?? "";
      this.centred = said;
    }
    this.sentences.replaceChildren(...[...sentences, this.centre].map((sentence) => make("li", {}, sentence)));
    if (this.swatched !== this.palette.value) {
      this.swatched = this.palette.value;
      this.palette.paint(this.plot);
    }
    this.plot.describe();
  }

  release() {
    this.plot.release();
  }
}

export default mount(Activations);
