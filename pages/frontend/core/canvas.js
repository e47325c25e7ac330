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

/**
 * A canvas with a pixel for each of the screen where it stands, empty, to be drawn on in CSS pixels; null where it
 * has no place on the page.
 * @param {HTMLCanvasElement} canvas
 */
export function cleared(canvas) {
  const density = devicePixelRatio || 1;
  const width = Math.round(canvas.clientWidth * density);
  const height = Math.round(canvas.clientHeight * density);
  if (!width || !height) return null;
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = contextOf(canvas);
  context.setTransform(density, 0, 0, density, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, density, width: canvas.clientWidth, height: canvas.clientHeight };
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
