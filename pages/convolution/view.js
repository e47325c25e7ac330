// The lab of one filter: its kernel stands between picture and map.

import { CUSTOM, KernelEditor } from "../frontend/controls/kernel.js";
import { make, write } from "../frontend/core/dom.js";
import { mount } from "../frontend/live/live.js";
import { Lab } from "../frontend/stage/lab.js";
import { Swipe } from "../frontend/stage/swipe.js";
import { WorkedSum } from "../frontend/stage/worked.js";

/**
 * @typedef {import("../frontend/types/messages.js").FilterFacts} FilterFacts
 * @typedef {import("../frontend/types/messages.js").FilterValues} FilterValues
 * @typedef {import("../frontend/types/messages.js").GroupDescription} GroupDescription
 * @typedef {import("../frontend/types/messages.js").KernelDescription} KernelDescription
 * @typedef {import("../frontend/types/messages.js").KernelValue} KernelValue
 * @typedef {import("../frontend/live/live.js").Values} Values
 * @typedef {Omit<FilterValues, "kernel"> & {kernel: import("../frontend/controls/kernel.js").Wish}} Chosen until an answer
 * says which kernel it is, what should be done to its weights
 */

/** @extends {Lab<FilterFacts, Chosen>} */
class FilterLab extends Lab {
  static controls = { ...Lab.controls, kernel: KernelEditor };

  get middleNames() { return ["kernel"]; }

  /** @param {KernelDescription} setting */
  buildMiddle(setting) {
    /** @param {FilterValues["scale"]} scale */
    const onPicked = (scale) => {
      const { values } = this;
      this.keepBefore({ scale });
      this.values = { ...values, scale };
    };
    /** A kernel by its name alone is another kind: its colours are fitted anew. @param {Chosen["kernel"]} wish */
    const extend = (wish) => (Object.keys(wish).join() === "name" ? { limits: null } : {});
    /** @type {KernelEditor} */
    this.kernel = /** @type {KernelEditor} */ (this.addControl(setting, /** @type {object} */ ({ onPicked, extend, onBegin: () => this.separate() })));
    this.kernel.grid.before(make("div", { class: "partname factorname", "aria-hidden": "true" }, "× kernel"));
    return this.kernel;
  }

  build() {
    const element = super.build();
    this.kernel.actions.append(this.undoButton);
    this.beneath.append(this.kernel.tools, this.kernel.arguments);
    this.buildHeld();
    return element;
  }

  /** Make what keeps the experiment as B, which then lies beside what is changed. */
  buildHeld() {
    /** @type {Swipe} */
    this.swipe = new Swipe(this.stage.map, () => this.stage.drawMap());
    this.stage.overMap = (context, layout) => this.swipe.draw(context, layout);
    /** @param {string} title @param {string} meaning @param {() => void} onclick */
    const button = (title, meaning, onclick) => make("button", { type: "button", class: "small", title: meaning, onclick }, title);
    /** @type {HTMLElement[]} */
    this.heldButtons = [
      button("Swap A and B", "Go on with B, and keep the current settings in its place",
        () => this.commit({ .../** @type {Chosen} */ (this.values.held), held: this.present() })),
      button("Remove B", "Show the current map alone", () => this.commit({ held: null })),
    ];
    /** @type {HTMLElement} */
    this.heldNote = make("p", { class: "heldnote" });
    /** @type {HTMLElement} */
    this.heldRow = make("div", { class: "held" },
      button("Keep as B", "Keep the current settings as B, and see its map beside what you change", () => this.commit({ held: this.present() })),
      ...this.heldButtons, this.heldNote);
    this.legend.element.append(this.heldRow);
    this.showHeld();
  }

  /** What is set of the filter, as it is kept. */
  present() {
    /** @type {GroupDescription} */
    const { names } = this.data.settings.find(({ name }) => name === "held");
    const values = /** @type {Values} */ ({ ...this.values, kernel: this.facts.kernel });
    return Object.fromEntries(names.map((name) => [name, values[name]]));
  }

  showHeld() {
    const { held } = this.values;
    // A first lesson does without B, unless there is one.
    this.heldRow.classList.toggle("rare", !held);
    for (const each of this.heldButtons) each.hidden = !held;
    const said = held && this.facts?.held;
    write(this.heldNote, !said ? "" : said.sentence ? `B: ${said.sentence}`
      : `Left of the line is A, the current map; right of it is B: ${said.title}. Drag the line.`);
  }

  describe() {
    super.describe();
    this.showHeld();
  }

  release() {
    super.release();
    this.swipe.close();
  }

  buildWorked() { return new WorkedSum(); }

  noted() { return { edits: this.kernel.edits }; }

  /** @param {import("../frontend/live/lane.js").Answer<FilterFacts>} answer @param {Record<string, import("../frontend/core/decoding.js").Picture>} images */
  show(answer, images) {
    const { seq, facts } = answer;
    if (seq >= (this.asked?.seq ?? 0)) {
      const asked = /** @type {{seq: number, values: Chosen, edits: number} | undefined} */ (this.asked);
      if (this.kernel.resolve(facts.kernel, asked?.edits ?? this.kernel.edits)) {
        this.values = { ...this.values, kernel: facts.kernel };
      }
    } else if (this.kernel.value.name !== CUSTOM) {
      // An argument is being dragged: its weights follow, though a newer question is on its way.
      this.kernel.resolve({ ...facts.kernel, arguments: this.kernel.value.arguments }, this.kernel.edits);
    }
    this.kernel.lay(this.values.flip);
    this.swipe.set(images.held ?? null);
    super.show(answer, images);
  }

  retreat() {
    this.values = { .../** @type {Chosen} */ (this.possible), kernel: this.facts.kernel };
    this.kernel.set(this.values.kernel);
  }

  showControls() {
    super.showControls();
    this.showHeld();
  }

  /**
   * @param {import("../frontend/stage/stage.js").SlidingWindow} window
   * @param {number | null} exact its value, where it has come
   */
  workOut(window, exact) {
    const { values } = this;
    // While a control moves the exact map is not here yet, and the sum worked out from the patch is shown.
    const chosen = values.kernel.weights && !values.kernel.action ? /** @type {KernelValue} */ (values.kernel)
      : this.kernel.value;
    // Until the answer for another size has come the window is still that of the kernel before.
    const fits = chosen.rows === window.rows.length && chosen.columns === window.columns.length;
    const kernel = fits ? chosen : this.facts.kernel;
    this.worked.show(window, { ...values, kernel }, exact);
  }
}

export default mount(FilterLab);
