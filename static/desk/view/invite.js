// A study's link for participants, to be copied.
import { html } from "/static/vendor/preact.js";

export const Invite = ({ title, link, named }) => html`
  ${named && html`<p class="invite-title">${title}</p>`}
  <div class="copy-line">
    <input class="field" readonly value=${link} aria-label=${`Participants' link of ${title}`} />
    <button class="button" type="button" data-copy=${link}>
      <span class="icon icon-copy"></span><span data-says="Copy link" aria-live="polite">Copy link</span>
    </button>
  </div>
`;
