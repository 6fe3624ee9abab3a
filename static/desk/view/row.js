// One conversation of the list. Opening it takes it.
import { html, useEffect, useRef } from "/static/vendor/preact.js";
import { open } from "../desk.js";
import { seeing } from "./seeing.js";
import { Wait } from "./wait.js";
import { _ } from "/static/shared/say.js";

export const Row = seeing(({ row, study, current, opening, draft, said }) => {
  const { session } = row;
  const item = useRef();
  useEffect(() => {
    if (current) item.current.scrollIntoView({ block: "nearest" });
  }, [current]);
  const theirs = row.claimed_by !== null && !row.mine;
  return html`
    <li class="row" ref=${item} data-theirs=${theirs} data-mine=${row.mine}>
      <button
        type="button"
        aria-current=${current}
        aria-busy=${opening}
        aria-describedby=${said ? `said-${session}` : undefined}
        onClick=${() => open(session)}
      >
        <span class="who">${row.alias}</span>
        ${row.since !== null && html`<span class="only-heard">${_("waiting")} </span><${Wait} since=${row.since} amber=${row.amber} red=${row.red} />`}
        <span class="about">${[study, holder(row, theirs), draft && !theirs && _("draft")].filter(Boolean).join(" · ")}</span>
      </button>
      ${said && html`<p class="problem" role="alert" id=${`said-${session}`}>${said}</p>`}
    </li>
  `;
});

function holder(row, theirs) {
  if (theirs) return _("{name} has it", { name: row.claimed_by });
  return row.mine && row.since !== null && _("you have it");
}
