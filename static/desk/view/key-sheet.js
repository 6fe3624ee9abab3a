// The sheet of keys.
import { html } from "/static/vendor/preact.js";
import { sheet } from "../desk.js";
import { KEYS } from "../keys.js";
import { Dialog } from "./dialog.js";

export const KeySheet = () => {
  const close = () => (sheet.value = false);
  return html`
    <${Dialog} name="keys-name" close=${close}>
      <h2 id="keys-name">Keys</h2>
      <dl class="keys">
        ${KEYS.map(({ key, does }) => html`<div key=${key}><dt><kbd>${key}</kbd></dt><dd>${does}</dd></div>`)}
      </dl>
      <div class="dialog-acts"><button class="button" type="button" onClick=${close}>Close</button></div>
    <//>
  `;
};
