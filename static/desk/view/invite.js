// A study's link for participants, to be copied.
import { html } from "/static/vendor/preact.js";
import { _ } from "/static/shared/say.js";

export const Invite = ({ title, link, named }) => html`
  ${named && html`<p class="invite-title">${title}</p>`}
  <div class="copy-line">
    <input class="field" readonly value=${link} aria-label=${_("Participants' link of {title}", { title })} />
    <button class="button" type="button" data-copy=${link}>
      <span class="icon icon-copy"></span><span data-says=${_("Copy link")} aria-live="polite">${_("Copy link")}</span>
    </button>
  </div>
`;
