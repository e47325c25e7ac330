// Attention on a drawing: a transformer that has learned, its patches as a board to press, every layer and head, and
// beside them what a convolutional network of the same size looks at.

import { cleared, contextOf, surfaceOf } from "../frontend/core/canvas.js";
import { button, make, write } from "../frontend/core/dom.js";
import { percent } from "../frontend/core/numbers.js";
import { counted } from "../frontend/core/words.js";
import { Drawn } from "../frontend/live/drawn.js";
import { mount } from "../frontend/live/live.js";
import { heatOver } from "../frontend/stage/heat.js";
import { outline } from "../frontend/stage/stage.js";

const OPACITY = 0.8; // of the largest share
const EXAMPLES = 6; // beside the pad
/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

/**
 * @typedef {import("../frontend/types/messages.js").DrawnFacts} DrawnFacts
 * @typedef {import("../frontend/types/messages.js").DrawnLabels} DrawnLabels
 * @typedef {import("../frontend/types/messages.js").DrawnValues} DrawnValues
 * @typedef {import("../frontend/live/live.js").Colours} Colours
 * @typedef {import("../frontend/live/lane.js").Table<Uint8Array>} Levels
 * @typedef {Required<DrawnFacts>} SeenFacts where something is drawn
 */

/**
 * A small picture with its heat.
 * @typedef {{canvas: HTMLCanvasElement, said: HTMLElement, element: HTMLElement}} Tile
 */

/** The drawing as ink on paper, whatever the paper was. @param {Levels} levels */
function inkOf({ data, shape: [height, width] }) {
  const pixels = new Uint8ClampedArray(4 * data.length);
  data.forEach((level, at) => pixels.set([255 - level, 255 - level, 255 - level, 255], 4 * at));
  return surfaceOf(pixels, width, height);
}

/** @extends {Drawn<DrawnFacts, DrawnValues>} */
class DrawnAttention extends Drawn {
  build() {
    const settings = new Map(this.data.settings.map((setting) => [setting.name, setting]));
    const { classes, layers, heads } = /** @type {DrawnLabels} */ (this.data.labels);
    /** @type {Colours} */
    this.roles = {};
    /** The drawing as the network sees it. @type {OffscreenCanvas | null} */
    this.ink = null;
    /** The shares that the board shows. @type {OffscreenCanvas | null} */
    this.heat = null;
    /** Where the keyboard is on the board. @type {number} */
    this.at = 0;
    /** Whether a press drops a patch. @type {boolean} */
    this.dropping = false;
    this.makePad(settings.get("source"));
    /** @type {HTMLButtonElement[]} */
    this.tries = [...this.examples.values()].slice(0, EXAMPLES).map(({ name, title, why, picture }) => make("button", {
      type: "button", class: "drawnexample", "data-example": name, title: why, "aria-label": title, onclick: () => this.tryOut(name),
    }, make("img", { src: picture, alt: "" })));
    /** @type {HTMLCanvasElement} */
    this.board = make("canvas", { class: "drawnboard", tabindex: "0", role: "application", "aria-describedby": "board-keys", "data-revision": "0",
      onclick: (/** @type {PointerEvent} */ event) => this.press(this.patchAt(event)),
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.key(event),
      onfocus: () => this.redraw(), onblur: () => this.redraw() });
    /** @type {HTMLElement} */
    this.caption = make("figcaption", {});
    /** @type {HTMLElement} */
    this.said = make("p", { class: "drawnsaid" });
    /** @type {HTMLElement} */
    this.altered = make("p", { class: "drawntold" });
    /** @type {HTMLElement} */
    this.most = make("span", {});
    /** @type {HTMLElement} */
    this.colours = make("span", { class: "drawncolours", style: `--most: ${OPACITY}; --paint: ${this.data.roles.field.light}` });
    this.buildTools();
    /** @type {Tile[][]} */
    this.tiles = Array.from({ length: layers }, (_, layer) => Array.from({ length: heads + 1 }, (__, head) => this.makeTile(layer, head)));
    const heading = (/** @type {string} */ text) => make("span", { class: "drawnheading" }, text);
    const grid = make("div", { class: "drawnheads", role: "group", "aria-label": "Layers and heads", style: `--across: ${heads + 1}` },
      make("span", {}), heading("all heads"), ...Array.from({ length: heads }, (_, head) => heading(`head ${head + 1}`)),
      ...this.tiles.flatMap((row, layer) => [heading(`layer ${layer + 1}`), ...row.map(({ element }) => element)]));
    /** @type {{whole: HTMLElement, bars: HTMLElement[], shares: HTMLElement[], element: HTMLElement}[]} */
    this.rows = classes.map((label) => {
      const bars = ["transformer", "convolution"].map((which) => make("span", { class: `drawnbar ${which}` }));
      const shares = bars.map(() => make("span", { class: "drawnshare" }));
      const whole = make("span", { class: "drawnwhole" });
      return { whole, bars, shares, element: make("tr", { "data-class": label }, make("th", { scope: "row" }, label),
        ...bars.map((bar, index) => make("td", {}, make("span", { class: "drawntrack" }, bar, index ? "" : whole, shares[index])))) };
    });
    const answers = make("table", { class: "drawnanswers", "aria-label": "What both networks say" },
      make("tr", {}, make("td", {}), make("th", { scope: "col" }, "transformer"), make("th", { scope: "col" }, "convolution")), ...this.rows.map(({ element }) => element));
    this.buildMaps(settings.get("activation"));
    /** @type {ResizeObserver} */
    this.resizing = new ResizeObserver(() => this.redraw());
    this.resizing.observe(this.board);
    return make("div", { class: "lab drawnattention", "data-revision": "0" },
      make("section", { class: "drawnpad", "aria-label": "The drawing" }, this.pad.element, make("div", { class: "drawnexamples", role: "group", "aria-label": "Examples" }, ...this.tries)),
      make("figure", { class: "drawnlooks" }, this.caption, make("div", { class: "drawnsheet" }, this.board),
        make("p", { class: "drawnscale" }, make("span", {}, "0"), this.colours, this.most), this.tools,
        make("p", { class: "spoken", id: "board-keys" }, "Arrow keys move from patch to patch, Enter lets it look, Delete drops it or puts it back, Escape lets the answer look.")),
      make("section", { class: "drawnall", "aria-label": "Every layer and head" }, grid, this.said),
      this.message, this.altered, make("section", { class: "drawnverdict", "aria-label": "The answers" }, answers), this.maps);
  }

  buildTools() {
    /** @type {HTMLButtonElement} */
    this.answerLooks = button("Let the answer look", () => this.commit({ patch: 0 }), { class: "small" });
    /** @type {HTMLButtonElement} */
    this.dropButton = button("Drop by press", () => { this.dropping = !this.dropping; this.showControls(); }, { class: "small", "aria-pressed": "false",
      title: "While this is on, a press takes a patch out of the sequence or puts it back" });
    /** @type {HTMLButtonElement} */
    this.shuffle = button("Shuffle positions", () => this.commit({ shuffled: (this.values.shuffled % 9999) + 1 }), { class: "small",
      title: "Tell every patch the position of another one; the pixels stay" });
    /** @type {HTMLButtonElement} */
    this.restore = button("All as it was", () => this.commit({ shuffled: 0, dropped: [] }), { class: "small" });
    /** @type {HTMLElement} */
    this.tools = make("div", { class: "drawntools" }, this.answerLooks, this.dropButton, this.shuffle, this.restore);
  }

  /** What one head takes, small, as a button that makes it large. @param {number} layer @param {number} head 0 is the mean @returns {Tile} */
  makeTile(layer, head) {
    const canvas = make("canvas", { width: 64, height: 64, "aria-hidden": "true" });
    const said = make("span", { class: "drawnmost" });
    const element = button("", () => this.commit({ depth: layer + 1, only: head }), { class: "drawntile", "data-layer": layer + 1, "data-head": head });
    element.append(canvas, said);
    return { canvas, said, element };
  }

  /** What speaks for the answers. @param {any} setting of how the convolutional network is asked */
  buildMaps(setting) {
    const map = (/** @type {string} */ name, /** @type {string} */ title) => {
      const canvas = make("canvas", { width: 128, height: 128, role: "img", "data-map": name });
      const said = make("span", {});
      return { canvas, said, element: make("figure", { class: "drawnmap" }, make("figcaption", {}, make("b", {}, title), ": ", said), canvas) };
    };
    /** @type {Record<string, Tile>} */
    this.figures = { rollout: map("rollout", "Rollout"), relevance: map("relevance", "Attention × gradient"), convolved: map("convolved", "Convolution"), laid: map("laid", "Shuffled") };
    /** @type {HTMLElement} */
    this.maps = make("section", { class: "drawnmaps", "aria-label": "What the answers hang on" }, ...Object.values(this.figures).map(({ element }) => element),
      make("div", { class: "drawnby" }, this.addControl(setting)?.element ?? ""));
  }

  // The board.

  /** A colour for each level, on paper that is white in every theme. */
  get heatColours() { return Array.from({ length: 256 }, () => this.data.roles.field.light); }

  get side() { return /** @type {DrawnLabels} */ (this.data.labels).side; }

  /** @param {PointerEvent} event */
  patchAt({ clientX, clientY }) {
    const { left, top, width, height } = this.board.getBoundingClientRect();
    const cell = (/** @type {number} */ share) => Math.max(0, Math.min(this.side - 1, Math.floor(share * this.side)));
    return this.side * cell((clientY - top) / height) + cell((clientX - left) / width);
  }

  /** @param {number} patch */
  press(patch) {
    this.at = patch;
    if (this.dropping) this.drop(patch);
    else if (!this.values.dropped.includes(patch)) this.commit({ patch: this.values.patch === patch + 1 ? 0 : patch + 1 });
  }

  /** Take a patch out of the sequence, or put it back. @param {number} patch */
  drop(patch) {
    const before = this.values.dropped;
    const dropped = before.includes(patch) ? before.filter((each) => each !== patch) : [...before, patch].sort((one, other) => one - other);
    if (dropped.length === this.side ** 2) {
      this.say("The last patch has to stay: with none there is nothing to look at. Put another one back first.");
      return;
    }
    this.commit({ dropped, ...(this.values.patch === patch + 1 ? { patch: 0 } : {}) });
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const by = ARROWS[event.key];
    const { side } = this;
    if (by) {
      const within = (/** @type {number} */ place) => Math.max(0, Math.min(side - 1, place));
      this.at = side * within(Math.floor(this.at / side) + by[0]) + within((this.at % side) + by[1]);
      const { dropped } = this.values;
      this.spoken.say(`Patch ${this.at + 1}, row ${Math.floor(this.at / side) + 1}, column ${(this.at % side) + 1}${dropped.includes(this.at) ? ", dropped" : ""}`);
      this.redraw();
    } else if (event.key === "Enter" || event.key === " ") this.press(this.at);
    else if (event.key === "Delete" || event.key === "Backspace") this.drop(this.at);
    else if (event.key === "Escape") this.commit({ patch: 0 });
    else return;
    event.preventDefault();
  }

  redraw() {
    const drawing = this.roles.field ? cleared(this.board) : null;
    if (!drawing || !this.ink || !this.heat) return;
    const { context, width, height } = drawing;
    context.imageSmoothingEnabled = false;
    context.drawImage(this.ink, 0, 0, width, height);
    context.drawImage(this.heat, 0, 0, width, height);
    const place = { scale: width / this.side, x: 0, y: 0 };
    const where = (/** @type {number} */ patch) => /** @type {[number, number]} */ ([Math.floor(patch / this.side), patch % this.side]);
    context.strokeStyle = "rgb(0 0 0 / 18%)";
    context.lineWidth = 1;
    context.beginPath();
    for (let line = 1; line < this.side; line += 1) {
      context.moveTo(line * place.scale, 0);
      context.lineTo(line * place.scale, height);
      context.moveTo(0, line * place.scale);
      context.lineTo(width, line * place.scale);
    }
    context.stroke();
    context.fillStyle = "rgb(0 0 0 / 50%)";
    context.font = `${Math.round(0.24 * place.scale)}px sans-serif`;
    context.textBaseline = "top";
    for (let patch = 0; patch < this.side ** 2; patch += 1) {
      const [row, column] = where(patch);
      context.fillText(String(patch + 1), (column + 0.06) * place.scale, (row + 0.08) * place.scale);
    }
    for (const patch of this.values.dropped) {
      const [row, column] = where(patch);
      const [x, y, size] = [column * place.scale, row * place.scale, place.scale];
      context.fillStyle = "#bbb";
      context.fillRect(x, y, size, size);
      context.strokeStyle = "#555";
      context.beginPath();
      context.moveTo(x, y);
      context.lineTo(x + size, y + size);
      context.moveTo(x + size, y);
      context.lineTo(x, y + size);
      context.stroke();
    }
    const frame = (/** @type {number} */ patch, /** @type {string} */ colour) => {
      const [row, column] = where(patch);
      outline(context, place, row, column, row + 1, column + 1, colour);
    };
    if (this.board.matches(":focus-visible")) frame(this.at, this.roles.accent);
    if (this.values.patch) frame(this.values.patch - 1, this.roles.output);
  }

  // Answers.

  /** @param {import("../frontend/live/lane.js").Answer<DrawnFacts>} answer */
  show({ seq, rest, facts, blobs }) {
    const { nothing } = facts;
    this.element.classList.toggle("nothing", Boolean(nothing));
    if (nothing) this.ink = this.heat = null;
    else this.paint(/** @type {SeenFacts} */ (facts), blobs);
    this.redraw();
    this.element.dataset.revision = String(Number(this.element.dataset.revision) + 1);
    Object.assign(this.element.dataset, { exact: String(rest), seq });
  }

  /** @param {SeenFacts} facts @param {Record<string, Levels>} blobs */
  paint(facts, blobs) {
    this.ink = inkOf(blobs.seen);
    const over = (/** @type {string} */ name) => heatOver(blobs[name], this.heatColours, OPACITY, null);
    const lay = (/** @type {HTMLCanvasElement} */ canvas, /** @type {OffscreenCanvas[]} */ ...layers) => {
      const context = contextOf(canvas);
      context.imageSmoothingEnabled = false;
      for (const layer of layers) context.drawImage(layer, 0, 0, canvas.width, canvas.height);
    };
    const { ink } = this;
    this.tiles.forEach((row, layer) => row.forEach(({ canvas }, head) => lay(canvas, ink, over(`looks_${layer}_${head}`))));
    this.heat = over(`looks_${facts.depth}_${facts.only === null ? 0 : facts.only + 1}`);
    for (const name of ["rollout", "relevance", "convolved"]) lay(this.figures[name].canvas, ink, over(name));
    lay(this.figures.laid.canvas, inkOf(blobs.laid));
    this.board.dataset.revision = String(Number(this.board.dataset.revision) + 1);
    const { scores, convolution, whole } = facts;
    const found = [scores, convolution];
    const best = found.map((each) => each.indexOf(Math.max(...each)));
    this.element.dataset.best = /** @type {DrawnLabels} */ (this.data.labels).classes[best[0]];
    this.rows.forEach(({ bars, shares, whole: before }, index) => {
      bars.forEach((bar, which) => {
        bar.style.width = `${100 * found[which][index]}%`;
        write(shares[which], percent(found[which][index]));
        shares[which].classList.toggle("first", index === best[which]);
      });
      before.hidden = whole === null;
      if (whole) before.style.left = `${100 * whole[index]}%`;
    });
  }

  describe() {
    const facts = /** @type {SeenFacts} */ (this.facts);
    const { classes } = /** @type {DrawnLabels} */ (this.data.labels);
    if (facts.nothing) {
      write(this.said, facts.nothing);
      write(this.altered, "");
      this.caption.textContent = "";
      this.tell(facts.nothing);
      return;
    }
    const { patch, depth, only, largest, token, best, sentence, told, dropped, scores, convolution, is_shuffled: shuffled } = facts;
    const who = patch === null ? "the answer" : `patch ${patch + 1}`;
    const which = only === null ? "all heads" : `head ${only + 1}`;
    this.caption.replaceChildren(make("b", {}, `What ${who} looks at`), `: layer ${depth + 1}, ${which}`);
    write(this.said, sentence);
    write(this.altered, told || "Drop a patch, or shuffle the positions, and see what it does to the answer.");
    write(this.most, percent(largest[depth][only === null ? 0 : only + 1]));
    this.tiles.forEach((row, layer) => row.forEach(({ element, said }, head) => {
      write(said, percent(largest[layer][head]));
      const title = `Layer ${layer + 1}, ${head ? `head ${head}` : "all heads"}: most from patch ${best[layer][head] + 1}, ${percent(largest[layer][head])}; ${percent(token[layer][head])} from the class token`;
      element.setAttribute("aria-label", title);
      element.title = title;
    }));
    const name = (/** @type {number[]} */ shares) => classes[shares.indexOf(Math.max(...shares))];
    const { rollout, relevance, convolved, laid } = this.figures;
    write(rollout.said, `what reaches ${who} through all layers`);
    write(relevance.said, `what speaks for ${name(scores)} in the transformer`);
    write(convolved.said, `what speaks for ${name(convolution)}`);
    write(laid.said, "the drawing that it takes the patches for");
    laid.element.hidden = !shuffled;
    for (const { canvas, element } of Object.values(this.figures)) canvas.setAttribute("aria-label", element.querySelector("figcaption")?.textContent ?? "");
    this.board.setAttribute("aria-label", `The drawing in ${this.side} by ${this.side} patches, ${counted(dropped.length, "patch", "patches")} dropped. ${sentence}`);
    this.tell(`${name(scores)}, ${percent(Math.max(...scores))}. ${sentence} ${told}`.trim());
  }

  showControls() {
    super.showControls();
    const { patch, depth, only, dropped, shuffled, source } = this.values;
    this.tiles.forEach((row, layer) => row.forEach(({ element }, head) => element.setAttribute("aria-pressed", String(layer + 1 === depth && head === only))));
    this.answerLooks.disabled = patch === 0;
    this.dropButton.setAttribute("aria-pressed", String(this.dropping));
    this.board.classList.toggle("drops", this.dropping);
    this.restore.disabled = dropped.length === 0 && shuffled === 0;
    for (const each of this.tries) each.setAttribute("aria-pressed", String(each.dataset.example === source));
    this.redraw();
  }

  /** @param {Colours} roles */
  colour(roles) {
    this.roles = roles;
    this.redraw();
  }

  release() {
    super.release();
    this.resizing.disconnect();
  }
}

export default mount(DrawnAttention);
