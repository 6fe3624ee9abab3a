// Beside the form: what the participant meets, and what the wizard has before them, as the study stands now.
import { html } from "/static/vendor/preact.js";
import { signal } from "/static/vendor/signals.js";
import { _, ngettext, toOneDigit } from "/static/shared/say.js";
import { MOST_DIGITS } from "/static/desk/digits.js";
import { seeing } from "/static/desk/view/seeing.js";
import { play, played, sample } from "./pacing.js";
import { at, shown } from "./state.js";

const LISTED = 3;
const asks = _("A question of theirs");
const view = signal("talk");

export const Previews = () => html`
  <aside class="previews" aria-label=${_("How it looks")}>
    <${Participant} />
    <${Desk} />
  </aside>
`;

/** What they meet before the conversation, in it, and after it. */
const Participant = seeing(() => {
  const survey = at(["survey"]) ?? {};
  const views = [
    (at(["consent"])?.trim() || survey.before?.length) && ["first", _("Before")],
    ["talk", _("Conversation")],
    (at(["debriefing"])?.trim() || survey.after?.length || at(["ask_what_answered"])) && ["last", _("After")],
  ].filter(Boolean);
  const now = views.some(([name]) => name === view.value) ? view.value : "talk";
  const Shown = { first: First, talk: Talk, last: Last }[now];
  return html`
    <section class="card preview" aria-labelledby="as-participant">
      <div class="preview-head">
        <h2 id="as-participant">${_("The participant")}</h2>
        ${views.length > 1 && html`
          <div class="views" role="group" aria-label=${_("What they meet")}>
            ${views.map(([name, words]) => html`
              <button class="button small" type="button" aria-pressed=${name === now ? "true" : "false"} onClick=${() => (view.value = name)}>
                ${words}
              </button>
            `)}
          </div>
        `}
      </div>
      <div class="phone">
        <p class="phone-head"><span class="face" aria-hidden="true"></span> <strong dir="auto">${at(["persona", "name"])}</strong></p>
        <${Shown} />
      </div>
    </section>
  `;
});

const First = seeing(() => {
  const before = at(["survey", "before"]) ?? [];
  return html`
    <${Rich} name="consent" text=${at(["consent"])} />
    ${at(["consent"])?.trim() && html`<p class="pressed">${_("I agree")}</p>`}
    <${Questions} questions=${before} />
  `;
});

const Talk = seeing(() => {
  const task = at(["scenarios", 0, "text"]);
  return html`
    ${task && html`<p class="phone-task"><strong>${_("Your task")}</strong><span dir="auto">${task}</span></p>`}
    ${at(["welcome"]) && html`<p class="quiet-text" dir="auto">${at(["welcome"])}</p>`}
    <${Rich} name="greeting" text=${at(["persona", "greeting"])} />
    <p class="phone-own">${asks}</p>
    <${Answer} />
    <button class="button small" type="button" onClick=${() => play(at(["pacing"]) ?? {}, sample(at(["reply"])))}>${_("See how it comes")}</button>
  `;
});

/** The pacing as it plays: dots, what is said meanwhile, words. */
const Answer = seeing(() => {
  const { text, says, seconds, times } = played.value;
  return html`
    <p class="pacing-sample" dir="auto">${text ?? sample(at(["reply"]))}${text === "" && html`<span class="dots" aria-hidden="true">● ● ●</span> ${says}`}</p>
    <p class="help" role="status">
      ${seconds !== null && _("First word after {seconds} s.", { seconds: toOneDigit(seconds) })}
      ${times > 1 && ` ${_("Shown {times} times as fast.", { times: Math.round(times) })}`}
    </p>
  `;
});

const Last = seeing(() => html`
  <${Questions} questions=${at(["survey", "after"]) ?? []} />
  ${at(["ask_what_answered"]) && html`<p><strong>${_("What do you think answered you?")}</strong></p>`}
  <${Rich} name="debriefing" text=${at(["debriefing"])} />
`);

const Questions = ({ questions }) => questions.map(
  (each, one) => html`
    <div class="phone-question" key=${one}>
      <p dir="auto">${each.question || "…"}</p>
      ${each.kind === "text"
        ? html`<p class="phone-box"></p>`
        : html`<p class="quiet-text" dir="auto">${answersTo(each)}</p>`}
    </div>
  `,
);

const answersTo = ({ kind, options, low, high, low_means, high_means }) =>
  kind === "choice"
    ? (options ?? []).map((each) => `○ ${each}`).join("   ")
    : `${low_means ?? ""} ○ ${low ?? 1} … ${high ?? 5} ○ ${high_means ?? ""}`;

/** Markdown as the server renders it; until that is here, as it is written. */
const Rich = seeing(({ name, text }) => {
  if (!text?.trim()) return null;
  const { source, html: rendered } = shown.value[name] ?? {};
  return source === text
    ? html`<div class="phone-rich" dir="auto" dangerouslySetInnerHTML=${{ __html: rendered }}></div>`
    : html`<p class="phone-rich" dir="auto">${text}</p>`;
});

const Desk = seeing(() => {
  const { history, participant = [], documents = [] } = at(["model_sees"]) ?? {};
  const labels = at(["labels"]) ?? [];
  const window = history === "all" ? _("The whole conversation") : ngettext("The last message", "The last {n} messages", Number(history));
  return html`
    <section class="card preview" aria-labelledby="at-desk">
      <h2 id="at-desk">${_("The wizard")}</h2>
      <dl class="sees">
        <div><dt>${_("Sees")}</dt><dd>${window}</dd></div>
        ${participant.length > 0 && html`<div><dt>${_("Knows")}</dt><dd dir="auto">${participant.join(", ")}</dd></div>`}
        ${documents.length > 0 && html`<div><dt>${_("Looks up in")}</dt><dd dir="auto">${documents.join(", ")}</dd></div>`}
      </dl>
      ${labels.map(({ name, kind, options = [] }, one) => html`
        <div key=${one}>
          <p class="legend" dir="auto">${name || "…"}</p>
          ${kind === "text" ? html`<p class="phone-box"></p>` : html`<${Keyed} options=${options} keys=${one === firstChoice(labels)} />`}
        </div>
      `)}
      <div>
        <p class="legend">${_("Could I answer from what I was shown?")}</p>
        <p class="keyed"><span><kbd>Y</kbd> ${_("Yes")}</span><span><kbd>G</kbd> ${_("I guessed")}</span><span><kbd>M</kbd> ${_("No")}</span></p>
      </div>
      <${Reply} />
    </section>
  `;
});

const Reply = seeing(() => {
  const { kind = "text", options = [], fields = [] } = at(["reply"]) ?? {};
  const canned = at(["canned"]) ?? [];
  if (kind === "choice") return html`<${Keyed} options=${options.map((each) => each.name ?? each)} keys=${firstChoice(at(["labels"]) ?? []) < 0} />`;
  if (kind === "form") return html`<dl class="sees">${fields.map(({ name }) => html`<div><dt dir="auto">${name || "…"}</dt><dd class="phone-box"></dd></div>`)}</dl>`;
  return html`
    <p class="phone-box"></p>
    ${canned.length > 0 && html`
      <p class="keyed">${canned.slice(0, LISTED).map(({ key }) => html`<span dir="auto"><kbd>/</kbd> ${key}</span>`)}${canned.length > LISTED && html`<span>…</span>`}</p>
    `}
  `;
});

/** Digits go to the first label that asks; more options than digits are typed. */
const Keyed = ({ options, keys }) => html`
  <p class="keyed">
    ${options.map((option, one) => html`<span key=${one} dir="auto">${keys && options.length <= MOST_DIGITS && html`<kbd>${one + 1}</kbd>`} ${option}</span>`)}
  </p>
`;

const firstChoice = (labels) => labels.findIndex(({ kind }) => kind !== "text");
