// Why a page stays empty. Streamlit draws nothing before its WebSocket is open and says nothing meanwhile, and some
// schools' proxies never let one through.

import { isConnected } from "./going.js";
import { BASE, socketAt } from "./server.js";

const PATIENCE = 10_000; // ms: a slow computer has drawn the page by then
const LOOK = 500;

/** Find out what is wrong, and say it with what has to be done. */
async function explanation() {
  const answer = await fetch(new URL("_stcore/health", BASE)).catch(() => null);
  if (!answer?.ok) {
    return ["The explorer does not answer.", "Is it still running on its computer, and is this one in the same network?"];
  }
  return [
    "The explorer answers, but this page cannot be drawn.",
    "Something between this computer and the explorer, often a school's filter or proxy, lets no WebSocket through. "
      + `Show this to the technician: please allow WebSocket connections to ${socketAt("_stcore/stream")} and `
      + `${socketAt("lane")}.`,
  ];
}

async function complain() {
  const [heading, text] = await explanation();
  if (isConnected()) return;
  const notice = document.createElement("div");
  notice.setAttribute("role", "alert");
  notice.style.cssText = "position: fixed; inset: 4rem auto auto 50%; translate: -50% 0; z-index: 1000000; "
    + "width: min(38rem, 90vw); padding: 1rem 1.25rem; border: 2px solid #b3261e; border-radius: 0.5rem; "
    + "background: #fff; color: #1b1b1f; font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere;";
  const first = document.createElement("strong");
  first.textContent = heading;
  const second = document.createElement("p");
  second.style.margin = "0.5rem 0 0";
  second.textContent = text;
  notice.append(first, second);
  document.body.append(notice);
  const looking = setInterval(() => {
    if (!isConnected()) return;
    clearInterval(looking);
    notice.remove();
  }, LOOK);
}

const began = performance.now();
const waiting = setInterval(() => {
  if (isConnected()) clearInterval(waiting);
  else if (performance.now() - began > PATIENCE) {
    clearInterval(waiting);
    complain();
  }
}, LOOK);
