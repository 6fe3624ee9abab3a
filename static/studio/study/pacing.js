// The pacing played: the wait and what is said meanwhile, then the words. Long waits are shown faster than they are.
import { signal } from "/static/vendor/signals.js";
import { _ } from "/static/shared/say.js";

const SAMPLE = _("Thanks for telling me. I have looked it up, and there is something that we can do about it today.");
const TICK_MS = 40;
const LONGEST_SECONDS = 6;

/** What stands there: the text so far, null before it plays, what the dots say, and how long the wait is, how much faster shown. */
export const played = signal({ text: null, says: "", seconds: null, times: 1 });

let timers = [];

/** What is answered in it: the first of the answers that there are to choose from, as plain text. */
export function sample({ kind, options = [] } = {}) {
  const [first] = kind === "choice" ? options : [];
  return (first?.say || first?.name || first)?.replace(/[*_`]/g, "") || SAMPLE;
}

export function play(pacing, text) {
  timers.forEach(clearTimeout);
  const first = drawn(pacing.first) + number(pacing.per_100_chars) * (text.length / 100);
  const seconds = Math.max(first, drawn(pacing.cover));
  const rate = number(pacing.chars_per_second);
  const times = Math.max(1, seconds / LONGEST_SECONDS);
  const put = (news) => (played.value = { ...played.peek(), ...news });
  const later = (after, work) => timers.push(setTimeout(work, (after * 1_000) / times));
  const write = (many) => {
    put({ text: text.slice(0, many) });
    if (many < text.length) timers.push(setTimeout(write, TICK_MS, many + Math.max(1, Math.round((rate * TICK_MS) / 1_000))));
  };
  timers = [];
  put({ text: "", says: "", seconds, times });
  for (const { after, say } of [pacing.still, pacing.busy].filter(Boolean))
    if (number(after) < seconds) later(number(after), () => put({ says: say }));
  later(seconds, () => write(rate ? 1 : text.length));
}

/** A wait between these bounds. */
function drawn(span) {
  const [low, high = low] = (Array.isArray(span) ? span : String(span ?? 0).split("-")).map(Number);
  return (Number.isFinite(low) ? low : 0) + Math.random() * (Number.isFinite(high) ? high - low : 0);
}

const number = (value) => (Number.isFinite(Number(value)) ? Number(value) : 0);
