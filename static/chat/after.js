// After the end: what was this? Loaded only then, so that nothing of it is here before.

import { html } from "../vendor/preact.js";
import { signal } from "../vendor/signals.js";
import { Rich } from "./messages.js";

const ANSWERS = [
  ["program", "A computer program"],
  ["person", "A person"],
  ["unsure", "I can’t say"],
];
const SURE = [1, 2, 3, 4, 5];

const answeredBy = signal(null);
const confidence = signal(null);

export function Afterwards({ ending }) {
  if (ending.asks.value) return html`<${Question} ending=${ending} />`;
  return html`<${Debriefing} ending=${ending} />`;
}

function Question({ ending }) {
  const [busy, problem, by] = [ending.busy.value, ending.problem.value, answeredBy.value];
  const send = (event) => {
    event.preventDefault();
    ending.guess(by === "unsure" ? { answered_by: by } : { answered_by: by, confidence: confidence.peek() });
  };
  return html`
    <section class="after" aria-labelledby="after" ref=${ending.show}>
      <h2 id="after" tabindex="-1">One last question</h2>
      <form onSubmit=${send}>
        <fieldset>
          <legend>What do you think answered you?</legend>
          ${ANSWERS.map(([value, words]) => html`<${Choice} name="answered_by" value=${value} words=${words} chosen=${answeredBy} />`)}
        </fieldset>
        ${by &&
        by !== "unsure" &&
        html`<fieldset>
          <legend>How sure are you?</legend>
          <div class="scale">
            <span id="least">Just a guess</span>
            ${SURE.map((value) => html`<${Choice} name="confidence" value=${value} words=${value} chosen=${confidence} of=${ENDS[value]} />`)}
            <span id="most">Certain</span>
          </div>
        </fieldset>`}
        ${problem && html`<p class="problem" role="alert">${problem}</p>`}
        <div class="answers">
          <button class="button" type="button" aria-disabled=${String(busy)} onClick=${() => ending.guess({})}>Skip</button>
          <button class="button primary" type="submit" aria-disabled=${String(busy)}>${busy ? "Sending…" : "Send"}</button>
        </div>
      </form>
    </section>
  `;
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
      <h2 id="after" tabindex="-1">About this conversation</h2>
      <${Rich} html=${ending.debriefing.value} />
      <button class="button" type="button" onClick=${ending.askToWithdraw}>Withdraw my data</button>
    </section>
  `;
}

export function WithdrawQuestion({ ending }) {
  const busy = ending.busy.value;
  return html`
    <dialog class="question" aria-labelledby="question" aria-describedby="question-more" ref=${showOnce} onClose=${ending.keep}>
      <h2 id="question">Withdraw your data?</h2>
      <p id="question-more">Everything you wrote here is deleted. This can’t be undone.</p>
      ${ending.problem.value && html`<p class="problem" role="alert">${ending.problem.value}</p>`}
      <div class="answers">
        <button class="button" type="button" autofocus onClick=${ending.keep}>Keep my data</button>
        <button class="button bad" type="button" aria-disabled=${String(busy)} onClick=${ending.withdraw}>
          ${busy ? "Deleting…" : "Delete my data"}
        </button>
      </div>
    </dialog>
  `;
}

function showOnce(dialog) {
  if (dialog && !dialog.open) dialog.showModal();
}
