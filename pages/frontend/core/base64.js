// Bytes and numbers as text.

/** @param {string} text @returns {ArrayBuffer} */
export function fromBase64(text) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text).buffer;
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer;
}

const PART = 0x8000; // letters that one call makes

/** @param {Uint8Array} bytes */
export function toBase64(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += PART) text += String.fromCharCode(...bytes.subarray(at, at + PART));
  return btoa(text);
}

/** Numbers of a network as they travel: base64 for addresses. @param {string} text */
export function unpackNumbers(text) {
  const padded = text.replaceAll("-", "+").replaceAll("_", "/") + "=".repeat((4 - (text.length % 4)) % 4);
  return new Float32Array(fromBase64(padded));
}

/** @param {Float32Array} numbers */
export function packNumbers(numbers) {
  const text = toBase64(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
