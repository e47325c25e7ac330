import { Pad } from "../frontend/stage/drawing.js";

/**
 * The drawing pad of the chooser: it sends the whole picture as a PNG when a stroke ends. What Python hands back
 * is only adopted where it is not this pad's own work: after a change of page or source the canvas is new and the
 * drawing is not.
 *
 * @typedef {{
 *   parentElement: ParentNode,
 *   data: {drawing: string},  a Drawing as JSON, or nothing
 *   setStateValue: (name: string, value: unknown) => void,
 * }} Component
 */

/** One pad per place in the page, however often its data changes. @type {WeakMap<ParentNode, Pad>} */
const pads = new WeakMap();

/** @param {Component} component */
export default function ({ parentElement, data, setStateValue }) {
  let pad = pads.get(parentElement);
  if (!pad) {
    pad = new Pad();
    pad.visits = 0;
    pads.set(parentElement, pad);
    parentElement.append(pad.element);
  }
  pad.send = (drawing) => setStateValue("drawing", drawing);
  pad.adopt(data?.drawing ? JSON.parse(data.drawing) : null);
  // Streamlit may end a call that newer data overtook; only the end of the last call ends the pad.
  const visit = (pad.visits += 1);
  return () => {
    if (visit !== pad.visits) return;
    pad.close();
    pad.element.remove();
    pads.delete(parentElement);
  };
}
