// Messages on their way out: kept until they are acknowledged, sent one after the other, always under their first id.

import { batch, signal } from "../vendor/signals.js";
import { NO_ANSWER, inWords } from "./words.js";

const PAUSES_MS = [1000, 2000, 4000, 8000, 15000];

/**
 * `deliver(item)` resolves to the server's answer, or to null where none came;
 * `delivered(item, answer)` hears of each success once.
 */
export function createOutbox({ kept, online, deliver, delivered, later = setTimeout }) {
  const items = signal(kept.unsent());
  let busy = false;
  let failures = 0;
  let timer;

  return {
    items,

    add(text) {
      const at = Math.max(Date.now(), (items.peek().at(-1)?.at ?? 0) + 1);
      const item = { id: newId(), text, at };
      kept.keepUnsent(item);
      items.value = [...items.peek(), item];
      sendNext();
    },

    /** Sends now what waits, without a pause that may be running. */
    hurry() {
      failures = 0;
      sendNext();
    },

    remove,

    /** Takes everything out, and gives it back. */
    empty() {
      const all = items.peek();
      batch(() => all.forEach(({ id }) => remove(id)));
      return all;
    },
  };

  async function sendNext() {
    clearTimeout(timer);
    const item = items.peek().find(({ refused }) => !refused);
    if (busy || !item || !online()) return;
    busy = true;
    const answer = await deliver(item);
    busy = false;
    if (answer?.ok) {
      failures = 0;
      batch(() => {
        remove(item.id);
        delivered(item, answer);
      });
      return sendNext();
    }
    if (answer && !answer.error.retry) {
      failures = 0;
      change(item.id, { refused: inWords(answer.error), problem: undefined });
      return sendNext();
    }
    if (!online()) return;
    change(item.id, { problem: answer ? inWords(answer.error) : NO_ANSWER });
    timer = later(sendNext, PAUSES_MS[Math.min(failures++, PAUSES_MS.length - 1)]);
  }

  function change(id, news) {
    items.value = items.peek().map((item) => (item.id === id ? { ...item, ...news } : item));
  }

  function remove(id) {
    kept.dropUnsent(id);
    items.value = items.peek().filter((item) => item.id !== id);
  }
}

// crypto.randomUUID is only there over https; a phone on the same network comes over http.
export function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
