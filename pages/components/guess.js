// Guess first: a question about the present settings, to be answered by typing, choosing or clicking. Whether the
// answer is right the server says: it is in nothing that comes here before.

import { make, write } from "../frontend/core/dom.js";
import { kept } from "../frontend/core/kept.js";
import { digitsOf } from "../frontend/core/numbers.js";
import { counted } from "../frontend/core/words.js";

/**
 * @typedef {import("../frontend/types/messages.js").GuessData} GuessData
 * @typedef {import("../frontend/types/messages.js").QuestionShown} QuestionShown
 * @typedef {import("../frontend/types/messages.js").GridShown} GridShown
 * @typedef {import("../frontend/types/messages.js").PictureShown} PictureShown
 * @typedef {import("../frontend/types/messages.js").OpenedAnswer} OpenedAnswer
 * @typedef {OpenedAnswer["answer"]} Answer
 */

const STEPS = /** @type {Record<string, [number, number]>} */ ({
  ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1],
});

/** @param {Answer | null | undefined} one @param {Answer | null | undefined} other */
function same(one, other) {
  return one != null && other != null && String(one) === String(other);
}

class Guess {
  constructor() {
    /** What takes what the person does to the page. @type {(did: Record<string, unknown>) => void} */
    this.send = () => {};
    /** @type {GuessData | null} */
    this.data = null;
    /** Whether the person has acted here, so that the focus may follow. */
    this.acted = false;
    this.where = make("p", { class: "where" });
    this.marks = make("ol", { class: "marks", "aria-label": "Answers so far" });
    this.streak = make("p", { class: "streak" });
    this.other = make("button", { type: "button", onclick: () => this.act({ act: "other" }) }, "Other questions");
    this.prompt = make("p", { class: "prompt" });
    this.shows = make("div", { class: "shows" });
    this.answer = make("div", { class: "answer" });
    this.verdict = make("div", { class: "verdict", role: "status" });
    this.after = make("div", { class: "after" });
    this.element = make("section", { class: "guess", "aria-label": "Guess first" },
      make("div", { class: "bar" }, this.where, this.marks, this.streak, this.other),
      this.prompt, this.shows, this.answer, this.verdict, this.after);
  }

  /** @param {Record<string, unknown>} did */
  act(did) {
    this.acted = true;
    this.element.classList.add("waits");
    this.send({ ...did, id: this.data?.id });
  }

  /** @param {GuessData} data */
  update(data) {
    const before = this.data;
    this.data = data;
    this.element.classList.remove("waits");
    const isOther = before?.id !== data.id || Boolean(before?.opened) !== Boolean(data.opened) || before.place !== data.place;
    this.showProgress(data);
    if (isOther || before?.results.length !== data.results.length) this.showQuestion(data);
    this.showVerdict(data);
    if (isOther && this.acted) this.follow(data);
    this.element.dataset.revision = String(Number(this.element.dataset.revision ?? 0) + 1);
  }

  /** @param {GuessData} data */
  showProgress({ results, place, count, streak, set, question, opened }) {
    const isOver = !question && results.length === count;
    write(this.where, isOver ? `Questions ${set}: all ${count} answered` : `Question ${place + 1} of ${count}`);
    this.marks.replaceChildren(...Array.from({ length: count }, (_, at) => {
      const [kind, sign, word] = at >= results.length ? ["open", "", "not yet"] : results[at] ? ["right", "✓", "right"] : ["wrong", "✗", "wrong"];
      const isHere = at === (opened ? results.length - 1 : results.length);
      return make("li", { class: isHere ? `${kind} here` : kind, "aria-label": `Question ${at + 1}: ${word}` }, sign);
    }));
    write(this.streak, streak > 1 ? `${counted(streak, "right answer")} in a row` : "");
  }

  /** @param {GuessData} data */
  showQuestion({ question, opened, results, count, complaint }) {
    if (!question) {
      const right = results.filter(Boolean).length;
      const isOver = results.length === count;
      write(this.prompt, isOver ? `${right} of ${count} right.${right === count ? " Five in a row." : ""}` : "");
      this.shows.replaceChildren();
      this.answer.replaceChildren(...(isOver ? [make("div", { class: "row" },
        make("button", { type: "button", class: "main", onclick: () => this.act({ act: "other" }) }, "Five other questions"),
        make("button", { type: "button", onclick: () => this.act({ act: "again" }) }, "The same once more"))] : []));
      this.answer.hidden = !isOver && Boolean(complaint);
      return;
    }
    this.answer.hidden = false;
    write(this.prompt, question.prompt);
    this.shows.replaceChildren(...question.shows.map((each) => (each.kind === "grid" ? this.grid(each, opened) : this.picture(each))));
    if (question.form === "number") this.answer.replaceChildren(...(opened ? [] : [this.field(question)]));
    else if (question.form === "choice") this.answer.replaceChildren(this.options(question, opened));
    else this.answer.replaceChildren();
  }

  /** @param {QuestionShown} question */
  field({ unit }) {
    const input = make("input", {
      type: "text", inputmode: "text", autocomplete: "off", "aria-label": unit ? `Your answer, in ${unit}` : "Your answer",
    });
    return make("form", {
      class: "row",
      onsubmit: (/** @type {Event} */ event) => {
        event.preventDefault();
        if (input.value.trim()) this.act({ act: "answer", given: input.value });
        else input.focus();
      },
    }, make("label", {}, "Your answer", input), unit ? make("span", {}, unit) : null,
    make("button", { type: "submit", class: "main" }, "Check"));
  }

  /** @param {QuestionShown} question @param {OpenedAnswer | null} opened */
  options({ options }, opened) {
    const hasPictures = options.some(({ picture }) => picture);
    return make("div", { class: hasPictures ? "options pictured" : "options", role: "group", "aria-label": "Answers" },
      ...options.map(({ letter, text, picture }) => {
        const isRight = opened && same(opened.answer, letter);
        const isTaken = opened && same(opened.given, letter);
        const state = isRight ? "right" : isTaken ? "wrong" : "";
        const word = isRight ? "right" : isTaken ? "your answer" : "";
        return make("button", {
          type: "button", class: state, "data-letter": letter, "aria-disabled": String(Boolean(opened)),
          onclick: () => { if (!this.data?.opened) this.act({ act: "answer", given: letter }); },
        }, picture ? make("img", { src: picture.uri, alt: picture.alt }) : null,
        make("span", {}, make("b", {}, `${letter} `), text),
        make("span", { class: "mark" }, word ? `${isRight ? "✓" : "✗"} ${word}` : ""));
      }));
  }

  /** @param {PictureShown} shown */
  picture({ title, uri, alt, frame }) {
    const box = frame && make("i", {
      class: "frame",
      style: `top: ${100 * frame[0]}%; left: ${100 * frame[1]}%; bottom: ${100 - 100 * frame[2]}%; right: ${100 - 100 * frame[3]}%`,
    });
    return make("figure", {}, make("figcaption", {}, title), make("div", { class: "picture" }, make("img", { src: uri, alt }), box));
  }

  /** @param {GridShown} shown @param {OpenedAnswer | null} opened */
  grid({ title, role, cells, faint, framed, covered, clicked }, opened) {
    const inFrame = new Set(framed.map(String));
    /** @type {HTMLButtonElement[][]} */
    const buttons = [];
    const rows = cells.map((texts, row) => {
      buttons.push([]);
      return make("tr", {}, texts.map((text, column) => {
        const at = String([row, column]);
        const classes = [
          faint?.[row][column] ? "faint" : "", inFrame.has(at) ? "framed" : "",
          covered && String(covered) === at ? "covered" : "",
          clicked && opened && same(opened.answer, [row, column]) ? "right" : "",
          clicked && opened && !opened.correct && same(opened.given, [row, column]) ? "wrong" : "",
        ];
        const isOpen = covered && opened && String(covered) === at;
        const shown = isOpen ? opened.said.split(" ")[0] : text;
        if (!clicked || opened) return make("td", { class: classes.join(" ").trim() }, shown);
        const button = make("button", {
          type: "button", tabindex: row || column ? -1 : 0, "aria-label": `${text}, row ${row + 1}, column ${column + 1}`,
          onclick: () => this.act({ act: "answer", given: [row, column] }),
        }, text);
        buttons[row].push(button);
        return make("td", { class: classes.join(" ").trim() }, button);
      }));
    });
    const move = (/** @type {KeyboardEvent} */ event) => {
      const step = STEPS[event.key];
      const row = buttons.findIndex((each) => each.includes(/** @type {HTMLButtonElement} */ (event.target)));
      if (!step || row < 0) return;
      event.preventDefault();
      const column = buttons[row].indexOf(/** @type {HTMLButtonElement} */ (event.target));
      const next = buttons[row + step[0]]?.[column + step[1]];
      if (!next) return;
      buttons[row][column].tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    };
    const digits = Math.max(...cells.flat().map(digitsOf));
    return make("figure", { style: `--columns: ${cells[0].length}; --digits: ${Math.max(2, digits)}` }, make("figcaption", {}, title),
      make("table", { class: `grid ${role}`, "aria-label": title, onkeydown: move }, make("tbody", {}, rows)));
  }

  /** @param {GuessData} data */
  showVerdict({ opened, complaint, results, count }) {
    this.verdict.className = `verdict ${opened ? (opened.correct ? "right" : "wrong") : complaint ? "complaint" : ""}`;
    if (!opened) {
      if (this.verdict.textContent !== complaint) this.verdict.replaceChildren(...(complaint ? [make("p", {}, complaint)] : []));
      this.after.replaceChildren();
      return;
    }
    const said = opened.correct ? "✓ " : "✗ ";
    if (!this.after.firstChild) {
      this.verdict.replaceChildren(make("p", {}, make("b", {}, said + opened.sentence)), make("p", { class: "worked" }, opened.worked));
      const title = results.length === count ? "See how it went" : "Next question";
      this.after.replaceChildren(make("button", { type: "button", class: "main", onclick: () => this.act({ act: "next" }) }, title));
    }
  }

  /** The focus goes on to what comes next. @param {GuessData} data */
  follow({ opened }) {
    const place = opened ? this.after : this.answer.firstChild && !this.answer.hidden ? this.answer : this.shows;
    /** @type {HTMLElement | null} */ (place.querySelector("input, button:not([tabindex='-1'])"))?.focus({ preventScroll: !opened });
  }
}

export default kept(({ parentElement, data, setStateValue }, /** @type {Guess | undefined} */ view) => {
  const guess = view ?? new Guess();
  if (!view) parentElement.replaceChildren(guess.element);
  // The time tells two equal answers apart: the page heeds what has changed.
  guess.send = (did) => setStateValue("sent", { ...did, at: Date.now() });
  guess.update(JSON.parse(data.guess));
  return guess;
}, (/** @type {Guess} */ guess) => guess.element.remove());
