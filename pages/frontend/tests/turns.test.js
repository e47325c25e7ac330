// Who says what to Streamlit in one turn of the browser, and what waits for whom.

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { inTurn } from "../core/turns.js";

const [camera, keeper, pad] = [{}, {}, {}];

/** What is said is sent by a timer that the first to speak sets, as Streamlit does. */
function streamlit() {
  /** @type {string[][]} */
  const sent = [];
  /** @type {string[]} */
  let said = [];
  const say = (/** @type {string} */ text) => () => {
    if (said.push(text) > 1) return;
    setTimeout(() => { sent.push(said); said = []; }, 0);
  };
  return { sent, say };
}

test("what two views say in one turn goes out as two messages, in order, and what one says as one", (context) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  context.after(() => mock.timers.reset());
  const { sent, say } = streamlit();
  inTurn(keeper, say("kept"));
  inTurn(camera, say("photo"));
  inTurn(camera, say("another"));
  inTurn(pad, say("drawing"));
  inTurn(keeper, say("came"));
  for (let turn = 0; turn < 8; turn += 1) mock.timers.tick(1);
  assert.deepEqual(sent, [["kept", "came"], ["photo", "another"], ["drawing"]]);
});

test("who speaks alone is heard at once", (context) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  context.after(() => mock.timers.reset());
  const said = [];
  for (let turn = 0; turn < 2; turn += 1) {
    inTurn(camera, () => said.push(turn));
    assert.equal(said.length, turn + 1);
    mock.timers.tick(1);
  }
});
