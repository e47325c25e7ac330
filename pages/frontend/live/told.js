// What the page says of a map further down. A run of the page has written it, and it follows a control that moves.

import { write } from "../core/dom.js";

/** Write each sentence where the page has it. @param {import("../types/messages.js").MapFacts["said"]} said */
export function tellFacts(said) {
  const places = [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-fact]"))];
  for (const [name, sentence] of said) {
    for (const { dataset, lastElementChild } of places) {
      if (dataset.fact === name && lastElementChild) write(lastElementChild, sentence);
    }
  }
}
