// The answers of a class, as bars: each with its words and its count, so that no colour has to be told apart.

import { make } from "./dom.js";
import { counted } from "./words.js";

/**
 * Draw how often each answer was given.
 * @param {import("../types/messages.js").AnswerBar[]} bars
 * @param {string} [mine] the answer to be marked
 */
export function histogram(bars, mine) {
  if (bars.length === 0) return make("p", { class: "none" }, "Nobody has answered.");
  const most = Math.max(...bars.map(({ count }) => count));
  const all = bars.reduce((sum, { count }) => sum + count, 0);
  const rows = bars.map(({ answer, count }) => {
    const isMine = answer !== null && answer.toLowerCase() === mine?.toLowerCase();
    return make("li", { class: isMine ? "mine" : null },
      make("span", { class: "answer" }, answer ?? "other answers", isMine ? make("small", {}, " (yours)") : null),
      make("span", { class: "track", "aria-hidden": "true" }, make("span", { class: "fill", style: `width: ${(100 * count) / most}%` })),
      make("b", {}, String(count)));
  });
  return make("div", { class: "histogram" }, make("ol", {}, ...rows), make("p", {}, counted(all, "answer")));
}
