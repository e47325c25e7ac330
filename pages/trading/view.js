// Trading: one system for each loss, and what became of its money on the test days.

import { make } from "../frontend/core/dom.js";
import { fixed, percent, short } from "../frontend/core/numbers.js";
import { counted } from "../frontend/core/words.js";
import { mount } from "../frontend/live/live.js";
import { Undoing } from "../frontend/live/undoing.js";
import { Plot } from "../frontend/plots/plot.js";

const PENALTIES = ["weight", "threshold", "credit"];
// The systems that no loss of money makes: what the others are compared with. There are four colours for the others.
const COMPARED = /** @type {Record<string, import("../frontend/plots/plot.js").Look>} */ ({
  forecast: { role: "text" },
  hold: { role: "field", dashed: true },
});

/**
 * @typedef {import("../frontend/live/live.js").Control} Control
 * @typedef {import("../frontend/types/messages.js").SystemFacts} SystemFacts
 * @typedef {import("../frontend/types/messages.js").TradingFacts} TradingFacts
 * @typedef {import("../frontend/types/messages.js").TradingValues} TradingValues
 */

/** @extends {Undoing<TradingFacts, TradingValues>} */
class Trading extends Undoing {
  build() {
    const settings = new Map(this.data.settings.map((setting) => [setting.name, setting]));
    /** @type {Plot} */
    this.plot = new Plot({ name: "trading" });
    /** @param {string} name */
    const control = (name) => /** @type {Control} */ (this.addControl(settings.get(name))).element;
    const aside = make("section", { class: "aside", "aria-label": "What losing costs" },
      make("div", { class: "chosenhead" }, make("h2", { class: "chosenname" }, "What losing costs"), this.buildUndo()), ...PENALTIES.map(control), control("bound"), control("shown"));
    /** @param {string} title @param {string[]} names */
    const group = (title, names) => make("fieldset", { class: "group" }, make("legend", {}, title), ...names.map(control));
    /** @type {HTMLFieldSetElement} */
    this.market = group("The market", ["signal", "volatility", "drift", "crashes", "days", "seed"]);
    /** @type {HTMLElement} */
    this.table = make("table", { class: "sampletable trades", "aria-label": "What each system earned on the test days" });
    /** @type {HTMLElement} */
    this.note = make("p", { class: "place" });
    return this.withKeys(make("div", { class: "lab trading" }, this.message, this.plot.element, aside,
      make("div", { class: "scrolled", role: "group", "aria-label": "Table", tabindex: "0" }, this.table, this.note),
      make("div", { class: "groups" }, this.market, group("The learning", ["share", "lags", "rate", "steps"]))));
  }

  /** @param {import("../frontend/live/live.js").Colours} roles */
  colour(roles) {
    this.plot.colour(roles, this.data.series);
  }

  /** How a system's line looks. @param {string} name @returns {import("../frontend/plots/plot.js").Look} */
  look(name) {
    const coloured = this.facts.curves.filter((curve) => !COMPARED[curve.name]);
    return COMPARED[name] ?? { series: coloured.findIndex((curve) => curve.name === name) };
  }

  /** @param {import("../frontend/live/lane.js").Answer<TradingFacts>} answer */
  show({ facts, blobs, seq }) {
    const { curves, x: [low, high], ends, training, all } = facts;
    this.plot.show({
      x: { low, high, title: "Day" },
      y: { low: ends[0], high: ends[1], title: "Total profit, % of one stake" },
      lines: curves.map(({ name, title }, place) => ({ title, x: blobs.x.data, y: blobs[`values${place}`].data, ...this.look(name) })),
      bands: all ? [{ from: 0, to: training, title: "training days" }] : [],
      summary: `Total profit on the test days, in % of one stake: ${curves.map(({ title, profit }) => `${title} ${short(100 * profit)}`).join(", ")}.`,
    });
    this.element.dataset.seq = String(seq);
  }

  write() {
    const { curves, training, held_out: days, own } = this.facts;
    /** @param {number | null} value */
    const said = (value) => (value === null ? "—" : percent(value));
    const heads = [["system", ""], ["profit", "All profits on the test days added up"],
      ["drawdown", "The largest fall from an earlier high"], ["hit rate", "The share of days with a gain among those with a gain or a loss"],
      ["mean stake", "The mean size of the positions"], ["profit / risk", "Mean daily profit divided by its standard deviation: the same at any stake"]];
    this.table.replaceChildren(
      make("tr", {}, ...heads.map(([title, help]) => make("th", { scope: "col", title: help || null }, title))),
      ...curves.map((curve) => {
        const { name, title, why, profit, drawdown, hit_rate: hits, exposure, ratio, stays_out: staysOut, trouble } = curve;
        const head = make("th", { scope: "row", class: "toned", title: why }, title);
        head.style.setProperty("--tone", this.plot.colourOf(this.look(name)));
        /** @param {keyof SystemFacts} key @param {string} text */
        const cell = (key, text) => make("td", { "data-read": `${name} ${key}`, "data-value": curve[key] ?? "", title: curve[key] }, text);
        if (trouble) head.append(make("div", { class: "place trouble" }, trouble));
        else if (staysOut) head.append(make("div", { class: "place" }, "stays out of the market"));
        return make("tr", { "data-goal": name }, head, cell("profit", said(profit)), cell("drawdown", said(drawdown)),
          cell("hit_rate", staysOut ? "—" : said(hits)), cell("exposure", fixed(exposure, 2)), cell("ratio", staysOut || ratio === null ? "—" : fixed(ratio, 2)));
      }));
    this.note.textContent = `${own ? "Your market" : "The built-in market"}: ${counted(training, "training day")}, then ${counted(days, "test day")} that no system has seen. `
      + "Profits are added, not compounded, and trading costs nothing here.";
    this.market.disabled = own;
    this.market.inert = own;
  }

  describe() {
    this.write();
    this.tell(this.plot.drawing.summary);
    if (this.dragging) return; // the text alternative can wait until the answer at rest
    this.plot.describe();
  }

  release() {
    this.plot.release();
  }
}

export default mount(Trading);
