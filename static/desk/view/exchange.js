// One exchange whole: what can still be said of it, and everything that was.
import { html, useEffect, useRef } from "/static/vendor/preact.js";
import { firstChoice, linkTo, problems, setFlag, setLabel } from "../past.js";
import { differs } from "../differs.js";
import { Choice } from "./choice.js";
import { COULD } from "./found.js";
import { Text } from "./labels.js";
import { Note } from "./note.js";
import { asText } from "./observation.js";
import { Problem } from "./problem.js";
import { seeing } from "./seeing.js";
import { When } from "./when.js";
import { _, toOneDigit, woven } from "/static/shared/say.js";

const SOURCES = {
  typed: _("typed"),
  canned: _("a canned reply as it stands"),
  suggested: _("a suggestion as it stands"),
  edited: _("offered, then edited"),
};

export const Exchange = seeing(({ exchange, study, session }) => {
  const name = `exchange-name-${exchange.exchange}`;
  return html`
    <section class="exchange" aria-labelledby=${name}>
      <${Title} exchange=${exchange} name=${name} />
      <${Reply} exchange=${exchange} />
      ${study.labels.map((label) => html`<${Label} key=${label.name} ...${{ label, exchange, session, keyed: label === firstChoice(study) }} />`)}
      <${Given} exchange=${exchange} />
      <${Flag} exchange=${exchange} session=${session} />
      <${Facts} exchange=${exchange} />
      ${exchange.offered.map((offered, at) => html`<${Offered} key=${at} offered=${offered} text=${exchange.text ?? ""} />`)}
      <${Evidence} passages=${exchange.evidence} />
      <${Opinions} opinions=${exchange.second_opinions} />
      <${Note} exchange=${exchange} session=${session} />
      <${Link} link=${linkTo(session, exchange.exchange)} />
    </section>
  `;
});

/** Takes the focus, so that what can be done with this exchange is the next thing. */
const Title = ({ exchange, name }) => {
  const title = useRef();
  useEffect(() => title.current.focus({ preventScroll: true }), []);
  return html`
    <h3 class="exchange-title" id=${name} tabindex="-1" ref=${title}>
      ${_("Exchange {exchange}", exchange)}<small> ${_("by {name}", { name: exchange.by })} · <${When} at=${exchange.at} /></small>
      ${exchange.saw_more && html`<span class="tag note">${_("saw more than the model would")}</span>`}
    </h3>
  `;
};

/** The reply as the model would give it; how it reached the participant stands above, in its place. */
const Reply = ({ exchange }) => {
  if (exchange.text === null) return html`<p class="quiet-text">${_("No reply, labels only.")}</p>`;
  return html`
    <div>
      <h4 class="part-name">${exchange.released_at ? _("Reply as given") : _("Reply as given, not let through to the participant")}</h4>
      <p class="said given" dir="auto">${exchange.text}</p>
    </div>
  `;
};

const Label = seeing(({ label, exchange, session, keyed }) => {
  const { name, kind, required } = label;
  const id = `past-label-${name}`;
  const value = exchange.labels[name] ?? "";
  const problem = problems.value[`label-${name}`];
  const change = (chosen) => setLabel(session, exchange, name, chosen);
  if (kind === "choice") {
    const options = label.options.map((option, at) => ({ value: option, says: option, key: keyed && at < 9 ? `${at + 1}` : null }));
    return html`<${Choice} legend=${name} optional=${!required} ...${{ id, options, value, change, problem }} />`;
  }
  return html`<${Text} legend=${name} optional=${!required} settle=${change} ...${{ id, value, problem }} />`;
});

/** Who gave which labels, and who has put them right since. */
const Given = ({ exchange }) => {
  const said = [{ labels: exchange.given, by: exchange.by, at: exchange.at, first: true }, ...exchange.corrections];
  return html`
    <ul class="history" role="list" aria-label=${_("Labels, as they were given")}>
      ${said.flatMap(({ labels, by, at, first }, index) =>
        Object.entries(labels).map(
          ([name, value]) => html`
            <li key=${`${index}-${name}`}>
              ${woven(value === null ? _("{who} took {label} away") : first ? _("{who} gave {label} {value}") : _("{who} set {label} {value}"), { who: by, label: html`<strong>${name}</strong>`, value })} ·
              ${" "}<${When} at=${at} />
            </li>
          `,
        ),
      )}
    </ul>
  `;
};

const Flag = seeing(({ exchange, session }) => {
  const on = exchange.not_for_training;
  return html`
    <div class="ask">
      <button class="button small flag" type="button" aria-pressed=${on ? "true" : "false"} onClick=${() => setFlag(session, exchange, !on)}>
        ${on && html`<span class="icon icon-check"></span>`} ${_("Not for training")} <kbd>t</kbd>
      </button>
      <${Problem} id="flag" text=${problems.value.flag} />
    </div>
  `;
});

const Facts = ({ exchange }) => {
  const facts = {
    [_("from what was shown")]: exchange.could_answer && COULD[exchange.could_answer],
    [_("missing")]: exchange.missing,
    [_("reply")]: SOURCES[exchange.source],
    [_("to the first key")]: seconds(exchange.first_key),
    [_("to sending")]: seconds(exchange.seconds),
    [_("keystrokes")]: exchange.keystrokes,
    [_("let through")]: exchange.released_at && html`<${When} at=${exchange.released_at} />`,
    [_("the model saw")]: exchange.first === exchange.upto ? _("message {upto}", exchange) : _("messages {first} to {upto}", exchange),
    ...Object.fromEntries(Object.entries(exchange.shown).map(([name, value]) => [_("shown: {name}", { name }), asText(value)])),
    [_("observation")]: html`<code title=${exchange.observation}>${exchange.observation.slice(0, 12)}</code>`,
  };
  return html`
    <dl class="facts">
      ${Object.entries(facts)
        .filter(([, value]) => value !== null && value !== undefined)
        .map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd>${value}</dd></div>`)}
    </dl>
  `;
};

const OFFERED = {
  canned: (key) => _("Canned reply “{key}”", { key }),
  suggested: (key) => _("Suggestion “{key}”", { key }),
};
const HOW = { opened: _("opened"), copied: _("copied") };
const MARKS = { kept: "span", gone: "del", new: "ins" };

const Offered = ({ offered, text }) => html`
  <div>
    <h4 class="part-name">${OFFERED[offered.kind === "canned" ? "canned" : "suggested"](offered.key)}${offered.text === text ? _(", as it stands") : _(", and what became of it")}</h4>
    <p class="said differs" dir="auto">${differs(offered.text, text).map(({ how, text: piece }, at) => html`<${MARKS[how]} key=${at}>${piece}<//>`)}</p>
  </div>
`;

const Evidence = ({ passages }) =>
  passages.length > 0 &&
  html`
    <div>
      <h4 class="part-name">${_("Evidence")}</h4>
      <ul class="history" role="list">
        ${passages.map(({ document, passage, how }, at) => html`<li key=${at}><span class="icon icon-file-text"></span> ${_("{document}, passage {passage}, {how}", { document, passage, how: HOW[how] ?? how })}</li>`)}
      </ul>
    </div>
  `;

const Opinions = ({ opinions }) =>
  opinions.length > 0 &&
  html`
    <div>
      <h4 class="part-name">${_("Second opinions")}</h4>
      <ul class="opinions-given" role="list">
        ${opinions.map(
          (opinion, at) => html`
            <li key=${at}>
              ${opinion.text !== null && html`<p class="said" dir="auto">${opinion.text}</p>`}
              ${Object.entries(opinion.labels).map(([name, value]) => html`<span class="tag" key=${name}><small>${name}</small> ${value}</span> `)}
              ${opinion.could_answer && html`<span class="tag">${COULD[opinion.could_answer]}</span>`}
              <small> ${opinion.by} · <${When} at=${opinion.at} /></small>
            </li>
          `,
        )}
      </ul>
    </div>
  `;

const Link = ({ link }) => html`
  <div class="copy-line">
    <input class="field" readonly value=${link} aria-label=${_("Link to this exchange")} />
    <button class="button small" type="button" id="copy-exchange" data-copy=${link}>
      <span class="icon icon-copy"></span><span data-says=${_("Copy link")} aria-live="polite">${_("Copy link")}</span> <kbd>y</kbd>
    </button>
  </div>
`;

const seconds = (value) => (value === null ? null : `${toOneDigit(value)} s`);
