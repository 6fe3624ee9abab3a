// The list of conversations: waiting, mine, with colleagues.
import { html } from "/static/vendor/preact.js";
import { draftsIn, here, opening, refused } from "../desk.js";
import { loaded, mine, severalStudies, theirs, waiting, waitingCount } from "../inbox.js";
import { After } from "./after.js";
import { Colleagues } from "./colleagues.js";
import { Row } from "./row.js";
import { seeing } from "./seeing.js";
import { Skeleton } from "./skeleton.js";
import { Switches } from "./switches.js";
import { _ } from "/static/shared/say.js";

export const Inbox = seeing(
  () => html`
    <nav class="inbox" aria-label=${_("Conversations")}>
      <div class="rows">
        <h2 class="group" id="waiting" tabindex="-1">${_("Waiting")} <${Count} /></h2>
        <${Waiting} />
        <${Group} rows=${mine} name="mine">${_("Mine")}<//>
        <${Group} rows=${theirs} name="theirs">${_("With colleagues")}<//>
      </div>
      <div class="inbox-foot">
        <${After} />
        <${Colleagues} />
        <${Switches} />
      </div>
    </nav>
  `,
);

const Count = seeing(() => waitingCount.value > 0 && html`<span class="count">${waitingCount.value}</span>`);

const Waiting = seeing(() => {
  if (!loaded.value)
    return html`<${Skeleton} />`;
  if (!waiting.value.length) return html`<p class="nobody">${_("Nobody waits.")}</p>`;
  const more = waitingCount.value - waiting.value.length;
  return html`
    <${Rows} rows=${waiting.value} labelledby="waiting" />
    ${more > 0 && html`<p class="nobody">${_("and {n} more, who came later", { n: more })}</p>`}
  `;
});

const Group = seeing(({ rows, name, children }) => {
  if (!rows.value.length) return null;
  return html`
    <h2 class="group" id=${name}>${children} <span class="count">${rows.value.length}</span></h2>
    <${Rows} rows=${rows.value} labelledby=${name} />
  `;
});

/** What changes with a click is told to each row, so that only the rows it is about are drawn again. */
const Rows = seeing(
  ({ rows, labelledby }) => html`
    <ul role="list" aria-labelledby=${labelledby}>
      ${rows.map(
        (row) => html`
          <${Row}
            key=${row.session}
            row=${row}
            study=${severalStudies.value && row.study}
            current=${here.value === row.session}
            opening=${opening.value === row.session}
            draft=${draftsIn.value.has(row.session)}
            said=${refused.value?.session === row.session && refused.value.text}
          />
        `,
      )}
    </ul>
  `,
);
