// What the live components need outside themselves. On the page it receives the working picture as bytes, under
// an identity of their own, so that the large message is not sent again with every small one. And it carries
// what a component says when a control rests: inside the page's fragment, under the operation's name, which is
// quick, and on the page, which always works. (A server that was restarted knows no fragment until the page
// has run.)

const PICTURES_MOST = 4;
const ID_LENGTH = 16; // the bytes begin with the picture's identity in hexadecimal digits

function keep(data) {
  const id = new TextDecoder().decode(data.subarray(0, ID_LENGTH));
  const pictures = (window.explorerPictures ??= new Map());
  if (pictures.has(id)) return;
  pictures.set(id, data.slice(ID_LENGTH));
  if (pictures.size > PICTURES_MOST) pictures.delete(pictures.keys().next().value);
  window.dispatchEvent(new CustomEvent("explorer:picture", { detail: id }));
}

export default function ({ data, setStateValue }) {
  const carriers = (window.explorerCommit ??= new Map());
  const onPage = data instanceof Uint8Array;
  carriers.set(onPage ? "page" : data.operation, (request) => setStateValue("commit", request));
  if (onPage && data.length > ID_LENGTH) keep(data);
}
