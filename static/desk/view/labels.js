// What is asked about every answer: its labels, and whether it could be given from what was shown.
import { html } from "/static/vendor/preact.js";
import { Choice } from "./choice.js";
import { Digits } from "./digits.js";
import { Problem } from "./problem.js";
import { seeing } from "./seeing.js";
import { _ } from "/static/shared/say.js";

const COULD = [
  { value: "yes", says: _("Yes"), key: "y" },
  { value: "guessed", says: _("I guessed"), key: "g" },
  { value: "no", says: _("No"), key: "m" },
];

export const Label = seeing(({ label, conversation }) => {
  const id = `label-${label.name}`;
  const value = conversation.reply.value.labels[label.name] ?? "";
  const problem = conversation.problems.value[id];
  const change = (chosen) => conversation.setLabel(label.name, chosen);
  const common = { id, legend: label.name, optional: !label.required, value, change, problem };
  return label.kind === "choice"
    ? html`<${Digits} ...${common} conversation=${conversation} options=${label.options.map((each) => ({ value: each, says: each }))} />`
    : html`<${Text} ...${common} />`;
});

export const Could = seeing(({ conversation }) => {
  const { could, missing } = conversation.reply.value;
  const { could: problem, missing: lacking } = conversation.problems.value;
  return html`
    <${Choice}
      id="could"
      legend=${_("Could I answer from what I was shown?")}
      options=${COULD}
      value=${could ?? ""}
      change=${(chosen) => conversation.change({ could: chosen || null })}
      problem=${problem}
    />
    ${(could === "no" || could === "guessed") &&
    html`<${Text}
      id="missing"
      legend=${_("What was missing?")}
      again=${COULD.find(({ value }) => value === could).key}
      optional=${could === "guessed"}
      value=${missing}
      placeholder=${_("the balance, an earlier message, …")}
      change=${(text) => conversation.change({ missing: text })}
      problem=${lacking}
    />`}
  `;
});

/** A line of text: `change` hears every letter, `settle` what was written in the end. */
export const Text = ({ id, legend, again, optional, value, change, settle, problem, placeholder }) => html`
  <div class="ask" id=${id}>
    <label class="legend" for=${`${id}-text`}>${legend}${again && html` <kbd aria-hidden="true">${again}</kbd>`}${optional && html` <small>${_("optional")}</small>`}</label>
    <input
      class="field"
      dir="auto"
      id=${`${id}-text`}
      value=${value}
      autocomplete="off"
      maxlength="15000"
      placeholder=${placeholder}
      aria-invalid=${problem ? "true" : undefined}
      aria-describedby=${problem && `${id}-problem`}
      onInput=${change && (({ target }) => change(target.value))}
      onChange=${settle && (({ target }) => settle(target.value))}
    />
    <${Problem} id=${id} text=${problem} />
  </div>
`;
