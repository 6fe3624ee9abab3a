// What the model sees: granted fields, the messages of its window, what is on its way. Nothing else.
import { html } from "/static/vendor/preact.js";
import { seeing } from "./seeing.js";

export const Observation = seeing(({ conversation }) => {
  const observation = conversation.observation.value;
  const numbered = withNumbers(observation);
  const begun = conversation.newer.value ? conversation.reply.value.begun : null;
  return html`
    <section class="observation" aria-labelledby="sees">
      <h3 class="part-name" id="sees">What the model sees</h3>
      <div class="seen" role="log" aria-labelledby="sees" tabindex="0">
        <div class="turns">
          <${Shown} fields=${observation.shown} />
          <p class="window">${windowOf(conversation.study.value)}</p>
          ${numbered.length === 0 && html`<p class="quiet-text">Nothing has been said yet.</p>`}
          ${numbered.flatMap(({ n, turn }) => [
            html`<${Turn} key=${n} turn=${turn} />`,
            begun?.upto === n && html`<p class="window now" key=${`begun-${n}`}>your reply answers up to here</p>`,
          ])}
          ${observation.sending.map((text, at) => html`<${Sending} key=${`sending-${at}`} text=${text} />`)}
        </div>
      </div>
    </section>
  `;
});

const Shown = ({ fields }) => {
  const names = Object.keys(fields);
  if (!names.length) return null;
  return html`<dl class="fields">
    ${names.map((name) => html`<div key=${name}><dt>${name}</dt><dd>${asText(fields[name])}</dd></div>`)}
  </dl>`;
};

const Turn = ({ turn }) => html`
  <div class="turn" data-role=${turn.role}>
    <span class="role">${turn.role}</span>
    ${turn.html === undefined
      ? html`<p class="said">${turn.text}</p>`
      : html`<div class="said rendered" dangerouslySetInnerHTML=${{ __html: turn.html }}></div>`}
  </div>
`;

const Sending = ({ text }) => html`
  <div class="turn" data-role="assistant" data-sending>
    <span class="role">assistant</span>
    <div>
      <p class="said">${text}</p>
      <p class="on-its-way"><span class="icon icon-clock"></span> on its way, not let through yet</p>
    </div>
  </div>
`;

function withNumbers({ messages, upto }) {
  return messages.map((turn, at) => ({ turn, n: upto - (messages.length - 1 - at) }));
}

function windowOf({ history }) {
  if (history === "all") return "window: the whole conversation";
  return history === 1 ? "window: the last message" : `window: last ${history}`;
}

const asText = (value) => (typeof value === "string" ? value : JSON.stringify(value));
