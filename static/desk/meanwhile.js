// What the participant sees in the place of an answer, counted on from what the server said last.
import { minutes } from "./clock.js";
import { _ } from "/static/shared/say.js";

/** In a line of words, so many seconds after the server said so. */
export function meanwhile(participant, passed) {
  const { coming, paused } = participant;
  if (coming) return letThrough(coming, passed);
  return paused ? `${_("Paused: what you send waits")} · ${waiting(participant, passed)}` : waiting(participant, passed);
}

function waiting(participant, passed) {
  const { waited, stopped, again } = participant;
  if (waited === null) return stopped ? _("They stopped the answer.") : _("They wait for nothing.");
  const sees = inPlace(participant, passed);
  return again ? `${_("They stopped the answer and ask for another")} · ${sees}` : sees;
}

function letThrough({ chars, length, rate }, passed) {
  return _("Coming: {n} of {length} characters", { n: Math.min(length, Math.round(chars + rate * passed)), length });
}

function inPlace({ waited, phases, cycle, first_word: firstWord }, passed) {
  const since = cycle === null ? waited + passed : (waited + passed) % cycle;
  const at = phases.findLastIndex((phase) => phase.at <= since);
  const told = SEES[phases[at].sees](phases[at]);
  if (firstWord !== null) return `${told} · ${_("first word in {n} s", { n: atLeastOne(firstWord - passed) })}`;
  const next = phases[at + 1];
  if (next?.says) return `${told} · ${_("“{says}” in {time}", { says: next.says, time: left(next.at - since) })}`;
  return phases[at].sees === "busy" ? `${told} · ${_("tries again in {time}", { time: left(cycle - since) })}` : told;
}

const left = (seconds) => minutes(atLeastOne(seconds));
const atLeastOne = (seconds) => Math.max(1, Math.ceil(seconds));

const SEES = {
  nothing: () => _("They see: nothing yet"),
  dots: () => _("They see: dots"),
  still: ({ says }) => _("They see: dots, “{says}”", { says }),
  busy: ({ says }) => _("They were told: “{says}”", { says }),
};
