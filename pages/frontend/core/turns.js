// Streamlit joins what the views of a page say in one turn of the browser, and asks for one run: of the whole page, or
// only of the part that one of them stands in. What another one says belongs to a run that never comes. So one speaks
// at a time.

/** Who speaks in this turn. @type {object | null} */
let speaker = null;

/** What others have to say, in order. @type {{who: object, say: () => void}[]} */
let waiting = [];

/**
 * Say something to Streamlit: now, or once that has been sent which another view says.
 * @param {object} who the same for all that may be joined
 * @param {() => void} say
 */
export function inTurn(who, say) {
  if (speaker !== null && speaker !== who) {
    waiting.push({ who, say });
    return;
  }
  say();
  // Streamlit sends it by a timer that it has set by now, so that this one comes after it.
  if (speaker === null) setTimeout(next, 0);
  speaker = who;
}

function next() {
  speaker = null;
  const all = waiting;
  waiting = [];
  for (const { who, say } of all) inTurn(who, say);
}
