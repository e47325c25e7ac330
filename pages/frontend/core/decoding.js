// Pictures from their files.

/**
 * A picture that can be drawn, and is closed when it is no longer shown.
 * @typedef {ImageBitmap | VideoFrame & {width: number, height: number}} Picture
 */

/**
 * Decode a file in memory, off the main thread.
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {string} type
 * @returns {Promise<Picture>}
 */
export async function decoded(bytes, type) {
  // A file for `createImageBitmap` travels to another process and back: half a millisecond of each picture of a drag.
  // The decoder that takes bytes keeps a JPEG's brightness and colours apart until they are drawn, where a channel may
  // round to its other neighbour; what is exact comes as PNG. It is missing in some browsers, and far from localhost
  // where a page came without TLS.
  if (type === "image/jpeg" && "ImageDecoder" in globalThis) {
    const decoder = new ImageDecoder({ data: bytes, type, colorSpaceConversion: "default" });
    try {
      const { image } = await decoder.decode();
      return Object.assign(image, { width: image.displayWidth, height: image.displayHeight });
    } catch {
      // A browser may have the decoder and not this format.
    } finally {
      decoder.close();
    }
  }
  return createImageBitmap(new Blob([bytes], { type }));
}

/** Give up a picture that is no longer shown; what is drawn on needs no such end. @param {Picture | OffscreenCanvas | null | undefined} image */
export function release(image) {
  if (image && "close" in image) image.close();
}
