import { kept } from "../frontend/core/kept.js";
import { feed } from "../frontend/live/feed.js";
import { Pad } from "../frontend/stage/drawing.js";

/**
 * The drawing pad of the chooser: it sends the whole picture as a PNG when a stroke ends. What Python hands back
 * is only adopted where it is not this pad's own work: after a change of page or source the canvas is new and the
 * drawing is not. In its data, `drawing` is a Drawing as JSON, or nothing, `kind` what the browser keeps it as, and
 * `live` how the views of the page take the sheet while a stroke grows.
 */
export default kept(({ parentElement, data, setStateValue }, /** @type {Pad | undefined} */ pad) => {
  if (!pad) {
    pad = new Pad();
    parentElement.append(pad.element);
    if (data?.kind) pad.keepAs(data.kind, !data.drawing);
  }
  const { canvas } = pad;
  const follow = () => { if (data?.live) feed.follow(canvas, { longest: data.live.size, isGrey: !data.live.colour, isMirrored: false }); };
  pad.onStroke = follow;
  pad.onTakenBack = () => feed.leave(canvas);
  pad.send = (drawing) => {
    follow();
    feed.rest();
    setStateValue("drawing", drawing);
  };
  pad.adopt(data?.drawing ? JSON.parse(data.drawing) : null);
  return pad;
}, (pad) => {
  feed.leave(pad.canvas);
  pad.close();
  pad.element.remove();
});
