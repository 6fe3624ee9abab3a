// An open conversation: who, what the model sees, the answer.
import { html, useEffect, useRef } from "/static/vendor/preact.js";
import { close, ending, open, release } from "../desk.js";
import { rowOf } from "../inbox.js";
import { Answer } from "./answer.js";
import { Observation } from "./observation.js";
import { seeing } from "./seeing.js";
import { Wait } from "./wait.js";

const OVER = {
  wizard: "You or a colleague ended it. What was answered has been let through.",
  participant: "They ended it.",
};

export const Conversation = seeing(({ conversation }) => {
  const name = useRef();
  useEffect(() => name.current.focus({ preventScroll: true }), []);
  return html`
    <article class="conversation" aria-labelledby="conversation-name">
      <header class="conversation-head">
        <button class="button quiet square back" type="button" onClick=${close}>
          <span class="icon icon-arrow-left"></span><span class="only-heard">Back to the inbox</span>
        </button>
        <div class="conversation-title">
          <h2 id="conversation-name" tabindex="-1" ref=${name}>${conversation.alias.value}</h2>
          <p><${About} conversation=${conversation} /></p>
        </div>
        <${Acts} conversation=${conversation} />
      </header>
      <${Standing} conversation=${conversation} />
      <${Observation} conversation=${conversation} />
      <${CanAnswer} conversation=${conversation} />
    </article>
  `;
});

const CanAnswer = seeing(({ conversation }) => {
  if (!conversation.ended.value && conversation.holder.value.mine) return html`<${Answer} conversation=${conversation} />`;
  const { text } = conversation.reply.value;
  return text && html`<section class="unsent" aria-label="Not sent"><h3 class="part-name">You had written</h3><p class="said">${text}</p></section>`;
});

const About = seeing(({ conversation }) => {
  const since = conversation.waits.value ? rowOf(conversation.session)?.since : null;
  return html`${since != null && html`<span class="due">waiting <${Wait} since=${since} /></span> · `}${conversation.study.value?.title}`;
});

const Acts = seeing(({ conversation }) => {
  if (conversation.ended.value || !conversation.holder.value.mine) return null;
  return html`
    <button
      class="button quiet small"
      type="button"
      aria-disabled=${conversation.busy.value !== null}
      onClick=${() => conversation.busy.value === null && release(conversation)}
    >
      ${conversation.busy.value === "release" ? "Releasing…" : "Release"} <kbd>x</kbd>
    </button>
    <button class="button quiet small" type="button" onClick=${() => (ending.value = conversation)}>
      <span>End<span class="wide-only"> conversation</span></span> <kbd>e</kbd>
    </button>
  `;
});

/** A word where this conversation can't be answered from here. */
const Standing = seeing(({ conversation }) => {
  if (conversation.ended.value)
    return html`<p class="standing" role="status">
      <strong>This conversation is over.</strong> ${OVER[conversation.ended.value] ?? ""}
    </p>`;
  const { by, mine } = conversation.holder.value;
  if (mine) return null;
  return html`<p class="standing" role="status">
    <strong>${by ? `${by} has this conversation now.` : "You don't have this conversation any more."}</strong>
    ${!by &&
    html`<button class="button small" type="button" onClick=${() => open(conversation.session)}>Take it again</button>`}
  </p>`;
});
