// What stands beside a page's title: the way to the picture in the sidebar, the level, and the Share button.

import { onceOver } from "../frontend/core/acting.js";
import { make, write } from "../frontend/core/dom.js";
import { kept } from "../frontend/core/kept.js";
import { experimentAt, sharedAs } from "../frontend/core/links.js";
import { showPicture } from "../frontend/core/sidebar.js";

const COPIED_FOR = 2000; // ms

const OTHERS = "Others in this network can open it.";
const ALONE = "Only this computer can open it: the explorer is started for this computer alone, or is in no network.";

const LEVELS = [["basics", "Basics", "What a first lesson needs"], ["everything", "Everything", "Every setting and every tab"]];
const KEPT = "explorer.level"; // what this browser calls the level that was chosen last

/** @typedef {import("../frontend/core/links.js").Shared} Shared */
/** @typedef {{seesPicture: boolean, hasLevels: boolean, isBasic: boolean, isOpen: boolean}} Said by the page */

class Header {
  constructor() {
    this.asked = 0;
    /** The colour of the page, which tells its theme. @type {string | undefined} */
    this.ground = undefined;
    /** Leaves what waits for the end of a run. */
    this.rest = () => {};
    this.ticks = [["tab", "Open on this tab"], ["projector", "Open in Projector mode"]].map(([name, title]) => {
      const box = make("input", { type: "checkbox", value: name, onchange: () => this.ask() });
      return { box, element: make("label", {}, box, title) };
    });
    this.code = make("img", { alt: "QR code of the link", width: 220, height: 220 });
    this.note = make("p", { role: "status" });
    this.link = make("textarea", {
      readonly: true, rows: 3, "aria-label": "Link", onfocus: () => this.link.select(),
    });
    this.copyButton = make("button", { type: "button", class: "main", onclick: () => this.copy() }, "Copy");
    this.card = make("div", { class: "card", popover: "auto", id: "share", role: "dialog", "aria-label": "Share" },
      make("p", { class: "what" }, "Whoever opens this link sees the same experiment."),
      this.code, this.link, this.copyButton, ...this.ticks.map(({ element }) => element), this.note);
    this.card.addEventListener("toggle", (event) => {
      if (/** @type {ToggleEvent} */ (event).newState === "open") this.ask();
    });
    /** What takes the choice to the page. @type {(level: string) => void} */
    this.send = () => {};
    /** What has the page run for another theme. @type {(ground: string) => void} */
    this.rerun = () => {};
    this.levels = LEVELS.map(([level, title, meaning]) => {
      const box = make("input", { type: "radio", name: "level", value: level, onchange: () => this.choose(level) });
      return { box, element: make("label", { title: meaning }, box, title) };
    });
    this.shareButton = make("button", { type: "button", popovertarget: "share" }, "Share");
    this.pictureButton = make("button", { type: "button", class: "picture", onclick: showPicture }, "Picture");
    this.choice = make("div", { class: "levels", role: "radiogroup", "aria-label": "Level" }, ...this.levels.map(({ element }) => element));
    this.element = make("div", { class: "titlebar" }, this.pictureButton, this.choice, this.shareButton, this.card);
  }

  /** @param {Said} said */
  update({ seesPicture, hasLevels, isBasic, isOpen }) {
    this.pictureButton.hidden = !seesPicture;
    this.choice.hidden = !hasLevels;
    if (!hasLevels) return;
    const before = isOpen && isBasic && !this.element.dataset.level ? recalled() : null;
    this.showLevel(isBasic ? "basics" : "everything");
    if (before === "everything") {
      this.showLevel(before);
      this.send(before);
    }
  }

  /** What a run painted has the colours of its theme: after another choice the page runs again, once nothing runs. */
  follow() {
    const ground = getComputedStyle(this.element).getPropertyValue("--st-background-color");
    const before = this.ground;
    if (ground) this.ground = ground; // there is none while Streamlit has yet to say it
    if (!before || !ground || before === ground) return;
    this.rest();
    this.rest = onceOver(() => this.rerun(ground));
  }

  /** @param {string} level */
  showLevel(level) {
    this.element.dataset.level = level;
    document.documentElement.dataset.level = level;
    for (const { box } of this.levels) box.checked = box.value === level;
  }

  /** The settings follow at once, the tabs with the page's run. @param {string} level */
  choose(level) {
    this.showLevel(level);
    try {
      localStorage.setItem(KEPT, level);
    } catch {
      // A browser that keeps nothing asks again next time.
    }
    this.send(level);
  }

  /** Fetch the link and its code. */
  async ask() {
    const asked = (this.asked += 1);
    for (const { box, element } of this.ticks) element.hidden = !new URLSearchParams(location.search).has(box.value);
    const link = experimentAt(location.href, this.ticks.filter(({ box }) => box.checked).map(({ box }) => box.value));
    this.show({ link, isForAll: true, code: null }, "");
    this.place();
    try {
      const shared = await sharedAs(link);
      if (asked !== this.asked) return;
      const short = shared.code ? "" : " It is too long for a QR code.";
      this.show(shared, (shared.isForAll ? OTHERS : ALONE) + short);
    } catch {
      if (asked === this.asked) write(this.note, "The explorer did not answer, so there is no QR code.");
    }
    this.place();
  }

  /** @param {Shared} shared @param {string} note */
  show({ link, code }, note) {
    this.link.value = link;
    if (code) this.code.src = code;
    this.code.classList.toggle("waits", !code);
    write(this.note, note);
    write(this.copyButton, "Copy");
  }

  /** Put the card below its button, within the window. */
  place() {
    const box = this.shareButton.getBoundingClientRect();
    this.card.style.left = `${Math.max(8, Math.min(box.left, innerWidth - this.card.offsetWidth - 8))}px`;
    this.card.style.top = `${Math.max(8, Math.min(box.bottom + 6, innerHeight - this.card.offsetHeight - 8))}px`;
  }

  async copy() {
    // Only pages of https and of localhost may write to the clipboard; the others copy what is selected.
    if (navigator.clipboard) await navigator.clipboard.writeText(this.link.value);
    else {
      this.link.select();
      document.execCommand("copy");
    }
    write(this.copyButton, "Copied");
    write(this.note, "Copied");
    setTimeout(() => write(this.copyButton, "Copy"), COPIED_FOR);
  }
}

/** What this browser was on last, if it keeps that. */
function recalled() {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

export default kept((component, view) => {
  const header = view ?? new Header();
  if (!view) component.parentElement.replaceChildren(header.element);
  // The time tells two equal choices apart: the page answers to what has changed.
  header.send = (level) => component.setStateValue("chosen", { level, at: Date.now() });
  header.rerun = (ground) => component.setTriggerValue("theme", ground);
  header.update(component.data);
  header.follow();
  return header;
}, (/** @type {Header} */ header) => {
  header.rest();
  header.element.remove();
});
