// An answer on its way: its words as they come, how to stop it, and how to ask for another.

import { computed, effect, signal } from "../vendor/signals.js";
import { problemOf } from "./words.js";

export function createAnswer({ conversation, ask, focusBox }) {
  const stopping = signal(false);
  const asking = signal(false);
  const askedAfter = signal(null);
  const problem = signal(null);

  effect(() => {
    conversation.messages.value;
    conversation.busy.value;
    problem.value = null;
  });
  document.addEventListener("keydown", (event) => {
    const elsewhere = event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]");
    if (event.key !== "Escape" || elsewhere || !conversation.coming.peek()) return;
    event.preventDefault();
    stop();
  });

  return {
    stopping,
    asking,
    problem,
    stop,
    askAgain,

    /** Whether the newest answer was stopped and none has been asked for since. */
    wasStopped: computed(() => {
      const newest = conversation.messages.value.at(-1);
      const awaited = conversation.thinking.value || conversation.busy.value || conversation.coming.value;
      return conversation.open.value && !awaited && !!newest?.stopped && newest !== askedAfter.value;
    }),
  };

  async function stop() {
    await press(stopping, "stop");
  }

  async function askAgain() {
    const newest = conversation.messages.peek().at(-1);
    if (await press(asking, "retry")) askedAfter.value = newest;
  }

  // What was pressed goes with what it did, and the focus would go with it.
  async function press(under, event) {
    if (under.peek()) return false;
    const pressed = document.activeElement;
    under.value = true;
    const wrong = problemOf(await ask(event, {}));
    under.value = false;
    problem.value = wrong;
    if (!wrong && pressed?.matches("button")) focusBox();
    return !wrong;
  }
}
