// What is folded in the form, and what is set in there.
import { html, useEffect, useState } from "/static/vendor/preact.js";
import { seeing } from "/static/desk/view/seeing.js";
import { at, problems, usual } from "./state.js";
import { _ } from "/static/shared/say.js";

/** Open from the start where it `begins` so, and as soon as it `must` be. Nobody but whoever looks closes it again. */
export const Fold = ({ begins = false, must, summary, children, ...more }) => {
  const [open, turn] = useState(begins || must);
  useEffect(() => {
    if (must) turn(true);
  }, [must]);
  return html`
    <details ...${more} open=${open} onToggle=${({ currentTarget }) => turn(currentTarget.open)}>
      <summary>${summary}</summary>
      ${children}
    </details>
  `;
};

/** Fields that few fill in. Of one thing among several they are open where something stands in them. */
export const Rare = seeing(({ specs, path, children }) => {
  const among = path.some(Number.isInteger);
  const must = specs.some(({ name }) => isWrong([...path, name]) || (among && isSet([...path, name])));
  const set = titlesSet(specs, path);
  const summary = html`
    ${_("More: {fields}", { fields: joined(specs.map(({ title }) => title)) })}
    ${!among && set && html`<br />${_("Set: {fields}", { fields: set })}`}
  `;
  return html`<${Fold} class="rare" must=${must} summary=${summary}><div class="fields">${children}</div><//>`;
});

export const isWrong = (path) => problems.value.some(({ field }) => `${field}.`.startsWith(`${path.join(".")}.`));

/** Whether that isn't as it is in an empty study. */
function isSet(path) {
  const [value, was] = [at(path), usualAt(path)].map((each) => JSON.stringify(each ?? null));
  return value !== was && !(was === "null" && EMPTY.includes(value));
}

const EMPTY = ['""', "[]"];

const usualAt = (path) => path.reduce((tree, step) => tree?.[step], usual);

/** What the fields are called that are set. */
export const titlesSet = (specs, path) => joined([...new Set(setIn(specs, path))]);

const joined = (titles) => titles.join(" · ");

const setIn = (specs, path) =>
  specs.flatMap(({ name, title, kind, fields, optional }) => {
    const here = [...path, name];
    if (kind === "part" && !optional) return setIn(fields, here);
    return isSet(here) ? [title] : [];
  });
