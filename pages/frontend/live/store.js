// What the live components need outside themselves. On the page it receives the working picture as bytes, under
// an identity of their own, so that the large message is not sent again with every small one. And it carries
// what a component says when a control rests: inside the page's fragment, under the operation's name, which is
// quick, and on the page, which always works. (A server that was restarted knows no fragment until the page
// has run.)

const PICTURES_MOST = 4;
const ID_LENGTH = 16; // the bytes begin with the picture's identity in hexadecimal digits

/** The latest working pictures, as PNG, by identity. @type {Map<string, Uint8Array<ArrayBuffer>>} */
const pictures = new Map();

/** What sets a component's state, by operation, and "page". @type {Map<string, (request: object) => void>} */
const carriers = new Map();

/** The bytes of a working picture, once they are here: "explorer:picture" tells when. @param {string} id */
export function pictureOf(id) {
  return pictures.get(id);
}

/** Carry to the server what rests. @param {string} place an operation, or "page" @param {object} request */
export function carry(place, request) {
  carriers.get(place)?.(request);
}

/** @param {Uint8Array} data */
function keep(data) {
  const id = new TextDecoder().decode(data.subarray(0, ID_LENGTH));
  if (pictures.has(id)) return;
  pictures.set(id, data.slice(ID_LENGTH));
  const [oldest] = pictures.keys();
  if (pictures.size > PICTURES_MOST) pictures.delete(oldest);
  window.dispatchEvent(new CustomEvent("explorer:picture", { detail: id }));
}

/** @param {import("../core/open.js").Component} component */
export default function ({ data, setStateValue }) {
  const onPage = data instanceof Uint8Array;
  carriers.set(onPage ? "page" : data.operation, (request) => setStateValue("commit", request));
  if (onPage && data.length > ID_LENGTH) keep(data);
}
