// The notes on an exchange, and a box for another.
import { html, useState } from "/static/vendor/preact.js";
import { addNote, problems } from "../past.js";
import { sendOnEnter } from "./enter.js";
import { Problem } from "./problem.js";
import { seeing } from "./seeing.js";
import { Notes } from "./whole.js";
import { _ } from "/static/shared/say.js";

export const Note = ({ exchange, session }) => {
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const submit = async (event) => {
    event.preventDefault();
    if (busy || !text.trim()) return;
    setBusy(true);
    if (await addNote(session, exchange, text.trim())) setText("");
    setBusy(false);
  };
  return html`
    <form class="ask add-note" aria-label=${_("A note on this exchange")} onSubmit=${submit}>
      <${Notes} notes=${exchange.notes} />
      <label class="legend" for="past-note">${_("A note for the team")} <kbd>n</kbd></label>
      <textarea
        class="field"
        id="past-note"
        rows="2"
        maxlength="15000"
        value=${text}
        readonly=${busy}
        aria-describedby="past-note-problem"
        onInput=${({ target }) => setText(target.value)}
        onKeyDown=${sendOnEnter}
      ></textarea>
      <${Wrong} />
      ${text.trim() && html`<button class="button small" type="submit" aria-disabled=${busy ? "true" : undefined}>${busy ? _("Keeping…") : _("Keep note")} <kbd>Enter</kbd></button>`}
    </form>
  `;
};

const Wrong = seeing(() => html`<${Problem} id="past-note" text=${problems.value.note} />`);
