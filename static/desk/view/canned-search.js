// The canned replies that fit what was typed after a slash.
import { html } from "/static/vendor/preact.js";
import { fill } from "../canned.js";
import { Offer } from "./combobox.js";
import { seeing } from "./seeing.js";

const WHOSE = { study: "the study's", shared: "shared", mine: "mine" };

export const CannedSearch = seeing(({ conversation, box }) => {
  const { typing } = conversation;
  const search = typing.search.value;
  if (!search || (!conversation.canned.length && search.query)) return null;
  if (!conversation.canned.length)
    return html`<p class="offer quiet-text" role="status">No canned replies yet. <kbd>s</kbd> saves a reply that you have sent.</p>`;
  const found = typing.found.value;
  if (!found.length)
    return html`<p class="offer quiet-text" role="status">
      No canned reply is like “${search.query}”. <kbd>Esc</kbd> leaves the slash as it is.
    </p>`;
  return html`<ul class="offer" role="listbox" id="canned-found" aria-label="Canned replies">
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
