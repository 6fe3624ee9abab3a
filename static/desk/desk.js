// What a wizard does: take a conversation, go on to the next, let one go, end one.
import { batch, computed, effect, signal } from "/static/vendor/signals.js";
import { ask } from "./connection.js";
import { Conversation } from "./conversation.js";
import { changeHolder, fetchInbox, mine, rowOf, waiting } from "./inbox.js";
import { keptSessions } from "./kept.js";
import { deliver } from "./sending.js";

const conversations = new Map();
let wanted = null;

export const opened = signal(null);
export const opening = signal(null);
export const refused = signal(null);
export const ending = signal(null);
export const sheet = signal(false);
export const draftsIn = signal(new Set(keptSessions().map(({ session }) => session)));
export const here = computed(() => opened.value?.session ?? null);

effect(() => opened.value?.observation.value && opened.peek().show());

/** Take a conversation and open it. One that is with a colleague stays there; the answer's words are shown. */
export async function open(session) {
  wanted = session;
  refused.value = null;
  const known = conversations.get(session);
  if (known?.holder.value.mine) put(known);
  else opening.value = session;
  const claimed = await claim(session);
  if (wanted !== session) return;
  opening.value = null;
  if (claimed) put(claimed);
  else if (!opened.value) close();
}

export function close() {
  wanted = null;
  if (location.hash) history.replaceState(null, "", location.pathname);
  opened.value = null;
}

/** The next that waits; from the last of them on to what else is mine. */
export function next() {
  const at = waiting.value.findIndex(({ session }) => session === here.value);
  const others = waiting.value.filter(({ session }) => session !== here.value);
  if (at < 0 && others.length) open(others[0].session);
  else step(1);
}

export const previous = () => step(-1);

export async function release(conversation) {
  const answer = await during(conversation, "release", () => ask("unclaim", { session: conversation.session }));
  if (!answer.ok) return refuse(conversation.session, answer);
  conversation.holder.value = { by: null, mine: false };
  if (opened.value === conversation) close();
}

export async function end(conversation) {
  const answer = await during(conversation, "end", () => ask("end", { session: conversation.session }));
  ending.value = null;
  if (!answer.ok) refuse(conversation.session, answer);
}

/** After a connect everything may be old: the list, and what is open. */
export async function refresh() {
  await fetchInbox();
  const again = [...conversations.values()].filter(({ session, holder, ended }) => {
    return !ended.value && holder.value.mine && (session === here.value || rowOf(session)?.mine);
  });
  for (const conversation of again) await claim(conversation.session);
}

/** Replies that were under way when the page was left go on their way. */
export function resume() {
  for (const { session, underWay } of keptSessions()) if (underWay) deliver(conversationOf(session));
}

export function heardObservation(observation) {
  conversations.get(observation.session)?.receive(observation);
}

export function heardClaimed(news) {
  changeHolder(news);
  if (refused.value?.session === news.session) refused.value = null;
  const conversation = conversations.get(news.session);
  if (conversation) conversation.holder.value = { by: news.by, mine: news.mine };
}

export function heardEnded({ session, reason }) {
  const conversation = conversations.get(session);
  if (!conversation) return;
  conversation.ended.value = reason;
  if (ending.value === conversation) ending.value = null;
}

function conversationOf(session) {
  if (!conversations.has(session)) {
    const conversation = new Conversation(session);
    conversations.set(session, conversation);
    effect(() => markDraft(session, Boolean(conversation.reply.value.text)));
  }
  return conversations.get(session);
}

async function claim(session) {
  const answer = await ask("claim", { session });
  if (!answer.ok) {
    const known = conversations.get(session);
    if (known && answer.error.code === "ended") known.ended.value ??= "ended";
    if (known && answer.error.code === "claimed") known.holder.value = { by: rowOf(session)?.claimed_by ?? null, mine: false };
    refuse(session, answer);
    return null;
  }
  const conversation = conversationOf(session);
  batch(() => {
    conversation.alias.value = rowOf(session)?.alias ?? conversation.alias.value;
    conversation.study.value = answer.study;
    conversation.holder.value = { by: null, mine: true };
    conversation.receive(answer.observation);
  });
  return conversation;
}

function put(conversation) {
  const address = `#${conversation.session}`;
  if (location.hash !== address) history[opened.value ? "replaceState" : "pushState"](null, "", address);
  opened.value = conversation;
}

function step(by) {
  const list = [...waiting.value, ...mine.value].map(({ session }) => session);
  if (!list.length) return;
  const at = list.indexOf(here.value);
  const to = at < 0 ? (by > 0 ? 0 : list.length - 1) : (at + by + list.length) % list.length;
  if (list[to] !== here.value) open(list[to]);
}

function refuse(session, { error }) {
  refused.value = { session, text: error.message };
}

async function during(conversation, what, act) {
  conversation.busy.value = what;
  const answer = await act();
  conversation.busy.value = null;
  return answer;
}

function markDraft(session, has) {
  const before = draftsIn.peek();
  if (before.has(session) === has) return;
  const after = new Set(before);
  if (has) after.add(session);
  else after.delete(session);
  draftsIn.value = after;
}
