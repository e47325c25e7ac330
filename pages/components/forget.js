// Forgets what the browser keeps, once somebody has said so twice: what is gone is gone.

import { make } from "../frontend/core/dom.js";
import { kept } from "../frontend/core/kept.js";
import { yesOrNo } from "../frontend/core/offer.js";
import { forgetProgress } from "../frontend/core/progress.js";
import { forget } from "../frontend/core/records.js";
import { classroom } from "../frontend/live/classroom.js";

const SAID = "So that a reload loses nothing, this browser keeps your drawings, pictures, trained network and progress in lessons for up to 30 days.";
const ASKED = "Forget all of it, also what is on the screen?";

/** The page anew, at its address without the settings: points of one's own stand there. */
const anew = () => location.replace(location.pathname);

export default kept(({ parentElement }, /** @type {HTMLElement | undefined} */ element) => {
  if (element) return element;
  const place = make("div");
  const button = make("button", { type: "button", onclick: () => {
    const question = yesOrNo(ASKED, async () => { forgetProgress(); classroom.forgetToken(); await forget(); anew(); }, () => {
      place.replaceChildren();
      button.focus();
    });
    place.replaceChildren(question);
    question.querySelector("button")?.focus();
  } }, "Forget everything on this computer");
  const made = make("div", { class: "forget" }, make("p", {}, SAID), button, place);
  parentElement.append(made);
  return made;
}, (element) => element.remove());
