// Canvases: as sharp as the screen, measured in CSS pixels.

/**
 * The context of a canvas, which each of ours has: none is drawn on in another way.
 * @template {HTMLCanvasElement | OffscreenCanvas} Canvas
 * @param {Canvas} canvas
 * @param {CanvasRenderingContext2DSettings} [settings]
 * @returns {Canvas extends HTMLCanvasElement ? CanvasRenderingContext2D : OffscreenCanvasRenderingContext2D}
 */
export function contextOf(canvas, settings) {
  return /** @type {any} */ (canvas.getContext("2d", settings));
}

/** @typedef {{width: number, height: number}} Size in CSS pixels */

/** Of each canvas that has a place on the page, as the page was laid out last. @type {WeakMap<Element, Size>} */
const sizes = new WeakMap();

/**
 * Made before whatever watches a canvas to draw it anew: observers are told in the order in which they were made, and
 * each has to find the new size here. (Tests outside of a browser have none.)
 */
const observer = globalThis.ResizeObserver && new ResizeObserver((entries) => {
  for (const { target } of entries) sizes.set(target, measured(/** @type {HTMLCanvasElement} */ (target)));
});

/** @param {HTMLCanvasElement} canvas @returns {Size} */
function measured({ clientWidth, clientHeight }) {
  return { width: clientWidth, height: clientHeight };
}

/**
 * How large a canvas stands on the page. It is looked up, not asked: while a control moves, to ask would make the
 * browser lay the page out for each picture, in the middle of the work.
 * @param {HTMLCanvasElement} canvas
 * @returns {Size}
 */
export function sizeOf(canvas) {
  const known = sizes.get(canvas);
  if (known?.width && known.height) return known;
  const size = measured(canvas);
  if (size.width && size.height) {
    observer.observe(canvas);
    sizes.set(canvas, size);
  }
  return size;
}

/**
 * A canvas with a pixel for each of the screen where it stands, empty, to be drawn on in CSS pixels; null where it
 * has no place on the page.
 * @param {HTMLCanvasElement} canvas
 */
export function cleared(canvas) {
  const density = devicePixelRatio || 1;
  const size = sizeOf(canvas);
  const width = Math.round(size.width * density);
  const height = Math.round(size.height * density);
  if (!width || !height) return null;
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = contextOf(canvas);
  context.setTransform(density, 0, 0, density, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, density, ...size };
}

/**
 * Pixels as something to be drawn.
 * @param {Uint8ClampedArray<ArrayBuffer>} data red, green, blue and alpha of each
 * @param {number} width
 * @param {number} height
 */
export function surfaceOf(data, width, height) {
  const surface = new OffscreenCanvas(width, height);
  contextOf(surface).putImageData(new ImageData(data, width, height), 0, 0);
  return surface;
}
