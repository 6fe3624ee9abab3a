// Who else is at the desk, and how many conversations each has.
import { html } from "/static/vendor/preact.js";
import { away, colleagues } from "../colleagues.js";
import { seeing } from "./seeing.js";

export const Colleagues = seeing(() => {
  if (!colleagues.value.length && !away.value) return null;
  return html`
    <section class="colleagues" aria-labelledby="colleagues">
      <h2 class="group" id="colleagues">At the desk</h2>
      ${away.value && html`<p class="nobody">You are away: nothing is given to you.</p>`}
      <ul role="list">
        ${colleagues.value.map(
          (each) => html`
            <li key=${each.account} data-away=${each.away}>
              <span>${each.name}</span>
              <small>${each.away ? "away · " : ""}${each.holds ? `has ${each.holds}` : "has none"}</small>
            </li>
          `,
        )}
      </ul>
    </section>
  `;
});
