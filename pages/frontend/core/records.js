// What a person has made, kept in the browser: drawings, pictures, a trained network. It outlasts a reload.
//
// A visit lasts from one load of the page to the next, in one tab. Each has records of its own, so that two tabs do
// not write over each other, and what an earlier visit left stays until this one knows what becomes of it. Where a
// browser keeps nothing, as in a private window, or its room is used up, nothing is kept, and all else works.

import { BASE } from "./server.js";

const VERSION = 1; // of what is written: a release that writes it in another way drops what is there
const NAME = `explorer ${BASE.pathname}`;
const [HEADS, VALUES] = ["heads", "values"];
const BYTES_MOST = 12_000_000; // of one value
const DAYS_MOST = 30;
const DAY = 86_400_000; // ms
const SOON = 400; // ms: a hand that rests this long has made something

/**
 * What is known of a record without its value.
 * @typedef {object} Head
 * @property {string} kind what belongs together
 * @property {string} visit
 * @property {string} name within the kind
 * @property {number} at when it was kept, as `Date.now()` has it
 * @property {string} said what it is, as in "Go on with your drawing"; empty where another record says it
 * @typedef {{visit: string, at: number, heads: Head[]}} Visit what a visit left of one kind, in the order of its names
 * @typedef {string | Uint8Array | object} Value
 */

/** This visit's name. What only a session of the server has goes by the session's: it may end before the visit. */
export const VISIT = Array.from(crypto.getRandomValues(new Uint32Array(2)), (n) => n.toString(36)).join("");

/** @type {Promise<IDBDatabase | null> | undefined} */
let opening;
let over = false; // after all was forgotten nothing more is kept
/** Kinds and visits for which the records of other visits are of no more use. @type {Set<string>} */
const settled = new Set();
/** What is about to be kept, by kind and name. @type {Map<string, {timer: number, act: () => void}>} */
const soon = new Map();

function database() {
  opening ??= new Promise((/** @type {(value: IDBDatabase | null) => void} */ resolve) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      const { result } = request;
      for (const store of [...result.objectStoreNames]) result.deleteObjectStore(store);
      result.createObjectStore(HEADS, { keyPath: ["kind", "visit", "name"] });
      result.createObjectStore(VALUES);
    };
    request.onsuccess = () => {
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = request.onblocked = () => resolve(null);
  }).catch(() => null); // there is no IndexedDB
  return opening;
}

/**
 * Do something in one transaction; what is given back is there when it is over, and null where it failed.
 * @template Result
 * @param {IDBTransactionMode} mode
 * @param {(heads: IDBObjectStore, values: IDBObjectStore) => IDBRequest<Result> | void} act
 * @returns {Promise<Result | undefined | null>}
 */
async function within(mode, act) {
  try {
    const opened = await database();
    if (!opened) return null;
    const transaction = opened.transaction([HEADS, VALUES], mode);
    const request = act(transaction.objectStore(HEADS), transaction.objectStore(VALUES));
    await new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = transaction.onerror = reject;
    });
    return request?.result;
  } catch {
    return null;
  }
}

/** @param {string} kind */
const allOf = (kind) => IDBKeyRange.bound([kind], [kind, []]);

/** @param {Value} value */
const sizeOf = (value) => (value instanceof Uint8Array ? value.length : JSON.stringify(value).length);

/**
 * Keep something of a visit, in place of what it kept under that name.
 * @param {string} kind
 * @param {string} name
 * @param {string} said
 * @param {Value} value
 * @param {string} [visit]
 */
export async function keep(kind, name, said, value, visit = VISIT) {
  if (over || sizeOf(value) > BYTES_MOST) return;
  await within("readwrite", (heads, values) => {
    heads.put({ kind, visit, name, at: Date.now(), said });
    values.put(value, [kind, visit, name]);
  });
  await prune(kind, visit);
}

/**
 * Keep something once the hand has rested for a moment, and at once where the page goes away.
 * @param {string} kind
 * @param {string} name
 * @param {() => {said: string, value: Value} | null} find gives nothing where there is nothing to keep
 */
export function keepSoon(kind, name, find) {
  const key = JSON.stringify([kind, name]);
  clearTimeout(soon.get(key)?.timer);
  const act = () => {
    soon.delete(key);
    const found = find();
    if (found) keep(kind, name, found.said, found.value);
    else keepOnly(kind, []);
  };
  soon.set(key, { timer: window.setTimeout(act, SOON), act });
}

/** Keep now what is about to be kept. */
function hurry() {
  for (const { timer, act } of soon.values()) {
    clearTimeout(timer);
    act();
  }
}

/**
 * Keep of a visit's records of a kind those with these names alone.
 * @param {string} kind
 * @param {string[]} names
 * @param {string} [visit]
 */
export async function keepOnly(kind, names, visit = VISIT) {
  if (over) return;
  await remove(kind, (head) => head.visit === visit && !names.includes(head.name));
  await prune(kind, visit);
}

/** Keep of the other visits the newest, as long as somebody may ask for it. @param {string} kind @param {string} visit */
async function prune(kind, visit) {
  const newest = settled.has(`${kind} ${visit}`) ? null : latest(await headsOf(kind), visit);
  await remove(kind, (head) => head.visit !== visit && head.visit !== newest?.visit);
}

/** @param {string} kind @param {(head: Head) => boolean} isToGo */
async function remove(kind, isToGo) {
  const gone = (await headsOf(kind)).filter(isToGo);
  if (gone.length === 0) return;
  await within("readwrite", (heads, values) => {
    for (const { visit, name } of gone) for (const store of [heads, values]) store.delete([kind, visit, name]);
  });
}

/** @param {string} kind @returns {Promise<Head[]>} */
async function headsOf(kind) {
  return (await within("readonly", (heads) => heads.getAll(allOf(kind)))) ?? [];
}

/**
 * What the newest visit left, and nothing that is too old.
 * @param {Head[]} heads of one kind
 * @param {string} but a visit that is left out
 * @param {number} [now]
 * @returns {Visit | null}
 */
export function latest(heads, but, now = Date.now()) {
  const fresh = heads.filter(({ visit, at }) => visit !== but && now - at < DAYS_MOST * DAY);
  if (fresh.length === 0) return null;
  const newest = fresh.reduce((one, other) => (other.at > one.at ? other : one));
  return { visit: newest.visit, at: newest.at, heads: fresh.filter(({ visit }) => visit === newest.visit) };
}

/** What may be offered to a visit. @param {string} kind @param {string} visit */
export async function left(kind, visit) {
  return latest(await headsOf(kind), visit);
}

/** The values of what a visit left, by name. @param {Visit} visit @returns {Promise<Map<string, any>>} */
export async function read({ heads: wanted }) {
  /** @type {Map<string, any>} */
  const found = new Map();
  await within("readonly", (_, values) => {
    for (const { kind, visit, name } of wanted) {
      const request = values.get([kind, visit, name]);
      request.onsuccess = () => found.set(name, request.result);
    }
  });
  return found;
}

/**
 * A visit was asked about the others: what they left goes with the next thing that it keeps.
 * @param {string} kind
 * @param {string} visit
 */
export function settle(kind, visit) {
  settled.add(`${kind} ${visit}`);
}

/** Forget what other visits left of a kind. @param {string} kind @param {string} visit */
export async function drop(kind, visit) {
  settle(kind, visit);
  await remove(kind, (head) => head.visit !== visit);
}

/** Forget everything that this browser keeps for the explorer, and keep nothing more of this visit. */
export async function forget() {
  over = true;
  await within("readwrite", (heads, values) => {
    heads.clear();
    values.clear();
  });
}

/**
 * When something was kept, as one says it: "10:42", "yesterday, 10:42", "28 November".
 * @param {number} at
 * @param {number} [now]
 */
export function when(at, now = Date.now()) {
  const [then, today] = [new Date(at), new Date(now)];
  const time = then.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  if (then.toDateString() === today.toDateString()) return time;
  today.setDate(today.getDate() - 1);
  if (then.toDateString() === today.toDateString()) return `yesterday, ${time}`;
  return then.toLocaleDateString("en-GB", { day: "numeric", month: "long" });
}

// A tablet that sleeps, and a tab that is closed, may never come back.
globalThis.addEventListener?.("pagehide", hurry);
globalThis.document?.addEventListener("visibilitychange", () => { if (document.hidden) hurry(); });
