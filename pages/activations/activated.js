// The chosen function on a picture's feature map: before, after, and the slope that each cell has.

import { make } from "../frontend/core/dom.js";
import { short } from "../frontend/core/numbers.js";
import { Follower } from "../frontend/live/follower.js";
import { mount } from "../frontend/live/live.js";

const TITLES = { before: "Feature map", after: "After the function", slope: "Slope at each cell" };

class ActivatedView extends Follower {
  get leader() { return "explorer:activations"; }

  get shared() { return ["curves", "limit"]; }

  build() {
    const panel = make("section", { class: "controls", "aria-label": "The feature map" },
      ...this.own.map((setting) => this.addControl(setting).element));
    this.maps = new Map(Object.entries(TITLES).map(([name, title]) => {
      const canvas = make("canvas", { class: "activated-map", role: "img", "data-map": name, "aria-label": title });
      const colours = make("div", { class: "colours" });
      const numbers = make("div", { class: "activated-ends" });
      const note = make("div", { class: "note" });
      return [name, { title, canvas, colours, numbers, note,
        element: make("figure", { class: name }, make("figcaption", {}, make("b", {}, title)), canvas, colours, numbers, note) }];
    }));
    this.shares = make("p", { class: "activated-shares", role: "status" });
    return make("div", { class: "lab activated", "data-revision": "0" }, panel,
      make("div", { class: "activated-maps" }, ...[...this.maps.values()].map(({ element }) => element)), this.shares, this.message);
  }

  setPicture({ height, width }) {
    this.element.style.setProperty("--proportion", width / height);
  }

  fits({ input_shape: [rows, columns] }) {
    return rows === this.pixels.height && columns === this.pixels.width;
  }

  show({ seq }, images) {
    for (const [name, { canvas }] of this.maps) {
      const image = images[name];
      const { width, height } = image;
      if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
      canvas.getContext("2d").drawImage(image, 0, 0);
      image.close();
    }
    this.element.dataset.revision = Number(this.element.dataset.revision) + 1;
    this.element.dataset.seq = seq;
  }

  describe() {
    const { maps, said, colours, sentence } = this.facts;
    for (const { name, ends, low, high, mean, remark } of maps) {
      const { title, canvas, colours: strip, numbers, note } = this.maps.get(name);
      strip.style.background = `linear-gradient(to right, ${colours.join(", ")})`;
      const [first, last] = ends.map((end) => short(end));
      numbers.replaceChildren(make("span", {}, first), make("span", {}, "0"), make("span", {}, last));
      note.textContent = `values from ${short(low)} to ${short(high)}, mean ${short(mean)}${remark ? `. ${remark}` : ""}`;
      canvas.setAttribute("aria-label", `${title}: ${note.textContent}; colours from ${first} to ${last}`);
    }
    this.maps.get("after").element.querySelector("b").textContent = `After ${said}`;
    this.shares.textContent = sentence;
  }
}

export default mount(ActivatedView);
