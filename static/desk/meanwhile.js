// What the participant sees in the place of an answer, counted on from what the server said last.
import { minutes } from "./clock.js";

/** In a line of words, so many seconds after the server said so. */
export function meanwhile(participant, passed) {
  const { coming, paused } = participant;
  if (coming) return letThrough(coming, passed);
  return paused ? `Paused: what you send waits · ${waiting(participant, passed)}` : waiting(participant, passed);
}

function waiting(participant, passed) {
  const { waited, stopped, again } = participant;
  if (waited === null) return stopped ? "They stopped the answer." : "They wait for nothing.";
  const sees = inPlace(participant, passed);
  return again ? `They stopped the answer and ask for another · ${sees}` : sees;
}

function letThrough({ chars, length, rate }, passed) {
  return `Coming: ${Math.min(length, Math.round(chars + rate * passed))} of ${length} characters`;
}

function inPlace({ waited, phases, cycle, first_word: firstWord }, passed) {
  const since = cycle === null ? waited + passed : (waited + passed) % cycle;
  const at = phases.findLastIndex((phase) => phase.at <= since);
  const told = SEES[phases[at].sees](phases[at]);
  if (firstWord !== null) return `${told} · first word in ${atLeastOne(firstWord - passed)} s`;
  const next = phases[at + 1];
  if (next?.says) return `${told} · “${next.says}” in ${left(next.at - since)}`;
  return phases[at].sees === "busy" ? `${told} · tries again in ${left(cycle - since)}` : told;
}

const left = (seconds) => minutes(atLeastOne(seconds));
const atLeastOne = (seconds) => Math.max(1, Math.ceil(seconds));

const SEES = {
  nothing: () => "They see: nothing yet",
  dots: () => "They see: dots",
  still: ({ says }) => `They see: dots, “${says}”`,
  busy: ({ says }) => `They were told: “${says}”`,
};
