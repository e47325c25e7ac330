// Icons: lines on a square of 24, as thick and in the colour that the styles around them say.

const PATHS = {
  // what is done with a block, a class or a kernel
  up: "M12 19.5v-15M5.25 11.25 12 4.5l6.75 6.75",
  down: "M12 4.5v15M5.25 12.75 12 19.5l6.75-6.75",
  copy: "M8.25 8.25h12v12h-12zM15.75 8.25v-4.5h-12v12h4.5",
  remove: "M5.25 5.25l13.5 13.5M18.75 5.25l-13.5 13.5",
  drop: "M6 6l12 12M18 6L6 18",
  add: "M12 5v14M5 12h14",
  // the tools of the drawing pad
  brush: "M4 20l1-4L16 5l3 3L8 19l-4 1zM14 7l3 3",
  eraser: "M8 19l-4.500-4.500L13 5l6 6-8 8H8zM9 9l6 6M6 19h13",
  undo: "M9 6L4 11l5 5M4 11h10a5 5 0 0 1 0 10h-3",
  redo: "M15 6l5 5-5 5M20 11H10a5 5 0 0 0 0 10h3",
  clear: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10 11v6M14 11v6",
  paper: "M12 4a8 8 0 1 0 0 16a8 8 0 0 0 0-16zM12 4v16",
};

/** @typedef {keyof typeof PATHS} IconName */

/** Draw an icon; it says nothing to a screen reader, so what bears it needs a name. @param {IconName} name */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", PATHS[name]);
  svg.append(line);
  return svg;
}
