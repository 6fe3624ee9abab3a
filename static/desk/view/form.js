// A form reply: its fields, and how the participant will see them.
import { html } from "/static/vendor/preact.js";
import { seenAs, valuesOf } from "../form.js";
import { Card } from "./card.js";
import { Digits } from "./digits.js";
import { Text } from "./labels.js";
import { Rendered } from "./preview.js";
import { Problem } from "./problem.js";
import { seeing } from "./seeing.js";
import { _ } from "/static/shared/say.js";

const AS = { number: "12.50", integer: "4", date: "2026-03-01", time: "14:30" };
const YES_NO = ["yes", "no"];

export const Form = seeing(({ conversation }) => {
  const { reply } = conversation.study.value;
  const values = valuesOf(conversation);
  const filled = reply.fields.some(({ name }) => values[name]?.trim());
  return html`
    <div class="form" id="form" role="group" aria-label=${_("Reply")}>
      ${reply.fields.map((field) => html`<${Field} key=${field.name} field=${field} conversation=${conversation} />`)}
    </div>
    <div class="ask" id="text"><${Problem} id="text" text=${conversation.problems.value.text} /></div>
    ${filled &&
    html`<section class="preview" aria-label=${_("Preview")}>
      <h4 class="part-name">${_("As it will look")}</h4>
      <${Seen} seen=${seenAs(reply, values)} />
    </section>`}
  `;
});

const Seen = ({ seen }) => (seen.card ? html`<${Card} card=${seen.card} />` : html`<${Rendered} text=${seen.text} />`);

const Field = seeing(({ field, conversation }) => {
  const { name, kind, required } = field;
  const id = `field-${name}`;
  const value = valuesOf(conversation)[name] ?? "";
  const change = (given) => conversation.setField(name, given);
  const common = { id, legend: name, optional: !required, value, change, problem: conversation.problems.value[id] };
  const options = kind === "yes_no" ? YES_NO : field.options;
  if (!options.length) return html`<${Text} ...${common} placeholder=${AS[kind]} />`;
  const each = options.map((option) => ({ value: option, says: option }));
  return html`<${Digits} ...${common} conversation=${conversation} options=${each} />`;
});
