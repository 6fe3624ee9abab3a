// The documents that the study grants the model.
import { html } from "/static/vendor/preact.js";

export const Documents = ({ names }) => html`
  <aside class="documents" aria-labelledby="documents">
    <h2 class="group" id="documents">Documents</h2>
    <ul role="list">
      ${names.map((name) => html`<li key=${name}><span class="icon icon-file-text"></span> ${name}</li>`)}
    </ul>
  </aside>
`;
