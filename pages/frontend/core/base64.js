// Bytes and numbers as text.

/** @param {string} text @returns {ArrayBuffer} */
export function fromBase64(text) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text).buffer;
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer;
}

/** Numbers of a network as they travel: base64 for addresses. @param {string} text */
export function unpackNumbers(text) {
  const padded = text.replaceAll("-", "+").replaceAll("_", "/") + "=".repeat((4 - (text.length % 4)) % 4);
  return new Float32Array(Uint8Array.from(atob(padded), (letter) => letter.charCodeAt(0)).buffer);
}

/** @param {Float32Array} numbers */
export function packNumbers(numbers) {
  let text = "";
  for (const byte of new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength)) text += String.fromCharCode(byte);
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
