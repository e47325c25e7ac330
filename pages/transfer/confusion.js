// The confusion matrix: a row for each class, a column for each answer, each cell a count. A click opens a cell,
// another one closes it.

import { make } from "../frontend/core/dom.js";
import { kept } from "../frontend/core/kept.js";

/** @typedef {{classes: string[], counts: number[][]}} Counts of each class, as which it was named */

class Confusion {
  /** @param {ParentNode} parent */
  constructor(parent) {
    this.root = make("div", { class: "confusion" });
    parent.append(this.root);
    /** @type {[number, number] | null} */
    this.open = null;
    /** @type {(cell: [number, number] | null) => void} */
    this.send = () => {};
  }

  /** @param {Counts} counts */
  show({ classes, counts }) {
    /** @type {string[]} */
    this.classes = classes;
    /** @type {number[][]} */
    this.counts = counts;
    this.draw();
  }

  /** @param {number} row @param {number} column */
  toggle(row, column) {
    const isOpen = this.open?.[0] === row && this.open?.[1] === column;
    this.open = isOpen ? null : [row, column];
    this.draw();
    const button = /** @type {HTMLElement | null} */ (this.root.querySelector(`[data-cell="${row} ${column}"]`));
    button?.focus({ preventScroll: true });
    this.send(this.open);
  }

  draw() {
    const most = this.counts.map((row) => Math.max(1, ...row));
    const head = make("tr", {}, [
      make("th", { class: "corner", scope: "col" }, ["class ↓ answer →"]),
      ...this.classes.map((name) => make("th", { scope: "col", title: name }, [make("span", {}, [name])])),
    ]);
    const rows = this.counts.map((row, at) =>
      make("tr", {}, [
        make("th", { scope: "row", title: this.classes[at] }, [make("span", {}, [this.classes[at]])]),
        ...row.map((count, to) => make("td", {}, [this.cell(at, to, count, count / most[at])])),
      ]),
    );
    this.root.replaceChildren(make("table", {}, [make("thead", {}, [head]), make("tbody", {}, rows)]));
    this.root.dataset.revision = String(Number(this.root.dataset.revision ?? 0) + 1);
  }

  /** @param {number} row @param {number} column @param {number} count @param {number} share of its row's largest */
  cell(row, column, count, share) {
    const [truth, answer] = [this.classes[row], this.classes[column]];
    const isOpen = this.open?.[0] === row && this.open?.[1] === column;
    const words = `${count} of ${truth}, ${row === column ? "correct" : `answered ${answer}`}`;
    return make(
      "button",
      {
        type: "button",
        class: row === column ? "right" : "wrong",
        style: `--share: ${(100 * share).toFixed(1)}%`,
        title: words,
        "aria-label": words,
        "aria-pressed": String(isOpen),
        "data-cell": `${row} ${column}`,
        onclick: () => this.toggle(row, column),
      },
      [count ? String(count) : "·"],
    );
  }
}

export default kept(({ parentElement, data, setStateValue }, /** @type {Confusion | undefined} */ table = new Confusion(parentElement)) => {
  table.send = (cell) => setStateValue("cell", cell);
  table.show(JSON.parse(data.table));
  return table;
}, (table) => table.root.remove());
