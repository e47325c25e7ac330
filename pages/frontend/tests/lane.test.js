// The lane in the browser: how an answer is taken apart, and which question goes out when.

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { fromBase64, packNumbers, unpackNumbers } from "../core/base64.js";
import { Lane, Runs, decodeAnswer } from "../live/lane.js";

/** A message as the server lays it out: length, header, and each blob at a multiple of four. */
function packed(facts, blobs, { seq = 7, took = 0 } = {}) {
  const bytes = (value) => new Uint8Array(value.buffer ?? value);
  const aligned = (size) => Math.ceil(size / 4) * 4;
  const head = (start) => {
    let offset = start;
    const entries = blobs.map(({ name, kind, shape, data }) => {
      const entry = { name, kind, shape, offset, length: bytes(data).length };
      offset += aligned(entry.length);
      return entry;
    });
    return JSON.stringify({ seq, rest: true, took, facts, blobs: entries });
  };
  const start = aligned(4 + head(99999).length);
  const header = new TextEncoder().encode(head(start).padEnd(start - 4));
  const message = new Uint8Array(start + blobs.reduce((sum, { data }) => sum + aligned(bytes(data).length), 0));
  new DataView(message.buffer).setUint32(0, start - 4, true);
  message.set(header, 4);
  let at = start;
  for (const { data } of blobs) {
    message.set(bytes(data), at);
    at += aligned(bytes(data).length);
  }
  return message.buffer;
}

test("numbers of an answer are read in place, with their shape", () => {
  const buffer = packed({ said: "√" }, [
    { name: "levels", kind: "uint8", shape: [3], data: Uint8Array.of(1, 2, 255) },
    { name: "values", kind: "float32", shape: [1, 2], data: Float32Array.of(0.5, -2) },
    { name: "taps", kind: "int16", shape: [2], data: Int16Array.of(-1, 300) },
    { name: "picture", kind: "image/png", shape: [], data: Uint8Array.of(137, 80) },
  ]);
  const { seq, rest, facts, blobs } = decodeAnswer(buffer);
  assert.deepEqual([seq, rest, facts], [7, true, { said: "√" }]);
  assert.deepEqual([...blobs.levels.data], [1, 2, 255]);
  assert.deepEqual([blobs.values.shape, [...blobs.values.data]], [[1, 2], [0.5, -2]]);
  assert.equal(blobs.values.data.buffer, buffer);
  assert.deepEqual([...blobs.taps.data], [-1, 300]);
  assert.deepEqual([blobs.picture.type, [...blobs.picture.bytes]], ["image/png", [137, 80]]);
});

test("numbers travel in addresses and come back", () => {
  const numbers = Float32Array.of(0, -1.5, 3.4e38, 1e-45, 0.1);
  const text = packNumbers(numbers);
  assert.match(text, /^[\w-]*$/);
  assert.deepEqual(unpackNumbers(text), numbers);
  assert.deepEqual([...new Uint8Array(fromBase64("AP9/"))], [0, 255, 127]);
});

/** A socket that keeps what is sent, and opens when it is told to. */
class Socket {
  static made = [];

  constructor(url) {
    this.url = url;
    this.sent = [];
    Socket.made.push(this);
  }

  send(message) { this.sent.push(typeof message === "string" ? JSON.parse(message) : message); }

  close() { this.onclose?.(); }
}

function laneWith(wiring = {}) {
  Socket.made.length = 0;
  globalThis.WebSocket = Socket;
  const heard = [];
  const lane = new Lane({
    url: "ws://host/lane", needsPicture: false,
    onAnswer: ({ seq }, operation) => heard.push(["answer", seq, operation]),
    onError: (seq, sentence, operation) => heard.push(["error", seq, sentence, operation]),
    onState: (open) => heard.push(["open", open]), ...wiring,
  });
  return { lane, heard, asked: () => Socket.made.at(-1).sent.map(({ seq }) => seq) };
}

const question = (seq, operation = "one") => ({ seq, operation, parameters: {}, rest: false });
const refusal = (seq) => JSON.stringify({ seq, error: "No." });

test("beside a near server one question is out at a time, and of those that wait the newest is next", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { lane, asked } = laneWith();
  Socket.made[0].onopen();
  for (const seq of [1, 2, 3]) lane.ask(question(seq));
  assert.deepEqual(asked(), [1]);
  lane.receive(refusal(1));
  assert.deepEqual(asked(), [1, 3]);
  lane.receive(refusal(3));
  assert.deepEqual(asked(), [1, 3]);
  lane.close();
  mock.timers.reset();
});

test("a second question travels where the way takes longer than the answer, until the connection is another", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  let now = 1000;
  mock.method(performance, "now", () => now);
  const { lane, asked } = laneWith();
  /** An answer that came so long after its question, of which the server took a part. */
  const answer = (seq, after, took) => {
    now += after;
    lane.receive(packed({}, [], { seq, took }));
  };
  Socket.made[0].onopen();
  lane.ask(question(1));
  answer(1, 30, 10);
  for (const seq of [2, 3, 4, 5]) lane.ask(question(seq));
  assert.deepEqual(asked(), [1, 2, 3]);
  answer(2, 30, 10);
  assert.deepEqual(asked(), [1, 2, 3, 5]);
  answer(5, 30, 29); // the way was short for once: it is not what held up the others
  for (const seq of [6, 7]) lane.ask(question(seq));
  assert.deepEqual(asked(), [1, 2, 3, 5, 6]);
  Socket.made[0].close();
  mock.timers.tick(250);
  Socket.made[1].onopen();
  lane.ask(question(8));
  assert.deepEqual(asked(), [7]);
  lane.close();
  mock.restoreAll();
  mock.timers.reset();
});

test("what is asked of one operation does not push out another's question", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { lane, heard, asked } = laneWith();
  Socket.made[0].onopen();
  for (const [seq, operation] of [[1, "one"], [2, "one"], [3, "two"], [4, "three"], [5, "one"]]) lane.ask(question(seq, operation));
  assert.deepEqual(asked(), [1, 3]); // an answer that takes long keeps another waiting, but not all
  lane.receive(refusal(1));
  assert.deepEqual(asked(), [1, 3, 4]);
  lane.receive(refusal(3));
  assert.deepEqual(heard.at(-1), ["error", 3, "No.", "two"]);
  assert.deepEqual(asked(), [1, 3, 4, 5]);
  lane.close();
  mock.timers.reset();
});

test("nothing is asked before the picture is there", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { lane } = laneWith({ needsPicture: true });
  Socket.made[0].onopen();
  lane.ask(question(1));
  assert.deepEqual(Socket.made[0].sent, []);
  const picture = new ArrayBuffer(4);
  lane.setPicture(picture);
  lane.pump();
  assert.equal(Socket.made[0].sent[0], picture);
  assert.equal(Socket.made[0].sent[1].seq, 1);
  lane.close();
  mock.timers.reset();
});

test("a lost connection is opened again, later each time, and the last word is said again", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { lane, heard, asked } = laneWith();
  Socket.made[0].onopen();
  lane.ask(question(1));
  Socket.made[0].close();
  assert.deepEqual(heard.at(-1), ["open", false]);
  mock.timers.tick(249);
  assert.equal(Socket.made.length, 1);
  mock.timers.tick(1);
  assert.equal(Socket.made.length, 2);
  Socket.made[1].close();
  mock.timers.tick(499);
  assert.equal(Socket.made.length, 2);
  mock.timers.tick(1);
  Socket.made[2].onopen();
  assert.deepEqual(asked(), [1]);
  lane.close();
  mock.timers.tick(60_000);
  assert.equal(Socket.made.length, 3);
  mock.timers.reset();
});

test("runs take one question at a time, the newest next, and ask again where nobody answers", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const sent = [];
  const runs = new Runs(({ seq }, attempt) => sent.push([seq, attempt]));
  for (const seq of [1, 2, 3]) runs.ask(question(seq));
  mock.timers.tick(0);
  assert.deepEqual(sent, [[1, 1]]);
  runs.settle(1);
  mock.timers.tick(0);
  assert.deepEqual(sent.at(-1), [3, 1]);
  mock.timers.tick(4000);
  mock.timers.tick(0);
  assert.deepEqual(sent.at(-1), [3, 2]);
  for (let wait = 0; wait < 10; wait += 1) {
    mock.timers.tick(4000);
    mock.timers.tick(0);
  }
  assert.deepEqual(sent.at(-1), [3, 5]);
  assert.equal(sent.length, 6);
  runs.close();
  mock.timers.reset();
});
