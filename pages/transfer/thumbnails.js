// The small pictures of the board, which come by themselves, class by class: they stay as they are while the board
// changes, and Streamlit sends again only what has changed.

import { kept } from "../frontend/core/kept.js";

/** The pictures of each class that is shown, by their keys, as addresses. @type {Set<Map<string, string>>} */
const shelves = new Set();

/** @type {Set<() => void>} */
const listeners = new Set();

/** Hear when pictures have come, and give what ends that. @param {() => void} listener */
export function hear(listener) {
  listeners.add(listener);
  return () => { listeners.delete(listener); };
}

/** The address of a picture, once it is here. @param {string} key @returns {string | undefined} */
export function thumbnail(key) {
  for (const shelf of shelves) if (shelf.has(key)) return shelf.get(key);
}

export default kept(({ data }, /** @type {Map<string, string>} */ shelf = new Map()) => {
  /** @type {Record<string, string>} */
  const photos = JSON.parse(data.photos);
  const isNew = Object.keys(photos).some((key) => !thumbnail(key));
  shelf.clear();
  for (const [key, picture] of Object.entries(photos)) shelf.set(key, picture);
  shelves.add(shelf);
  if (isNew) for (const listener of listeners) listener();
  return shelf;
}, (shelf) => { shelves.delete(shelf); });
