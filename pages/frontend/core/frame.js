// What the document itself does around Streamlit's pages.

import { closeWhenChosen } from "./sidebar.js";

closeWhenChosen();

// A term in a text is a link to the glossary. Before Streamlit sees the click a card opens beside it instead; what shows
// the card is fetched with the first one.
document.addEventListener("click", (event) => {
  if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const link = event.composedPath().find((each) => each instanceof HTMLAnchorElement);
  if (!(link instanceof HTMLAnchorElement) || link.dataset.page || link.closest(".glossary")) return;
  const name = /\/glossary\/?\?term=(\w+)$/.exec(link.href)?.[1];
  if (!name) return;
  event.preventDefault();
  event.stopPropagation();
  import("./card.js").then(({ open }) => open(name, link)).catch(() => { location.assign(link.href); });
}, true);
