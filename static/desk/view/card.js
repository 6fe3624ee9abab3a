// A card of facts under a message, as the participant sees it.
import { html } from "/static/vendor/preact.js";

export const Card = ({ card }) => html`
  <div class="card">
    ${card.title && html`<p class="card-title" dir="auto">${card.title}</p>`}
    <dl>
      ${(card.rows ?? []).map(({ name, value }, at) => html`<div key=${at}><dt dir="auto">${name}</dt><dd dir="auto">${value}</dd></div>`)}
    </dl>
  </div>
`;
