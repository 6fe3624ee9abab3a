// The middle while no conversation is open: what this is, and the one next step.
import { html } from "/static/vendor/preact.js";
import { next, refused } from "../desk.js";
import { loaded, mine, rowOf, theirs, waiting } from "../inbox.js";
import { Invite } from "./invite.js";
import { seeing } from "./seeing.js";
import { _, woven } from "/static/shared/say.js";

const LET_IN = "bin/run --lan";

export const Nothing = seeing(({ invites, studies, hereOnly }) => {
  if (!loaded.value) return null;
  return html`<div class="nothing">
    <${Refused} />
    ${waiting.value.length || mine.value.length ? html`<${Begin} />` : html`<${Empty} invites=${invites} studies=${studies} hereOnly=${hereOnly} />`}
  </div>`;
});

const Begin = seeing(() => {
  const [first] = [...waiting.value, ...mine.value];
  return html`
    <div class="begin">
      <h2>${waiting.value.length ? _("{name} has waited longest", { name: first.alias }) : _("Nobody waits")}</h2>
      <p>${_("You see what the model would see, and answer as the model.")}</p>
      <button class="button primary" type="button" onClick=${next}>${_("Open {name}", { name: first.alias })} <kbd>j</kbd></button>
    </div>
  `;
});

const Empty = seeing(
  ({ invites, studies, hereOnly }) => html`
    <h2>${theirs.value.length ? _("All who wait are with colleagues") : _("Nobody waits")}</h2>
    <p>
      ${_("When somebody writes to the assistant, they appear here, and you play the model: you see what it would see, and answer.")}
    </p>
    <h3>${invites.length > 1 ? _("Send one of these links to somebody who should try it") : _("Send this link to somebody who should try it")}</h3>
    <ul class="invites" role="list">
      ${invites.map((invite) => html`<li key=${invite.link}><${Invite} ...${invite} named=${invites.length > 1} /></li>`)}
    </ul>
    ${hereOnly && html`<p>${woven(_("Links open on this computer alone. To let phones and others in the network in, start with {lan}, and sign in by the link that is printed then."), { lan: html`<code class="unbroken">${LET_IN}</code>` })}</p>`}
    ${studies && html`<p><a href=${studies}>${_("Test an idea of your own")}</a></p>`}
  `,
);

/** A word for a conversation that can't be opened and has no row to say it beside. */
const Refused = seeing(() => {
  if (!refused.value || rowOf(refused.value.session)) return null;
  return html`<p class="problem" role="alert">${refused.value.text}</p>`;
});
