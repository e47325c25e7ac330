// One drag by one pointer: a second finger, or a palm, neither moves what the first one holds nor ends its drag.

/** What is dragged, each with the pointer that does it. @type {WeakMap<Element, {pointer: number, over: AbortController}>} */
const grips = new WeakMap();

/**
 * Whether a press begins a drag of an element, or of what is in it: with the left button, a finger or a pen, and
 * where no other pointer drags it. Until that one lets go, what is dragged hears of no other pointer: a second
 * finger, or a palm, neither moves what the first one holds nor ends its drag.
 * @param {Element} element
 * @param {PointerEvent} event
 */
export function startsDrag(element, event) {
  const grip = grips.get(element);
  if (event.button !== 0 || (grip && grip.pointer !== event.pointerId)) return false;
  grip?.over.abort(); // it was let go where nobody could hear it
  const over = new AbortController();
  grips.set(element, { pointer: event.pointerId, over });
  /** @type {(target: EventTarget, kinds: string, act: (event: PointerEvent) => void) => void} */
  const listen = (target, kinds, act) => {
    for (const kind of kinds.split(" ")) target.addEventListener(kind, /** @type {EventListener} */ (act), { signal: over.signal, capture: true });
  };
  listen(element, "pointermove pointerup pointercancel pointerleave lostpointercapture", (next) => {
    if (next.pointerId !== event.pointerId) next.stopImmediatePropagation();
  });
  listen(window, "pointerup pointercancel", (next) => {
    if (next.pointerId !== event.pointerId) return;
    over.abort();
    grips.delete(element);
  });
  return true;
}

/**
 * Whether an event ends a drag: a capture that only changes hands, as on touch screens, does not.
 * @param {Element} element
 * @param {PointerEvent} event
 */
export function endsDrag(element, event) {
  return event.type !== "lostpointercapture" || !element.hasPointerCapture(event.pointerId);
}
