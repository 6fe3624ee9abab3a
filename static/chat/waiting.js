// Not open yet: says when in the reader's own time, and becomes the conversation by itself.

const LOOK_MS = 20_000;
const LONGEST_MS = 2 ** 31 - 1;

const time = document.querySelector("time[data-opens]");
if (time) {
  const opens = new Date(time.dateTime);
  const shown = { dateStyle: "full", timeStyle: "short" };
  time.textContent = new Intl.DateTimeFormat(document.documentElement.lang, shown).format(opens);
  const left = opens - Date.now();
  if (left > 0 && left < LONGEST_MS) setTimeout(look, left + Math.random() * 1_000); // not all in the same moment
}
setInterval(look, LOOK_MS);
document.addEventListener("visibilitychange", () => document.hidden || look());

async function look() {
  try {
    const { ok } = await fetch(location.href, { method: "HEAD" });
    if (ok) location.reload();
  } catch {
    // off the line: later
  }
}
