// The sheet of keys.
import { html } from "/static/vendor/preact.js";
import { sheet } from "../desk.js";
import { KEYS } from "../keys.js";
import { Dialog } from "./dialog.js";
import { _ } from "/static/shared/say.js";

export const KeySheet = () => {
  const close = () => (sheet.value = false);
  return html`
    <${Dialog} name="keys-name" close=${close} wide>
      <h2 id="keys-name" tabindex="-1" autofocus>${_("Keys")}</h2>
      <div class="key-groups">
        ${groups().map(
          ({ about, rows }) => html`
            <section key=${about}>
              <h3 class="group">${about}</h3>
              <dl class="keys">
                ${rows.map(({ key, does }) => html`<div key=${`${key} ${does}`}><dt><kbd>${shown(key)}</kbd></dt><dd>${does}</dd></div>`)}
              </dl>
            </section>
          `,
        )}
      </div>
      <div class="dialog-acts"><button class="button" type="button" onClick=${close}>${_("Close")}</button></div>
    <//>
  `;
};

/** A key as it is written on this language's keyboards. */
const KEY = { Ctrl: _("Ctrl"), Shift: _("Shift"), Backspace: _("Backspace"), to: _("to") };
const shown = (key) => key.split(" ").map((each) => KEY[each] ?? each).join(" ");

/** The table's rows under their headings. */
function groups() {
  const found = [];
  for (const row of KEYS) {
    if (row.about) found.push({ about: row.about, rows: [] });
    else found.at(-1).rows.push(row);
  }
  return found;
}
