// The live lane, browser side: parameters go out, pictures come back, and the newest always wins.
// One class, `Lane`, and the decoding of an answer, which is the same whether it came through the
// WebSocket or, where none can be opened, through a Streamlit run.

/**
 * Numbers of an answer, in place, with their shape.
 * @template {Float32Array | Int16Array | Uint8Array} [Numbers=Float32Array | Int16Array | Uint8Array]
 * @typedef {{shape: number[], data: Numbers}} Table
 */

/**
 * An answer: its header, and a view of each blob in place: an array with its shape, or bytes with their type.
 * @template [Facts=any]
 * @typedef {object} Answer
 * @property {number} seq
 * @property {boolean} rest
 * @property {number} took ms from when the server had the question until it had the answer
 * @property {Facts} facts
 * @property {Record<string, any>} blobs
 */

/** @typedef {{seq: number, operation: string, parameters: Record<string, any>, rest: boolean, lane?: boolean}} Question */

/** @type {Record<string, { new (buffer: ArrayBuffer, offset: number, length: number): ArrayBufferView, BYTES_PER_ELEMENT: number }>} */
const TYPED = { float32: Float32Array, int16: Int16Array, uint8: Uint8Array };

/**
 * Take an answer apart. Blobs start at multiples of four bytes, so typed arrays need no copy.
 * @param {ArrayBuffer} buffer
 * @returns {Answer}
 */
export function decodeAnswer(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  /** @type {Record<string, any>} */
  const blobs = {};
  for (const { name, kind, shape, offset, length: bytes } of header.blobs) {
    const Type = TYPED[kind];
    blobs[name] = Type
      ? { shape, data: new Type(buffer, offset, bytes / Type.BYTES_PER_ELEMENT) }
      : { type: kind, bytes: new Uint8Array(buffer, offset, bytes) };
  }
  return { seq: header.seq, rest: header.rest, took: header.took, facts: header.facts, blobs };
}

const IN_FLIGHT = 2; // questions that travel or are answered at a time: more only make pictures older
const LONGER = 1.05; // by how much the way may be found longer from one answer to the next
const RETRY_FIRST = 250; // ms before the first new attempt; each further one waits twice as long
const RETRY_MOST = 8000;
const OPEN_WITHIN = 2000; // ms after which an attempt counts as failed: some proxies never answer

export class Lane {
  /**
   * @param {object} wiring
   * @param {string} wiring.url where the lane listens
   * @param {boolean} wiring.needsPicture whether nothing can be asked before a picture was sent
   * @param {(answer: Answer, operation: string) => void} wiring.onAnswer
   * @param {(seq: number, sentence: string, operation: string) => void} wiring.onError an experiment that cannot be
   * @param {(open: boolean) => void} wiring.onState
   */
  constructor({ url, needsPicture, onAnswer, onError, onState }) {
    this.url = url;
    this.needsPicture = needsPicture;
    this.onAnswer = onAnswer;
    this.onError = onError;
    this.onState = onState;
    /** @type {ArrayBuffer | null} */
    this.picture = null;
    /** What was asked and not answered, and when it went out. @type {(Question & {at: number})[]} */
    this.flying = [];
    // The newest question of each operation: what is asked of one is out of date by the next to it alone.
    /** @type {Map<string, Question>} */
    this.waiting = new Map();
    /** @type {Map<string, Question>} */
    this.last = new Map();
    this.way = 0; // ms of the shortest way to the server and back of late
    this.isFar = false; // the way takes longer than what is done at its end
    this.retry = RETRY_FIRST;
    this.open = false;
    this.closed = false;
    this.socket = this.connect();
  }

  /** @returns {WebSocket} */
  connect() {
    const socket = new WebSocket(this.url);
    socket.binaryType = "arraybuffer";
    const late = setTimeout(() => socket.close(), OPEN_WITHIN);
    socket.onopen = () => {
      clearTimeout(late);
      this.retry = RETRY_FIRST;
      this.flying = [];
      this.way = 0;
      this.isFar = false;
      this.open = true;
      if (this.picture) socket.send(this.picture);
      // What was asked before the connection was lost is asked again: it may have been the last word.
      this.waiting = new Map([...this.last, ...this.waiting]);
      this.onState(true);
      this.pump();
    };
    socket.onmessage = ({ data }) => this.receive(data);
    socket.onclose = () => {
      clearTimeout(late);
      if (this.closed || socket !== this.socket) return;
      const was = this.open;
      this.open = false;
      this.timer = setTimeout(() => { this.socket = this.connect(); }, this.retry);
      this.retry = Math.min(2 * this.retry, RETRY_MOST);
      if (was || this.retry === 2 * RETRY_FIRST) this.onState(false);
    };
    return socket;
  }

  /** @param {ArrayBuffer} bytes the working picture as PNG */
  setPicture(bytes) {
    this.picture = bytes;
    if (this.open) this.socket.send(bytes);
  }

  /** Ask for an answer; an earlier question that still waits is forgotten. @param {Question} request */
  ask(request) {
    this.last.set(request.operation, request);
    this.waiting.set(request.operation, request);
    this.pump();
  }

  pump() {
    if (!this.open || (this.needsPicture && !this.picture)) return;
    // In the order of their numbers, which have to grow.
    const requests = [...this.waiting.values()].sort((one, other) => one.seq - other.seq);
    for (const request of requests) {
      if (this.flying.length === IN_FLIGHT) return;
      // A second question to an operation pays where it travels meanwhile. Beside a near server it would wait for
      // the first one there, and a newer one for it here.
      if (!this.isFar && this.flying.some(({ operation }) => operation === request.operation)) continue;
      this.flying.push({ ...request, at: performance.now() });
      this.socket.send(JSON.stringify(request));
      this.waiting.delete(request.operation);
    }
  }

  /**
   * See from an answer how far the server is: what it was under way beside what the server took.
   * @param {Answer} answer
   * @param {number} at when its question went out
   */
  gauge({ took }, at) {
    const way = Math.max(0, performance.now() - at - took);
    this.way = this.way ? Math.min(way, this.way * LONGER) : way;
    this.isFar = this.way > took;
  }

  /** @param {string | ArrayBuffer} data */
  receive(data) {
    const message = typeof data === "string" ? JSON.parse(data) : decodeAnswer(data);
    // An answer retires its question and every earlier one: the server skips what is out of date.
    const { operation = "", at } = this.flying.find(({ seq }) => seq === message.seq) ?? {};
    if (at !== undefined && typeof data !== "string") this.gauge(message, at);
    this.flying = this.flying.filter(({ seq }) => seq > message.seq);
    if (this.last.get(operation)?.seq === message.seq) this.last.delete(operation);
    this.pump();
    if (typeof data === "string") this.onError(message.seq, message.error, operation);
    else this.onAnswer(message, operation);
  }

  close() {
    this.closed = true;
    this.open = false; // what was still on its way to be asked is not sent into a closing connection
    clearTimeout(this.timer);
    this.socket.close();
  }
}

const RUN_WATCHDOG = 4000; // ms after which a run that has not answered is asked again
const RUN_TRIES = 5; // a server that is being restarted takes its time; one that fails is left in peace

/**
 * Questions to Streamlit runs: what rests always goes this way, and where no WebSocket of ours opens
 * everything does. One is in flight, the newest wins, and an answer is known by its sequence number.
 */
export class Runs {
  /** @param {(request: Question, attempt: number) => void} send sets a component's state, which starts a run */
  constructor(send) {
    this.send = send;
    /** @type {Question | null} */
    this.flying = null;
    /** @type {Question | null} */
    this.waiting = null;
    this.tries = 0;
  }

  /** Whether nothing is asked that no run has answered. */
  get isIdle() {
    return !this.flying && !this.waiting;
  }

  /** @param {Question} request */
  ask(request) {
    this.waiting = request;
    this.tries = 0;
    this.pump();
  }

  pump() {
    if (this.flying || !this.waiting) return;
    const request = this.waiting;
    this.flying = request;
    this.waiting = null;
    this.tries += 1;
    this.watchdog = setTimeout(() => {
      // State that is set while the connection is down is lost: the same is said once more.
      if (this.tries < RUN_TRIES) this.waiting ??= request;
      this.settle(request.seq);
    }, RUN_WATCHDOG);
    // State set while Streamlit renders is lost as well, and an answer arrives inside a render.
    const attempt = this.tries;
    setTimeout(() => this.send(request, attempt), 0);
  }

  /** The run for this question is over. @param {number} seq */
  settle(seq) {
    if (!this.flying || seq < this.flying.seq) return;
    clearTimeout(this.watchdog);
    this.flying = null;
    this.pump();
  }

  close() {
    clearTimeout(this.watchdog);
    this.waiting = null;
  }
}
