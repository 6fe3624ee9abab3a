// The conversation as far as this page knows it: messages by number, each once, in order.

import { batch, computed, signal } from "../vendor/signals.js";

const SHOWN_AT_FIRST = 100;

export function createConversation() {
  const messages = signal([]);
  const loaded = signal(false);
  const open = signal(true);
  const thinking = signal(null);
  const coming = signal(null);
  const busy = signal(null);
  const last = signal(false);
  const task = signal(null);
  const asks = signal(false);
  const debriefing = signal(null);
  const consent = signal(null);
  const survey = signal(null);
  const reason = signal(null);
  const lobby = signal(null);
  const done = signal(null);
  const withdrawn = signal(false);
  const first = signal(1);
  const reached = computed(() => contiguous(messages.value));

  return {
    messages,
    loaded,
    open,

    /** While an answer is awaited: null, or what is said meanwhile, which may be nothing. */
    thinking,

    /** The message that is coming word by word, as far as it has come, or null. */
    coming,

    /** In the place of an answer: why there is none, or null. */
    busy,

    /** Nothing more can be written: what is owed still comes. */
    last,

    /** After the end: whether there is a question, and what is told then, as HTML. */
    asks,
    debriefing,

    /** What comes first: what is agreed to, as HTML, questions, which also come after the end, a place in line. */
    consent,
    survey,
    lobby,

    /** Why it isn't open, and where to go then, or a code. */
    reason,
    done,

    /** Nothing of the conversation is left, here or anywhere. */
    withdrawn,

    /** What the user is asked to do, or null. */
    task,

    /** The number up to which nothing is missing; a sync asks for what comes after it. */
    reached,
    gap: computed(() => (messages.value.at(-1)?.n ?? 0) > reached.value),

    /** The messages on the page: a long past is shown on demand. */
    shown: computed(() => messages.value.filter(({ n }) => n >= first.value)),
    hasEarlier: computed(() => first.value > 1),
    showEarlier: () => (first.value = Math.max(1, first.value - SHOWN_AT_FIRST)),

    /** Takes messages in; false if they contradict what is here, which then is another conversation. */
    add(incoming) {
      const known = new Map(messages.peek().map((message) => [message.n, message]));
      if (incoming.some(({ n, text }) => known.has(n) && known.get(n).text !== text)) return false;
      const fresh = incoming.filter(({ n, stopped }) => !known.has(n) || (stopped && !known.get(n).stopped)).map(asItCame);
      batch(() => {
        fresh.forEach((message) => known.set(message.n, message));
        if (fresh.length) messages.value = [...known.values()].sort((a, b) => a.n - b.n);
        if (incoming.some(({ n }) => n >= coming.peek()?.n)) coming.value = null;
      });
      return true;
    },

    /** Takes more words in; false if they don't go with what is here. */
    grow({ n, keep, html }) {
      if (n <= reached.peek()) return true;
      const { at = new Date().toISOString(), html: before = "" } = coming.peek()?.n === n ? coming.peek() : {};
      if (keep > before.length) return false;
      coming.value = { n, at, html: before.slice(0, keep) + html };
      return true;
    },

    stand,

    /** What isn't on its way according to the server, and hasn't come, never will. */
    settle(state) {
      if (!state.streaming) coming.value = null;
    },

    load() {
      if (loaded.peek()) return;
      batch(() => {
        first.value = Math.max(1, reached.value - SHOWN_AT_FIRST + 1);
        loaded.value = true;
      });
    },

    reset() {
      batch(() => {
        stand({ open: true, withdrawn: withdrawn.peek() });
        messages.value = [];
        loaded.value = false;
        thinking.value = null;
        coming.value = null;
        first.value = 1;
      });
    },
  };

  /** How the conversation stands now. An answer that came to its end elsewhere stays until its message is here. */
  function stand(state) {
    const { n } = state.streaming ?? {};
    batch(() => {
      open.value = state.open;
      task.value = state.task ?? null;
      busy.value = state.busy ?? null;
      last.value = state.last ?? false;
      asks.value = state.asks ?? false;
      debriefing.value = state.debriefing ?? null;
      consent.value = state.consent ?? null;
      survey.value = state.survey ?? null;
      reason.value = state.reason ?? null;
      lobby.value = state.lobby ?? null;
      done.value = state.done ?? null;
      withdrawn.value = state.withdrawn ?? false;
      if (n > reached.peek()) coming.value = state.streaming;
    });
  }

  // One whose words stood there already comes without a movement.
  function asItCame(message) {
    return message.n === coming.peek()?.n ? { ...message, grown: true } : message;
  }
}

function contiguous(messages) {
  let n = 0;
  for (const message of messages) {
    if (message.n !== n + 1) break;
    n = message.n;
  }
  return n;
}
