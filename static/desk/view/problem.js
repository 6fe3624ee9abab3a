// What is wrong, beside the field it is about.
import { html } from "/static/vendor/preact.js";

export const Problem = ({ id, text }) =>
  text &&
  html`<p class="problem" id=${`${id}-problem`} role="alert"><span class="icon icon-circle-alert"></span> ${text}</p>`;
