// What comes after the end: a question, what is told, and the way to withdraw it all. Its parts are only loaded then.

import { effect, signal } from "../vendor/signals.js";
import { language, learn } from "../shared/say.js";
import { problemOf } from "./words.js";

/** `show(element)` brings it into view; `left()` follows where nothing was withdrawn after all. */
export function createEnding({ conversation, ask, show, left }) {
  const parts = signal(null);
  const failed = signal(false);
  const withdrawing = signal(false);
  const busy = signal(false);
  const problem = signal(null);
  let opener = null;

  effect(() => {
    if (conversation.asks.value || conversation.debriefing.value || withdrawing.value) load();
  });

  return {
    parts,
    failed,
    withdrawing,
    busy,
    problem,
    debriefing: conversation.debriefing,
    asks: conversation.asks,
    show,

    async guess(given) {
      if (await send("guess", given)) document.querySelector(".after h2, .ended p")?.focus();
    },
    askToWithdraw() {
      opener = document.activeElement;
      problem.value = null;
      withdrawing.value = true;
    },
    keep() {
      withdrawing.value = false;
      if (opener?.matches("button")) opener.focus();
      else left();
    },
    async withdraw() {
      if (await send("withdraw", {})) withdrawing.value = false;
    },
  };

  /** Whether it was taken; else what is wrong is said. */
  async function send(event, given) {
    if (busy.peek()) return false;
    busy.value = true;
    const wrong = problemOf(await ask(event, given));
    busy.value = false;
    problem.value = wrong;
    return !wrong;
  }

  function load() {
    if (!parts.peek()) loadAfter().then((loaded) => (parts.value = loaded), () => (failed.value = true));
  }
}

// What it says comes first: its words are looked up as it is loaded.
async function loadAfter() {
  if (language !== "en") learn(await (await fetch(`/static/chat/after/${language}.json`)).json());
  return import("./after.js");
}
