// Guess first: a question about the present settings, to be answered by typing, dragging, choosing or clicking. Whether
// the answer is right the server says: it is in nothing that comes here before. Where the teacher asks this question,
// the class gets the answer, and the server judges it once the teacher reveals the answers.

import { make, write } from "../frontend/core/dom.js";
import { kept } from "../frontend/core/kept.js";
import { digitsOf, short, typed } from "../frontend/core/numbers.js";
import { keepInSight } from "../frontend/core/sight.js";
import { counted } from "../frontend/core/words.js";
import { classroom, here, pageOf } from "../frontend/live/classroom.js";
import { Aim } from "../frontend/plots/aim.js";

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

/** What an answer is called on the teacher's wall. @param {QuestionShown} question @param {Answer} given */
function wordsOf({ form, options }, given) {
  if (form === "cell" && Array.isArray(given)) return `row ${given[0] + 1}, column ${given[1] + 1}`;
  const text = form === "choice" && options.find(({ letter }) => letter === given)?.text;
  return text ? `${given}: ${text}` : String(given);
}

/** The answer that a text on the wall stands for. @param {QuestionShown} question @param {string} text @returns {Answer | null} */
function answerOf({ form }, text) {
  if (form === "number") return text;
  if (form === "choice") return /^([A-F])(?::|$)/.exec(text)?.[1] ?? null;
  const [, row, column] = /^row (\d+), column (\d+)$/.exec(text) ?? [];
  return row ? [Number(row) - 1, Number(column) - 1] : null;
}

class Guess {
  constructor() {
    /** What takes what the person does to the page. @type {(did: Record<string, unknown>) => void} */
    this.send = () => {};
    /** @type {GuessData | null} */
    this.data = null;
    /** Ends what keeps a question in sight while the page above it grows. @type {AbortController | undefined} */
    this.resting = undefined;
    /** Whether the person has acted here, so that the focus may follow. */
    this.acted = false;
    this.where = make("p", { class: "where" });
    this.marks = make("ol", { class: "marks", "aria-label": "Answers so far" });
    this.streak = make("p", { class: "streak" });
    this.other = make("button", { type: "button", onclick: () => this.act({ act: "other" }) }, "Other questions");
    this.prompt = make("p", { class: "prompt" });
    /** The class's question that has led here, that was brought into sight, and whose answer was judged: their numbers. */
    this.handled = { led: 0, seen: 0, opened: 0 };
    /** Whether the class's question is under way here. */
    this.isLed = false;
    /** Whether the answer goes to the class. */
    this.isAsked = false;
    this.asked = make("p", { class: "asked", role: "status" });
    this.check = make("button", { type: "submit", class: "main" });
    this.shows = make("div", { class: "shows" });
    this.answer = make("div", { class: "answer" });
    this.verdict = make("div", { class: "verdict", role: "status" });
    this.after = make("div", { class: "after" });
    this.element = make("section", { class: "guess", "aria-label": "Guess first" },
      make("div", { class: "bar" }, this.where, this.marks, this.streak, this.other),
      this.prompt, this.asked, this.shows, this.answer, this.verdict, this.after);
    this.onClass = () => this.heed();
    classroom.addEventListener("change", this.onClass);
  }

  /** @param {Record<string, unknown>} did */
  act(did) {
    this.acted = true;
    this.element.classList.add("waits");
    this.send({ ...did, id: this.data?.id });
  }

  /** @param {Answer} given */
  async give(given) {
    if (!this.isAsked || !this.data?.question) return this.act({ act: "answer", given });
    write(this.asked, (await classroom.answer(wordsOf(this.data.question, given))) || this.asked.textContent || "");
  }

  /** Follow the class's question where it is one of these, and say which one is here. */
  heed() {
    const { data, handled } = this;
    const { view } = classroom;
    if (!data) return;
    // What the class knows this question by.
    const mark = data.question ? `${data.id} ${data.set} ${data.place}` : "";
    const isHere = view?.role === "student" && Boolean(view.question?.posed) && pageOf(here()) === pageOf(view.experiment);
    const question = isHere ? view.question : null;
    const isOpen = question !== null && !question.isRevealed;
    if (isOpen && handled.led !== question.number) {
      handled.led = question.number;
      const [, set, place] = question.posed.split(" ").map(Number);
      if (data.set !== set || data.place !== place || data.opened) {
        this.isLed = true;
        this.send({ act: "class", set, place });
      }
    }
    if (this.isLed) {
      classroom.pose(null);
      return;
    }
    const isThis = question?.posed === mark && !data.opened;
    const answer = isThis && isHere ? view.answer : null;
    if (isThis && question.isRevealed && answer !== null && data.question && handled.opened !== question.number) {
      handled.opened = question.number;
      const given = answerOf(data.question, answer);
      if (given !== null) this.send({ act: "answer", id: data.id, given });
    }
    this.isAsked = isThis && isOpen;
    this.showAsked(answer);
    classroom.pose({ mark, prompt: data.question?.prompt ?? "", show: () => this.element.scrollIntoView({ block: "start" }) });
    if (this.isAsked && answer === null && handled.seen !== question?.number) {
      handled.seen = question?.number ?? 0;
      this.element.scrollIntoView({ block: "start" });
    }
  }

  /** Say whether the class waits for an answer, and show the one that it has. @param {string | null} answer */
  showAsked(answer) {
    const { isAsked, data } = this;
    write(this.check, !isAsked ? "Check" : answer === null ? "Send" : "Change");
    write(this.asked, !isAsked ? "" : answer === null ? "Your class answers this question. What is right opens when your teacher reveals the answers."
      : `Your class has your answer: ${answer}. You can change it until your teacher reveals the answers.`);
    const given = isAsked && answer !== null && data?.question ? answerOf(data.question, answer) : null;
    for (const button of /** @type {NodeListOf<HTMLElement>} */ (this.element.querySelectorAll("[data-given]"))) {
      if (isAsked) button.setAttribute("aria-pressed", String(button.dataset.given === String(given)));
      else button.removeAttribute("aria-pressed");
    }
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
    this.isLed = false;
    this.heed();
    if (data.led && data.led !== before?.led) {
      this.resting?.abort();
      this.resting = keepInSight(() => this.element);
    }
    this.element.dataset.revision = String(Number(this.element.dataset.revision ?? 0) + 1);
  }

  /** @param {GuessData} data */
  showProgress({ results, place, count, streak, set, question, opened }) {
    const isOver = !question && results.length === count;
    write(this.where, isOver ? `Questions ${set}: all ${count} answered` : `Question ${place + 1} of ${count}`);
    this.marks.replaceChildren(...Array.from({ length: count }, (_, at) => {
      const [kind, sign, word] = at >= results.length ? ["open", "", "not yet"] : results[at] === null ? ["open", "–", "passed over"]
        : results[at] ? ["right", "✓", "right"] : ["wrong", "✗", "wrong"];
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
    if (question.form === "number") this.answer.replaceChildren(...(opened ? this.aimed(question, opened) : this.field(question)));
    else if (question.form === "choice") this.answer.replaceChildren(this.options(question, opened));
    else this.answer.replaceChildren();
  }

  /** @param {QuestionShown} question */
  field({ unit, aim }) {
    const input = make("input", {
      type: "text", inputmode: "text", autocomplete: "off", "aria-label": unit ? `Your answer, in ${unit}` : "Your answer",
    });
    const form = make("form", {
      class: "row",
      onsubmit: (/** @type {Event} */ event) => {
        event.preventDefault();
        if (input.value.trim()) this.give(input.value);
        else input.focus();
      },
    }, make("label", {}, "Your answer", input), unit ? make("span", {}, unit) : null,
    this.check);
    if (!aim) return [form];
    const dragged = new Aim(aim, (value) => { input.value = short(value, 4); }, () => form.requestSubmit());
    input.addEventListener("input", () => {
      const value = typed(input.value);
      if (value !== null) dragged.place(value);
    });
    return [make("p", { class: "how" }, aim.what === "slope" ? "Turn the line by its end, or type the number." : "Drag the point up or down, or type the number."),
      dragged.element, form];
  }

  /** What was dragged, beside what is right. @param {QuestionShown} question @param {OpenedAnswer} opened */
  aimed({ aim }, opened) {
    if (!aim) return [];
    const dragged = new Aim(aim, () => {}, () => {});
    dragged.open(typed(String(opened.given)), Number(opened.answer));
    return [dragged.element];
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
          type: "button", class: state, "data-given": letter, "aria-disabled": String(Boolean(opened)),
          onclick: () => { if (!this.data?.opened) this.give(letter); },
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
          type: "button", tabindex: row || column ? -1 : 0, "aria-label": `${text}, row ${row + 1}, column ${column + 1}`, "data-given": at,
          onclick: () => this.give([row, column]),
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

  close() {
    this.resting?.abort();
    classroom.removeEventListener("change", this.onClass);
    classroom.pose(null);
    this.element.remove();
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
}, (/** @type {Guess} */ guess) => guess.close());
