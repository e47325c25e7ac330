// Attention on numbers that can all be read: vectors to drag, what one of them asks the others, and where each number
// comes from.

import { NumberField } from "../frontend/controls/field.js";
import { button, make, write, writeNamed } from "../frontend/core/dom.js";
import { alike, fixed, short } from "../frontend/core/numbers.js";
import { mount } from "../frontend/live/live.js";
import { Undoing } from "../frontend/live/undoing.js";

const DEPTH = 2; // numbers of a query, a key and a value
const STEPS = ["input", "query", "key", "value", "score", "scaled", "weight", "mean", "output"];
const KERNELS = /** @type {const} */ (["query", "key", "value", "output"]);
const OWN = /** @type {const} */ (["numbers", "query_kernel", "key_kernel", "value_kernel", "output_kernel"]);
const ARROWS = /** @type {Record<string, [number, number]>} */ ({ ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] });

/**
 * @typedef {import("../frontend/types/messages.js").AttentionFacts} AttentionFacts
 * @typedef {import("../frontend/types/messages.js").AttentionValues} AttentionValues
 * @typedef {import("../frontend/live/live.js").Control} Control
 * @typedef {keyof import("../frontend/types/messages.js").KernelFacts} KernelName
 * @typedef {"numbers" | "query_kernel" | "key_kernel" | "value_kernel" | "output_kernel"} GridName of a grid that is typed into
 * @typedef {[step: number, head: number, row: number, column: number]} AskedCell
 */

/** A share in whole percent. @param {number} share */
function percent(share) {
  return `${fixed(100 * share, 0)}\u00a0%`;
}

/** Numbers that can be asked about, of which Tab reaches one, and the arrow keys the others. */
class AskGrid {
  /** @param {string} name @param {(cell: AskedCell) => void} onAsk */
  constructor(name, onAsk) {
    this.onAsk = onAsk;
    this.element = make("table", { class: "asktable", "aria-label": name });
    this.element.addEventListener("keydown", (event) => this.key(event));
    /** @type {HTMLButtonElement[][]} */
    this.lines = [];
  }

  /** A number as a button, and what it is called. @param {AskedCell} cell @param {string} name */
  number(cell, name) {
    return button("", () => this.onAsk(cell), { class: "asknumber", "data-cell": cell.join("."), "data-name": name, tabindex: "-1" });
  }

  /** Say of each number what it is as well, to those who come to it alone. */
  describe() {
    for (const each of this.lines.flat()) {
      const label = `${each.dataset.name}: ${each.textContent}`;
      if (each.getAttribute("aria-label") !== label) each.setAttribute("aria-label", label);
    }
  }

  /** Lay these rows down, in which the buttons of a line stand in the order of their columns. @param {HTMLElement[]} rows */
  lay(rows) {
    this.element.replaceChildren(...rows);
    this.lines = rows.map((row) => /** @type {HTMLButtonElement[]} */ ([...row.querySelectorAll(".asknumber")])).filter(({ length }) => length > 0);
    this.reach(this.lines[0][0]);
  }

  /** @param {HTMLButtonElement} chosen */
  reach(chosen) {
    for (const each of this.lines.flat()) each.tabIndex = each === chosen ? 0 : -1;
  }

  /** Mark the number in question, if it stands here. @param {string} cell */
  mark(cell) {
    for (const each of this.lines.flat()) {
      const isAsked = each.dataset.cell === cell;
      each.setAttribute("aria-pressed", String(isAsked));
      if (isAsked) this.reach(each);
    }
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const by = ARROWS[event.key];
    const line = this.lines.findIndex((each) => each.includes(/** @type {HTMLButtonElement} */ (event.target)));
    if (!by || line < 0) return;
    event.preventDefault();
    const at = this.lines[line].indexOf(/** @type {HTMLButtonElement} */ (event.target));
    const next = this.lines[line + by[0]] ?? this.lines[line];
    const goal = next[Math.max(0, Math.min(next.length - 1, at + by[1]))];
    this.reach(goal);
    goal.focus();
  }
}

/** @extends {Undoing<AttentionFacts, AttentionValues>} */
class Attention extends Undoing {
  build() {
    const settings = new Map(this.data.settings.map((setting) => [setting.name, setting]));
    /** Whether a number is dragged at this moment. @type {boolean} */
    this.scrubbing = false;
    /** What the elements are built for. @type {string} */
    this.built = "";
    const fresh = () => ({ ...Object.fromEntries(OWN.map((name) => [name, null])), allowed: null, asked: null });
    const sequence = /** @type {Control} */ (this.addControl(settings.get("sequence"), { extend: fresh }));
    /** @type {HTMLButtonElement} */
    this.resetButton = button("Reset", () => this.commit(/** @type {any} */ (fresh())), { class: "small", title: "Back to the numbers of the example" });
    const tools = make("div", { class: "actions" }, this.buildUndo(), this.resetButton);
    const panel = make("section", { class: "controls", "aria-label": "Settings" });
    // There is no head on show beyond those there are.
    const extend = {
      heads: (/** @type {number} */ heads) => ({ head: Math.min(this.values.head, heads) }),
      head: (/** @type {number} */ head) => ({ head: Math.min(head, this.values.heads) }),
    };
    for (const name of /** @type {const} */ (["heads", "head", "positions", "mask", "temperature"])) {
      const more = name === "heads" || name === "head" ? { extend: extend[name] } : {};
      panel.append(/** @type {Control} */ (this.addControl(settings.get(name), more)).element);
    }
    /** @type {HTMLElement} */
    this.cards = make("div", { class: "attcards", role: "group" });
    /** @type {HTMLElement} */
    this.said = make("p", { class: "attsaid" });
    const ask = (/** @type {AskedCell} */ cell) => this.askAbout(cell);
    /** @type {AskGrid} */
    this.table = new AskGrid("What it asks and what it takes", ask);
    /** @type {HTMLElement} */
    this.becomes = make("div", { class: "attbecomes rare" });
    /** @type {AskGrid} */
    this.outputs = new AskGrid("The output", ask);
    /** @type {HTMLElement} */
    this.sum = make("div", { class: "attsum", role: "group", "aria-label": "Where the number comes from" });
    /** @type {HTMLElement} */
    this.matrices = make("div", { class: "attmatrices" });
    /** @type {HTMLElement} */
    this.kernels = make("div", { class: "attkernels" });
    /** @type {AskGrid[]} */
    this.grids = [];
    /** @type {Record<string, NumberField[][]>} */
    this.fields = {};
    return this.withKeys(make("div", { class: "lab attentionlab" },
      make("div", { class: "atthead" }, make("div", { class: "beside" }, sequence.element), tools),
      make("section", { class: "attleft", "aria-label": "The vectors" }, this.cards, this.said),
      make("section", { class: "attright", "aria-label": "What one of them takes" }, make("div", { class: "attscroll" }, this.table.element)),
      this.sum, this.message, panel, this.becomes, this.matrices, this.kernels));
  }

  get dragging() {
    return super.dragging || this.scrubbing;
  }

  /** Ask where a number comes from; one of a row makes that row the one that looks. @param {AskedCell} cell */
  askAbout(cell) {
    const [step, , row] = cell;
    const looks = ["score", "scaled", "weight", "mean", "output", "query"].includes(STEPS[step - 1]);
    this.commit(/** @type {any} */ ({ asked: cell, ...(looks ? { token: row + 1 } : {}) }));
  }

  /** @param {number} row */
  look(row) {
    this.commit({ token: row + 1, asked: null });
  }

  /** What a grid holds: what was typed counts before its answer has come. @param {GridName} name @returns {number[][]} */
  grid(name) {
    const { given, kernels } = this.facts;
    const shown = name === "numbers" ? given : kernels[/** @type {KernelName} */ (name.replace("_kernel", ""))];
    return this.values[name] ?? shown;
  }

  /**
   * A field for one number of a grid.
   * @param {GridName} name
   * @param {number} row
   * @param {number} column
   * @param {string} label
   * @param {Element} group
   */
  field(name, row, column, label, group) {
    const setting = this.data.settings.find((each) => each.name === name);
    const field = new NumberField({ class: "attfield", "aria-label": label, "data-grid": name, "data-row": row, "data-column": column }, {
      group,
      low: setting.low,
      high: setting.high,
      read: () => this.grid(name)[row][column],
      write: (number, commit) => {
        const rows = this.grid(name).map((line) => [...line]);
        rows[row][column] = number;
        const changes = /** @type {any} */ ({ [name]: rows });
        if (commit) this.commit(changes);
        else this.move(changes);
        this.write(field, number);
      },
      onBegin: (stepped) => { if (!stepped) this.separate(); },
      onScrub: (scrubbing) => {
        this.scrubbing = scrubbing;
        group.classList.toggle("scrubbing", scrubbing);
        if (!scrubbing) this.commit({});
      },
      onLeave: () => this.write(field, this.grid(name)[row][column]),
      onNext: () => {
        const all = this.fields[name].flat();
        all[(all.indexOf(field) + 1) % all.length].element.focus();
      },
    });
    return field;
  }

  /** Write a number into its field, unless it is being typed. @param {NumberField} field @param {number} number */
  write(field, number) {
    const { element } = field;
    element.setAttribute("aria-valuenow", String(number));
    const { activeElement } = /** @type {Document | ShadowRoot} */ (element.getRootNode());
    if (activeElement !== element) element.value = short(number, 3);
  }

  /** Build what the shape of the answer needs: cards, tables and fields. */
  make() {
    const { given, one, across, called, entries, heads, positions } = this.facts;
    const rows = given.map((_, row) => row);
    this.cards.setAttribute("aria-label", one === "patch" ? "The picture, cut into patches" : "The words");
    this.cards.style.setProperty("--across", String(across));
    this.cards.classList.toggle("words", one === "word");
    /** @type {{element: HTMLElement, looker: HTMLButtonElement, share: HTMLElement, places: HTMLElement}[]} */
    this.tokens = rows.map((row) => {
      const share = make("span", { class: "attshare" });
      const looker = make("button", { type: "button", class: "attlooker", onclick: () => this.look(row) },
        make("b", {}, this.brief(row)), " ", share); // without the space, it reads as one number
      const pixels = make("div", { class: "attpixels" });
      const places = make("div", { class: "attplaces" });
      return { element: make("div", { class: "attcard", role: "group", "aria-label": called[row] }, looker, pixels, places), looker, share, places };
    });
    this.fields.numbers = rows.map((row) => given[row].map((_, column) =>
      this.field("numbers", row, column, `${called[row]}, ${entries[column]}`, this.cards)));
    this.tokens.forEach(({ element }, row) => {
      const pixels = /** @type {HTMLElement} */ (element.querySelector(".attpixels"));
      pixels.append(...this.fields.numbers[row].map((field, column) => (one === "patch" ? field.element
        : make("label", { class: "attentry" }, make("span", {}, entries[column]), field.element))));
    });
    this.cards.replaceChildren(...this.tokens.map(({ element }) => element));
    this.makeTable();
    this.makeMatrices(heads.length);
    this.makeKernels(positions);
  }

  /** What a row is called where there is little room. @param {number} row */
  brief(row) {
    const { one, words } = this.facts;
    return one === "patch" ? String(row + 1) : words[row];
  }

  makeTable() {
    const { called, head, given } = this.facts;
    const { table } = this;
    const pairs = (/** @type {number} */ step, /** @type {number} */ row, /** @type {string} */ name) =>
      Array.from({ length: DEPTH }, (_, column) => table.number([step, head, row, column], `${name}, number ${column + 1}`));
    const cell = (/** @type {HTMLElement[]} */ content, more = "") => make("td", { class: more }, ...content);
    const heading = (/** @type {string} */ title, more = "", why = "") => make("th", { scope: "col", class: more, title: why || null }, title);
    /** @type {{key: HTMLButtonElement[], score: HTMLButtonElement, scaled: HTMLButtonElement, weight: HTMLButtonElement, value: HTMLButtonElement[], bar: HTMLElement, element: HTMLElement}[]} */
    this.lines = given.map((_, row) => {
      const [score, scaled, weight] = ["score", "scaled score", "weight"].map((name, index) =>
        table.number([5 + index, head, this.facts.token, row], `${name} of ${called[row]}`));
      const bar = make("div", { class: "attbar" });
      const [key, value] = [pairs(3, row, `key of ${called[row]}`), pairs(4, row, `value of ${called[row]}`)];
      const element = make("tr", {}, make("th", { scope: "row" }, make("span", { class: "attlong" }, called[row]), make("span", { class: "attshort" }, this.brief(row))), cell(key, "attkey"), cell([score]), cell([scaled]),
        cell([make("div", { class: "attgauge" }, bar), weight], "attweight"), cell(value, "attvalue"));
      return { key, score, scaled, weight, value, bar, element };
    });
    /** What the row that looks asks. @type {HTMLButtonElement[]} */
    this.query = pairs(2, this.facts.token, "query");
    /** What it takes. @type {HTMLButtonElement[]} */
    this.mean = pairs(8, this.facts.token, "what it takes");
    /** @type {HTMLElement} */
    this.asks = make("th", { scope: "row" });
    /** @type {HTMLElement} */
    this.takes = make("th", { scope: "row" });
    table.lay([
      make("tr", { class: "attquery" }, this.asks, cell(this.query, "attask"), make("td", { colspan: "4" }, "its query")),
      make("tr", { class: "attheads" }, make("td", {}), heading("key"), heading("score", "", "query · key"), heading(`÷ √${DEPTH}`, "", "The score, scaled"),
        heading("weight", "", "The softmax of the scaled scores"), heading("value")),
      ...this.lines.map(({ element }) => element),
      make("tr", { class: "atttakes" }, this.takes, make("td", { colspan: "4" }, "weights times values, added up"), cell(this.mean, "attmean")),
    ]);
  }

  /** @param {number} count of heads */
  makeMatrices(count) {
    const { given, called, entries } = this.facts;
    const rows = given.map((_, row) => row);
    const all = Array.from({ length: count }, (_, head) => {
      const grid = new AskGrid(`Head ${head + 1}: who looks at whom`, (cell) => this.askIn(head, cell));
      grid.lay([
        make("tr", {}, make("td", {}), ...rows.map((column) => make("th", { scope: "col", title: called[column] }, this.brief(column)))),
        ...rows.map((row) => make("tr", {}, make("th", { scope: "row", title: called[row] }, this.brief(row)),
          ...rows.map((column) => make("td", {}, grid.number([7, head, row, column], `weight of ${called[column]} for ${called[row]}, percent`))))),
      ]);
      const caption = make("figcaption");
      return { grid, caption, element: make("figure", { class: "attmatrix" }, caption, grid.element) };
    });
    this.grids = all.map(({ grid }) => grid);
    /** What each head looks for. @type {HTMLElement[]} */
    this.captions = all.map(({ caption }) => caption);
    /** @type {HTMLElement} */
    this.becoming = make("th", { scope: "row" });
    this.outputs.lay([make("tr", {}, this.becoming,
      ...this.facts.output[0].map((_, column) => make("td", {}, this.outputs.number([9, 0, this.facts.token, column], `output, ${entries[column]}`))))]);
    this.becomes.replaceChildren(this.outputs.element);
    this.matrices.replaceChildren(...all.map(({ element }) => element), this.makeMask(rows));
  }

  /** A number of another head is asked about: that head comes on show. @param {number} head @param {AskedCell} cell */
  askIn(head, cell) {
    this.commit(/** @type {any} */ ({ asked: cell, head: head + 1, token: cell[2] + 1 }));
  }

  /** Boxes to tick, which say who may look at whom. @param {number[]} rows */
  makeMask(rows) {
    const { called } = this.facts;
    /** @type {HTMLInputElement[][]} */
    this.boxes = rows.map((row) => rows.map((column) => make("input", {
      type: "checkbox", "aria-label": `${called[row]} may look at ${called[column]}`,
      onchange: (/** @type {{target: HTMLInputElement}} */ { target }) => {
        // What was ticked counts before its answer has come.
        const allowed = (this.values.allowed ?? this.facts.allowed).map((line) => line.map(Number));
        allowed[row][column] = Number(target.checked);
        this.commit({ allowed });
      },
    })));
    /** @type {HTMLElement} */
    this.mask = make("figure", { class: "attmatrix" }, make("figcaption", {}, make("b", {}, "May look at")),
      make("table", { class: "masktable" }, make("tr", {}, make("td", {}), ...rows.map((column) => make("th", { scope: "col", title: called[column] }, this.brief(column)))),
        ...this.boxes.map((line, row) => make("tr", {}, make("th", { scope: "row", title: called[row] }, this.brief(row)), ...line.map((box) => make("td", {}, box))))));
    return this.mask;
  }

  /** @param {boolean} positions */
  makeKernels(positions) {
    const { entries, head, given, heads } = this.facts;
    const names = positions ? entries : entries.slice(0, given[0].length);
    this.kernels.replaceChildren(...KERNELS.map((name) => {
      const grid = /** @type {GridName} */ (`${name}_kernel`);
      const table = make("table", { class: "kerneltable", "aria-label": `${name} weights of head ${head + 1}` });
      const field = (/** @type {number} */ row, /** @type {number} */ column, /** @type {string} */ label) =>
        this.field(grid, row, column, `${name} weights, ${label}`, table);
      const from = head * DEPTH;
      const deep = Array.from({ length: DEPTH }, (_, index) => index);
      this.fields[grid] = name === "output"
        ? deep.map((index) => names.map((title, column) => field(from + index, column, `number ${index + 1} to ${title}`)))
        : names.map((title, row) => deep.map((index) => field(row, from + index, `${title} to number ${index + 1}`)));
      const rows = this.fields[grid].map((line, row) => make("tr", {},
        make("th", { scope: "row" }, name === "output" ? String(row + 1) : names[row]), ...line.map(({ element }) => make("td", {}, element))));
      const first = name === "output" ? [make("tr", {}, make("td", {}), ...names.map((title) => make("th", { scope: "col" }, title)))] : [];
      table.append(...first, ...rows);
      const title = `${name[0].toUpperCase()}${name.slice(1)} weights`;
      const of = heads.length > 1 ? ` of head ${head + 1}` : "";
      return make("figure", { class: "attkernel", "data-kernel": name }, make("figcaption", {}, make("b", {}, title), of), table);
    }));
  }

  showControls() {
    super.showControls();
    const { rare } = this.data;
    const hides = (/** @type {string[]} */ names) => names.every((name) => rare.includes(name));
    this.matrices.classList.toggle("rare", hides(["heads", "head", "mask"]));
    this.becomes.classList.toggle("rare", hides(["heads", "output_kernel"]));
    KERNELS.forEach((name, index) => this.kernels.children[index]?.classList.toggle("rare", hides([`${name}_kernel`])));
    const { heads, mask } = this.values;
    this.controls.get("head").element.hidden = heads === 1;
    if (this.mask) this.mask.hidden = mask !== "own";
    this.resetButton.disabled = OWN.every((name) => this.values[name] === null);
  }

  /** @param {import("../frontend/live/lane.js").Answer<AttentionFacts>} answer */
  show({ seq, facts }) {
    const { given, called, across, heads, head, token, positions, one } = facts;
    const built = JSON.stringify([called, across, heads.length, head, token, positions, one]);
    if (built !== this.built) {
      this.built = built;
      this.make();
      this.showControls();
    }
    const { key, query, value, score, scaled, weight, mean } = heads[head];
    const put = (/** @type {HTMLElement} */ element, /** @type {string} */ text, /** @type {number | null} */ exact) => {
      write(element, text);
      element.dataset.value = String(exact);
    };
    const pair = (/** @type {HTMLButtonElement[]} */ buttons, /** @type {number[]} */ numbers) => {
      const texts = alike(numbers, 2);
      buttons.forEach((each, index) => put(each, texts[index], numbers[index]));
    };
    const column = (/** @type {(number | null)[]} */ numbers) => {
      const texts = alike(/** @type {number[]} */ (numbers.filter((each) => each !== null)), 2);
      return numbers.map((each) => (each === null ? "hidden" : /** @type {string} */ (texts.shift())));
    };
    pair(this.query, query[token]);
    pair(this.mean, mean[token]);
    const [scores, scaleds, weights] = [column(score[token]), column(scaled[token]), weight[token].map((each) => fixed(each, 2))];
    this.lines.forEach((line, row) => {
      pair(line.key, key[row]);
      pair(line.value, value[row]);
      put(line.score, scores[row], score[token][row]);
      put(line.scaled, scaleds[row], scaled[token][row]);
      put(line.weight, weights[row], weight[token][row]);
      line.bar.style.width = `${100 * weight[token][row]}%`;
      line.element.classList.toggle("looks", row === token);
    });
    this.tokens.forEach(({ element, looker, share, places }, row) => {
      write(share, percent(weight[token][row]));
      element.dataset.weight = String(weight[token][row]);
      element.style.setProperty("--share", String(weight[token][row]));
      element.classList.toggle("chosen", row === token);
      looker.setAttribute("aria-pressed", String(row === token));
      write(places, positions ? facts.inputs[row].slice(given[row].length).map((each, index) => `${facts.entries[given[row].length + index]} ${short(each)}`).join(", ") : "");
      this.fields.numbers[row].forEach((field, index) => {
        const level = Math.max(0, Math.min(1, given[row][index]));
        field.element.style.setProperty("--level", String(level));
        this.write(field, this.grid("numbers")[row][index]);
      });
    });
    this.grids.forEach((grid, which) => grid.lines.forEach((line, row) => line.forEach((each, index) => {
      const share = heads[which].weight[row][index];
      put(each, fixed(100 * share, 0), share);
      each.style.setProperty("--share", String(share));
    })));
    this.outputs.lines[0].forEach((each, index) => put(each, short(facts.output[token][index]), facts.output[token][index]));
    for (const name of KERNELS) {
      const grid = /** @type {GridName} */ (`${name}_kernel`);
      for (const field of this.fields[grid].flat()) {
        const { row, column: at } = /** @type {Record<string, string>} */ (field.element.dataset);
        this.write(field, this.grid(grid)[Number(row)][Number(at)]);
      }
    }
    this.boxes.forEach((line, row) => line.forEach((box, index) => { box.checked = facts.allowed[row][index]; }));
    const [step, which, down, right] = facts.worked.cell;
    const cell = [step + 1, which, down, right].join(".");
    for (const grid of [this.table, this.outputs, ...this.grids]) grid.mark(cell);
    this.element.dataset.seq = String(seq);
  }

  describe() {
    const { sentence, called, token, head, looks, heads, worked } = this.facts;
    const subject = called[token][0].toUpperCase() + called[token].slice(1);
    write(this.said, sentence);
    write(this.asks, `${subject} asks`);
    write(this.takes, `${subject} takes`);
    write(this.becoming, `${subject} becomes`);
    this.tokens.forEach(({ looker }, row) => {
      looker.setAttribute("aria-label", `${called[row]}, ${percent(heads[head].weight[token][row])}: ${row === token ? "it looks" : "let it look"}`);
    });
    for (const grid of [this.table, this.outputs, ...this.grids]) grid.describe();
    this.captions.forEach((caption, index) => writeNamed(caption, ...(/** @type {[string, string]} */ (
      heads.length > 1 ? [`Head ${index + 1}`, ` ${looks[index]}`] : ["Who looks at whom", " in percent"]))));
    const { title, why, terms, text, said, left, right } = worked;
    const products = terms.flatMap((term, index) => [...(index ? [" + "] : []),
      make("span", { class: "attterm" }, make("span", { class: "attleftside" }, term.left), " · ", make("span", { class: "attrightside" }, term.right))]);
    this.sum.dataset.value = String(worked.value);
    this.sum.replaceChildren(
      make("p", { class: "attsumtitle" }, make("b", {}, title), `: ${why}`),
      make("p", { class: "attsumline" }, ...(terms.length ? products : text ? [text] : []), ...(terms.length || text ? [" = "] : []), make("b", { class: "attsumvalue" }, said)),
      ...(terms.length ? [make("p", { class: "padnote" }, make("span", { class: "attleftside" }, left), " · ", make("span", { class: "attrightside" }, right))] : []));
    this.tell(`${sentence} ${title}: ${said}.${heads.length > 1 ? ` Head ${head + 1} ${looks[head]}` : ""}`);
  }
}

export default mount(Attention);
