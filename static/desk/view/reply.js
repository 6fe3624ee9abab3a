// The reply box: writing, sending, and what became of it.
import { html } from "/static/vendor/preact.js";
import { connected } from "../connection.js";
import { Choice } from "./choice.js";
import { Problem } from "./problem.js";
import { seeing } from "./seeing.js";

const TELL_LENGTH_FROM = 0.8;
const COMPOSING = 229;

export const Reply = seeing(({ conversation }) => {
  const { text, out } = conversation.reply.value;
  const { persona, reply } = conversation.study.value;
  const problem = conversation.problems.value.text;
  const box = { conversation, reply, text, problem, locked: Boolean(out) };
  return html`
    <${Newer} conversation=${conversation} />
    ${reply.kind === "choice" ? html`<${Options} ...${box} />` : html`<${Box} ...${box} persona=${persona} />`}
    <div class="send">
      <${State} conversation=${conversation} />
      <${Length} text=${text} most=${reply.max_chars} />
      <button class="button primary" type="submit" aria-disabled=${Boolean(out) || !conversation.waits.value}>
        ${out ? "Sending…" : "Send reply"} ${!out && html`<kbd>Enter</kbd>`}
      </button>
    </div>
  `;
});

const Box = ({ conversation, text, problem, locked, persona }) => html`
  <div class="ask" id="text">
    <label class="only-heard" for="reply-text">Reply as ${persona}</label>
    <textarea
      class="field reply"
      id="reply-text"
      rows="2"
      placeholder=${`Reply as ${persona}…`}
      value=${text}
      readonly=${locked}
      aria-invalid=${Boolean(problem)}
      aria-describedby=${problem ? "text-problem reply-state" : "reply-state"}
      onInput=${({ target }) => conversation.change({ text: target.value })}
      onKeyDown=${sendOnEnter}
    ></textarea>
    <${Problem} id="text" text=${problem} />
  </div>
`;

const Options = ({ conversation, reply, text, problem, locked }) => {
  const shift = conversation.study.value.labels.some(({ kind }) => kind === "choice") ? "⇧" : "";
  const options = reply.options.map((option, at) => ({ value: option, says: option, key: at < 9 ? `${shift}${at + 1}` : null }));
  const change = (chosen) => !locked && conversation.change({ text: chosen });
  return html`<div id="text"><${Choice} id="reply" legend="Reply" ...${{ options, value: text, change, problem }} /></div>`;
};

const Newer = seeing(({ conversation }) => {
  const count = conversation.newer.value;
  if (!count) return null;
  return html`<p class="newer" role="status">
    <span>
      ${count > 1 ? `${count} new messages` : "A new message"} arrived while you were writing. Your reply answers what stood
      before.
    </span>
    <button class="button small" type="button" onClick=${() => conversation.answerAll()}>Answer all</button>
  </p>`;
});

const State = seeing(({ conversation }) => {
  const { out, text } = conversation.reply.value;
  let says = "";
  if (out) says = connected.value ? "" : "It goes out as soon as the line is back.";
  else if (conversation.sent.value) says = "Sent.";
  else if (!conversation.waits.value) says = text ? "Nothing waits for an answer. What you write is kept." : "Nothing waits for an answer.";
  return html`<p class="state" id="reply-state" role="status">${says}</p>`;
});

const Length = ({ text, most }) => {
  const length = [...text].length;
  if (length < most * TELL_LENGTH_FROM) return null;
  return html`<span class="length" data-over=${length > most}>${length} of ${most}</span>`;
};

function sendOnEnter(event) {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === COMPOSING) return;
  event.preventDefault();
  event.target.form.requestSubmit();
}
