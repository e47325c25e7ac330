// The bar of a class: what a student hears and answers, and what a teacher does, on every page.

import { button, make, write } from "../frontend/core/dom.js";
import { go } from "../frontend/core/going.js";
import { histogram } from "../frontend/core/histogram.js";
import { kept } from "../frontend/core/kept.js";
import { counted } from "../frontend/core/words.js";
import { classroom, here, isAt, isExperiment, pageOf } from "../frontend/live/classroom.js";

/** @typedef {import("../frontend/types/messages.js").StudentView} StudentView */
/** @typedef {import("../frontend/types/messages.js").TeacherView} TeacherView */

const SAID_FOR = 6000; // ms
const SETTLED = 2000; // ms after which a page that shows no picture of the person's own will show none


/** A card that a button of the bar opens, above the bar. @param {string} id @param {string} name @param {...(Node | string)} children */
function card(id, name, ...children) {
  const element = make("div", { id, class: "card", popover: "auto", role: "dialog", "aria-label": name, onbeforetoggle: () => {
    const top = element.closest(".class-bar")?.getBoundingClientRect().top ?? innerHeight;
    element.style.bottom = `${innerHeight - top + 6}px`;
  } }, ...children);
  return element;
}

class Bar {
  /** @param {HTMLElement} parent */
  constructor(parent) {
    /** @type {Record<string, string>} */
    this.titles = {};
    /** Whether the picture that is on is the person's own. */
    this.hasOwn = false;
    this.stop = new AbortController();
    /** What was drawn last of what is drawn anew as a whole. */
    this.drawn = "";
    /** What takes the class's affairs to the page, and what it has been told of them. @type {(name: "lent" | "wanted", value: unknown) => void} */
    this.send = () => {};
    this.lent = "";
    this.status = make("p", { class: "said", role: "status" });
    this.student = new StudentBar(this);
    this.teacher = new TeacherBar(this);
    this.farewell = make("div", { class: "farewell" });
    this.element = make("section", { class: "class-bar", "aria-label": "Class", popover: "manual" },
      this.student.element, this.teacher.element, this.farewell, this.status);
    parent.append(this.element, this.student.pause);
    classroom.addEventListener("change", () => this.update(), { signal: this.stop.signal });
  }

  /** Say a sentence for a while. @param {string} sentence */
  say(sentence) {
    clearTimeout(this.silence);
    write(this.status, sentence);
    if (sentence) this.silence = setTimeout(() => write(this.status, ""), SAID_FOR);
  }

  /** Do something, and say what is wrong with it. @param {Promise<string>} act */
  async tell(act) {
    const said = await act;
    if (said) this.say(said);
  }

  /** Let the page show the picture that the class sees, or its own again. */
  lend() {
    const { lent } = classroom;
    // One that is named is still on its way.
    if (!lent && classroom.view?.picture) return;
    if ((lent?.id ?? "") === this.lent) return;
    this.lent = lent?.id ?? "";
    this.send("lent", lent ?? { id: "", png: "" });
  }

  update() {
    const { view, over } = classroom;
    this.lend();
    const isShown = Boolean(view || over);
    // Over the sidebar as well, which lies above all that stands in the page.
    if (this.element.isConnected) this.element.togglePopover(isShown);
    document.documentElement.toggleAttribute("data-class-bar", isShown);
    this.student.element.hidden = view?.role !== "student";
    this.teacher.element.hidden = view?.role !== "teacher";
    this.farewell.hidden = Boolean(view) || !over;
    this.student.show(view?.role === "student" ? view : null);
    this.teacher.show(view?.role === "teacher" ? view : null);
    if (!view && over && this.drawn !== over) {
      this.farewell.replaceChildren(make("span", {}, over), button("Close", () => {
        classroom.over = "";
        classroom.changed();
      }));
    }
    this.drawn = view ? "" : over;
  }

  close() {
    this.stop.abort();
    clearTimeout(this.silence);
    this.student.freeze(false);
    this.student.pause.remove();
    this.element.remove();
    document.documentElement.removeAttribute("data-class-bar");
  }
}

class StudentBar {
  /** @param {Bar} bar */
  constructor(bar) {
    this.bar = bar;
    this.who = make("span", { class: "who" });
    this.back = button("Back to the class", () => classroom.goBack(), { class: "main" });
    this.prompt = make("label", { class: "prompt", for: "class-answer" });
    this.input = make("input", { id: "class-answer", type: "text", maxlength: 80, autocomplete: "off", placeholder: "Your answer" });
    this.send = make("button", { type: "submit", class: "main" }, "Send");
    this.form = make("form", { class: "question", onsubmit: (/** @type {Event} */ event) => this.answer(event) },
      this.prompt, this.input, this.send);
    this.pointed = make("span", {});
    this.toQuestion = button("To the question", () => classroom.posed?.show());
    this.pointer = make("span", { class: "question" }, this.pointed, this.toQuestion);
    this.answers = card("class-answers", "Answers of the class");
    this.open = button("Answers", () => {}, { popovertarget: "class-answers", class: "main" });
    this.giving = button("Show it", () => this.give(), { class: "main" });
    this.wish = make("div", { class: "wish", role: "group", "aria-label": "Show your picture?" },
      make("p", { role: "alert" }, "Your teacher wants to show your picture to the class."),
      make("div", { class: "row" }, this.giving, button("Keep it to myself", () => this.keep())));
    this.wish.hidden = true;
    /** @type {number | undefined} */
    this.sparing = undefined;
    /** Whether the page was asked for the picture, which is then sent. */
    this.isGiving = false;
    this.leave = button("Leave", () => this.ask(true));
    this.sure = make("span", { class: "sure", role: "group", "aria-label": "Leave the class?" }, "Leave the class?",
      button("Yes", () => this.bar.tell(classroom.do("leave"))), button("No", () => this.ask(false)));
    this.element = make("div", { class: "row" }, this.who, this.form, this.pointer, this.open, make("span", { class: "gap" }), this.back,
      make("span", { class: "exit" }, this.leave, this.sure), this.wish, this.answers);
    this.sure.hidden = true;
    this.paused = make("div", { class: "paused" });
    this.pause = make("dialog", {
      // Where a browser does not know that nothing closes it, the key Esc does, and it opens again.
      class: "pause", "aria-label": "Paused", closedby: "none", onclose: () => this.freeze(this.isFrozen),
    }, make("h2", {}, "Look to the front"), make("p", {}, "Your teacher has stopped the screens for a moment."), this.paused);
    this.isFrozen = false;
    this.asked = 0;
    this.movedAt = 0;
    this.drawn = "";
  }

  /** @param {boolean} isSure */
  ask(isSure) {
    this.sure.hidden = !isSure;
    this.leave.hidden = isSure;
    (isSure ? this.sure.querySelector("button") : this.leave)?.focus();
  }

  /** Ask the page for the picture that is on. */
  give() {
    this.isGiving = true;
    this.giving.disabled = true;
    this.bar.send("wanted", Date.now());
  }

  /** Send the picture to the class. @param {string} png as Base64 */
  async given(png) {
    if (!this.isGiving || !png) return;
    this.isGiving = false;
    this.bar.say((await classroom.do("give", { picture: png }, true)) || "The class sees your picture.");
    this.giving.disabled = false;
  }

  keep() {
    this.bar.tell(classroom.do("keep"));
    this.bar.say("Your picture stays with you.");
  }

  /** There is nothing to ask for: the class has the picture that is on, if there is one. */
  spare() {
    this.sparing = undefined;
    const { view } = classroom;
    if (view?.role === "student" && view.isWished && !this.bar.hasOwn && isAt(view.experiment)) this.bar.tell(classroom.do("spare"));
  }

  /** Ask for the picture, or ask no longer. @param {boolean} isWished */
  showWish(isWished) {
    const isShown = isWished && this.bar.hasOwn;
    if (isWished && !isShown) this.sparing ??= window.setTimeout(() => this.spare(), SETTLED);
    else {
      clearTimeout(this.sparing);
      this.sparing = undefined;
    }
    if (isShown !== this.wish.hidden) return;
    // The focus stays where it is: Enter, meant for something else, would be a yes.
    this.wish.hidden = !isShown;
    if (!isShown) this.giving.disabled = this.isGiving = false;
  }

  /** @param {Event} event */
  async answer(event) {
    event.preventDefault();
    const said = await classroom.answer(this.input.value);
    this.bar.say(said || "Your answer has arrived.");
  }

  /** @param {StudentView | null} view */
  show(view) {
    this.freeze(view?.isFrozen ?? false);
    this.showWish(view?.isWished ?? false);
    if (!view) {
      this.ask(false);
      this.asked = 0;
      return;
    }
    const { name, code, move, experiment, isMine, question } = view;
    write(this.who, classroom.isOpen ? `${name}, class ${code}` : "Connection lost: coming back");
    this.back.hidden = move === 0 || isAt(experiment);
    // Also where the move has led to another page, and this is a new bar.
    if (classroom.movedAt !== this.movedAt && Date.now() - classroom.movedAt < SAID_FOR) {
      this.bar.say(isMine ? "Your teacher shows your experiment to everyone."
        : `Your teacher has brought everyone to ${this.bar.titles[pageOf(experiment)] ?? "a page"}.`);
    }
    this.movedAt = classroom.movedAt;
    this.point(view);
    this.open.hidden = !question?.isRevealed;
    if (question && question.number !== this.asked) {
      this.input.value = view.answer ?? "";
      if (this.asked && !question.isRevealed && !question.posed) this.bar.say("Your teacher has asked a question.");
    }
    this.asked = question?.number ?? -1;
    write(this.prompt, question?.prompt || "Your answer");
    write(this.send, view.answer === null ? "Send" : "Change");
    const drawn = JSON.stringify([question?.answers, view.answer]);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    if (!question?.answers) {
      this.answers.hidePopover();
      this.paused.replaceChildren();
      return;
    }
    const about = question.prompt ? make("p", { class: "prompt" }, question.prompt) : null;
    this.answers.replaceChildren(...[about, histogram(question.answers, view.answer ?? undefined)].filter((each) => each !== null));
    this.paused.replaceChildren(...[about?.cloneNode(true), histogram(question.answers, view.answer ?? undefined)].filter((each) => each != null));
    if (!view.isFrozen && this.answers.isConnected && !this.element.hidden) this.answers.showPopover();
  }

  /** Let a question be answered here, or point to where the page asks it. @param {StudentView} view */
  point({ question, answer, experiment }) {
    const isOpen = question !== null && !question.isRevealed;
    const isPosed = isOpen && question.posed !== "";
    const isFound = isPosed && classroom.posed?.mark === question.posed;
    // Where the page shows another question, about a picture of one's own for example, there is only this place.
    const isElsewhere = isPosed && !isFound && !(classroom.posed && isAt(experiment));
    this.form.hidden = !isOpen || isFound || isElsewhere;
    this.pointer.hidden = !isFound && !isElsewhere;
    this.toQuestion.hidden = !isFound;
    this.toQuestion.classList.toggle("main", answer === null);
    write(this.pointed, answer === null ? "Answer under Guess first" : `Your answer: ${answer}`);
  }

  /** @param {boolean} isFrozen */
  freeze(isFrozen) {
    this.isFrozen = isFrozen;
    if (isFrozen && !this.pause.open && this.pause.isConnected) this.pause.showModal();
    if (!isFrozen && this.pause.open) this.pause.close();
  }
}

class TeacherBar {
  /** @param {Bar} bar */
  constructor(bar) {
    this.bar = bar;
    this.who = make("span", { class: "who" });
    this.bring = button("Bring everyone here", () => this.bringAll(), { class: "main" });
    this.freeze = button("Freeze", () => this.bar.tell(classroom.do("freeze", { on: this.freeze.getAttribute("aria-pressed") !== "true" })), {
      "aria-pressed": "false", title: "Stop the students' screens, and let them go on",
    });
    this.asks = make("span", { class: "asks", role: "status" });
    this.hide = button("Hide the picture", () => {
      this.stoppedAt = this.wishedAt;
      this.bar.tell(classroom.do("hide"));
    });
    this.said = "";
    this.wished = 0; // who is asked for their picture
    this.wishedAt = 0; // in which move
    this.stoppedAt = 0; // and in which one the teacher has stopped it
    this.prompt = make("input", { id: "class-prompt", type: "text", maxlength: 160, autocomplete: "off", placeholder: "How large is the map?" });
    this.posed = make("p", { class: "prompt" });
    this.onPage = make("div", { class: "posed" }, make("p", {}, "The question under Guess first on your screen:"), this.posed,
      button("Ask this question", () => this.askPosed(), { class: "main" }));
    this.asking = card("class-asking", "Ask the class", this.onPage, make("form", { onsubmit: (/** @type {Event} */ event) => this.ask(event) },
      make("label", { for: "class-prompt" }, "Your question, or nothing where you ask it aloud"), this.prompt,
      make("button", { type: "submit", class: "main" }, "Ask")));
    this.askButton = button("Ask", () => {}, { popovertarget: "class-asking" });
    this.count = button("", () => {}, { popovertarget: "class-counted", class: "count" });
    this.counted = card("class-counted", "Answers of the class");
    this.reveal = button("Reveal", () => this.revealAll(), { class: "main" });
    this.closeButton = button("Close", () => this.bar.tell(classroom.do("close", { question: this.question })), { title: "Close the question" });
    this.wall = button("Wall", () => go("class"));
    this.end = button("End", () => this.sureOf(true));
    this.sure = make("span", { class: "sure", role: "group", "aria-label": "End the class for everyone?" }, "End it for everyone?",
      button("Yes", () => this.bar.tell(classroom.do("end"))), button("No", () => this.sureOf(false)));
    this.sure.hidden = true;
    this.element = make("div", { class: "row" }, this.who, this.bring, this.freeze, this.asks, this.hide, this.askButton, this.count,
      this.closeButton, this.reveal, make("span", { class: "gap" }), this.wall, this.end, this.sure, this.asking, this.counted);
    this.question = 0;
    this.next = 1;
    this.drawn = "";
  }

  async bringAll() {
    this.bar.say((await classroom.bring()) || "Everyone is on the way here.");
  }

  /** Open the answers on all screens, the teacher's among them; the wall has them anyway. */
  async revealAll() {
    const said = await classroom.do("reveal", { question: this.question });
    if (said) this.bar.say(said);
    else if (!this.wall.hidden) this.counted.showPopover();
  }

  /** @param {Event} event */
  ask(event) {
    event.preventDefault();
    this.bar.tell(classroom.do("ask", { question: this.next, prompt: this.prompt.value, posed: "" }));
    this.asking.hidePopover();
    this.prompt.value = "";
  }

  /** Bring everyone to the question of Guess first on the screen, and ask it. */
  async askPosed() {
    const { posed } = classroom;
    if (!posed) return;
    this.asking.hidePopover();
    const said = await classroom.bring(here(["tab"]));
    if (said) this.bar.say(said);
    else this.bar.tell(classroom.do("ask", { question: this.next, prompt: posed.prompt.slice(0, 160), posed: posed.mark }));
  }

  /** Say what has become of a picture, once. @param {TeacherView} view */
  tellOfPicture(view) {
    const { shown, picture, wished, move } = view;
    /** @param {number} of */
    const name = (of) => view.students.find(({ number }) => number === of)?.name ?? "";
    this.hide.hidden = picture === "" && !wished;
    write(this.hide, wished ? "Stop asking" : "Hide the picture");
    write(this.asks, wished ? `Asking ${name(wished)} whether the class may see their picture …` : "");
    const isSpared = this.wished > 0 && this.wishedAt === move && this.stoppedAt !== move && !wished && !picture && !view.kept;
    const before = name(this.wished);
    let said = "";
    if (picture) said = `Everyone sees ${name(shown)}’s picture.`;
    else if (view.kept && name(view.kept)) said = `${name(view.kept)} keeps the picture.`;
    else if (isSpared) said = before ? `There is no picture of ${before}’s own on the screen, so there was nothing to ask.` : "Who was asked has left.";
    if (said && said !== this.said) this.bar.say(said);
    Object.assign(this, { said, wished, wishedAt: move });
  }

  /** @param {boolean} isSure */
  sureOf(isSure) {
    this.sure.hidden = !isSure;
    this.end.hidden = isSure;
    (isSure ? this.sure.querySelector("button") : this.end)?.focus();
  }

  /** @param {TeacherView | null} view */
  show(view) {
    if (!view) {
      this.sure.hidden = true;
      this.end.hidden = false;
      return;
    }
    const { code, move, experiment, students, question, isFrozen, asked } = view;
    const present = students.filter(({ isAway }) => !isAway).length;
    write(this.who, classroom.isOpen ? `Class ${code}: ${counted(present, "student")}` : "Connection lost: coming back");
    this.tellOfPicture(view);
    this.onPage.hidden = !classroom.posed?.mark;
    write(this.posed, classroom.posed?.prompt ?? "");
    this.bring.disabled = !isExperiment(here());
    const step = new URLSearchParams(here().split("?")[1] ?? "").get("lesson_step");
    write(this.bring, step ? `Bring everyone to step ${step}` : "Bring everyone here");
    this.bring.classList.toggle("main", move === 0 || !isAt(experiment));
    this.bring.title = this.bring.disabled ? "Open an experiment first" : "All browsers of the class open what is on your screen";
    this.wall.hidden = pageOf(here()) === "class";
    this.freeze.setAttribute("aria-pressed", String(isFrozen));
    write(this.freeze, isFrozen ? "Frozen" : "Freeze");
    this.question = question?.number ?? 0;
    this.next = asked + 1;
    this.askButton.hidden = question !== null;
    for (const element of [this.count, this.closeButton]) element.hidden = question === null;
    this.reveal.hidden = question === null || question.isRevealed;
    const answered = students.filter(({ answer }) => answer !== null).length;
    write(this.count, `${answered} of ${students.length} answered`);
    const drawn = JSON.stringify(question);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    if (!question) this.counted.hidePopover();
    else this.counted.replaceChildren(make("p", { class: "prompt" }, question.prompt || "Your question"), histogram(question.answers ?? []));
  }
}

export default kept(({ parentElement, data, setStateValue }, /** @type {Bar | undefined} */ bar) => {
  const view = bar ?? new Bar(/** @type {HTMLElement} */ (parentElement));
  view.titles = data.titles;
  view.hasOwn = data.hasOwn;
  view.send = setStateValue;
  view.student.given(data.picture);
  view.update();
  return view;
}, (bar) => bar.close());
