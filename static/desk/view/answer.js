// The answer: labels, could-answer, and the reply, in the order they are thought of.
import { html } from "/static/vendor/preact.js";
import { send } from "../sending.js";
import { Choice } from "./choice.js";
import { Problem } from "./problem.js";
import { Reply } from "./reply.js";
import { seeing } from "./seeing.js";

const COULD = [
  { value: "yes", says: "Yes", key: "y" },
  { value: "guessed", says: "I guessed", key: "g" },
  { value: "no", says: "No", key: "n" },
];

export const Answer = seeing(({ conversation }) => {
  const study = conversation.study.value;
  const first = study.labels.find(({ kind }) => kind === "choice");
  const trySending = (event) => {
    event.preventDefault();
    const missing = send(conversation);
    if (missing) document.getElementById(missing)?.querySelector("input, select, textarea, button")?.focus();
  };
  return html`
    <form class="answer" aria-label="Answer" novalidate onSubmit=${trySending}>
      ${study.labels.map(
        (label) => html`<${Label} key=${label.name} label=${label} conversation=${conversation} keyed=${label === first} />`,
      )}
      <${Could} conversation=${conversation} />
      <${Reply} conversation=${conversation} />
    </form>
  `;
});

const Label = seeing(({ label, conversation, keyed }) => {
  const id = `label-${label.name}`;
  const value = conversation.reply.value.labels[label.name] ?? "";
  const problem = conversation.problems.value[id];
  const change = (chosen) => conversation.setLabel(label.name, chosen);
  if (label.kind === "choice") {
    const options = label.options.map((option, at) => ({ value: option, says: option, key: keyed && at < 9 ? `${at + 1}` : null }));
    return html`<${Choice} id=${id} legend=${label.name} optional=${!label.required} ...${{ options, value, change, problem }} />`;
  }
  return html`
    <div class="ask" id=${id}>
      <label class="legend" for=${`${id}-text`}>${label.name}${!label.required && html` <small>optional</small>`}</label>
      <input
        class="field"
        id=${`${id}-text`}
        value=${value}
        autocomplete="off"
        maxlength="15000"
        aria-invalid=${Boolean(problem)}
        aria-describedby=${problem && `${id}-problem`}
        onInput=${({ target }) => change(target.value)}
      />
      <${Problem} id=${id} text=${problem} />
    </div>
  `;
});

const Could = seeing(({ conversation }) => {
  const { could, missing } = conversation.reply.value;
  const { could: problem, missing: lacking } = conversation.problems.value;
  return html`
    <${Choice}
      id="could"
      legend="Could I answer from what I was shown?"
      options=${COULD}
      value=${could ?? ""}
      change=${(chosen) => conversation.change({ could: chosen || null })}
      problem=${problem}
    />
    ${(could === "no" || could === "guessed") &&
    html`
      <div class="ask" id="missing">
        <label class="legend" for="missing-text">What was missing?${could === "guessed" && html` <small>optional</small>`}</label>
        <input
          class="field"
          id="missing-text"
          value=${missing}
          autocomplete="off"
          maxlength="15000"
          placeholder="the balance, an earlier message, …"
          aria-invalid=${Boolean(lacking)}
          aria-describedby=${lacking && "missing-problem"}
          onInput=${({ target }) => conversation.change({ missing: target.value })}
        />
        <${Problem} id="missing" text=${lacking} />
      </div>
    `}
  `;
});
