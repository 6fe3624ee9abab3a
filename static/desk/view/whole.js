// A conversation from its beginning, every exchange in its place. One of them may be opened, where `choose` is given.
import { html, useEffect, useRef } from "/static/vendor/preact.js";
import { Exchange } from "./exchange.js";
import { Brief } from "./found.js";
import { Turn } from "./observation.js";
import { seeing } from "./seeing.js";
import { When } from "./when.js";
import { _, woven } from "/static/shared/say.js";

export const Whole = ({ whole, session, at, choose }) => {
  const story = useRef();
  useEffect(() => {
    story.current.querySelector('[data-here="true"]')?.scrollIntoView({ block: "start" });
  }, [at]);
  return html`
    <div class="whole" ref=${story}>
      <p class="whole-about">
        <strong>${whole.alias}</strong> · ${whole.study.title} · ${woven(_("began {when}"), { when: html`<${When} at=${whole.started_at} />` })} · ${OVER[whole.ended] ?? _("not over")}
      </p>
      <${Notes} notes=${whole.notes} />
      ${!whole.messages.length && html`<p class="quiet-text">${_("Nothing has been said.")}</p>`}
      <ol class="in-order" role="list">
        ${inPlace(whole).map(({ message, exchange }) =>
          message
            ? html`
                <${Said} key=${`m${message.n}`} message=${message} here=${message.exchange !== null && message.exchange === at} />
              `
            : html`
                <${Done}
                  key=${`x${exchange.exchange}`}
                  here=${exchange.exchange === at}
                  study=${whole.study}
                  ...${{ exchange, session, choose }}
                />
              `,
        )}
      </ol>
    </div>
  `;
};

export const Notes = ({ notes }) =>
  notes.length > 0 &&
  html`<ul class="notes" role="list" aria-label=${_("Notes")}>
    ${notes.map(
      (note, index) => html`<li key=${index}><p class="said" dir="auto">${note.text}</p><small>${note.by} · <${When} at=${note.at} /></small></li>`,
    )}
  </ul>`;

const OVER = {
  participant: _("ended by the participant"),
  wizard: _("ended at the desk"),
  import: _("imported"),
  limit: _("came to its limit"),
  screened_out: _("screened out"),
};

/** Each is drawn again only where something of it changes: of a long conversation most stays. */
const Said = seeing(
  ({ message, here }) => html`<li class="place" data-here=${here ? "true" : undefined}><${Turn} turn=${message} /></li>`,
);

const Done = seeing(
  ({ exchange, here, study, session, choose }) => html`
    <li class="place" data-here=${here ? "true" : undefined}>
      ${choose && here
        ? html`<${Exchange} exchange=${exchange} study=${study} session=${session} />`
        : html`<${Head} exchange=${exchange} choose=${choose} />`}
    </li>
  `,
);

const Head = ({ exchange, choose }) => {
  const brief = html`<${Brief} exchange=${exchange} />`;
  if (!choose) return html`<p class="exchange-head">${brief}</p>`;
  return html`<button class="exchange-head" type="button" onClick=${() => choose(exchange.exchange)}>${brief}</button>`;
};

/** Messages by their number, and each exchange after the last message that belongs to it. */
function inPlace({ messages, exchanges }) {
  const after = new Map();
  for (const exchange of exchanges) {
    const last = messages.findLast((message) => message.exchange === exchange.exchange)?.n ?? exchange.upto;
    after.set(last, [...(after.get(last) ?? []), exchange]);
  }
  return messages.flatMap((message) => [{ message }, ...(after.get(message.n) ?? []).map((exchange) => ({ exchange }))]);
}
