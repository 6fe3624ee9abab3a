// An open conversation: who, what the model sees, the answer.
import { html } from "/static/vendor/preact.js";
import { close, ending, handing, looking, noting, open, putBack } from "../desk.js";
import { readDocuments } from "../documents.js";
import { rowOf } from "../inbox.js";
import { Answer } from "./answer.js";
import { Back, Name } from "./head.js";
import { Observation } from "./observation.js";
import { seeing } from "./seeing.js";
import { Wait } from "./wait.js";
import { _, language, ngettext } from "/static/shared/say.js";

const OVER = {
  wizard: _("You or a colleague ended it. What was answered has been let through."),
  participant: _("They ended it."),
  limit: _("It came to the limit that the study sets."),
  screened_out: _("Their answers before it screened them out."),
};

export const Conversation = seeing(({ conversation }) => {
  return html`
    <article class="conversation" aria-labelledby="conversation-name">
      <header class="conversation-head">
        <${Back} close=${close} narrow />
        <div class="conversation-title">
          <${Name} text=${conversation.alias.value} />
          <p><${About} conversation=${conversation} /></p>
        </div>
        <${Acts} conversation=${conversation} />
      </header>
      <${Standing} conversation=${conversation} />
      <${Whispers} conversation=${conversation} />
      <${Observation} conversation=${conversation} />
      <${CanAnswer} conversation=${conversation} />
    </article>
  `;
});

const CanAnswer = seeing(({ conversation }) => {
  if (!conversation.ended.value && conversation.holder.value.mine) return html`<${Answer} conversation=${conversation} />`;
  const text = conversation.written();
  return text && html`<section class="unsent" aria-label=${_("Not sent")}>
    <label class="part-name" for="unsent">${_("You had written")}</label>
    <textarea class="field reply" id="unsent" dir="auto" readonly value=${text}></textarea>
  </section>`;
});

const About = seeing(({ conversation }) => {
  const row = conversation.waits.value ? rowOf(conversation.session) : null;
  const since = row?.since ?? null;
  return html`
    ${since !== null && html`<span class="due">${_("waiting")} <${Wait} since=${since} amber=${row.amber} red=${row.red} /></span> · `}
    ${conversation.observation.value?.saw_more && html`<${SawMore} /> · `}
    <${WatchedBy} conversation=${conversation} /> ${conversation.study.value?.title}
  `;
});

const WatchedBy = seeing(({ conversation: { holder, watchedBy } }) => {
  const by = holder.value.mine ? watchedBy.value : [];
  const names = new Intl.ListFormat(language).format(by);
  return html`<span role="status"
    >${by.length > 0 && html`<span class="icon icon-eye"></span> ${ngettext("{names} is watching", "{names} are watching", by.length, { names })} · `}</span
  >`;
});

const SawMore = () => html`
  <span class="saw-more" title=${_("Somebody has seen more of this conversation than the model would: its exchanges are marked.")}>
    <span class="icon icon-eye"></span> ${_("looked further")}
  </span>
`;

const Acts = seeing(({ conversation }) => {
  if (conversation.ended.value || !conversation.holder.value.mine) return null;
  const documents = conversation.observation.value?.documents ?? [];
  return html`
    <div class="conversation-acts more-aside">
      ${documents.length > 0 && html`<${Act} act=${readDocuments} by="d" only="to-documents">${_("Documents")}<//>`}
      <${Act} act=${() => (handing.value = conversation)} by="h">${_("Hand over")}<//>
      <${Act} act=${() => (noting.value = conversation)} by="n">${_("Note")}<//>
      <${Act} act=${() => (looking.value = conversation)} by="f">${_("Look further")}<//>
      <${Act} act=${() => putBack(conversation)} by="x" busy=${conversation.busy.value !== null}>
        ${conversation.busy.value === "unclaim" ? _("Putting back…") : _("Put back")}
      <//>
      <${Act} act=${() => (ending.value = conversation)} by="e">${_("End")}<//>
    </div>
  `;
});

const Act = ({ act, by, busy, only, children }) => html`
  <button class=${["button quiet small", only].filter(Boolean).join(" ")} type="button" aria-disabled=${busy} onClick=${() => !busy && act()}>
    <span>${children}</span> <kbd>${by}</kbd>
  </button>
`;

/** A word where this conversation can't be answered from here. */
const Standing = seeing(({ conversation }) => {
  if (conversation.ended.value)
    return html`<p class="standing" role="status">
      <strong>${_("This conversation is over.")}</strong> ${OVER[conversation.ended.value] ?? ""}
    </p>`;
  const { by, mine, handedOver } = conversation.holder.value;
  if (mine) return handedOver && html`<${HandedOver} conversation=${conversation} handedOver=${handedOver} />`;
  return html`<p class="standing" role="status">
    <strong>${by ? _("{name} has this conversation now.", { name: by }) : _("You don't have this conversation any more.")}</strong>
    ${!by &&
    html`<button class="button small" type="button" onClick=${() => open(conversation.session)}>${_("Take it again")}</button>`}
  </p>`;
});

/** What observers said, beside the conversation: the place is there before they speak, so that it is heard. */
const Whispers = seeing(({ conversation }) => {
  const { ended, holder, whispers } = conversation;
  const said = !ended.value && holder.value.mine ? whispers.value : [];
  return html`<div class="whispers" role="status">
    ${said.map(({ by, text }, at) => html`<p class="standing word" key=${at}><strong>${_("{name} whispers:", { name: by })}</strong> ${text}</p>`)}
  </div>`;
});

const HandedOver = ({ conversation, handedOver: { by, note } }) => {
  const dismiss = () => (conversation.holder.value = { ...conversation.holder.value, handedOver: null });
  return html`<div class="standing" role="status">
    <p class="word"><strong>${note ? _("{name} handed this over to you:", { name: by }) : _("{name} handed this over to you.", { name: by })}</strong> ${note}</p>
    <button class="button quiet square small" type="button" onClick=${dismiss}>
      <span class="icon icon-x"></span><span class="only-heard">${_("Dismiss")}</span>
    </button>
  </div>`;
};
