// The live page: asked for again every two seconds, as long as it is looked at.

const ASK_MS = 2_000;

const place = document.querySelector("[data-live]");
if (place) keepUp(place, document.querySelector("[data-live-says]"));

async function keepUp(place, says) {
  if (!document.hidden) {
    try {
      const answer = await fetch(place.dataset.live);
      if (answer.ok) show(place, await answer.text());
      says.textContent = answer.ok ? "" : "You are signed out. Sign in again to go on.";
    } catch {
      says.textContent = "The server can’t be reached. What stands here is of before.";
    }
  }
  setTimeout(() => keepUp(place, says), ASK_MS);
}

/** What is new, with the focus where it was. */
function show(place, page) {
  if (page === place.shown) return;
  place.shown = page;
  const focused = place.contains(document.activeElement) ? document.activeElement.id : "";
  const scrolled = place.querySelector(".figures")?.scrollLeft ?? 0;
  place.innerHTML = page;
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  const table = place.querySelector(".figures");
  if (table) table.scrollLeft = scrolled;
}
