// Asked once before a conversation is ended.
import { html } from "/static/vendor/preact.js";
import { end, ending } from "../desk.js";
import { Dialog } from "./dialog.js";
import { seeing } from "./seeing.js";
import { _ } from "/static/shared/say.js";

export const EndDialog = seeing(({ conversation }) => {
  const who = conversation.alias.value;
  const busy = conversation.busy.value === "end";
  const keep = () => (ending.value = null);
  const unsent = !conversation.reply.value.out && conversation.written();
  return html`
    <${Dialog} name="end-name" close=${keep}>
      <h2 id="end-name">${_("End the conversation with {name}?", { name: who })}</h2>
      <p>
        ${_("{name} can't write any more after this, and it can't be opened again. What you have answered is let through first.", { name: who })}
        ${unsent && ` ${_("The reply you have begun is not sent.")}`}
      </p>
      <div class="dialog-acts">
        <button class="button" type="button" onClick=${keep}>${_("Keep it open")}</button>
        <button class="button bad" type="button" aria-disabled=${busy} onClick=${() => !busy && end(conversation)}>
          ${busy ? _("Ending…") : _("End conversation with {name}", { name: who })}
        </button>
      </div>
    <//>
  `;
});
