// Questions before and after the conversation. Loaded only where there are some; what is answered stays in this browser
// until it is safe elsewhere.

import { html } from "../vendor/preact.js";
import { effect, signal } from "../vendor/signals.js";
import { _, language } from "../shared/say.js";
import { problemOf } from "./words.js";

const LONGEST = 2000;
const missing = signal([]);

export function createSurvey({ conversation, kept, ask, show }) {
  const answers = signal({});
  const busy = signal(false);
  const problem = signal(null);
  let when = null;

  effect(() => {
    const asked = conversation.survey.value?.when ?? null;
    if (asked === when) return;
    if (!asked && conversation.loaded.peek()) kept.keepAnswers(when, null); // they are safe
    when = asked;
    problem.value = null;
    if (asked) answers.value = kept.answers(asked);
  });

  return {
    Questions,
    answers,
    busy,
    problem,
    show,
    asked: conversation.survey,

    /** Null takes an answer away. */
    put(name, answer) {
      answers.value = { ...answers.peek(), [name]: answer };
      kept.keepAnswers(when, answers.peek());
    },

    async send() {
      if (busy.peek()) return;
      busy.value = true;
      const wrong = problemOf(await ask("answer", { when, answers: known() }));
      busy.value = false;
      problem.value = wrong;
    },
  };

  // A newer version of the study may ask otherwise than when they were kept.
  function known() {
    const names = conversation.survey.peek().questions.map(({ name }) => name);
    return Object.fromEntries(Object.entries(answers.peek()).filter(([name]) => names.includes(name)));
  }
}

function Questions({ survey }) {
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
      <h2 id="questions" tabindex="-1">${when === "before" ? _("Before you begin") : _("A few questions")}</h2>
      ${questions.map((each) => html`<${KINDS[each.kind]} key=${each.name} question=${each} survey=${survey} />`)}
      ${problem && html`<p class="problem" role="alert">${problem}</p>`}
      <button class="button primary" type="submit" aria-disabled=${String(busy)}>${busy ? _("Sending…") : when === "before" ? _("Go on") : _("Send")}</button>
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
        ${steps.map((step, at) => html`<${Pick} key=${step} question=${question} survey=${survey} value=${step} words=${step.toLocaleString(language)} first=${!at} of=${ends[step] || undefined} />`)}
      </div>
      ${(low_means || high_means) && html`<p class="ends"><span id=${`q-${name}-low`}>${low_means}</span><span id=${`q-${name}-high`}>${high_means}</span></p>`}
      <${Clear} question=${question} survey=${survey} />
    <//>
  `;
}

function Choice({ question, survey }) {
  return html`
    <${Group} question=${question}>
      ${question.several && html`<p class="quiet-text">${_("Choose as many as you like.")}</p>`}
      ${question.options.map((option, at) => html`<${Pick} key=${option} question=${question} survey=${survey} value=${option} words=${option} first=${!at} />`)}
      ${!question.several && html`<${Clear} question=${question} survey=${survey} />`}
    <//>
  `;
}

function Text({ question, survey }) {
  const { name, required } = question;
  return html`
    <div class="ask">
      <label class="what" for=${`q-${name}`}><span dir="auto">${question.question}</span><${Optional} question=${question} /></label>
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
      <legend><span dir="auto">${question.question}</span><${Optional} question=${question} /></legend>
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
      <span dir="auto">${words}</span>
    </label>
  `;
}

// What was chosen by mistake can be left unanswered again, where it may be.
function Clear({ question, survey }) {
  if (question.required || isEmpty(survey.answers.value[question.name])) return null;
  return html`<button class="link" type="button" onClick=${() => answered(survey, question.name, null)} aria-label=${_("Clear the answer to {question}", { question: question.question })}>${_("Clear")}</button>`;
}

function Optional({ question }) {
  return !question.required && html` <span class="quiet-text">${_("(if you like)")}</span>`;
}

function Missing({ name }) {
  return missing.value.includes(name) && html`<p class="problem" id=${`q-${name}-missing`}>${_("Please answer this one.")}</p>`;
}

const wrongOf = (name) =>
  missing.value.includes(name) ? { "aria-invalid": "true", "aria-describedby": `q-${name}-missing` } : {};

function answered(survey, name, value) {
  survey.put(name, value);
  if (!isEmpty(value)) missing.value = missing.peek().filter((each) => each !== name);
}

const isEmpty = (value) => value === null || value === undefined || value.length === 0 || (typeof value === "string" && !value.trim());
