// One conversation of the list. Opening it takes it.
import { html } from "/static/vendor/preact.js";
import { draftsIn, here, open, opening, refused } from "../desk.js";
import { severalStudies } from "../inbox.js";
import { seeing } from "./seeing.js";
import { Wait } from "./wait.js";

export const Row = seeing(({ row }) => {
  const { session } = row;
  const theirs = row.claimed_by !== null && !row.mine;
  const said = refused.value?.session === session && refused.value.text;
  return html`
    <li class="row" data-theirs=${theirs} data-mine=${row.mine}>
      <button
        type="button"
        aria-current=${here.value === session}
        aria-busy=${opening.value === session}
        aria-describedby=${said ? `said-${session}` : undefined}
        onClick=${() => open(session)}
      >
        <span class="who">${row.alias}</span>
        ${row.since !== null && html`<${Wait} since=${row.since} />`}
        <span class="about">${about(row, theirs)}</span>
      </button>
      ${said && html`<p class="problem" role="alert" id=${`said-${session}`}>${said}</p>`}
    </li>
  `;
});

function about(row, theirs) {
  const holder = theirs ? `${row.claimed_by} has it` : row.mine && row.since !== null ? "mine" : null;
  const parts = [severalStudies.value && row.study, holder, draftsIn.value.has(row.session) && "draft"];
  return parts.filter(Boolean).join(" · ");
}
