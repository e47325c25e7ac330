// The page of a network for drawings: what is on the pad goes in, while the hand draws.

"use strict";

(() => {
  const { Explorer, Ink, Pad } = globalThis;
  const { answer, opened, part, say, showAnswer } = Explorer;

  const NOTHING = "There is nothing drawn.";
  const pad = Pad.pad(part("pad"), part("undo"), part("clear"));

  const showSeen = (seen) => {
    const context = part("seen").getContext("2d");
    context.clearRect(0, 0, part("seen").width, part("seen").height);
    if (!seen) return;
    const image = context.createImageData(seen.width, seen.height);
    seen.values.forEach((ink, at) => image.data.set([0, 0, 0, Math.round(255 * ink)], at * 4));
    context.putImageData(image, 0, 0);
  };

  /** The probabilities of the classes for the levels of a sheet, and what is seen of it; null if it is empty. */
  const lookAtLevels = async (sheet) => {
    const seen = Ink.seenBy(sheet);
    return seen && { probabilities: await answer(seen), seen };
  };

  let isStale = false;
  let isLooking = false;

  /** Answer what is on the pad, one drawing after another, the newest last. */
  const look = async () => {
    isStale = true;
    if (isLooking) return;
    isLooking = true;
    await opened;
    while (isStale) {
      isStale = false;
      const found = pad.isBlank ? null : await lookAtLevels(pad.levels());
      showSeen(found?.seen);
      say(showAnswer(found?.probabilities ?? null) || NOTHING);
      await new Promise((resolve) => {
        setTimeout(resolve, 0); // the browser paints, and takes the next move
      });
    }
    isLooking = false;
  };

  pad.onChange = () => {
    part("empty").hidden = !pad.isBlank;
    look();
  };

  Object.assign(Explorer, { lookAtLevels, pad, isLooking: () => isLooking });
})();
