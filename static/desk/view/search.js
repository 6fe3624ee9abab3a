// The search over the desk: a box, filters, and what was found.
import { html, useEffect, useRef, useState } from "/static/vendor/preact.js";
import { waitingOpinions } from "../opinions.js";
import {
  asking,
  at,
  choices,
  closeSearch,
  filters,
  found,
  look,
  lookForAll,
  more,
  move,
  refusal,
  searchNow,
  wanted,
} from "../search.js";
import { Dialog } from "./dialog.js";
import { composes } from "./enter.js";
import { Brief, COULD } from "./found.js";
import { seeing } from "./seeing.js";
import { _, ngettext } from "/static/shared/say.js";

const COULD_OPTIONS = Object.entries(COULD).map(([value, says]) => ({ value, says }));

export const Search = ({ open }) => {
  const take = (row) => {
    closeSearch();
    open(row.session, row.exchange);
  };
  return html`
    <${Dialog} name="search-name" close=${closeSearch} wide>
      <div class="search">
        <div class="search-head">
          <h2 id="search-name">${_("Search")}</h2>
          <button class="button quiet square small" type="button" onClick=${closeSearch}>
            <span class="icon icon-x"></span><span class="only-heard">${_("Close")}</span>
          </button>
        </div>
        <${Box} take=${take} />
        <${Filters} />
        <${Rows} take=${take} />
        <${Told} />
      </div>
    <//>
  `;
};

const Box = seeing(({ take }) => {
  const { rows } = found.value;
  const acts = {
    ArrowDown: () => (at.value === rows.length - 1 ? more() : move(1)),
    ArrowUp: () => move(-1),
    Enter: () => rows[at.value] && !asking.value && take(rows[at.value]),
  };
  const press = (event) => {
    if (!acts[event.key] || composes(event)) return;
    event.preventDefault();
    acts[event.key]();
  };
  return html`
    <input
      class="field"
      type="search"
      id="search-text"
      role="combobox"
      aria-label=${_("Search for words in what was asked or answered")}
      aria-expanded=${rows.length > 0 ? "true" : "false"}
      aria-controls="search-rows"
      aria-autocomplete="list"
      aria-activedescendant=${rows.length ? `found-${at.value}` : undefined}
      placeholder=${_("Words from what was said")}
      autocomplete="off"
      maxlength="500"
      autofocus
      value=${wanted.value.text}
      onInput=${({ target }) => look({ text: target.value })}
      onKeyDown=${press}
    />
  `;
});

const Filters = seeing(() => html`<${Folded} count=${filters.value} />`);

const Folded = ({ count }) => {
  const [open, setOpen] = useState(count > 0);
  return html`
    <div class="filters">
      <button class="button quiet small" type="button" aria-expanded=${open ? "true" : "false"} aria-controls="filters" onClick=${() => setOpen(!open)}>
        ${_("Filters")}${count > 0 && ` (${count})`}
      </button>
      ${count > 0 && html`<button class="button quiet small" type="button" onClick=${lookForAll}>${_("Clear filters")}</button>`}
      ${open && html`<${Fields} />`}
    </div>
  `;
};

const Fields = seeing(() => {
  const { studies, labels, wizards } = choices.value;
  return html`
    <div class="filter-fields" id="filters">
      <${Pick} name="study" says=${_("Study")} any=${_("any study")} options=${studies} />
      <${Pick} name="label" says=${_("Label")} any=${_("any label")} options=${labels} />
      <${Pick} name="could_answer" says=${_("Could answer")} any=${_("any")} options=${COULD_OPTIONS} />
      ${wanted.value.missing && html`<${Missing} />`}
      <${Pick} name="wizard" says=${_("Answered by")} any=${_("anybody")} options=${wizards} />
      <${Day} name="since" says=${_("Since")} />
      <${Day} name="until" says=${_("Until")} />
      <${Pick} name="not_for_training" says=${_("Training")} any=${_("all")} options=${[{ value: "yes", says: _("not for training") }, { value: "no", says: _("for training") }]} />
      <${Pick} name="saw_more" says=${_("Same eyes")} any=${_("all")} options=${[{ value: "yes", says: _("saw more") }, { value: "no", says: _("saw the observation alone") }]} />
    </div>
  `;
});

const Pick = seeing(({ name, says, any, options }) => {
  const value = wanted.value[name];
  return html`
    <label class="filter">
      <span>${says}</span>
      <select class="field" value=${value} onChange=${({ target }) => look({ [name]: target.value })}>
        <option value="">${any}</option>
        ${options.map((each) => html`<option key=${each.value} value=${each.value} selected=${each.value === value}>${each.says}</option>`)}
      </select>
    </label>
  `;
});

const Day = seeing(
  ({ name, says }) => html`
    <label class="filter">
      <span>${says}${isMoment(wanted.value[name]) && " (UTC)"}</span>
      <input class="field" ...${moment(wanted.value[name])} onChange=${({ target }) => look({ [name]: target.value })} />
    </label>
  `,
);

/** A day, or of a moment, which is UTC, the minute. */
const moment = (value) => (isMoment(value) ? { type: "datetime-local", value: value.slice(0, "2026-03-01T14:30".length) } : { type: "date", value });
const isMoment = (value) => value.includes("T");

const Missing = seeing(
  () => html`
    <label class="filter">
      <span>${_("Missing")}</span>
      <input class="field" value=${wanted.value.missing} onChange=${({ target }) => look({ missing: target.value.trim().toLowerCase() })} />
    </label>
  `,
);

const Rows = seeing(({ take }) => {
  const { rows, before } = found.value;
  return html`
    <div class="search-list" aria-busy=${asking.value ? "true" : "false"}>
      <ul class="search-rows" id="search-rows" role="listbox" aria-label=${_("Found")}>
        ${rows.map((row, index) => html`<${Row} key=${`${row.session}/${row.exchange}`} row=${row} index=${index} here=${at.value === index} take=${take} />`)}
      </ul>
      ${before !== null &&
      html`<button class="button small" type="button" aria-disabled=${asking.value ? "true" : undefined} onClick=${more}>${asking.value ? _("Searching…") : _("Show more")}</button>`}
    </div>
  `;
});

const Row = ({ row, index, here, take }) => {
  const item = useRef();
  useEffect(() => {
    if (here) item.current.scrollIntoView({ block: "nearest" });
  }, [here]);
  return html`
    <li role="option" id=${`found-${index}`} ref=${item} aria-selected=${here ? "true" : "false"} onClick=${() => take(row)}>
      <span class="asked"><small>${row.alias}</small> ${row.message}</span>
      <span class="answered">${row.text ?? _("labels only")}</span>
      <${Brief} exchange=${{ ...row, exchange: null }} />
    </li>
  `;
};

/** What is to be said of the answer: nothing found, not all of it, not even asked. */
const Told = seeing(() => {
  const { rows, behind, before } = found.value;
  const lost = refusal.value;
  return html`
    <div class="search-told" role="status">
      ${lost && html`<p>${lost.message} <button class="button small" type="button" onClick=${searchNow}>${_("Try again")}</button></p>`}
      ${!lost && asking.value && !rows.length && html`<p>${_("Searching…")}</p>`}
      ${!lost && !asking.value && !rows.length && html`<p>${nothing()}</p>`}
      ${!lost && rows.length > 0 && html`<p>${before === null ? _("{n} found, the newest first.", { n: rows.length }) : _("{n} or more found, the newest first.", { n: rows.length })}</p>`}
      ${behind > 0 && html`<p>${ngettext("{n} event isn't searchable yet. Search again in a moment.", "{n} events aren't searchable yet. Search again in a moment.", behind)}</p>`}
      <p>
        ${_("Left out: conversations that aren't over, unless you looked into them, and exchanges that wait for your second opinion.")}
      </p>
    </div>
  `;
});

function nothing() {
  if (wanted.value.text.trim() || filters.value) return _("Nothing was found.");
  if (waitingOpinions.value) return _("There is nothing that you may see before you have given your second opinions.");
  return _("No conversation is over yet. What was answered in it can be found here then.");
}
