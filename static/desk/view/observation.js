// What the model sees: granted fields, documents, the messages of its window. Nothing else.
import { html } from "/static/vendor/preact.js";
import { Card } from "./card.js";
import { seeing } from "./seeing.js";
import { _ } from "/static/shared/say.js";

/** The observation of an open conversation, and under it what was replied but not let through yet. */
export const Observation = seeing(({ conversation }) => {
  const observation = conversation.observation.value;
  const begun = conversation.newer.value ? conversation.reply.value.begun : null;
  return html`
    <section class="observation" aria-labelledby="sees">
      <h3 class="part-name" id="sees">${_("What the model sees")}</h3>
      <div class="seen" role="log" aria-labelledby="sees" tabindex="0">
        <div class="turns">
          <${Observed} observation=${observation} study=${conversation.study.value} answers=${begun?.upto} />
          ${observation.sending.map((text, at) => html`<${Sending} key=${`sending-${at}`} text=${text} />`)}
        </div>
      </div>
    </section>
  `;
});

/** An observation whole. The same observation always gives the same elements, and its hash says which it is. */
export const Observed = ({ observation, study, answers }) => {
  const numbered = withNumbers(observation);
  return html`
    <div class="observed turns" data-hash=${observation.hash}>
      <${Facts} name=${_("Fields")} facts=${observation.shown} />
      ${observation.form && html`<${Facts} name=${_("Form so far")} facts=${observation.form} empty=${_("nothing yet")} />`}
      ${observation.documents.length > 0 && html`<${Facts} name=${_("Documents")} facts=${{ documents: observation.documents.join(", ") }} />`}
      <p class="window">${windowOf(study)}</p>
      ${numbered.length === 0 && html`<p class="quiet-text">${_("Nothing has been said yet.")}</p>`}
      ${numbered.map(({ n, turn }) => html`<${Turn} key=${n} turn=${turn} upto=${answers === n ? _("your reply answers up to here") : undefined} />`)}
    </div>
  `;
};

const Facts = ({ name, facts, empty }) => {
  const names = Object.keys(facts);
  if (!names.length && !empty) return null;
  return html`<dl class="fields" aria-label=${name}>
    ${names.map((each) => html`<div key=${each}><dt dir="auto">${each}</dt><dd dir="auto">${asText(facts[each])}</dd></div>`)}
    ${!names.length && html`<div><dt>${name.toLowerCase()}</dt><dd>${empty}</dd></div>`}
  </dl>`;
};

export const Turn = ({ turn, upto }) => html`
  <div class="turn" data-role=${turn.role} data-answered=${upto}>
    <span class="role">${ROLES[turn.role] ?? turn.role}</span>
    <div class="bubble">
      ${turn.html == null
        ? html`<p class="said" dir="auto">${turn.text}</p>`
        : html`<div class="said rendered" dir="auto" dangerouslySetInnerHTML=${{ __html: turn.html }}></div>`}
      ${turn.card && html`<${Card} card=${turn.card} />`}
      ${turn.buttons?.length > 0 &&
      html`<ul class="offered" role="list" aria-label=${_("Buttons")}>
        ${turn.buttons.map((button) => html`<li key=${button} dir="auto">${button}</li>`)}
      </ul>`}
    </div>
  </div>
`;

const Sending = ({ text }) => html`
  <div class="turn" data-role="assistant" data-sending>
    <span class="role">${ROLES.assistant}</span>
    <div>
      <p class="said" dir="auto">${text}</p>
      <p class="on-its-way"><span class="icon icon-clock"></span> ${_("on its way, not let through yet")}</p>
    </div>
  </div>
`;

const ROLES = { user: _("user"), assistant: _("assistant") };

function withNumbers({ messages, upto }) {
  return messages.map((turn, at) => ({ turn, n: upto - (messages.length - 1 - at) }));
}

function windowOf({ history }) {
  if (history === "all") return _("window: the whole conversation");
  return history === 1 ? _("window: the last message") : _("window: last {n}", { n: history });
}

/** The value of a granted field. */
export const asText = (value) => (typeof value === "string" ? value : JSON.stringify(value));
