// Puts the page together: what comes in, what goes out, what is shown.

import { html, render } from "../vendor/preact.js";
import { batch, computed, effect, signal } from "../vendor/signals.js";
import { io } from "../vendor/socket.io.js";
import { createAnswer } from "./answer.js";
import { createCatchUp } from "./catch_up.js";
import { createComposer } from "./composer.js";
import { createConnection } from "./connection.js";
import { createConversation } from "./conversation.js";
import { createEnding } from "./ending.js";
import { keptFor } from "./kept.js";
import { createMenu } from "./menu.js";
import { createOutbox, newId } from "./outbox.js";
import { createScroll } from "./scroll.js";
import { createTask } from "./task.js";
import { App } from "./view.js";
import { followKeyboard } from "./viewport.js";
import { problemOf } from "./words.js";

const CLOCK_MS = 20_000;
const QUIET_AFTER_LOADING_MS = 500;

const root = document.querySelector("#chat");
const { code, key, persona, welcome } = root.dataset;
const first = "first" in root.dataset;
const now = signal(Date.now());
const seen = signal(0);
const aloud = signal(false);
const restarting = signal(false);

const kept = keptFor(code + key.slice(0, 8));
let name = kept.conversation();

const conversation = createConversation();
const connection = createConnection(io, key ? { invite: code, key } : { invite: code }, {
  connected,
  lost: () => (conversation.thinking.value = null),
  message: (message) => take([message]),
  words: (words) => conversation.grow(words) || catchUp.now(),
  thinking: ({ on, say }) => (conversation.thinking.value = on ? { say } : null),
  state: stand,
});
const catchUp = createCatchUp({
  ask: connection.ask,
  online: connection.online,
  after: () => conversation.reached.peek(),
  take: ({ messages, state }) =>
    batch(() => {
      take(messages);
      stand(state);
      conversation.settle(state);
      conversation.load();
    }),
});
const outbox = createOutbox({
  kept,
  online: connection.online,
  deliver: ({ id, text }) => connection.ask("send", { id, text }),
  delivered: ({ id, text }, { n, at }) => take([{ id, n, at, text, role: "user" }]),
});
const composer = createComposer({ kept, send });
const scroll = createScroll({ reachedStart: earlier });
const answer = createAnswer({ conversation, ask: connection.ask, focusBox: composer.focus });
const ending = createEnding({ conversation, ask: connection.ask, show: scroll.show, left: () => menu.focus() });
const survey = signal(null);
const task = createTask({ kept, text: conversation.task });
const menu = createMenu({ end, ended: () => document.querySelector(".ended p")?.focus() });
const unseen = computed(() => conversation.messages.value.filter(({ n, role }) => n > seen.value && role !== "user").length);

const page = { persona, welcome, first, conversation, connection, outbox, composer, answer, ending, survey, scroll, task, menu, now, aloud, unseen, restarting };
const actions = { earlier, press, retry, edit, restart };

root.replaceChildren();
effect(() => render(html`<${App} ...${page} ...${actions} />`, root));
effect(loadSurvey);
effect(markSeen);
effect(readAloud);
effect(() => (document.title = unseen.value ? `(${unseen.value}) ${persona}` : persona));
document.addEventListener("visibilitychange", markSeen);
setInterval(() => (now.value = Date.now()), CLOCK_MS);
kept.watch({ sent: outbox.remove, began: connection.again });
followKeyboard();
connection.open();

// What waits goes out before the question what was missed: its answer, which comes first, tells which of that is ours.
function connected() {
  if (kept.conversation() !== name) forget();
  outbox.hurry();
  catchUp.now();
}

function take(messages) {
  const fits = conversation.add(messages);
  if (!fits) forget();
  if (!fits || (conversation.gap.value && conversation.loaded.value)) catchUp.now();
  now.value = Date.now();
}

function stand(state) {
  conversation.stand(state);
  if (state.withdrawn) leaveNothing();
}

// A line that came back would begin anew.
function leaveNothing() {
  connection.close();
  outbox.empty();
  kept.forgetAll();
  conversation.reset();
}

// This page is in another conversation now: begun here, or in another tab.
function forget() {
  name = kept.conversation();
  catchUp.forget();
  conversation.reset();
  seen.value = 0;
}

function send(text) {
  outbox.add(text);
  scroll.toEnd();
}

// A button goes once it is pressed, and the focus would go with it.
function press(words, button) {
  const hadFocus = document.activeElement === button;
  send(words);
  if (hadFocus) composer.focus();
}

function retry() {
  connection.hurry();
  outbox.hurry();
}

function edit({ id, text }) {
  outbox.remove(id);
  composer.write(text);
}

function earlier() {
  if (conversation.hasEarlier.peek()) scroll.keeping(conversation.showEarlier);
}

async function end() {
  return problemOf(await connection.ask("end", {}));
}

async function restart() {
  if (restarting.peek()) return;
  restarting.value = true;
  const answer = await connection.ask("restart", {});
  restarting.value = false;
  if (!answer?.ok) return connection.again();
  const unsent = outbox.empty();
  kept.nameConversation(newId());
  forget();
  catchUp.now();
  if (unsent.length) composer.write(unsent.map(({ text }) => text).join("\n"));
  composer.focus();
}

// Only where something is asked.
function loadSurvey() {
  if (!conversation.survey.value || survey.peek()) return;
  import("./questions.js").then(
    ({ createSurvey }) => (survey.value = createSurvey({ conversation, kept, ask: connection.ask, show: scroll.show })),
    () => (survey.value = { failed: true }),
  );
}

function markSeen() {
  const last = conversation.messages.value.at(-1)?.n ?? 0;
  if (scroll.atEnd.value && !document.hidden) seen.value = last;
}

// A screen reader is to say what comes in, not the whole past at every reload.
function readAloud() {
  if (!conversation.loaded.value) aloud.value = false;
  else setTimeout(() => (aloud.value = true), QUIET_AFTER_LOADING_MS);
}
