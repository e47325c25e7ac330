// Offers the stack that an earlier visit trained where the one on the page cannot be trained: there is no view of a
// training then, which offers it elsewhere.

import { make } from "../frontend/core/dom.js";
import { kept } from "../frontend/core/kept.js";
import { offer } from "../frontend/core/offer.js";

export const KEPT = "pipeline"; // the kind, and the one record, of what the browser keeps

export default kept(({ parentElement, setTriggerValue }, /** @type {HTMLElement | undefined} */ before) => {
  if (before) return before;
  const place = make("div", {});
  parentElement.append(place);
  offer(place, KEPT, { take: (records) => setTriggerValue("came", records.get(KEPT)) });
  return place;
}, (place) => place.remove());
