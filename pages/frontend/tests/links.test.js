import assert from "node:assert/strict";
import { test } from "node:test";

import { experimentAt } from "../core/links.js";

const PAGE = "http://server:8501/pooling";

test("a link leaves out how the page is looked at", () => {
  assert.equal(experimentAt(`${PAGE}?tab=Download+and+share&kind=average&projector=true#top`), `${PAGE}?kind=average`);
  assert.equal(experimentAt(`${PAGE}?projector=true&tab=Code`), PAGE);
  assert.equal(experimentAt(PAGE), PAGE);
});

test("what is ticked stays, and every setting stays as it was written", () => {
  const address = `${PAGE}?table_tab=1&tab=Download+and+share&x=1%2C2&projector=true`;
  assert.equal(experimentAt(address, ["tab"]), `${PAGE}?table_tab=1&tab=Download+and+share&x=1%2C2`);
  assert.equal(experimentAt(address, ["tab", "projector"]), address);
});
