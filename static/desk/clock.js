// How long something has lasted, told once a second.
import { signal } from "/static/vendor/signals.js";

const SECOND_MS = 1_000;

const now = signal(performance.now());
setInterval(() => (now.value = performance.now()), SECOND_MS);

/** When something began that has lasted so many seconds, on this page's clock: clocks of two machines differ. */
export const begunAgo = (seconds) => performance.now() - seconds * SECOND_MS;

export const secondsSince = (since) => Math.max(0, (now.value - since) / SECOND_MS);

export const lasted = (since) => minutes(secondsSince(since));

/** So many seconds as mm:ss, or h:mm:ss. */
export function minutes(given) {
  const seconds = Math.floor(given);
  const pair = (number) => String(number).padStart(2, "0");
  const [hours, rest] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  return hours ? `${hours}:${pair(rest)}:${pair(seconds % 60)}` : `${rest}:${pair(seconds % 60)}`;
}
