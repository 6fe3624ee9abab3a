// A page that goes on: asked for again every two seconds, or as often as it says, as long as it is looked at.
import { _ } from "/static/shared/say.js";

const ASK_MS = 2_000;
const SIGNED_OUT = _("You are signed out. Sign in again to go on.");
const NEAR_THE_END = 40;

const place = document.querySelector("[data-live]");
if (place) {
  toEnds(place);
  keepUp(place, document.querySelector("[data-live-says]"));
}

async function keepUp(place, says) {
  const { live, liveEvery: every = ASK_MS, liveGone: gone = SIGNED_OUT } = place.dataset;
  if (!document.hidden) {
    try {
      const answer = await fetch(live);
      if (answer.ok) show(place, await answer.text());
      else if (answer.status === 404 && gone === SIGNED_OUT) show(place, ""); // it isn't theirs to see any more
      tell(says, answer.ok ? "" : gone);
    } catch {
      tell(says, _("The server can’t be reached. What stands here is of before."));
    }
  }
  setTimeout(() => keepUp(place, says), Number(every));
}

/** Said once, not at every turn: it is read out. */
function tell(says, words) {
  if (says.textContent !== words) says.textContent = words;
}

/** What is new, with the focus where it was, and what was scrolled where it was: at its end, where it was there. */
function show(place, page) {
  if (page === place.shown) return;
  place.shown = page;
  const focused = place.contains(document.activeElement) ? document.activeElement.id : "";
  const opened = [...place.querySelectorAll("details[open]")].map(({ id }) => id);
  const scrolled = scrolling(place).map((each) => ({ left: each.scrollLeft, top: each.scrollTop, atEnd: isAtEnd(each) }));
  place.innerHTML = page;
  for (const id of opened) document.getElementById(id)?.setAttribute("open", "");
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  scrolling(place).forEach((each, at) => {
    const before = scrolled[at];
    each.scrollLeft = before?.left ?? 0;
    each.scrollTop = !before || (before.atEnd && "liveEnd" in each.dataset) ? each.scrollHeight : before.top;
  });
}

function toEnds(place) {
  for (const each of place.querySelectorAll("[data-live-end]")) each.scrollTop = each.scrollHeight;
}

const scrolling = (place) => [...place.querySelectorAll(".figures, [data-live-end]")];
const isAtEnd = ({ scrollTop, clientHeight, scrollHeight }) => scrollTop + clientHeight >= scrollHeight - NEAR_THE_END;
