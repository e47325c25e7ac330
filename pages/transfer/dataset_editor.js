// The board of the Transfer page: the classes side by side, each with its pictures. Pictures are chosen here, and
// what is done with them, or with a class, is sent as one small act; the page answers with the board as it then is.

import { make } from "../frontend/core/dom.js";
import { icon } from "../frontend/core/icons.js";
import { kept } from "../frontend/core/kept.js";
import { hear, thumbnail } from "./thumbnails.js";

/**
 * @typedef {{key: string, name: string, held: boolean, fixed: boolean}} Photo
 * @typedef {{name: string, said: string, photos: Photo[]}} Shelf
 * @typedef {{seq: number, shelves: Shelf[], target: string, most: number}} State
 * @typedef {{seq: number, act: string} & Record<string, any>} Act  with what it is done to
 * @typedef {{focus: string | undefined, typed: string | null}} Focus  of an element by its `data-focus`
 */

class Board {
  /** @param {ParentNode} parent */
  constructor(parent) {
    this.root = make("div", { class: "board" });
    parent.append(this.root);
    /** Keys of the pictures that are chosen. @type {Set<string>} */
    this.chosen = new Set();
    this.seq = 0;
    /** @type {(act: Act) => void} */
    this.send = () => {};
    this.unhear = hear(() => { if (this.state) this.draw(); });
  }

  close() {
    this.unhear();
    this.root.remove();
  }

  /** @param {State} state */
  show(state) {
    /** @type {State} */
    this.state = state;
    this.seq = Math.max(this.seq, state.seq);
    const known = new Set(state.shelves.flatMap(({ photos }) => photos.map(({ key }) => key)));
    this.chosen = new Set([...this.chosen].filter((key) => known.has(key)));
    this.draw();
  }

  /** @param {string[]} keys of pictures */
  choose(keys) {
    this.chosen = new Set(keys);
    this.draw();
  }

  /** @param {string} act @param {Record<string, any>} [more] */
  do(act, more = {}) {
    this.seq += 1;
    this.send({ seq: this.seq, act, ...more });
  }

  draw() {
    const before = this.focused();
    const { shelves } = this.state;
    this.root.replaceChildren(
      make("div", { class: "shelves" }, [
        ...shelves.map((shelf) => this.shelf(shelf)),
      ]),
      this.tools(),
    );
    this.root.dataset.revision = String(Number(this.root.dataset.revision ?? 0) + 1);
    this.focus(before);
  }

  // What had the focus has it again after everything was drawn anew, and what was being typed stays.

  /** @returns {Focus | null} */
  focused() {
    const element = /** @type {ShadowRoot | Document} */ (this.root.getRootNode()).activeElement;
    if (!element || !this.root.contains(element)) return null;
    const { focus } = /** @type {HTMLElement} */ (element).dataset;
    const typed = element instanceof HTMLInputElement && element.value !== element.defaultValue;
    return { focus, typed: typed ? element.value : null };
  }

  /** @param {Focus | null} before */
  focus(before) {
    if (!before?.focus) return;
    const all = [.../** @type {NodeListOf<HTMLElement>} */ (this.root.querySelectorAll("[data-focus]"))];
    // What was removed gives the focus to the first picture that is left.
    const element = all.find(({ dataset }) => dataset.focus === before.focus) ?? all.find(({ dataset }) => dataset.key);
    if (!element) return;
    if (before.typed !== null) /** @type {HTMLInputElement} */ (element).value = before.typed;
    element.focus({ preventScroll: true });
  }

  /** @param {Shelf} shelf */
  shelf({ name, said, photos }) {
    const aimed = name === this.state.target;
    const field = make("input", {
      class: "name",
      value: name,
      maxlength: 40,
      "aria-label": `Name of the class ${name}`,
      "data-focus": `name ${name}`,
      spellcheck: "false",
      onchange: (/** @type {{target: HTMLInputElement}} */ { target }) => {
        const to = target.value;
        target.value = target.defaultValue;
        if (to.trim() !== name) this.do("rename", { name, to });
      },
      onkeydown: (/** @type {{key: string, target: HTMLInputElement}} */ { key, target }) => {
        if (key === "Enter") target.blur();
        if (key === "Escape") target.value = target.defaultValue;
      },
    });
    const grid = photos.length
      ? make("ul", { class: "photos" }, photos.map((photo) => make("li", {}, [this.photo(photo)])))
      : make("p", { class: "none" }, ["No pictures yet"]);
    return make(
      "section",
      { class: aimed ? "shelf aimed" : "shelf", "aria-label": `Class ${name}, ${said}` },
      [
        make("header", {}, [
          field,
          make(
            "button",
            {
              type: "button",
              class: "drop",
              title: `Delete the class ${name}`,
              "aria-label": `Delete the class ${name}`,
              onclick: () => this.do("drop", { name }),
            },
            [icon("drop")],
          ),
        ]),
        make("p", { class: "said" }, [said]),
        grid,
        make(
          "button",
          {
            type: "button",
            class: "aim",
            "aria-pressed": String(aimed),
            "data-focus": `aim ${name}`,
            onclick: () => this.do("aim", { name }),
          },
          [aimed ? "New pictures go here" : "Add pictures here"],
        ),
      ],
    );
  }

  /** @param {Photo} photo */
  photo({ key, name, held, fixed }) {
    const use = held ? "test picture" : "training picture";
    const told = `${name}, ${use}${fixed ? ", chosen by you" : ""}`;
    const picture = make("img", { src: thumbnail(key), alt: "", draggable: "false" });
    return make(
      "button",
      {
        type: "button",
        class: held ? "photo held" : "photo",
        title: told,
        "aria-label": told,
        "aria-pressed": String(this.chosen.has(key)),
        "data-focus": `photo ${key}`,
        "data-key": key,
        onclick: () => {
          this.choose(this.chosen.has(key) ? [...this.chosen].filter((each) => each !== key) : [...this.chosen, key]);
        },
      },
      held ? [picture, make("span", { class: "mark" }, [fixed ? "test •" : "test"])] : [picture],
    );
  }

  adder() {
    return make(
      "button",
      { type: "button", class: "tool adder", "data-focus": "adder", onclick: () => this.do("add_class") },
      [icon("add"), "Add a class"],
    );
  }

  tools() {
    const keys = [...this.chosen];
    const { shelves, most } = this.state;
    if (!keys.length) {
      const some = shelves.some(({ photos }) => photos.length > 0);
      const words = some ? "Click pictures to make them test pictures, move them or remove them." : "";
      const adder = shelves.length < most ? [this.adder()] : [];
      return make("div", { class: "tools" }, [...adder, make("p", { class: "hint" }, [words])]);
    }
    /** @param {string} words @param {string} title @param {() => void} onclick */
    const tool = (words, title, onclick) =>
      make("button", { type: "button", class: "tool", title, "data-focus": words, onclick }, [words]);
    // What was chosen has been dealt with then.
    /** @param {string} name @param {Record<string, any>} [more] */
    const deal = (name, more) => {
      this.do(name, { keys, ...more });
      this.choose([]);
      this.focus({ focus: `photo ${keys[0]}`, typed: null });
    };
    /** @param {string} words @param {string} title @param {string} name @param {Record<string, any>} [more] */
    const act = (words, title, name, more) => tool(words, title, () => deal(name, more));
    const move = make(
      "select",
      {
        "aria-label": "Move to the class",
        "data-focus": "move",
        onchange: (/** @type {{target: HTMLSelectElement}} */ { target }) => deal("move", { to: target.value }),
      },
      [
        make("option", { value: "", disabled: true, selected: true }, ["Move to"]),
        ...shelves.map(({ name }) => make("option", { value: name }, [name])),
      ],
    );
    return make("div", { class: "tools", role: "toolbar", "aria-label": "Actions for the chosen pictures" }, [
      make("p", { class: "hint" }, [`${keys.length} chosen:`]),
      act("Test", "Never train on them: they test what was learned", "fix", { use: "held" }),
      act("Train on", "Always train on them: never test with them", "fix", { use: "train" }),
      act("Random", "Let chance choose which are test pictures", "fix", { use: null }),
      move,
      act("Remove", "Undo brings them back", "remove"),
      tool("None", "Clear the choice", () => this.choose([])),
    ]);
  }
}

export default kept(({ parentElement, data, setStateValue }, /** @type {Board | undefined} */ board = new Board(parentElement)) => {
  board.send = (act) => setStateValue("act", act);
  board.show(JSON.parse(data.board));
  return board;
}, (board) => board.close());
