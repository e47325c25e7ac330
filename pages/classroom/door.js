// Where a student joins a class.

import { make, write } from "../frontend/core/dom.js";
import { kept } from "../frontend/core/kept.js";
import { pageOf, classroom } from "../frontend/live/classroom.js";

const FORGOTTEN = "You need no account. Your name and your answers stay in the memory of the computer that runs the "
  + "explorer until the class ends or you leave it, and nothing is written to a disk. Closing this tab forgets the class.";

class Door {
  constructor() {
    /** @type {Record<string, string>} */
    this.titles = {};
    const code = new URLSearchParams(location.search).get("code") ?? "";
    this.code = make("input", {
      id: "class-code", class: "code", type: "text", maxlength: 9, required: true, autocomplete: "off", autocapitalize: "characters",
      spellcheck: "false", value: code.slice(0, 9),
    });
    this.name = make("input", { id: "class-name", type: "text", maxlength: 24, autocomplete: "off" });
    this.button = make("button", { type: "submit", class: "main" }, "Join");
    this.note = make("p", { class: "note", role: "alert" });
    this.form = make("form", { class: "door", onsubmit: (/** @type {Event} */ event) => this.join(event) },
      make("label", { for: "class-code" }, "Code of the class"), this.code,
      make("label", { for: "class-name" }, "First name, or none"), this.name,
      this.button, this.note, make("p", { class: "quiet" }, FORGOTTEN));
    this.inside = make("div", { class: "inside" });
    this.element = make("div", { class: "classroom" }, this.form, this.inside);
    this.onChange = () => this.update();
    classroom.addEventListener("change", this.onChange);
  }

  /** @param {Event} event */
  async join(event) {
    event.preventDefault();
    this.button.disabled = true;
    write(this.note, "");
    write(this.note, await classroom.join(this.code.value, this.name.value));
    this.button.disabled = false;
  }

  update() {
    const { view } = classroom;
    this.form.hidden = view !== null;
    this.inside.hidden = view === null;
    if (!view) return;
    const where = view.move > 0 ? `The class is at ${this.titles[pageOf(view.experiment)] ?? "another page"}.`
      : "Your teacher brings you to the first experiment. Until then, look around.";
    const text = view.role === "teacher" ? `You lead class ${view.code} in this tab. Students join here on their own devices.`
      : `You are in class ${view.code} as ${view.name}. ${where}`;
    write(this.inside, text);
  }

  close() {
    classroom.removeEventListener("change", this.onChange);
    this.element.remove();
  }
}

export default kept(({ parentElement, data }, /** @type {Door | undefined} */ before) => {
  const door = before ?? new Door();
  if (!before) parentElement.append(door.element);
  door.titles = data.titles;
  door.update();
  return door;
}, (door) => door.close());
