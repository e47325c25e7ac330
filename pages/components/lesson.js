// The strip of a lesson, under the title: the step, its task, and what was found when it was checked.

import { make, write } from "../frontend/core/dom.js";
import { kept } from "../frontend/core/kept.js";
import { note } from "../frontend/core/progress.js";
import { keepInSight } from "../frontend/core/sight.js";
import { Spoken } from "../frontend/core/spoken.js";
import { report } from "../frontend/live/classroom.js";

const LOOK = 50; // ms between two looks whether the page has seen all settings
const PATIENCE = 5000; // ms after which it is asked anyway
const TABS = "[data-testid='stTabs']";
const FOCUS = "explorer.lesson.focus"; // where a step that is on another page finds what had the focus

/**
 * @typedef {import("../frontend/types/messages.js").StripData} Said by the page
 * @typedef {"check" | "next" | "back" | "return" | "level" | "leave"} Act
 */

class LessonStrip {
  constructor() {
    /** What takes what was pressed to the page. @type {(act: Act) => void} */
    this.send = () => {};
    /** @type {Said | undefined} */
    this.said = undefined;
    /** @type {number | undefined} */
    this.waiting = undefined;
    this.isHinted = false;
    /** Ends what keeps the tab of a step in sight while the page above it grows. @type {AbortController | undefined} */
    this.resting = undefined;
    this.place = make("span", { class: "place" });
    this.task = make("h2", { class: "task", tabindex: -1 });
    this.back = this.button("‹", "back", "Step before");
    this.hintButton = make("button", { type: "button", "aria-expanded": "false", onclick: () => this.hint() }, "Hint");
    this.checkButton = make("button", { type: "button", onclick: () => this.check() }, "Check");
    this.returnButton = this.button("Go back there", "return");
    this.next = this.button("Next", "next");
    this.level = this.button("Next level", "level");
    this.leave = this.button("×", "leave", "Leave the lesson");
    this.text = make("p", { class: "text" });
    this.hintText = make("p", { class: "hint" });
    this.outcome = make("p", { class: "outcome" });
    this.spoken = new Spoken();
    this.element = make("section", { class: "lesson", "aria-label": "Lesson" },
      make("div", { class: "line" }, this.back, this.place, this.task,
        make("div", { class: "acts" }, this.hintButton, this.checkButton, this.returnButton, this.level, this.next, this.leave)),
      this.text, this.hintText, this.outcome, this.spoken.element);
  }

  /** @param {string} title @param {Act} act @param {string} [name] */
  button(title, act, name) {
    return make("button", { type: "button", "aria-label": name, title: name, onclick: () => this.press(act) }, title);
  }

  /** @param {Act} act */
  press(act) {
    try {
      if (act !== "check") sessionStorage.setItem(FOCUS, act);
    } catch {
      // A browser that keeps nothing begins each page at its top.
    }
    this.send(act);
  }

  hint() {
    this.isHinted = !this.isHinted;
    this.show();
  }

  /** Ask the page once it has seen every setting, also one that was dragged a moment ago. */
  check() {
    if (this.waiting !== undefined) return;
    const since = performance.now();
    const look = () => {
      /** @type {string[]} */
      const unsettled = [];
      window.dispatchEvent(new CustomEvent("explorer:unsettled", { detail: unsettled }));
      if (unsettled.length > 0 && performance.now() - since < PATIENCE) {
        this.waiting = window.setTimeout(look, LOOK);
        return;
      }
      this.waiting = undefined;
      this.press("check");
    };
    write(this.checkButton, "Checking");
    look();
  }

  /** @param {Said} said */
  update(said) {
    const { said: before } = this;
    this.said = said;
    const isOther = !before || before.key !== said.key || before.at !== said.at;
    if (isOther) this.isHinted = false;
    this.show();
    if (!said.elsewhere) note(said.key, { at: said.at, total: said.total, met: said.met, title: `${said.lesson}, ${said.level}` });
    report(said.elsewhere ? "" : marks(said));
    const where = said.over ? said.text : `Step ${said.at} of ${said.total}: ${said.task}`;
    if (isOther) {
      if (before) this.spoken.say(where);
      this.takeFocus();
      this.bringTab();
    } else if (said.outcome && said.checked !== before.checked) this.spoken.say(said.outcome[1], true);
  }

  show() {
    const { said, isHinted } = this;
    if (!said) return;
    const { at, total, over, elsewhere, outcome } = said;
    const isHere = !elsewhere && !over;
    write(this.place, over ? said.lesson : `${at} of ${total}`);
    write(this.task, over ? `${said.level}: done` : elsewhere ? `${said.lesson} goes on under ${elsewhere}.` : said.task);
    write(this.text, said.text);
    write(this.hintText, said.hint);
    write(this.outcome, outcome?.[1] ?? "");
    write(this.checkButton, "Check");
    this.back.hidden = Boolean(elsewhere);
    this.back.disabled = at === 1;
    this.hintButton.hidden = !isHere;
    this.hintButton.setAttribute("aria-expanded", String(isHinted));
    this.checkButton.hidden = !isHere || !said.checks;
    this.returnButton.hidden = !elsewhere;
    this.next.hidden = !isHere;
    write(this.next, at === total ? "Finish" : "Next");
    this.level.hidden = !over || !said.then;
    write(this.level, said.then);
    this.text.hidden = Boolean(elsewhere);
    this.hintText.hidden = !isHere || !isHinted;
    this.outcome.hidden = !isHere || !outcome;
    this.outcome.classList.toggle("met", Boolean(outcome?.[0]));
    const isDone = !said.checks || said.met.includes(at);
    this.next.classList.toggle("main", isDone);
    this.checkButton.classList.toggle("main", !isDone);
    this.returnButton.classList.add("main");
    this.level.classList.add("main");
    document.documentElement.dataset.lesson = isHere ? "step" : "aside";
    document.documentElement.toggleAttribute("data-lesson-below", isHere && said.below !== "");
  }

  /** Where a step is about what one tab shows, bring it into sight; after that the next step begins at the top again. */
  bringTab() {
    const { resting, said } = this;
    resting?.abort();
    this.resting = said?.below === "tab" ? keepInSight(() => document.querySelector(TABS)) : undefined;
    if (resting && !said?.below) this.element.scrollIntoView({ block: "end" });
  }

  /** After a step on the strip the keyboard goes on here, also on another page. */
  takeFocus() {
    try {
      if (sessionStorage.getItem(FOCUS) === null) return;
      sessionStorage.removeItem(FOCUS);
    } catch {
      return;
    }
    this.task.focus({ preventScroll: true });
  }

  close() {
    clearTimeout(this.waiting);
    this.resting?.abort();
    report("");
    this.spoken.close();
    delete document.documentElement.dataset.lesson;
    delete document.documentElement.dataset.lessonBelow;
    this.element.remove();
  }
}

/** How the checks of all steps came out, as a teacher's wall shows them. @param {Said} said */
function marks({ at, total, met, outcome }) {
  return Array.from({ length: total }, (unused, index) => {
    if (met.includes(index + 1)) return "1";
    return index + 1 === at && outcome && !outcome[0] ? "0" : "-";
  }).join("");
}

export default kept((component, view) => {
  const strip = view ?? new LessonStrip();
  if (!view) component.parentElement.replaceChildren(strip.element);
  // The time tells two equal presses apart: the page answers to what has changed.
  strip.send = (act) => component.setStateValue("pressed", { act, at: Date.now() });
  strip.update(JSON.parse(component.data.strip));
  return strip;
}, (/** @type {LessonStrip} */ strip) => strip.close());
