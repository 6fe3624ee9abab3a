// The foot of the list: keys, away, sound.
import { html } from "/static/vendor/preact.js";
import { away, toggleAway } from "../colleagues.js";
import { sheet } from "../desk.js";
import { quiet, toggleQuiet } from "../sound.js";
import { seeing } from "./seeing.js";
import { _ } from "/static/shared/say.js";

export const Switches = seeing(
  () => html`
    <div class="switches">
      <button class="button quiet small keys-button" type="button" onClick=${() => (sheet.value = true)}><kbd>?</kbd> ${_("Keys")}</button>
      <${Switch} on=${away.value} icon="coffee" press=${toggleAway} by="a">${_("Away")}<//>
      <${Switch} on=${quiet.value} icon=${quiet.value ? "bell-off" : "bell"} press=${toggleQuiet} by="q">${_("Quiet")}<//>
    </div>
  `,
);

const Switch = ({ on, icon, press, by, children }) => html`
  <button class="button quiet small switch" type="button" aria-pressed=${on ? "true" : "false"} onClick=${press}>
    <span class=${`icon icon-${icon}`}></span>${children} <kbd>${by}</kbd>
  </button>
`;
