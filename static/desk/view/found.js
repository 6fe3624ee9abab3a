// An exchange in a line: who answered, when, with what labels, and its marks.
import { html } from "/static/vendor/preact.js";
import { When } from "./when.js";
import { _, ngettext } from "/static/shared/say.js";

export const COULD = { yes: _("could answer"), guessed: _("guessed"), no: _("could not answer") };

export const Brief = ({ exchange }) => html`
  <span class="brief">
    ${exchange.exchange && html`<span class="number">#${exchange.exchange}</span>`}
    ${Object.entries(exchange.labels).map(([name, value]) => html`<span class="tag" key=${name}><small>${name}</small> ${value}</span>`)}
    ${exchange.could_answer && html`<span class="tag">${COULD[exchange.could_answer]}</span>`}
    ${exchange.not_for_training && html`<span class="tag bad">${_("not for training")}</span>`}
    ${exchange.saw_more && html`<span class="tag note">${_("saw more")}</span>`}
    ${exchange.second_opinions?.length > 0 && html`<span class="tag">${counted(exchange.second_opinions.length)}</span>`}
    <span class="by">${exchange.by} · <${When} at=${exchange.at} /></span>
  </span>
`;

const counted = (number) => ngettext("a second opinion", "{n} second opinions", number);
