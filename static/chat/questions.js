// The form of a survey's questions. Loaded only where there are some.

import { html } from "../vendor/preact.js";
import { signal } from "../vendor/signals.js";

const LONGEST = 2000;
const missing = signal([]);

export function Questions({ survey }) {
  const { when, questions } = survey.asked.value;
  const [busy, problem] = [survey.busy.value, survey.problem.value];
  const send = (event) => {
    event.preventDefault();
    missing.value = questions.filter((each) => each.required && isEmpty(survey.answers.peek()[each.name])).map(({ name }) => name);
    if (missing.value.length) document.getElementById(`q-${missing.value[0]}`)?.focus();
    else survey.send();
  };
  return html`
    <form class="questions" aria-labelledby="questions" novalidate onSubmit=${send} ref=${when === "after" ? survey.show : undefined}>
      <h2 id="questions" tabindex="-1">${when === "before" ? "Before you begin" : "A few questions"}</h2>
      ${questions.map((each) => html`<${KINDS[each.kind]} key=${each.name} question=${each} survey=${survey} />`)}
      ${problem && html`<p class="problem" role="alert">${problem}</p>`}
      <button class="button primary" type="submit" aria-disabled=${String(busy)}>${busy ? "Sending…" : when === "before" ? "Go on" : "Send"}</button>
    </form>
  `;
}

const KINDS = { scale: Scale, choice: Choice, text: Text };

function Scale({ question, survey }) {
  const { name, low, high, low_means, high_means } = question;
  const steps = Array.from({ length: high - low + 1 }, (_, step) => low + step);
  const ends = { [low]: low_means && `q-${name}-low`, [high]: high_means && `q-${name}-high` };
  return html`
    <${Group} question=${question}>
      <div class="steps" style=${{ "--steps": steps.length }}>
        ${steps.map((step, at) => html`<${Pick} key=${step} question=${question} survey=${survey} value=${step} words=${step} first=${!at} of=${ends[step] || undefined} />`)}
      </div>
      ${(low_means || high_means) && html`<p class="ends"><span id=${`q-${name}-low`}>${low_means}</span><span id=${`q-${name}-high`}>${high_means}</span></p>`}
      <${Clear} question=${question} survey=${survey} />
    <//>
  `;
}

function Choice({ question, survey }) {
  return html`
    <${Group} question=${question}>
      ${question.several && html`<p class="quiet-text">Choose as many as you like.</p>`}
      ${question.options.map((option, at) => html`<${Pick} key=${option} question=${question} survey=${survey} value=${option} words=${option} first=${!at} />`)}
      ${!question.several && html`<${Clear} question=${question} survey=${survey} />`}
    <//>
  `;
}

function Text({ question, survey }) {
  const { name, required } = question;
  return html`
    <div class="ask">
      <label class="what" for=${`q-${name}`}>${question.question}<${Optional} question=${question} /></label>
      <textarea
        class="field"
        id=${`q-${name}`}
        rows="3"
        maxlength=${LONGEST}
        aria-required=${String(required)}
        ...${wrongOf(name)}
        value=${survey.answers.value[name] ?? ""}
        onInput=${({ target }) => answered(survey, name, target.value)}
      ></textarea>
      <${Missing} name=${name} />
    </div>
  `;
}

function Group({ question, children }) {
  return html`
    <fieldset class="ask" ...${wrongOf(question.name)}>
      <legend>${question.question}<${Optional} question=${question} /></legend>
      ${children}
      <${Missing} name=${question.name} />
    </fieldset>
  `;
}

function Pick({ question, survey, value, words, first, of }) {
  const { name, several, required } = question;
  const given = survey.answers.value[name];
  const chosen = several ? (given ?? []).includes(value) : given === value;
  const choose = () => {
    if (!several) return answered(survey, name, value);
    const others = (given ?? []).filter((each) => each !== value);
    answered(survey, name, chosen ? others : [...others, value]);
  };
  return html`
    <label class="pick">
      <input
        id=${first ? `q-${name}` : undefined}
        type=${several ? "checkbox" : "radio"}
        name=${name}
        required=${required && !several}
        aria-describedby=${of}
        checked=${chosen}
        onChange=${choose}
      />
      ${words}
    </label>
  `;
}

// What was chosen by mistake can be left unanswered again, where it may be.
function Clear({ question, survey }) {
  if (question.required || isEmpty(survey.answers.value[question.name])) return null;
  return html`<button class="link" type="button" onClick=${() => answered(survey, question.name, null)}>Clear<span class="only-heard"> the answer to ${question.question}</span></button>`;
}

function Optional({ question }) {
  return !question.required && html` <span class="quiet-text">(if you like)</span>`;
}

function Missing({ name }) {
  return missing.value.includes(name) && html`<p class="problem" id=${`q-${name}-missing`}>Please answer this one.</p>`;
}

const wrongOf = (name) =>
  missing.value.includes(name) ? { "aria-invalid": "true", "aria-describedby": `q-${name}-missing` } : {};

function answered(survey, name, value) {
  survey.put(name, value);
  if (!isEmpty(value)) missing.value = missing.peek().filter((each) => each !== name);
}

const isEmpty = (value) => value === null || value === undefined || value.length === 0 || (typeof value === "string" && !value.trim());
