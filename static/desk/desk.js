// What a wizard does: take a conversation, go on to the next, let one go, end one.
import { computed, effect, signal } from "/static/vendor/signals.js";
import { ask } from "./connection.js";
import { Conversation } from "./conversation.js";
import { reading } from "./documents.js";
import { changeHolder, changeInbox, fetchInbox, mine, rowOf, waiting } from "./inbox.js";
import { keptSessions } from "./kept.js";
import { deliver, leave as sendNow } from "./sending.js";
import { chime } from "./sound.js";
import { meet } from "./studies.js";
import { offerUndo, tell } from "./undo.js";
import { _ } from "/static/shared/say.js";

const NOBODY = { by: null, mine: false, handedOver: null };
const conversations = new Map();
const asked = new Set();
const given = new Map();
let wanted = null;

export const opened = signal(null);
export const opening = signal(null);
export const refused = signal(null);
export const ending = signal(null);
export const handing = signal(null);
export const noting = signal(null);
export const looking = signal(null);
export const sheet = signal(false);
export const draftsIn = signal(new Set(keptSessions().map(({ session }) => session)));
export const here = computed(() => opened.value?.session ?? null);
/** The next that waits, and after the last of them the first again. */
export const upNext = computed(() => {
  const at = waiting.value.findIndex(({ session }) => session === here.value);
  return [...waiting.value.slice(at + 1), ...waiting.value].find(({ session }) => session !== here.value) ?? null;
});

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
  if (location.hash) history.replaceState(null, "", location.pathname);
  setAside();
}

/** Off the screen and still one's own, while one is at something else. */
export function setAside() {
  wanted = null;
  leave();
  opened.value = null;
}

/** Goes on to whoever waits next; to what else is mine where no other waits. */
export function next() {
  if (upNext.value) open(upNext.value.session);
  else step(1);
}

export const previous = () => step(-1);

/** Nobody's again: it waits for whoever takes it next. */
export async function putBack(conversation) {
  settle(conversation);
  const answer = await during(conversation, "unclaim", () => ask("unclaim", { session: conversation.session }));
  if (!answer.ok) return refuse(conversation.session, answer);
  letGo(conversation);
  offerUndo(_("Put {name} back.", { name: conversation.alias.value }), () => open(conversation.session));
}

/** Give it to a colleague, with a word. Nothing is returned where it went well, else what is wrong. */
export async function handOver(conversation, to, note) {
  const { session, alias } = conversation;
  settle(conversation);
  const answer = await during(conversation, "hand over", () => ask("hand_over", { session, to: to.account, note }));
  if (!answer.ok) return answer.error.message;
  handing.value = null;
  letGo(conversation, to.name);
  tell(_("{name} is with {colleague} now.", { name: alias.value, colleague: to.name }));
  return null;
}

/** What was sent goes first, also where it could still be taken back. */
export async function end(conversation) {
  sendNow(conversation);
  const answer = await during(conversation, "end", () => ask("end", { session: conversation.session }));
  ending.value = null;
  if (!answer.ok) refuse(conversation.session, answer);
}

/** See more than the model would: the whole `session`, or its `scenario`. The log remembers it first. */
export const lookFurther = ({ session }, at) => ask("look", { session, at });

/** After a connect everything may be old: the list, and what is open. */
export async function refresh() {
  refused.value = null;
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

export function heardInbox(news) {
  const begun = changeInbox(news);
  tellGiven();
  if (begun) ring();
}

/** Somebody took or freed a conversation, handed it over, or was given it in turn. What one took oneself, in another
    tab or on another device, is no news. */
export function heardClaimed({ session, by, mine: isMine, assigned, handed_over: handedOver }) {
  const conversation = conversations.get(session);
  const isNew = isMine && !rowOf(session)?.mine && !conversation?.holder.value.mine && !asked.has(session);
  changeHolder({ session, by, mine: isMine });
  if (refused.value?.session === session) refused.value = null;
  if (conversation) conversation.holder.value = { by, mine: isMine, handedOver };
  if (isNew && here.value === session) claim(session);
  if (!assigned && !handedOver) return;
  given.set(session, handedOver);
  tellGiven();
}

/** What an observer tells whoever has a conversation, since the last answer. */
export function heardWhispered({ session, whispers }) {
  const conversation = conversations.get(session);
  const more = whispers.length > (conversation?.whispers.peek().length ?? 0);
  if (conversation) conversation.whispers.value = whispers;
  if (!more) return;
  if (here.value !== session) tell(_("A whisper about {name}.", { name: rowOf(session)?.alias ?? _("another conversation") }));
  ring();
}

/** Who looks on at a conversation of one's own now. */
export function heardWatched({ session, by }) {
  const conversation = conversations.get(session);
  if (conversation) conversation.watchedBy.value = by;
}

export function heardDraft({ session, ...draft }) {
  conversations.get(session)?.heardDraft(draft);
}

export function heardEnded({ session, reason }) {
  const conversation = conversations.get(session);
  if (!conversation) return;
  conversation.ended.value = reason;
  for (const dialog of [ending, handing]) if (dialog.value === conversation) dialog.value = null;
}

function conversationOf(session) {
  if (!conversations.has(session)) {
    const conversation = new Conversation(session);
    conversations.set(session, conversation);
    effect(() => markDraft(session, Boolean(conversation.written())));
    effect(() => {
      conversation.alias.value = rowOf(session)?.alias ?? conversation.alias.peek(); // the list may have it only later
    });
  }
  return conversations.get(session);
}

async function claim(session) {
  asked.add(session);
  const answer = await ask("claim", { session });
  asked.delete(session);
  if (!answer.ok) {
    const known = conversations.get(session);
    if (known && answer.error.code === "ended") known.ended.value ??= "ended";
    if (known && answer.error.code === "claimed") known.holder.value = { ...NOBODY, by: rowOf(session)?.claimed_by ?? null };
    if (answer.error.code !== "lost" || !known?.holder.value.mine) refuse(session, answer);
    return null;
  }
  const conversation = conversationOf(session);
  meet(answer.study);
  conversation.claimed(answer);
  return conversation;
}

function put(conversation) {
  if (opened.value !== conversation) leave();
  const address = `#${conversation.session}`;
  if (location.hash !== address) history[opened.value ? "replaceState" : "pushState"](null, "", address);
  opened.value = conversation;
}

/** What was begun in the conversation that is open is kept before another comes, or none. */
function leave() {
  reading.value = false;
  opened.value?.keepNow();
}

/** Before it is another's: what was sent is on its way, what was begun is kept. */
function settle(conversation) {
  sendNow(conversation);
  conversation.keepNow();
}

function letGo(conversation, to = null) {
  conversation.holder.value = { ...NOBODY, by: to };
  if (opened.value === conversation) close();
}

/** Say what has become one's own without having been asked for, once its name is known. */
function tellGiven() {
  for (const [session, handedOver] of given) {
    const row = rowOf(session);
    if (!row) continue;
    given.delete(session);
    if (!row.mine) continue;
    tell(handedOver ? _("{colleague} handed {name} over to you.", { colleague: handedOver.by, name: row.alias }) : _("{name} is yours now.", { name: row.alias }));
    ring();
  }
}

/** Heard only by whoever isn't at it. */
function ring() {
  if (document.hidden || !opened.value) chime();
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
