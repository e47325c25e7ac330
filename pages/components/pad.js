import { kept } from "../frontend/core/kept.js";
import { Pad } from "../frontend/stage/drawing.js";

/**
 * The drawing pad of the chooser: it sends the whole picture as a PNG when a stroke ends. What Python hands back
 * is only adopted where it is not this pad's own work: after a change of page or source the canvas is new and the
 * drawing is not. In its data, `drawing` is a Drawing as JSON, or nothing, and `kind` what the browser keeps it as.
 */
export default kept(({ parentElement, data, setStateValue }, /** @type {Pad | undefined} */ pad) => {
  if (!pad) {
    pad = new Pad();
    parentElement.append(pad.element);
    if (data?.kind) pad.keepAs(data.kind, !data.drawing);
  }
  pad.send = (drawing) => setStateValue("drawing", drawing);
  pad.adopt(data?.drawing ? JSON.parse(data.drawing) : null);
  return pad;
}, (pad) => {
  pad.close();
  pad.element.remove();
});
