// The fields of the form, as the table of its sections has them.
import { html } from "/static/vendor/preact.js";
import { seeing } from "/static/desk/view/seeing.js";
import { Wrong, idOf, stash } from "./asked.js";
import { Rare } from "./folds.js";
import { Documents, Items, Lines } from "./lists.js";
import { at, change } from "./state.js";
import { Choice, History, Line, Num, Seconds, Text, YesNo } from "./values.js";

/** The fields of a part, those that its kind has. One that is `fixed` can't be changed. */
export const Fields = seeing(({ specs, path, fixed }) => {
  const part = at(path) ?? {};
  const chosen = (name) => part[name] ?? specs.find((each) => each.name === name)?.options[0]?.[0];
  const asked = specs.filter(({ where }) => !where || chosen(where[0]) === where[1]);
  const rare = asked.filter((each) => each.rare);
  const field = (spec) => {
    const Kind = KINDS()[spec.kind];
    return html`<${Kind} key=${spec.name} spec=${spec} path=${[...path, spec.name]} beside=${specs} fixed=${fixed === spec.name} />`;
  };
  return html`
    <div class="fields">
      ${asked.filter((each) => !each.rare).map(field)}
      ${rare.length > 0 && html`<${Rare} key="rare" specs=${rare} path=${path}>${rare.map(field)}<//>`}
    </div>
  `;
});

/** A part of the study; one that may be left out has a tick before it. */
const Part = seeing(({ spec, path }) => {
  const value = at(path);
  const inner = html`<${Wrong} path=${path} /><${Fields} specs=${spec.fields} path=${path} />`;
  if (!spec.optional) return inner;
  const key = path.join(".");
  const turn = ({ target }) => {
    if (!target.checked) stash.set(key, value);
    change(path, target.checked ? (stash.get(key) ?? {}) : null);
  };
  return html`
    <div class="asked">
      <label class="tick"><input type="checkbox" id=${idOf(path)} checked=${Boolean(value)} onChange=${turn} /> ${spec.title}</label>
      ${value && html`<div class="item" role="group" aria-label=${spec.title}>${inner}</div>`}
    </div>
  `;
});

// Asked for when it is drawn: lists hold parts, and parts lists.
const KINDS = () => ({
  line: Line, text: Text, number: Num, seconds: Seconds, yes_no: YesNo, choice: Choice, history: History, lines: Lines,
  items: Items, part: Part, documents: Documents,
});
