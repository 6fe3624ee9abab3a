// Who waits, who is mine, who is with a colleague.
import { batch, computed, signal } from "/static/vendor/signals.js";
import { begunAgo } from "./clock.js";
import * as colleagues from "./colleagues.js";
import { ask } from "./connection.js";
import * as opinions from "./opinions.js";
import { _ } from "/static/shared/say.js";

const REFILL_MS = 1_000;

const rows = signal(new Map());
const total = signal(0);

export const loaded = signal(false);
export const news = signal("");

const byWaiting = (a, b) => (wait(a) < wait(b) ? -1 : 1);
const wait = ({ waiting_since: since, session }) => `${since ?? ""} ${session}`;
const byName = (a, b) => a.alias.localeCompare(b.alias, undefined, { numeric: true });
const listed = computed(() => [...rows.value.values()]);

export const waiting = computed(() => listed.value.filter((row) => row.since !== null && !isTheirs(row)).sort(byWaiting));
export const mine = computed(() => listed.value.filter((row) => row.since === null && row.mine).sort(byName));
export const theirs = computed(() => listed.value.filter(isTheirs).sort(byWaiting));
export const waitingCount = computed(() => Math.max(waiting.value.length, total.value - theirs.value.length));
export const severalStudies = computed(() => new Set(listed.value.map((row) => row.study)).size > 1);

export const rowOf = (session) => rows.value.get(session);

/** All of it afresh: after a connect, what is here may be old. */
export async function fetchInbox() {
  const answer = await ask("inbox");
  if (!answer.ok) return;
  batch(() => {
    rows.value = new Map(answer.sessions.map((row) => [row.session, kept(row)]));
    total.value = answer.waiting;
    loaded.value = true;
    colleagues.arrived(answer);
    opinions.arrived(answer);
  });
}

/** What has changed; whether somebody begins to wait by it. */
export function changeInbox({ sessions, gone, waiting: count }) {
  const begun = sessions.filter((row) => row.waiting_since && !isTheirs(row) && !rowOf(row.session)?.waiting_since);
  const served = sessions.some((row) => !row.waiting_since && rowOf(row.session)?.waiting_since);
  const next = new Map(rows.value);
  for (const row of sessions) next.set(row.session, kept(row));
  for (const session of gone) next.delete(session);
  batch(() => {
    rows.value = next;
    total.value = count;
    if (begun.length) news.value = begun.length > 1 ? _("{n} more are waiting.", { n: begun.length }) : _("{name} is waiting.", { name: begun[0].alias });
    else if (served) news.value = ""; // the same words again wouldn't be read out
  });
  refillIfShort();
  return begun.length > 0;
}

/** Somebody took or freed one: told at once, a moment before the list's own news. */
export function changeHolder({ session, by, mine: isMine }) {
  const row = rowOf(session);
  if (row) rows.value = new Map(rows.value).set(session, { ...row, claimed_by: by, mine: isMine });
}

function isTheirs(row) {
  return row.claimed_by !== null && !row.mine;
}

/** A row, with the start of its wait on this page's clock; a wait that goes on keeps the start it had. */
function kept(row) {
  const before = rowOf(row.session);
  if (row.waited === null) return { ...row, since: null };
  const goesOn = before && before.waiting_since === row.waiting_since;
  return { ...row, since: goesOn ? before.since : begunAgo(row.waited) };
}

let refilling;

/** The server lists only so many at once; when those are served, there are more to fetch. */
function refillIfShort() {
  if (refilling || listed.value.filter((row) => row.since !== null).length >= total.value) return;
  refilling = setTimeout(() => {
    refilling = undefined;
    fetchInbox();
  }, REFILL_MS);
}
