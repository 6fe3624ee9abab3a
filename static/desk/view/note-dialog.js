// A private note for the team, on the conversation or on its last exchange.
import { html, useRef, useState } from "/static/vendor/preact.js";
import { noting } from "../desk.js";
import { keepNote } from "../notes.js";
import { Dialog } from "./dialog.js";
import { sendOnEnter } from "./enter.js";
import { Problem } from "./problem.js";
import { _ } from "/static/shared/say.js";

export const NoteDialog = ({ conversation }) => {
  const [problem, tellProblem] = useState(null);
  const [busy, setBusy] = useState(false);
  const form = useRef();
  const close = () => (noting.value = null);
  const last = conversation.lastExchange.value;

  const submit = async (event) => {
    event.preventDefault();
    const { text, on } = Object.fromEntries(new FormData(form.current));
    if (!text.trim()) return tellProblem(_("Write something first."));
    if (busy) return;
    setBusy(true);
    const wrong = await keepNote(conversation, text.trim(), on === "exchange" ? last : null);
    setBusy(false);
    tellProblem(wrong);
    if (!wrong) close();
  };

  return html`
    <${Dialog} name="note-name" close=${close}>
      <h2 id="note-name">${_("A note on {name}", { name: conversation.alias.value })}</h2>
      <form class="note" ref=${form} onSubmit=${submit}>
        <p class="quiet-text">${_("Only the team reads it. The participant and the model never do.")}</p>
        <label class="only-heard" for="note-text">${_("Note")}</label>
        <textarea
          class="field"
          id="note-text"
          name="text"
          rows="3"
          maxlength="15000"
          autofocus
          aria-invalid=${Boolean(problem)}
          aria-describedby=${problem && "note-problem"}
          onKeyDown=${sendOnEnter}
        ></textarea>
        ${last &&
        html`
          <fieldset class="choices on-what">
            <legend class="only-heard">${_("On what")}</legend>
            <label class="choice"><input type="radio" name="on" value="session" checked /><span>${_("On the conversation")}</span></label>
            <label class="choice"><input type="radio" name="on" value="exchange" /><span>${_("On your last reply")}</span></label>
          </fieldset>
        `}
        <${Problem} id="note" text=${problem} />
        <div class="dialog-acts">
          <button class="button" type="button" onClick=${close}>${_("Cancel")}</button>
          <button class="button primary" type="submit" aria-disabled=${busy}>${busy ? _("Keeping…") : _("Keep note")}</button>
        </div>
      </form>
    <//>
  `;
};
