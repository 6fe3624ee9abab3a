// After the end: what was this? Loaded only then, so that nothing of it is here before.

import { html } from "../vendor/preact.js";
import { signal } from "../vendor/signals.js";
import { Sure } from "./menu.js";
import { Rich } from "./messages.js";
import { _ } from "../shared/say.js";

const ANSWERS = [
  ["program", _("A computer program")],
  ["person", _("A person")],
  ["unsure", _("I can’t say")],
];
const SURE = [1, 2, 3, 4, 5];

const answeredBy = signal(null);
const confidence = signal(null);
const tried = signal(false);

export function Afterwards({ ending }) {
  if (ending.asks.value) return html`<${Question} ending=${ending} />`;
  return html`<${Debriefing} ending=${ending} />`;
}

function Question({ ending }) {
  const [busy, problem, by] = [ending.busy.value, ending.problem.value, answeredBy.value];
  const lacks = !by ? "answered_by" : by !== "unsure" && !confidence.value ? "confidence" : null;
  const missing = tried.value ? lacks : null;
  const send = (event) => {
    event.preventDefault();
    tried.value = true;
    if (lacks) document.querySelector(`[name="${lacks}"]`).focus();
    else ending.guess(by === "unsure" ? { answered_by: by } : { answered_by: by, confidence: confidence.peek() });
  };
  return html`
    <section class="after" aria-labelledby="after" ref=${ending.show}>
      <h2 id="after" tabindex="-1">${_("One last question")}</h2>
      <form novalidate onSubmit=${send}>
        <fieldset ...${wrongOf("answered_by", missing)}>
          <legend>${_("What do you think answered you?")}</legend>
          ${ANSWERS.map(([value, words]) => html`<${Choice} name="answered_by" value=${value} words=${words} chosen=${answeredBy} />`)}
          <${Missing} name="answered_by" missing=${missing} />
        </fieldset>
        ${by &&
        by !== "unsure" &&
        html`<fieldset ...${wrongOf("confidence", missing)}>
          <legend>${_("How sure are you?")}</legend>
          <div class="scale">
            <span id="least">${_("Just a guess")}</span>
            ${SURE.map((value) => html`<${Choice} name="confidence" value=${value} words=${value} chosen=${confidence} of=${ENDS[value]} />`)}
            <span id="most">${_("Certain")}</span>
          </div>
          <${Missing} name="confidence" missing=${missing} />
        </fieldset>`}
        ${problem && html`<p class="problem" role="alert">${problem}</p>`}
        <div class="answers">
          <button class="button" type="button" aria-disabled=${String(busy)} onClick=${() => ending.guess({})}>${_("Skip")}</button>
          <button class="button primary" type="submit" aria-disabled=${String(busy)}>${busy ? _("Sending…") : _("Send")}</button>
        </div>
      </form>
    </section>
  `;
}

const wrongOf = (name, missing) =>
  name === missing ? { "aria-invalid": "true", "aria-describedby": `${name}-missing` } : {};

function Missing({ name, missing }) {
  return name === missing && html`<p class="problem" id=${`${name}-missing`}>${_("Please answer this one.")}</p>`;
}

// The ends of the scale are named where they stand, and to whom only hears them.
const ENDS = { 1: "least", 5: "most" };

function Choice({ name, value, words, chosen, of }) {
  return html`
    <label class="pick">
      <input
        type="radio"
        name=${name}
        value=${value}
        required
        aria-describedby=${of}
        checked=${chosen.value === value}
        onChange=${() => (chosen.value = value)}
      />
      ${words}
    </label>
  `;
}

function Debriefing({ ending }) {
  return html`
    <section class="after" aria-labelledby="after" ref=${ending.show}>
      <h2 id="after" tabindex="-1">${_("About this conversation")}</h2>
      <${Rich} html=${ending.debriefing.value} />
      <button class="button" type="button" onClick=${ending.askToWithdraw}>${_("Withdraw my data")}</button>
    </section>
  `;
}

export function WithdrawQuestion({ ending }) {
  const busy = ending.busy.value;
  return html`<${Sure}
    title=${_("Withdraw your data?")}
    more=${_("Everything you wrote here is deleted. This can’t be undone.")}
    problem=${ending.problem.value}
    keeps=${_("Keep my data")}
    keep=${ending.keep}
    acts=${busy ? _("Deleting…") : _("Delete my data")}
    act=${ending.withdraw}
    busy=${busy}
  />`;
}
