// The teacher's desk: how students join, and the wall, with a tile for each of them.

import { button, make, write } from "../frontend/core/dom.js";
import { go } from "../frontend/core/going.js";
import { histogram } from "../frontend/core/histogram.js";
import { kept } from "../frontend/core/kept.js";
import { sharedAs } from "../frontend/core/links.js";
import { counted } from "../frontend/core/words.js";
import { classroom, isExperiment, pageOf } from "../frontend/live/classroom.js";

/** @typedef {import("../frontend/types/messages.js").TeacherView} TeacherView */
/** @typedef {import("../frontend/types/messages.js").TileView} TileView */

const ALONE = "Only this computer can open the address: start the explorer so that it answers in your network "
  + "(--server.address 0.0.0.0), or tell it the name that students use (browser.serverAddress).";
const MARKS = /** @type {Record<string, [string, string]>} */ ({ 1: ["✓", "met"], 0: ["✗", "not yet met"], "-": ["·", "not checked"] });


class Tile {
  /** @param {Desk} desk @param {number} number */
  constructor(desk, number) {
    this.desk = desk;
    this.number = number;
    this.address = "";
    this.isMuted = false;
    this.name = make("b", {});
    this.state = make("span", { class: "state" });
    this.where = make("p", { class: "where" });
    this.marks = make("p", { class: "marks" });
    this.answer = make("p", { class: "answer" });
    this.open = button("Open", () => go(this.address));
    this.toAll = button("Show", () => this.ask("Show this experiment to everyone? If the picture is their own, they are asked first.", () => this.show()), {
      title: "Bring everyone to this experiment",
    });
    this.mute = button("Mute", () => desk.tell(classroom.do("mute", { student: number, on: !this.isMuted })));
    this.remove = button("Remove", () => this.ask("Remove?", () => desk.tell(classroom.do("kick", { student: number }))));
    this.asked = make("span", {});
    this.yes = () => {};
    this.sure = make("span", { class: "sure", role: "group" }, this.asked, button("Yes", () => this.yes()), button("No", () => this.ask("")));
    this.sure.hidden = true;
    this.element = make("li", { class: "tile" }, make("p", { class: "head" }, this.name, this.state), this.where, this.marks, this.answer,
      make("p", { class: "acts" }, this.open, this.toAll, this.mute, this.remove, this.sure));
  }

  /** Ask before something is done, in place of the buttons. @param {string} question empty where it is answered @param {() => void} [yes] */
  ask(question, yes = () => {}) {
    this.yes = yes;
    write(this.asked, question);
    this.sure.hidden = !question;
    for (const element of [this.open, this.toAll, this.mute, this.remove]) element.hidden = Boolean(question);
    (question ? this.sure.querySelector("button") : this.open)?.focus();
  }

  /** Bring everyone to this student's experiment, the teacher as well. */
  async show() {
    const { address, number } = this;
    const said = await this.desk.tell(classroom.bring(address, number));
    this.ask("");
    if (!said) go(address);
  }

  /** @param {TileView} student @param {boolean} isOpen whether answers are shown @param {boolean} isAsked */
  update({ name, address, marks, answer, isMuted, isAway }, isOpen, isAsked) {
    this.address = address;
    this.isMuted = isMuted;
    write(this.name, name);
    write(this.state, [isAway ? "away" : "", isMuted ? "muted" : ""].filter(Boolean).join(", "));
    const step = new URLSearchParams(address.split("?")[1] ?? "").get("lesson_step");
    const title = this.desk.titles[pageOf(address)] ?? pageOf(address);
    write(this.where, step && /^\d{1,2}$/.test(step) ? `${title}, step ${step}` : title);
    this.marks.hidden = marks === "";
    if (this.marks.dataset.marks !== marks) {
      this.marks.dataset.marks = marks;
      const each = [...marks].map((mark, index) => make("span", { class: `mark m${mark === "-" ? "x" : mark}`, title: `Step ${index + 1}: ${MARKS[mark][1]}` }, MARKS[mark][0]));
      this.marks.replaceChildren(...each);
      const met = [...marks].filter((mark) => mark === "1").length;
      this.marks.setAttribute("aria-label", `${met} of ${marks.length} checks met`);
      this.marks.setAttribute("role", "img");
    }
    this.answer.hidden = !isAsked;
    write(this.answer, answer === null ? "no answer yet" : isOpen ? answer : "answered");
    this.answer.classList.toggle("none", answer === null);
    this.element.classList.toggle("away", isAway);
    write(this.mute, isMuted ? "Unmute" : "Mute");
    this.toAll.disabled = !isExperiment(address);
    for (const element of [this.open, this.toAll, this.mute, this.remove, this.sure]) element.setAttribute("aria-label", `${element.textContent}: ${name}`);
  }
}

class Desk {
  constructor() {
    /** @type {Record<string, string>} */
    this.titles = {};
    this.note = make("p", { class: "note", role: "alert" });
    this.begin = button("Start a class", () => this.start(), { class: "main" });
    this.outside = make("div", { class: "outside" }, this.begin);
    this.code = make("p", { class: "large" });
    this.address = make("p", { class: "address" });
    this.reach = make("p", { class: "quiet" });
    this.qr = make("img", { alt: "QR code of the address at which students join", width: 220, height: 220, class: "waits" });
    this.fold = button("", () => this.folded(!this.card.classList.contains("folded")));
    this.card = make("div", { class: "invitation" },
      make("div", { class: "ways" }, make("p", { class: "how" }, "1. Open this address, or scan the code"), this.address,
        make("p", { class: "how" }, "2. Type the code of the class"), this.code, this.reach),
      make("div", { class: "aside" }, this.qr, this.fold));
    this.moved = false;
    this.folded(false);
    this.heading = make("h2", {});
    this.showing = make("input", { type: "checkbox", onchange: () => this.update() });
    this.readmit = button("Let them in again", () => this.tell(classroom.do("readmit")));
    this.removed = make("span", {});
    this.outcasts = make("span", { class: "outcasts" }, this.removed, this.readmit);
    this.tiles = make("ul", { class: "wall" });
    this.nobody = make("p", { class: "quiet" }, "Nobody has joined yet.");
    this.answers = make("div", {});
    this.counted = ""; // what the bars show
    this.inside = make("div", { class: "desk" }, this.card, this.answers,
      make("div", { class: "wall-head" }, this.heading, this.outcasts, make("label", {}, this.showing, "Show answers on the wall")), this.nobody, this.tiles);
    this.other = make("p", { class: "inside" });
    this.element = make("div", { class: "classroom" }, this.outside, this.other, this.inside, this.note);
    /** @type {Map<number, Tile>} */
    this.known = new Map();
    this.invited = "";
    this.onChange = () => this.update();
    classroom.addEventListener("change", this.onChange);
  }

  /** Show how students join in one line, or large enough for the last row. @param {boolean} isFolded */
  folded(isFolded) {
    this.card.classList.toggle("folded", isFolded);
    write(this.fold, isFolded ? "Show large" : "Show in one line");
  }

  async start() {
    this.begin.disabled = true;
    await this.tell(classroom.start());
    this.begin.disabled = false;
  }

  /** @param {Promise<string>} act */
  async tell(act) {
    const said = await act;
    write(this.note, said);
    return said;
  }

  /** Show the address at which students join, as others in the network can open it. @param {string} code */
  async invite(code) {
    if (this.invited === code) return;
    this.invited = code;
    write(this.code, code);
    const link = new URL(`join?code=${code}`, document.baseURI).href;
    write(this.address, link.split("?")[0].replace(/^https?:\/\//, ""));
    try {
      const shared = await sharedAs(link);
      write(this.address, shared.link.split("?")[0].replace(/^https?:\/\//, ""));
      write(this.reach, shared.isForAll ? "" : ALONE);
      if (shared.code) this.qr.src = shared.code;
      this.qr.classList.toggle("waits", !shared.code);
    } catch {
      this.invited = "";
    }
  }

  update() {
    const { view } = classroom;
    const isTeacher = view?.role === "teacher";
    this.outside.hidden = view !== null || classroom.isIn;
    this.inside.hidden = !isTeacher;
    this.other.hidden = view?.role !== "student";
    if (view?.role === "student") write(this.other, `You are in class ${view.code} as ${view.name}: leave it to start one of your own.`);
    if (isTeacher) this.show(view);
  }

  /** @param {TeacherView} view */
  show({ code, move, students, question, removed }) {
    this.invite(code);
    // Once the lesson goes on, the room on the screen is the wall's.
    if (move > 0 && !this.moved) this.folded(true);
    this.moved = move > 0;
    this.outcasts.hidden = removed === 0;
    write(this.removed, `${removed} removed`);
    write(this.heading, counted(students.length, "student"));
    this.nobody.hidden = students.length > 0;
    const shown = question?.isRevealed ? JSON.stringify(question) : "";
    if (shown !== this.counted) {
      this.counted = shown;
      this.answers.replaceChildren(...(question?.isRevealed ? [make("h2", {}, question.prompt || "Answers"), histogram(question.answers ?? [])] : []));
    }
    const isOpen = this.showing.checked || (question?.isRevealed ?? false);
    const numbers = new Set(students.map(({ number }) => number));
    for (const [number, tile] of this.known) {
      if (numbers.has(number)) continue;
      tile.element.remove();
      this.known.delete(number);
    }
    for (const student of students) {
      let tile = this.known.get(student.number);
      if (!tile) {
        tile = new Tile(this, student.number);
        this.known.set(student.number, tile);
        this.tiles.append(tile.element);
      }
      tile.update(student, isOpen, question !== null);
    }
  }

  close() {
    classroom.removeEventListener("change", this.onChange);
    this.element.remove();
  }
}

export default kept(({ parentElement, data }, /** @type {Desk | undefined} */ before) => {
  const desk = before ?? new Desk();
  if (!before) parentElement.append(desk.element);
  desk.titles = data.titles;
  desk.update();
  return desk;
}, (desk) => desk.close());
