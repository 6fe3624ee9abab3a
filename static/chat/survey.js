// Questions before and after the conversation. What is answered stays in this browser until it is safe elsewhere.

import { effect, signal } from "../vendor/signals.js";
import { problemOf } from "./words.js";

export function createSurvey({ conversation, kept, ask, show }) {
  const parts = signal(null);
  const failed = signal(false);
  const answers = signal({});
  const busy = signal(false);
  const problem = signal(null);
  let when = null;

  effect(() => {
    const asked = conversation.survey.value?.when ?? null;
    if (asked === when) return;
    if (!asked && conversation.loaded.peek()) kept.keepAnswers(when, null); // they are safe
    when = asked;
    problem.value = null;
    if (!asked) return;
    answers.value = kept.answers(asked);
    if (!parts.peek()) import("./questions.js").then((loaded) => (parts.value = loaded), () => (failed.value = true));
  });

  return {
    parts,
    failed,
    answers,
    busy,
    problem,
    show,
    asked: conversation.survey,

    /** Null takes an answer away. */
    put(name, answer) {
      answers.value = { ...answers.peek(), [name]: answer };
      kept.keepAnswers(when, answers.peek());
    },

    async send() {
      if (busy.peek()) return;
      busy.value = true;
      const wrong = problemOf(await ask("answer", { when, answers: known() }));
      busy.value = false;
      problem.value = wrong;
    },
  };

  // A newer version of the study may ask otherwise than when they were kept.
  function known() {
    const names = conversation.survey.peek().questions.map(({ name }) => name);
    return Object.fromEntries(Object.entries(answers.peek()).filter(([name]) => names.includes(name)));
  }
}
