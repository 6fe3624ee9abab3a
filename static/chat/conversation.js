// The conversation as far as this page knows it: messages by number, each once, in order.

import { batch, computed, signal } from "../vendor/signals.js";

const SHOWN_AT_FIRST = 100;

export function createConversation() {
  const messages = signal([]);
  const loaded = signal(false);
  const open = signal(true);
  const thinking = signal(false);
  const task = signal(null);
  const first = signal(1);
  const reached = computed(() => contiguous(messages.value));

  return {
    messages,
    loaded,
    open,
    thinking,

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
      const fresh = incoming.filter(({ n }) => !known.has(n));
      if (fresh.length) messages.value = [...messages.peek(), ...fresh].sort((a, b) => a.n - b.n);
      return true;
    },

    /** How the conversation stands now. */
    stand(state) {
      batch(() => {
        open.value = state.open;
        task.value = state.task ?? null;
      });
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
        messages.value = [];
        loaded.value = false;
        open.value = true;
        thinking.value = false;
        task.value = null;
        first.value = 1;
      });
    },
  };
}

function contiguous(messages) {
  let n = 0;
  for (const message of messages) {
    if (message.n !== n + 1) break;
    n = message.n;
  }
  return n;
}
