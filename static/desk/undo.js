// What was just done, in a word, and how to take it back while the word stands.
import { signal } from "/static/vendor/signals.js";

const STANDS_MS = 10_000;
const MOST = 3;

export const words = signal([]);
const timers = new Map();

/** Say what was done, with a way back. */
export function offerUndo(says, undo) {
  say({ says, undo });
}

/** Say what was done or has happened, where there is nothing to take back. */
export function tell(says) {
  say({ says, undo: null });
}

/** Take back the latest that can be; whether there was anything. */
export function undoLast() {
  const latest = words.peek().findLast(({ undo }) => undo);
  if (latest) take(latest);
  return Boolean(latest);
}

export function take(word) {
  dismiss(word);
  word.undo();
}

export function dismiss(word) {
  clearTimeout(timers.get(word));
  timers.delete(word);
  words.value = words.peek().filter((each) => each !== word);
}

/** Whoever points at them, or has the focus in them, has all the time there is. */
export function hold() {
  for (const timer of timers.values()) clearTimeout(timer);
}

export function letGo() {
  hold();
  for (const word of words.peek()) timers.set(word, setTimeout(dismiss, STANDS_MS, word));
}

function say(word) {
  for (const old of words.peek().filter(({ says, undo }) => says === word.says && !undo)) dismiss(old);
  for (const old of words.peek().slice(0, -(MOST - 1))) dismiss(old);
  words.value = [...words.peek(), word];
  timers.set(word, setTimeout(dismiss, STANDS_MS, word));
}
