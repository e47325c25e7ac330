// A sheet to draw on: strokes by mouse, finger, pen or keyboard, undo and clear. Whoever has it says what becomes of a
// drawing, in `onChange`.

"use strict";

globalThis.Pad = (() => {
  const PEN = 12; // pixels
  const STEP = 4; // pixels that an arrow key moves the brush
  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const MOST = 30; // strokes that can be taken back

  const pad = (canvas, undo, clear) => {
    const context = canvas.getContext("2d", { willReadFrequently: true });
    const { width, height } = canvas;
    const past = [];
    const pad_ = { isBlank: true, onChange: () => {} };
    let drawing = null; // the pointer that draws, or "keyboard"
    let at = { x: width / 2, y: height / 2 };

    const changed = () => {
      undo.disabled = past.length === 0;
      clear.disabled = pad_.isBlank;
      pad_.onChange();
    };
    const remember = () => {
      past.push({ pixels: context.getImageData(0, 0, width, height), isBlank: pad_.isBlank });
      if (past.length > MOST) past.shift();
    };
    const wipe = () => {
      context.fillStyle = "#ffffff";
      context.fillRect(0, 0, width, height);
    };

    const extend = (to) => {
      context.strokeStyle = "#000000";
      context.fillStyle = "#000000";
      context.lineWidth = PEN;
      context.lineCap = "round";
      context.beginPath();
      if (to.x === at.x && to.y === at.y) {
        context.arc(to.x, to.y, PEN / 2, 0, 2 * Math.PI); // a line to itself would be nothing
        context.fill();
      } else {
        context.moveTo(at.x, at.y);
        context.lineTo(to.x, to.y);
        context.stroke();
      }
      at = to;
      pad_.isBlank = false;
      changed();
    };
    const begin = (who, point) => {
      remember();
      drawing = who;
      at = point;
      extend(point);
    };
    const place = ({ clientX, clientY }) => {
      const box = canvas.getBoundingClientRect();
      return { x: ((clientX - box.left) / box.width) * width, y: ((clientY - box.top) / box.height) * height };
    };
    const end = ({ pointerId }) => {
      if (pointerId === drawing) drawing = null;
    };

    canvas.addEventListener("pointerdown", (happened) => {
      if (happened.button !== 0 || drawing !== null) return;
      canvas.setPointerCapture(happened.pointerId);
      begin(happened.pointerId, place(happened));
    });
    canvas.addEventListener("pointermove", (happened) => {
      if (happened.pointerId !== drawing) return;
      const moves = happened.getCoalescedEvents?.() ?? [];
      for (const move of moves.length ? moves : [happened]) extend(place(move));
    });
    for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) canvas.addEventListener(name, end);
    canvas.addEventListener("keydown", (happened) => {
      const { key, repeat } = happened;
      if (happened.ctrlKey || happened.metaKey || happened.altKey) return;
      if (key === " ") {
        if (drawing === "keyboard") drawing = null;
        else if (drawing === null && !repeat) begin("keyboard", at);
      } else if (ARROWS[key]) {
        const [across, down] = ARROWS[key];
        const to = {
          x: Math.min(Math.max(at.x + across * STEP, 0), width),
          y: Math.min(Math.max(at.y + down * STEP, 0), height),
        };
        if (drawing === "keyboard") extend(to);
        else if (drawing === null) at = to;
      } else {
        return;
      }
      happened.preventDefault();
    });
    canvas.addEventListener("blur", () => {
      if (drawing === "keyboard") drawing = null;
    });
    undo.addEventListener("click", () => {
      const before = past.pop();
      if (!before) return;
      context.putImageData(before.pixels, 0, 0);
      pad_.isBlank = before.isBlank;
      changed();
    });
    clear.addEventListener("click", () => {
      remember();
      wipe();
      pad_.isBlank = true;
      changed();
    });

    /** The levels of the sheet, 0 to 255: it has no colour. */
    pad_.levels = () => {
      const { data } = context.getImageData(0, 0, width, height);
      return { width, height, levels: Uint8Array.from({ length: width * height }, (_, pixel) => data[pixel * 4]) };
    };
    wipe();
    return pad_;
  };

  return { pad };
})();
