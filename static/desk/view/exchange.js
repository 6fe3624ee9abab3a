// One exchange whole: what can still be said of it, and everything that was.
import { html, useEffect, useRef } from "/static/vendor/preact.js";
import { firstChoice, linkTo, problems, setFlag, setLabel } from "../past.js";
import { differs } from "../differs.js";
import { Choice } from "./choice.js";
import { COULD } from "./found.js";
import { Note } from "./note.js";
import { Problem } from "./problem.js";
import { seeing } from "./seeing.js";
import { When } from "./when.js";

const SOURCES = {
  typed: "typed",
  canned: "a canned reply as it stands",
  suggested: "a suggestion as it stands",
  edited: "offered, then edited",
};

export const Exchange = seeing(({ exchange, study, session }) => {
  const name = `exchange-name-${exchange.exchange}`;
  return html`
    <section class="exchange" aria-labelledby=${name}>
      <${Title} exchange=${exchange} name=${name} />
      <${Text} exchange=${exchange} />
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
      Exchange ${exchange.exchange}<small> by ${exchange.by} · <${When} at=${exchange.at} /></small>
      ${exchange.saw_more && html`<span class="tag note">saw more than the model would</span>`}
    </h3>
  `;
};

/** The reply as the model would give it; how it reached the participant stands above, in its place. */
const Text = ({ exchange }) => {
  if (exchange.text === null) return html`<p class="quiet-text">No reply, labels only.</p>`;
  return html`
    <div>
      <h4 class="part-name">Reply as given${!exchange.released_at && ", not let through to the participant"}</h4>
      <p class="said given">${exchange.text}</p>
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
  return html`
    <div class="ask" id=${id}>
      <label class="legend" for=${`${id}-text`}>${name}${!required && html` <small>optional</small>`}</label>
      <input
        class="field"
        id=${`${id}-text`}
        value=${value}
        autocomplete="off"
        maxlength="15000"
        aria-invalid=${Boolean(problem)}
        aria-describedby=${problem && `${id}-problem`}
        onChange=${({ target }) => change(target.value)}
      />
      <${Problem} id=${id} text=${problem} />
    </div>
  `;
});

/** Who gave which labels, and who has put them right since. */
const Given = ({ exchange }) => {
  const said = [{ labels: exchange.given, by: exchange.by, at: exchange.at, verb: "gave" }, ...exchange.corrections];
  return html`
    <ul class="history" role="list" aria-label="Labels, as they were given">
      ${said.flatMap(({ labels, by, at, verb = "set" }, index) =>
        Object.entries(labels).map(
          ([name, value]) => html`
            <li key=${`${index}-${name}`}>
              ${by} ${value === null ? html`took <strong>${name}</strong> away` : html`${verb} <strong>${name}</strong> ${value}`} ·
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
        ${on && html`<span class="icon icon-check"></span>`} Not for training <kbd>t</kbd>
      </button>
      <${Problem} id="flag" text=${problems.value.flag} />
    </div>
  `;
});

const Facts = ({ exchange }) => {
  const facts = {
    "from what was shown": exchange.could_answer && COULD[exchange.could_answer],
    missing: exchange.missing,
    reply: SOURCES[exchange.source],
    "to the first key": seconds(exchange.first_key),
    "to sending": seconds(exchange.seconds),
    keystrokes: exchange.keystrokes,
    "let through": exchange.released_at && html`<${When} at=${exchange.released_at} />`,
    "the model saw": exchange.first === exchange.upto ? `message ${exchange.upto}` : `messages ${exchange.first} to ${exchange.upto}`,
    ...Object.fromEntries(Object.entries(exchange.shown).map(([name, value]) => [`shown: ${name}`, asText(value)])),
    observation: html`<code title=${exchange.observation}>${exchange.observation.slice(0, 12)}</code>`,
  };
  return html`
    <dl class="facts">
      ${Object.entries(facts)
        .filter(([, value]) => value !== null && value !== undefined)
        .map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd>${value}</dd></div>`)}
    </dl>
  `;
};

const MARKS = { kept: "span", gone: "del", new: "ins" };

const Offered = ({ offered, text }) => html`
  <div>
    <h4 class="part-name">${offered.kind === "canned" ? "Canned reply" : "Suggestion"} “${offered.key}”${offered.text === text ? ", as it stands" : ", and what became of it"}</h4>
    <p class="said differs">${differs(offered.text, text).map(({ how, text: piece }, at) => html`<${MARKS[how]} key=${at}>${piece}<//>`)}</p>
  </div>
`;

const Evidence = ({ passages }) =>
  passages.length > 0 &&
  html`
    <div>
      <h4 class="part-name">Evidence</h4>
      <ul class="history" role="list">
        ${passages.map(({ document, passage, how }, at) => html`<li key=${at}><span class="icon icon-file-text"></span> ${document}, passage ${passage}, ${how}</li>`)}
      </ul>
    </div>
  `;

const Opinions = ({ opinions }) =>
  opinions.length > 0 &&
  html`
    <div>
      <h4 class="part-name">Second opinions</h4>
      <ul class="opinions-given" role="list">
        ${opinions.map(
          (opinion, at) => html`
            <li key=${at}>
              ${opinion.text !== null && html`<p class="said">${opinion.text}</p>`}
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
    <input class="field" readonly value=${link} aria-label="Link to this exchange" />
    <button class="button small" type="button" id="copy-exchange" data-copy=${link}>
      <span class="icon icon-copy"></span><span data-says="Copy link" aria-live="polite">Copy link</span> <kbd>y</kbd>
    </button>
  </div>
`;

const seconds = (value) => (value === null ? null : `${value.toFixed(1)} s`);
const asText = (value) => (typeof value === "string" ? value : JSON.stringify(value));
