// The canned replies that fit what was typed after a slash.
import { html } from "/static/vendor/preact.js";
import { fill } from "../canned.js";
import { Offer } from "./combobox.js";
import { seeing } from "./seeing.js";
import { _, woven } from "/static/shared/say.js";

const WHOSE = { study: _("the study's"), shared: _("shared"), mine: _("mine") };

export const CannedSearch = seeing(({ conversation, box }) => {
  const { typing } = conversation;
  const search = typing.search.value;
  if (!search || (!conversation.canned.length && search.query)) return null;
  if (!conversation.canned.length)
    return html`<p class="offer quiet-text" role="status">${woven(_("No canned replies yet. {key} saves a reply that you have sent."), { key: html`<kbd>s</kbd>` })}</p>`;
  const found = typing.found.value;
  if (!found.length)
    return html`<p class="offer quiet-text" role="status">
      ${woven(_("No canned reply is like “{query}”. {key} leaves the slash as it is."), { query: search.query, key: html`<kbd>Esc</kbd>` })}
    </p>`;
  return html`<ul class="offer" role="listbox" id="canned-found" aria-label=${_("Canned replies")}>
    ${found.map(
      (each, at) => html`
        <${Offer}
          key=${`${each.set} ${each.key}`}
          id=${`canned-${at}`}
          chosen=${at === typing.at.value}
          take=${() => typing.take(box.current, each)}
        >
          <b>/${each.key}</b> <span>${fill(each.text, conversation.variables.value)}</span> <small>${WHOSE[each.set]}</small>
        <//>
      `,
    )}
  </ul>`;
});
