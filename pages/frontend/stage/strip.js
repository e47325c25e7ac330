// A network as a picture: its stages from left to right, always in sight. Which stage is large is the view's affair.

import { cleared } from "../core/canvas.js";
import { make, write } from "../core/dom.js";

const TILES = 4; // maps that are seen of a stage: two beside and below each other
const GAP = 1; // CSS pixels between them
const LINES = [6, 20, 34]; // where the lines of a joint begin and end, of 40

/**
 * @typedef {object} Stage
 * @property {string} name
 * @property {string} size of its maps, or what else stands below the name
 * @property {string} [detail] what it is, at length
 * @property {boolean} [mixes] whether each of its maps is made from all of those before
 * @property {boolean} [halted] whether it has no maps
 * @property {string} [role] whose colour underlines it
 */

/**
 * A part of a picture, in its own pixels: left, top, width and height.
 * @typedef {[left: number, top: number, width: number, height: number]} Part
 */

/** Lines from the maps before: from each to its own, or from all to all. @param {boolean} mixes */
function joint(mixes) {
  const ways = LINES.flatMap((from, at) => LINES.filter((_, to) => mixes || to === at).map((to) => `M0 ${from}L20 ${to}`));
  const line = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  line.setAttribute("viewBox", "0 0 20 40");
  line.setAttribute("preserveAspectRatio", "none");
  line.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ways.join(""));
  path.setAttribute("vector-effect", "non-scaling-stroke");
  line.append(path);
  return line;
}

/** The stages as buttons in a row; one of them is large elsewhere. */
export class NetworkStrip {
  /**
   * @param {string} name for screen readers
   * @param {(stage: number) => void} onOpen
   * @param {boolean} [concluded] whether the last stage is an answer, which stays in sight
   */
  constructor(name, onOpen, concluded = false) {
    this.onOpen = onOpen;
    this.row = make("ol", {});
    this.element = make("div", { class: concluded ? "networkstrip concluded" : "networkstrip", role: "toolbar", "aria-label": name }, this.row);
    this.known = ""; // the stages that have buttons, as text
    /** @type {Record<"button" | "name" | "size", HTMLElement>[]} */
    this.stages = [];
    /** @type {HTMLCanvasElement[]} */
    this.canvases = [];
    this.element.addEventListener("keydown", (event) => this.key(event));
  }

  /**
   * Give every stage its place; what stands there already is not made anew.
   * @param {Stage[]} stages
   * @param {number | null} opened the one that is large
   * @returns {boolean} whether all places are new, with nothing painted in them
   */
  set(stages, opened) {
    const known = JSON.stringify(stages.map(({ mixes = false, role }) => [mixes, role]));
    const isNew = known !== this.known;
    if (isNew) this.build(stages);
    this.known = known;
    stages.forEach(({ name, size, detail = "", halted = false }, at) => {
      const { button, name: title, size: below } = this.stages[at];
      write(title, name);
      write(below, size);
      const said = [`${name} ${size}, ${at + 1} of ${stages.length}`, detail].filter(Boolean).join(". ");
      if (button.ariaLabel !== said) {
        button.ariaLabel = said;
        button.title = detail;
      }
      button.classList.toggle("halted", halted);
    });
    this.open(opened);
    return isNew;
  }

  /** @param {Stage[]} stages */
  build(stages) {
    const focused = this.stages.findIndex(({ button }) => button.matches(":focus"));
    this.canvases = stages.map(() => make("canvas", { "aria-hidden": "true" }));
    this.stages = stages.map(({ role }, at) => {
      const [name, size] = [make("b", {}), make("span", {})];
      const button = make("button", {
        type: "button", class: "stage", "data-stage": at, style: role && `--tone: var(--role-${role})`,
        onclick: () => this.onOpen(at),
      }, this.canvases[at], name, " ", size); // the space keeps the two from being one word
      return { button, name, size };
    });
    this.row.replaceChildren(...this.stages.map(({ button }, at) => make("li", {}, at ? joint(Boolean(stages[at].mixes)) : "", button)));
    if (focused >= 0) this.stages[Math.min(focused, stages.length - 1)]?.button.focus();
  }

  /** @param {number | null} opened */
  open(opened) {
    this.stages.forEach(({ button }, at) => {
      const [pressed, order] = [String(at === opened), at === (opened ?? 0) ? 0 : -1];
      if (button.ariaPressed !== pressed) button.ariaPressed = pressed;
      if (button.tabIndex !== order) button.tabIndex = order;
    });
  }

  /** Light the lines on the way to a stage, as if it were pointed at. @param {number | null} at */
  trace(at) {
    this.stages.forEach(({ button }, each) => button.classList.toggle("traced", each === at));
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const at = this.stages.findIndex(({ button }) => button === event.target);
    const last = this.stages.length - 1;
    const to = /** @type {Record<string, number>} */ ({ ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: last })[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    this.stages[Math.max(0, Math.min(last, to))].button.focus();
  }

  /**
   * Draw what a stage makes: the first of its maps.
   * @param {number} at
   * @param {CanvasImageSource | null} image none where nothing is made
   * @param {Part[]} parts where its maps are in it
   */
  paint(at, image, parts) {
    const canvas = /** @type {HTMLCanvasElement | undefined} */ (this.canvases[at]); // none before the stages are known
    const drawing = canvas && cleared(canvas);
    if (!drawing || !image) return;
    const { context, width, height } = drawing;
    const shown = parts.slice(0, parts.length < TILES ? 1 : TILES);
    const across = Math.sqrt(shown.length);
    const [wide, tall] = [(width - GAP * (across - 1)) / across, (height - GAP * (across - 1)) / across];
    context.imageSmoothingQuality = "medium";
    shown.forEach(([left, top, w, h], place) => {
      const scale = Math.min(wide / w, tall / h);
      const x = (place % across) * (wide + GAP) + (wide - scale * w) / 2;
      const y = Math.floor(place / across) * (tall + GAP) + (tall - scale * h) / 2;
      context.imageSmoothingEnabled = scale < 1;
      context.drawImage(image, left, top, w, h, x, y, scale * w, scale * h);
    });
  }
}
