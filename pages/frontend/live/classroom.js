// The class that this tab is in: one connection for all pages, which outlives each of them. What has to be told to the
// server is told until it says that it is done; what comes back is the newest view of the class, and all who listen
// are told of it.
//
// The tab alone remembers the class: a reload comes back to it, and closing the tab forgets it. Of the class that was
// left last the browser keeps the token, by which the server knows one who was removed.

import { go } from "../core/going.js";
import { experimentAt } from "../core/links.js";
import { BASE, socketAt } from "../core/server.js";

/** @typedef {import("../types/messages.js").ClassReply} ClassReply */
/** @typedef {import("../types/messages.js").StudentView} StudentView */
/** @typedef {import("../types/messages.js").TeacherView} TeacherView */

const NAME = `explorer.class ${BASE.pathname}`;
const LEFT = `explorer.class.left ${BASE.pathname}`;
const RETRY_FIRST = 300; // ms before the first new attempt; each further one waits twice as long
const RETRY_MOST = 8000;
const LOOK = 500; // ms between two looks at where this tab is
const SPEAK = 20_000; // ms after which a tab says that it is there though nothing has changed
const PLACE_MOST = 2048; // characters of an address on the wall: a longer one is told without its settings
const ADDRESS_MOST = 8192;
const MARKS_MOST = 40;
const ASIDE = ["class", "join", "teacher"]; // pages that are no experiment

const LOST = "The explorer does not answer. Try again in a moment.";
export const LONG = "The settings of this experiment are too long for a link, so no class can be brought to it.";

/** Where this tab is, as others can open it: the page with its settings. @param {string[]} [included] of what only says how it is looked at */
export function here(included) {
  const path = experimentAt(location.href, included);
  return path.startsWith(BASE.href) ? path.slice(BASE.href.length) : "";
}

/** The name of the page in an address. @param {string} address */
export const pageOf = (address) => address.split("?")[0];

/** Whether an address is an experiment, and no page of the class itself. @param {string} address */
export const isExperiment = (address) => !ASIDE.includes(pageOf(address));

/** Whether this tab is at an address, and in its tab of the page where it names one. @param {string} address */
export const isAt = (address) => here(/[?&]tab=/.test(address) ? ["tab"] : []) === address;

/** @typedef {{mark: string, prompt: string, show: () => void}} Posed a question of Guess first: what the class knows it by, its words, and what brings it into sight */

class Classroom extends EventTarget {
  constructor() {
    super();
    /** The newest view; none while this tab is in no class, or has not heard of it yet. @type {StudentView | TeacherView | null} */
    this.view = null;
    this.code = "";
    this.key = "";
    this.move = 0; // the last one that this tab has followed
    this.movedAt = 0; // when that was
    this.over = ""; // why the class is over for this tab
    this.isOpen = false;
    this.marks = "";
    /** The picture of a student that came last; it is shown while the view names it. @type {import("../types/messages.js").ShownPicture | null} */
    this.picture = null;
    /** The question of Guess first on the page; none where there is none, or it is about to change. @type {Posed | null} */
    this.posed = null;
    this.n = 0;
    /** What is not done yet, by its number. @type {Map<number, {message: string, isFleeting: boolean, settle: (said: string) => void}>} */
    this.undone = new Map();
    this.retry = RETRY_FIRST;
    this.told = "";
    this.toldAt = 0;
    /** @type {WebSocket | null} */
    this.socket = null;
    this.recall();
    if (this.key) this.connect();
    setInterval(() => this.look(), LOOK);
  }

  get isIn() {
    return this.key !== "";
  }

  // What a person does. Each gives a promise of what is said about it: nothing where all is well.

  start() { return this.do("start", {}, true); }

  /** @param {string} code @param {string} name */
  join(code, name) {
    let held = "";
    try {
      held = localStorage.getItem(LEFT) ?? "";
    } catch {
      // A browser that keeps nothing has nothing to show.
    }
    return this.do("join", { code, name, held: held.slice(0, 200) }, true);
  }

  /** Answer the present question. @param {string | number} given */
  answer(given) {
    const question = this.view?.question?.number ?? 0;
    return this.do("answer", { question, answer: typeof given === "string" ? given.slice(0, 200) : given });
  }

  /** The picture that the class sees in place of one's own, if there is one and it has arrived. */
  get lent() {
    return this.view && this.picture?.id === this.view.picture ? this.picture : null;
  }

  /** Bring everyone to where this tab is, or to the experiment of a student. @param {string} address @param {number} student */
  bring(address = here(), student = 0) {
    return address.length > ADDRESS_MOST ? Promise.resolve(LONG) : this.do("bring", { address, student });
  }

  /** Do an act of the table in `pages/classroom/messages.py`. @param {string} act @param {object} fields @param {boolean} isFleeting not to be done once more where the connection is lost: its answer would come too late
   * @returns {Promise<string>} */
  do(act, fields = {}, isFleeting = false) {
    if (!isFleeting && !this.isIn) return Promise.resolve("");
    return new Promise((settle) => {
      this.n += 1;
      const message = JSON.stringify({ class: { do: act, n: this.n, ...fields } });
      this.undone.set(this.n, { message, isFleeting, settle });
      if (this.isOpen) this.socket?.send(message);
      else if (!this.socket) this.connect();
    });
  }

  /** Say how the checks of a lesson's steps came out: 1 met, 0 not met, - not made, of each step. @param {string} marks */
  report(marks) {
    this.marks = marks.slice(0, MARKS_MOST); // told with the next look: a page that goes takes its strip along
  }

  /** Say which question of Guess first the page shows. @param {Posed | null} posed */
  pose(posed) {
    const isOther = posed?.mark !== this.posed?.mark;
    this.posed = posed;
    if (isOther) this.changed();
  }

  // The connection.

  connect() {
    clearTimeout(this.timer);
    const socket = new WebSocket(socketAt("lane"));
    this.socket = socket;
    socket.onopen = () => {
      this.isOpen = true;
      this.retry = RETRY_FIRST;
      this.told = "";
      if (this.key) {
        this.n += 1;
        socket.send(JSON.stringify({ class: { do: "enter", n: this.n, code: this.code, key: this.key } }));
      }
      for (const { message } of this.undone.values()) socket.send(message);
      this.changed();
    };
    socket.onmessage = ({ data }) => this.hear(JSON.parse(data).class);
    socket.onclose = () => {
      if (socket !== this.socket) return;
      this.isOpen = false;
      this.socket = null;
      for (const [n, { isFleeting, settle }] of this.undone) {
        if (!isFleeting) continue;
        this.undone.delete(n);
        settle(LOST);
      }
      // Thirty browsers whose server was restarted do not all come back in the same moment.
      if (this.isIn) this.timer = setTimeout(() => this.connect(), this.retry * (0.5 + Math.random()));
      this.retry = Math.min(2 * this.retry, RETRY_MOST);
      this.changed();
    };
  }

  /** @param {ClassReply} reply */
  hear({ done, said, code, key, view, over, picture }) {
    if (code && key) {
      if (key !== this.key) this.move = 0;
      Object.assign(this, { code, key, over: "" });
      this.keep();
    }
    if (picture) this.picture = picture;
    if (view) {
      this.view = view;
      if (!view.picture) this.picture = null;
      this.follow(view);
    }
    if (over) this.forget(over);
    if (done !== undefined) {
      const act = this.undone.get(done);
      this.undone.delete(done);
      act?.settle(said ?? "");
    }
    this.changed();
    this.look();
  }

  /** Go where the teacher has brought everyone since this tab looked last. @param {StudentView | TeacherView} view */
  follow({ role, move, experiment }) {
    if (move === this.move) return;
    Object.assign(this, { move, movedAt: Date.now() });
    this.keep();
    if (role === "student" && !isAt(experiment)) this.goBack();
  }

  /** Go to the experiment of the class. */
  goBack() {
    if (this.view) go(this.view.experiment);
  }

  /** Tell the server where this tab is, if that is news or was told long ago. */
  look() {
    if (!this.isOpen || !this.view) return;
    const address = here();
    const place = address.length > PLACE_MOST ? pageOf(address) : address;
    const told = JSON.stringify([place, this.marks]);
    if (told === this.told && Date.now() - this.toldAt < SPEAK) return;
    const isNews = told !== this.told;
    this.told = told;
    this.toldAt = Date.now();
    if (this.view.role === "student") this.do("place", { address: place, marks: this.marks }, true);
    else this.do("stay", {}, true);
    if (isNews) this.changed();
  }

  changed() {
    this.dispatchEvent(new Event("change"));
  }

  // What the tab remembers.

  recall() {
    try {
      const { code, key, move } = JSON.parse(sessionStorage.getItem(NAME) ?? "{}");
      if (typeof code === "string" && typeof key === "string") Object.assign(this, { code, key, move: Number(move) || 0 });
    } catch {
      // A browser that keeps nothing joins anew after a reload.
    }
  }

  /** Forget also that this browser has been in a class. */
  forgetToken() {
    try {
      localStorage.removeItem(LEFT);
    } catch {
      // Likewise.
    }
  }

  keep() {
    try {
      sessionStorage.setItem(NAME, JSON.stringify({ code: this.code, key: this.key, move: this.move }));
    } catch {
      // Likewise.
    }
  }

  /** Be in no class any more. @param {string} why */
  forget(why) {
    for (const { settle } of this.undone.values()) settle("");
    this.undone.clear();
    try {
      if (this.view?.role === "student") localStorage.setItem(LEFT, this.key);
      sessionStorage.removeItem(NAME);
    } catch {
      // Likewise.
    }
    Object.assign(this, { view: null, picture: null, code: "", key: "", move: 0, over: why, marks: "" });
    const { socket } = this;
    this.socket = null;
    this.isOpen = false;
    socket?.close();
  }
}

export const classroom = new Classroom();

/** Say how the checks of a lesson's steps came out: a character for each, 1 met, 0 not met, - not made. @param {string} marks */
export const report = (marks) => classroom.report(marks);
