// The reply, as the study has it: a text, a choice, or a form; sending it, and what became of it.
import { html } from "/static/vendor/preact.js";
import { saveLastSent } from "../canned.js";
import { connected } from "../connection.js";
import { next, upNext } from "../desk.js";
import { valuesOf, written } from "../form.js";
import { answerAll } from "../keys.js";
import { Box } from "./box.js";
import { Digits } from "./digits.js";
import { Form } from "./form.js";
import { Leaving } from "./leaving.js";
import { Meanwhile } from "./meanwhile.js";
import { seeing } from "./seeing.js";
import { _, ngettext } from "/static/shared/say.js";

const TELL_LENGTH_FROM = 0.8;
const SENT = _("Sent.");

export const Reply = seeing(({ conversation }) => {
  const { out } = conversation.reply.value;
  const { reply } = conversation.study.value;
  return html`
    <${Newer} conversation=${conversation} />
    <${Meanwhile} conversation=${conversation} />
    <${KINDS[reply.kind]} conversation=${conversation} />
    <div class="send">
      <${Leaving} conversation=${conversation} />
      <${State} conversation=${conversation} />
      <${Length} conversation=${conversation} />
      <${Next} conversation=${conversation} />
      <button class="button primary" type="submit" aria-disabled=${Boolean(out) || !conversation.waits.value ? "true" : undefined}>
        ${out ? _("Sending…") : conversation.sends} ${!out && html`<kbd>Enter</kbd>`}
      </button>
    </div>
  `;
});

/** A class each, and under it what the participant will see of it. */
const Classes = seeing(({ conversation }) => {
  const { text, out } = conversation.reply.value;
  const { options, says } = conversation.study.value.reply;
  const each = options.map((option) => ({ value: option, says: option, under: says[option] }));
  const change = (chosen) => !out && conversation.change({ text: chosen });
  return html`<div class="classes" id="text">
    <${Digits}
      id="reply"
      legend=${_("Reply")}
      shifted
      conversation=${conversation}
      options=${each}
      value=${text}
      change=${change}
      problem=${conversation.problems.value.text}
    />
  </div>`;
});

/** Its place is there before anything arrives, so that it is heard, and so that nothing under it moves when it goes: the
    box would lose the focus. */
const Newer = seeing(({ conversation }) => {
  const count = conversation.newer.value;
  return html`<div class="newer" role="status">
    ${count > 0 &&
    html`
      <span>
        ${ngettext("A new message arrived while you were writing. Your reply answers what stood before.", "{n} new messages arrived while you were writing. Your reply answers what stood before.", count)}
      </span>
      <button class="button small" type="button" onClick=${answerAll}>${_("Answer all")} <kbd>w</kbd></button>
    `}
  </div>`;
});

const State = seeing(({ conversation }) => {
  const { out, text } = conversation.reply.value;
  let says = "";
  if (out) says = connected.value ? "" : _("It goes out as soon as the line is back.");
  else if (conversation.sent.value) says = SENT;
  else if (!conversation.waits.value) says = text ? _("Nothing waits for an answer. What you write is kept.") : _("Nothing waits for an answer.");
  const saves = says === SENT && conversation.offers && conversation.study.value.reply.kind === "text";
  return html`
    <p class="state" id="reply-state" role="status">${says}</p>
    ${saves &&
    html`<button class="button quiet small" type="button" onClick=${() => saveLastSent(conversation)}>${_("Save as canned")} <kbd>s</kbd></button>`}
  `;
});

/** Where the list isn't beside it, whoever waits next stands where this one has been answered. */
const Next = seeing(({ conversation: { reply, leavesAt, waits, leavesAtOnce } }) => {
  const answered = reply.value.out ? leavesAt.value !== null : !waits.value;
  if (!answered || leavesAtOnce || !upNext.value) return null;
  return html`<button class="button primary next" type="button" onClick=${next}>${_("Open {name}", { name: upNext.value.alias })}</button>`;
});

const Length = seeing(({ conversation }) => {
  const { kind, max_chars: most, fields } = conversation.study.value.reply;
  const text = kind === "form" ? written(fields, valuesOf(conversation)) : conversation.bubbles().join("\n\n");
  const length = [...text].length;
  if (length < most * TELL_LENGTH_FROM) return null;
  return html`<span class="length" data-over=${length > most ? "true" : "false"}>${_("{length} of {most}", { length, most })}</span>`;
});

const KINDS = { text: Box, choice: Classes, form: Form };
