// Who else is at the desk, and how many conversations each has.
import { html } from "/static/vendor/preact.js";
import { away, colleagues } from "../colleagues.js";
import { seeing } from "./seeing.js";
import { _ } from "/static/shared/say.js";

/** Whether they are away, and how many conversations they have. */
export const busyWith = ({ away: gone, holds }) =>
  [gone && _("away"), holds ? _("has {n}", { n: holds }) : _("has none")].filter(Boolean).join(" · ");

export const Colleagues = seeing(() => {
  if (!colleagues.value.length && !away.value) return null;
  return html`
    <section class="colleagues" aria-labelledby="colleagues">
      <h2 class="group" id="colleagues">${_("At the desk")}</h2>
      ${away.value && html`<p class="nobody">${_("You are away: nothing is given to you.")}</p>`}
      <ul role="list">
        ${colleagues.value.map(
          (each) => html`
            <li key=${each.account} data-away=${each.away}>
              <span>${each.name}</span>
              <small>${busyWith(each)}</small>
            </li>
          `,
        )}
      </ul>
    </section>
  `;
});
