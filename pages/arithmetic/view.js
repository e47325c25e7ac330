// The lab of small grids: input, kernel and output with every number in its cell. Numbers are typed into the
// cells, and what stands behind an output cell, or where an input cell goes, is read from the tables that came
// with the answer.

import { make } from "../frontend/core/dom.js";
import { fixed } from "../frontend/core/numbers.js";
import { counted } from "../frontend/core/words.js";
import { Live, mount } from "../frontend/live/live.js";
import { Pane, Stage, outline } from "../frontend/stage/stage.js";
import { Transport } from "../frontend/stage/transport.js";

const TEXT_FROM = 9; // CSS pixels a cell needs before its number can be read in it
const WEIGHT_FROM = 34; // and before the weight that lies on it can stand in its corner
const LARGEST_TEXT = 52; // CSS pixels: in the cells of a large screen
const FRAME = 3; // CSS pixels that the frame of a cell reaches beyond it
const LARGEST_NUMBER = 99;
const GOALS_MOST = 12; // goals of an input cell that are listed one by one
const TERMS_MOST = 16; // in a longer sum those that are zero because of the padding are only counted
const DENSE_FROM = 25; // terms: from here on they are written smaller
const SLIDING_SPEED = 2; // cells a second: slow enough to work the sum out along with it

const NAMES = { picture: "Input", kernel: "Kernel", map: "Output" };

/** A whole number with a true minus sign; a mean has at most two decimals. */
function figure(value) {
  return fixed(value, Number.isInteger(value) ? 0 : 2);
}

/** A number after a sign: in brackets if it has one itself. */
function signed(value) {
  return value < 0 ? `(${figure(value)})` : figure(value);
}

/** The stage of small grids: a board for the window to slide over, the kernel, and the output. */
class GridStage extends Stage {
  constructor(wiring) {
    super(wiring);
    this.onPick = wiring.onPick;
    this.kernel = new Pane("kernel", NAMES.kernel);
    for (const pane of [this.input, this.kernel, this.map]) pane.inset = FRAME;
    this.input.canvas.tabIndex = -1; // its cells are reached through the field that is typed into
    this.kernel.canvas.tabIndex = -1;
    this.kernel.canvas.addEventListener("click", (event) => this.onPick("kernel", this.kernel.cellAt(event)));
    this.map.canvas.addEventListener("pointermove", () => this.touch(null));
    this.resizing.observe(this.kernel.canvas);
  }

  /** Take an answer: its numbers, and the tables of which cell is read where. */
  take(facts, { values, ...tables }) {
    const { input, kernel, margins: [[top, bottom], [left, right]], apart, shape: [height, width] } = facts;
    Object.assign(this, { facts, values, tables });
    this.pixels = { height: input.length, width: input[0].length, channels: 1 };
    Object.assign(this.input, {
      top: -top, left: -left,
      height: top + (input.length - 1) * apart + 1 + bottom, width: left + (input[0].length - 1) * apart + 1 + right,
    });
    Object.assign(this.kernel, { height: kernel.length, width: kernel[0].length });
    Object.assign(this.map, { height, width });
    if (this.cell) this.cell = this.bounded(this.cell.row, this.cell.column);
    if (this.touched && !this.holds(this.touched)) this.touched = null;
    if (this.revealed !== null) this.revealed = Math.min(this.revealed, this.cells - 1);
    for (const [pane, grid] of [[this.input, input], [this.kernel, kernel]]) {
      const rows = grid.map((row) => row.join(" ")).join("; ");
      pane.painted(`${NAMES[pane.canvas.dataset.pane]}: ${grid.length} by ${grid[0].length} cells: ${rows}`);
    }
    const [low, high] = [facts.low, facts.high].map(figure);
    this.map.painted(`${NAMES.map}: ${height} by ${width} cells, values from ${low} to ${high}`);
    if (this.anchor) this.look(this.anchor.row, this.anchor.column);
    this.show(this.cell);
  }

  /** Whether a place is on the board. */
  holds({ row, column }) {
    const { top, left, height, width } = this.input;
    return row >= top && row < top + height && column >= left && column < left + width;
  }

  /** There is always a cell in question: at first the first one, then the last one that was. */
  show(cell) {
    super.show(this.tables ? cell ?? this.cell ?? { row: 0, column: 0 } : cell);
  }

  /** A cell of the input is no cell of the map: it lights those that read it. */
  cellOver() {
    return null;
  }

  click(pane, event) {
    if (pane === this.map) super.click(pane, event);
    else this.onPick("input", this.inputAt(pane.cellAt(event)));
  }

  touch(place) {
    const before = this.touched;
    super.touch(place);
    if (this.touched !== before && this.tables) this.show(this.cell);
  }

  /** The cell of the input that lies at a place of the board, or null. */
  inputAt(place) {
    if (!place || !this.facts) return null;
    const { input, apart } = this.facts;
    const [row, column] = [place.row / apart, place.column / apart];
    const inside = Number.isInteger(row) && Number.isInteger(column)
      && row >= 0 && row < input.length && column >= 0 && column < input[0].length;
    return inside ? { row, column } : null;
  }

  /** What the present window reads: places, values and which of them are cells of the input. */
  window() {
    if (!this.cell || !this.tables) return null;
    const line = ({ shape: [, taps], data }, index) => Array.from(data.subarray(index * taps, (index + 1) * taps));
    const { row, column } = this.cell;
    const { input } = this.facts;
    const [rows, columns] = [line(this.tables.rows_positions, row), line(this.tables.columns_positions, column)];
    const cells = line(this.tables.rows_taps, row).map((r) => line(this.tables.columns_taps, column).map(
      (c) => ({ value: r < 0 || c < 0 ? 0 : input[r][c], isInput: r >= 0 && c >= 0 })));
    return { cell: this.cell, rows, columns, cells };
  }

  /** A place of the board is read wherever the window's positions say so. */
  readers({ row, column }) {
    const along = (axis, at) => {
      const { shape: [cells, taps], data } = this.tables[`${axis}_positions`];
      return Array.from({ length: cells }, (_, index) => index)
        .filter((index) => data.subarray(index * taps, (index + 1) * taps).includes(at));
    };
    return { rows: along("rows", row), columns: along("columns", column) };
  }

  draw() {
    super.draw();
    if (this.facts) this.kernel.draw((context, layout) => this.decorateKernel(context, layout));
  }

  /** Draw each visible cell of a pane: `look` gives its text, role, and whether it is striped. */
  grid(pane, context, layout, look) {
    const { scale, x, y } = layout;
    const { top, left, height, width, canvas } = pane;
    const first = (origin, low) => Math.max(low, Math.floor(-origin / scale));
    const last = (origin, low, cells, box) => Math.min(low + cells, Math.ceil((box - origin) / scale));
    const gap = scale < 14 ? 0 : 1;
    const family = getComputedStyle(canvas).fontFamily;
    context.textAlign = "center";
    context.textBaseline = "middle";
    for (let row = first(y, top); row < last(y, top, height, canvas.clientHeight); row += 1) {
      for (let column = first(x, left); column < last(x, left, width, canvas.clientWidth); column += 1) {
        const { text, role, ground = 0.2, faint, striped, corner, value = null } = look(row, column);
        const box = [x + column * scale + gap, y + row * scale + gap, scale - 2 * gap, scale - 2 * gap];
        if (scale < TEXT_FROM && value !== null) {
          // Too small for its number: the colour says how large it is.
          const { low, high } = this.facts;
          context.globalAlpha = Math.abs(value) / (Math.max(-low, high) || 1);
          context.fillStyle = this.roles[value < 0 ? "negative" : "positive"];
          context.fillRect(...box);
          context.globalAlpha = 1;
        } else if (role) {
          context.globalAlpha = ground;
          context.fillStyle = this.roles[role];
          context.fillRect(...box);
          context.globalAlpha = 1;
        } else if (scale >= 14) {
          context.strokeStyle = this.roles.padding;
          context.setLineDash([3, 3]);
          context.lineWidth = 1;
          context.strokeRect(box[0] + 0.5, box[1] + 0.5, box[2] - 1, box[3] - 1);
          context.setLineDash([]);
        }
        if (striped) this.stripe(context, box);
        if (scale < TEXT_FROM || !text) continue;
        const most = (0.9 * scale) / (0.6 * Math.max(2, text.length));
        context.font = `${faint ? 400 : 650} ${Math.min(0.5 * scale, most, LARGEST_TEXT)}px ${family}`;
        context.fillStyle = faint ? this.roles.padding : this.roles.text;
        const lift = corner ? 0.08 * scale : 0;
        context.fillText(text, x + (column + 0.5) * scale, y + (row + 0.52) * scale - lift);
        if (!corner) continue;
        context.font = `650 ${Math.max(9, Math.min(17, 0.29 * scale))}px ${family}`;
        context.textAlign = "right";
        context.fillStyle = this.roles.kernel;
        context.fillText(corner, x + (column + 1) * scale - 0.08 * scale, y + (row + 0.85) * scale);
        context.textAlign = "center";
      }
    }
  }

  /** Stripes say: no window reads this cell. */
  stripe(context, [left, top, width, height]) {
    context.save();
    context.beginPath();
    context.rect(left, top, width, height);
    context.clip();
    context.beginPath();
    for (let at = -height; at < width; at += 7) {
      context.moveTo(left + at, top + height);
      context.lineTo(left + at + height, top);
    }
    context.strokeStyle = this.roles.padding;
    context.globalAlpha = 0.75;
    context.lineWidth = 1.5;
    context.stroke();
    context.restore();
  }

  decorateInput(context, layout) {
    const { facts } = this;
    const { top, left } = this.input;
    const window = this.touched ? null : this.window();
    const weighted = facts.weights !== null;
    const winner = window && this.winner(window);
    this.grid(this.input, context, layout, (row, column) => {
      const cell = this.inputAt({ row, column });
      const striped = facts.unread[0][row - top] || facts.unread[1][column - left];
      const tap = window && [window.rows.indexOf(row), window.columns.indexOf(column)];
      const inside = tap && tap[0] >= 0 && tap[1] >= 0;
      const won = inside && winner?.[0] === tap[0] && winner[1] === tap[1];
      const corner = inside && weighted && layout.scale >= WEIGHT_FROM ? `×${figure(facts.weights[tap[0]][tap[1]])}` : "";
      // A pooling leaves its padding out, so there is no zero to show.
      if (!cell) return { text: weighted ? "0" : "", faint: true, striped, corner, role: inside ? "field" : null };
      const value = figure(facts.input[cell.row][cell.column]);
      return { text: value, striped, corner, role: inside ? "field" : "input", ground: won ? 0.75 : inside ? 0.35 : 0.2 };
    });
    if (window) {
      const { rows, columns } = window;
      outline(context, layout, rows[0], columns[0], rows.at(-1) + 1, columns.at(-1) + 1, this.roles.field);
    }
    if (this.touched) {
      const { row, column } = this.touched;
      outline(context, layout, row, column, row + 1, column + 1, this.roles.input);
    }
  }

  /** The tap whose cell is the output of a max or min pooling. */
  winner({ cells, cell }) {
    if (!["max", "min"].includes(this.facts.kind)) return null;
    const best = this.valueAt(cell.row, cell.column, 0);
    for (const [r, line] of cells.entries()) {
      for (const [c, { value, isInput }] of line.entries()) if (isInput && value === best) return [r, c];
    }
    return null;
  }

  decorateKernel(context, layout) {
    const { kernel, weights } = this.facts;
    this.grid(this.kernel, context, layout, (row, column) => (
      weights ? { text: figure(kernel[row][column]), role: "kernel" } : { text: "", role: "field", ground: 0.35 }));
  }

  decorateMap(context, layout) {
    const hidden = (row, column) => this.revealed !== null && row * this.map.width + column > this.revealed;
    this.grid(this.map, context, layout, (row, column) => {
      if (hidden(row, column)) return { text: "", role: null };
      const value = this.valueAt(row, column, 0);
      return { text: figure(value), role: "output", value };
    });
    this.drawReaders(context, layout);
    if (!this.cell || this.touched) return;
    const { row, column } = this.cell;
    outline(context, layout, row, column, row + 1, column + 1, this.roles.output);
  }
}

/**
 * A field that lies over one cell of a grid: click a cell or come by Tab, and type. Arrow keys and Enter move
 * on, Escape takes back, and a block from a spreadsheet can be pasted.
 */
class CellField {
  /**
   * @param {Pane} pane
   * @param {{place: Function, read: Function, onInput: Function, onCommit: Function, onPaste: Function,
   *   onSay: Function, onAt: Function}} wiring `read(row, column)` is the number there, or undefined outside;
   *   `onAt` hears which cell is typed into, or null
   */
  constructor(pane, name, wiring) {
    Object.assign(this, wiring, { pane, name, at: { row: 0, column: 0 } });
    this.element = make("input", {
      class: "typed", type: "text", inputmode: "numeric", autocomplete: "off", "data-grid": name.toLowerCase(),
      onfocus: () => this.come(), onblur: () => this.leave(), oninput: () => this.type(),
      onkeydown: (event) => this.key(event), onpaste: (event) => this.paste(event),
    });
    this.label();
    pane.canvas.after(this.element);
  }

  label() {
    const { row, column } = this.at;
    this.element.setAttribute("aria-label", `${this.name}, row ${row}, column ${column}`);
  }

  /** Go to a cell, to type. */
  select(cell) {
    if (this.open) this.leave();
    this.at = cell;
    if (this.element.getRootNode().activeElement === this.element) this.come();
    else this.element.focus({ preventScroll: true });
  }

  come() {
    if (this.read(this.at.row, this.at.column) === undefined) this.at = { row: 0, column: 0 };
    this.before = this.read(this.at.row, this.at.column);
    if (this.before === undefined) return;
    this.open = true;
    this.onAt(this.at);
    this.label();
    this.lay();
    this.element.value = String(this.before);
    this.element.select();
  }

  /** Lie over the cell, wherever it now is. */
  lay() {
    if (!this.open) return;
    const { scale, x, y } = this.pane.layout();
    const { row, column } = this.place(this.at);
    const side = Math.max(24, scale); // large enough to be read in a grid of tiny cells
    const middle = (origin, at) => `${origin + (at + 0.5) * scale - side / 2}px`;
    Object.assign(this.element.style, {
      left: middle(x, column), top: middle(y, row), width: `${side}px`, height: `${side}px`,
      fontSize: `${Math.max(12, Math.min(0.5 * side, LARGEST_TEXT))}px`,
    });
  }

  get number() {
    const text = this.element.value.trim().replace("−", "-");
    return /^[+-]?\d{1,2}$/.test(text) ? Number(text) : null;
  }

  /** While it is typed the numbers move along. */
  type() {
    if (this.number !== null) this.onInput(this.at, this.number);
  }

  leave() {
    if (!this.open) return;
    this.open = false;
    this.onAt(null);
    const { number } = this;
    if (number === null) {
      this.onSay(`A cell takes a whole number from −${LARGEST_NUMBER} to ${LARGEST_NUMBER}, and “${this.element.value}” is not.`);
    }
    if ((number ?? this.before) !== this.before) this.onCommit(this.at, number);
    else if (this.read(this.at.row, this.at.column) !== this.before) this.onCommit(this.at, this.before);
  }

  key(event) {
    const by = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Enter: [0, 1] }[event.key];
    if (by) {
      event.preventDefault();
      const { row, column } = this.at;
      let next = { row: row + by[0], column: column + by[1] };
      if (event.key === "Enter" && this.read(next.row, next.column) === undefined) next = { row: row + 1, column: 0 };
      if (this.read(next.row, next.column) !== undefined) this.select(next);
      else this.select(this.at);
    } else if (event.key === "Escape") {
      this.element.value = String(this.before);
      this.element.blur();
    }
  }

  paste(event) {
    const text = event.clipboardData.getData("text").trim();
    if (!/[\s,;]/.test(text)) return;
    event.preventDefault();
    this.element.value = String(this.before);
    this.onPaste(text);
  }
}

/** What an output cell is made of, term by term, or where an input cell goes. */
class WorkedTerms {
  constructor() {
    this.terms = make("div", { class: "terms" });
    this.result = make("div", { class: "value" });
    this.place = make("div", { class: "place" });
    this.spoken = make("p", { class: "spoken", "aria-live": "polite" });
    this.element = make("section", { class: "worked", "aria-label": "How a number is made" },
      this.terms, make("div", { class: "result" }, this.result, this.place), this.spoken);
  }

  show(result, place, terms) {
    this.result.textContent = result;
    this.place.textContent = place;
    this.terms.replaceChildren(...terms);
    clearTimeout(this.speaking);
    this.speaking = setTimeout(() => {
      this.spoken.textContent = `${place}: ${this.terms.textContent} ${result}`;
    }, 400);
  }

  /** The sum, mean or extreme behind an output cell, whose value is what the operation itself gave. */
  cell({ cell, cells }, { weights, kind }, value) {
    const flat = cells.flat();
    const number = ({ value: entry, isInput }) => make("b", { class: isInput ? "input" : "zero" }, signed(entry));
    const inside = flat.filter(({ isInput }) => isInput);
    const joint = weights || kind === "average" ? " + " : ", ";
    const long = flat.length > TERMS_MOST;
    const terms = weights
      ? flat.flatMap((entry, index) => (long && !entry.isInput ? [] : [make("span", { class: entry.isInput ? "term" : "term zero" },
        number(entry), "·", make("b", { class: "weight" }, signed(weights.flat()[index])))]))
      : inside.map((entry) => make("span", { class: "term" }, number(entry)));
    const beside = flat.length - inside.length;
    if (weights && long && beside) terms.push(make("span", { class: "term zero" }, counted(beside, "zero")));
    this.terms.classList.toggle("dense", terms.length > DENSE_FROM);
    const sum = terms.flatMap((term, index) => (index ? [joint, term] : [term]));
    const written = kind === "average" ? ["(", ...sum, `) / ${inside.length}`] : weights ? sum : [`${kind}(`, ...sum, ")"];
    const single = beside === 1;
    const what = kind === "transposed" ? `${single ? "a zero" : "zeros"} around the input cells`
      : weights ? "padding" : `padding and ${single ? "does" : "do"} not count`;
    const outside = beside === 0 ? "" : `; ${beside} of ${flat.length} cells ${single ? "is" : "are"} ${what}`;
    this.element.dataset.value = String(value);
    this.element.dataset.terms = JSON.stringify(weights
      ? flat.map(({ value: entry }, index) => [entry, weights.flat()[index]]) : inside.map(({ value: entry }) => entry));
    this.show(`= ${figure(value)}`, `output row ${cell.row}, column ${cell.column}${outside}`, written);
  }

  /** The output cells that an input cell goes into, with the weight that it meets there. */
  goals(place, cell, stage) {
    const { rows, columns } = stage.readers(place);
    const { input, weights, kind } = stage.facts;
    const value = cell ? input[cell.row][cell.column] : 0;
    const tap = (axis, output, at) => {
      const { shape: [, taps], data } = stage.tables[`${axis}_positions`];
      return data.subarray(output * taps, (output + 1) * taps).indexOf(at);
    };
    const goals = rows.flatMap((row) => columns.map((column) => ({
      row, column,
      weight: weights && weights[tap("rows", row, place.row)][tap("columns", column, place.column)],
    })));
    const name = cell ? `input row ${cell.row}, column ${cell.column}` : "a zero of the padding";
    const listed = goals.slice(0, GOALS_MOST).map(({ row, column, weight }) => make("span", { class: "goal" },
      ...(weights ? [make("b", { class: cell ? "input" : "zero" }, figure(value)), "·", make("b", { class: "weight" }, signed(weight)), " in "] : []),
      make("b", { class: "output" }, `(${row}, ${column})`)));
    this.terms.classList.remove("dense");
    const more = goals.length - listed.length;
    this.element.dataset.goals = JSON.stringify(goals.map(({ row, column }) => [row, column]));
    const cells = counted(goals.length, "output cell");
    const idle = !weights && !cell ? `Padding never counts in ${kind} pooling.` : "No window reads it.";
    this.show(goals.length && (weights || cell) ? `→ ${cells}` : "→ none", name,
      goals.length && (weights || cell) ? [...listed, ...(more > 0 ? [` and ${more} more`] : [])] : [idle]);
  }
}

class ArithmeticLab extends Live {
  build() {
    this.stage = new GridStage({
      onCell: (window) => this.showCell(window),
      onPick: (name, cell) => { if (cell && (name === "input" || this.facts.weights)) this.fields[name].select(cell); },
    });
    const { input, kernel, map } = this.stage;
    this.worked = new WorkedTerms();
    this.transport = new Transport(this.stage);
    this.transport.speed.value = Math.min(SLIDING_SPEED, Number(this.transport.speed.value));
    this.fields = { input: this.field(input, "Input"), kernel: this.field(kernel, "Kernel") };
    const keys = make("p", { class: "spoken", id: "stage-keys" },
      "Arrow keys move the cell, with Shift ten at a time; plus and minus zoom; Enter pins, Escape lets go.");
    map.canvas.setAttribute("aria-describedby", keys.id);
    this.note = make("p", { class: "padnote" });
    this.small = make("p", { class: "padnote", hidden: true },
      "Cells too small for their numbers: orange is above 0, blue below. Zoom in to read them.");
    this.sums = make("div", { class: "sums", "aria-label": "Size of the output" });
    const panel = make("section", { class: "controls", "aria-label": "Settings" });
    const draws = make("div", { class: "draws" });
    for (const setting of this.data.settings) {
      // Numbers that are drawn take the place of the person's own, which can be had back.
      const drawn = setting.name === "seed";
      const extend = drawn ? () => this.drop() : undefined;
      const control = this.addControl(setting, { extend });
      if (control) (drawn ? draws : panel).append(control.element);
    }
    this.back = make("button", { type: "button", class: "small", hidden: true, onclick: () => this.restore() }, "My numbers back");
    const seed = this.data.settings.find(({ name }) => name === "seed");
    draws.append(make("div", { class: "actions" },
      make("button", {
        type: "button", class: "small", title: "Draw other numbers by chance",
        onclick: () => this.commit({ ...this.drop(), seed: seed.low + Math.floor(Math.random() * (seed.high - seed.low + 1)) }),
      }, "Other numbers"), this.back));
    input.element.append(this.transport.element, this.note);
    map.element.append(this.sums);
    this.middle = make("div", { class: "middle" }, kernel.element, draws);
    return make("div", { class: "lab arithmetic" },
      input.element, this.middle, map.element, this.worked.element, this.message, panel, keys);
  }

  field(pane, name) {
    const key = name.toLowerCase();
    // What has been typed counts before its answer has come, and beyond the part that is shown.
    const own = () => (Array.isArray(this.values[key]) ? this.values[key] : []);
    const read = (row, column) => {
      if (key === "kernel" && !this.facts?.weights) return undefined;
      const shown = this.facts?.[key]?.[row]?.[column];
      return shown === undefined ? undefined : own()[row]?.[column] ?? shown;
    };
    const changed = ({ row, column }, number) => {
      const grids = [own(), this.facts[key]];
      const [height, width] = [(grid) => grid.length, (grid) => grid[0]?.length ?? 0].map(
        (side) => Math.max(...grids.map(side)));
      const cells = Array.from({ length: height }, (_, r) => Array.from({ length: width },
        (__, c) => grids[0][r]?.[c] ?? grids[1][r]?.[c] ?? 0));
      cells[row][column] = number;
      return { [key]: cells };
    };
    const [rows, columns] = key === "input" ? ["rows", "columns"] : ["kernel_rows", "kernel_columns"];
    return new CellField(pane, name, {
      place: ({ row, column }) => (key === "input"
        ? { row: row * this.facts.apart, column: column * this.facts.apart } : { row, column }),
      read,
      onInput: (cell, number) => this.move(changed(cell, number)),
      onCommit: (cell, number) => this.commit(changed(cell, number)),
      // What the text says is the server's to judge; the sliders follow its size as far as they go.
      onPaste: (text) => {
        const lines = text.split(/[\n;]/).filter((line) => line.trim());
        const sides = [lines.length, lines[0].trim().split(/ *[,\t] *| +/).length];
        const bounded = (side, setting) => Math.min(side, this.data.settings.find((one) => one.name === setting).high);
        this.commit({ [key]: text, [rows]: bounded(sides[0], rows), [columns]: bounded(sides[1], columns) });
      },
      onSay: (sentence) => this.say(sentence),
      // Whoever comes by the keyboard sees as well where an input cell goes.
      onAt: (cell) => {
        if (key === "input") this.stage.touch(cell && { row: cell.row * this.facts.apart, column: cell.column * this.facts.apart });
      },
    });
  }

  /** Let the person's own numbers go, but keep them in mind. */
  drop() {
    const { input, kernel, seed, rows, columns, kernel_rows, kernel_columns } = this.values;
    if (input || kernel) this.dropped = { input, kernel, seed, rows, columns, kernel_rows, kernel_columns };
    this.back.hidden = !this.dropped;
    return { input: null, kernel: null };
  }

  restore() {
    const { dropped } = this;
    this.dropped = null;
    this.back.hidden = true;
    this.commit(dropped);
    this.showControls();
  }

  colour(roles) {
    this.stage.roles = roles;
    this.stage.draw();
  }

  show({ seq, facts, blobs }) {
    // Pasted text has become numbers.
    if (this.asked?.seq === seq) this.values = { ...this.values, ...facts.own };
    this.stage.take(facts, blobs);
    const { dataset } = this.stage.map.canvas;
    dataset.exact = "true";
    dataset.seq = seq;
    for (const field of Object.values(this.fields)) field.lay();
    this.fields.kernel.element.hidden = !facts.weights;
  }

  describe() {
    const { input, kernel, shape, pads: [[top, bottom], [left, right]], sums, unused, kind, weights } = this.facts;
    const caption = (pane, ...rest) => pane.caption.replaceChildren(make("b", {}, NAMES[pane.canvas.dataset.pane]), ...rest);
    const size = (rows, columns) => ` ${rows} × ${columns}`;
    caption(this.stage.input, size(input.length, input[0].length));
    caption(this.stage.map, size(shape[0], shape[1]));
    this.stage.kernel.element.classList.toggle("bare", !weights);
    if (weights) caption(this.stage.kernel, size(kernel.length, kernel[0].length));
    else this.stage.kernel.caption.replaceChildren(make("b", {}, "Window"), size(kernel.length, kernel[0].length));
    const sides = `top ${top}, bottom ${bottom}, left ${left}, right ${right}`;
    const padded = top || bottom || left || right;
    const padding = kind === "transposed" ? `The kernel lies turned round. ${padded ? `Cut off the output: ${sides}.` : "Nothing is cut off."}`
      : padded ? `Padding: ${sides}.` : "No padding.";
    this.note.replaceChildren(padding, " ", make("b", { class: "unused" }, unused));
    this.sums.replaceChildren(
      ...["Height", "Width"].flatMap((name, axis) => [make("span", {}, name), make("span", {}, sums[axis])]), this.small);
  }

  showCell(window) {
    this.transport.show();
    const { stage, worked } = this;
    if (this.small) this.small.hidden = stage.map.layout().scale >= TEXT_FROM;
    for (const field of Object.values(this.fields ?? {})) field.lay();
    if (stage.touched) worked.goals(stage.touched, stage.inputAt(stage.touched), stage);
    else if (window) worked.cell(window, stage.facts, stage.valueAt(window.cell.row, window.cell.column, 0));
  }

  release() {
    this.transport.pause();
    this.stage.close();
  }
}

export default mount(ArithmeticLab);
