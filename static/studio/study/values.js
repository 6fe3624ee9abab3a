// Fields of one value: a line, a text, a number, seconds, yes or no, one of a few, how much of the past.
import { html, useState } from "/static/vendor/preact.js";
import { seeing } from "/static/desk/view/seeing.js";
import { Help, Labelled, Wrong, idOf, stash, attributesOf } from "./asked.js";
import { at, change } from "./state.js";
import { _ } from "/static/shared/say.js";

const USUAL_HISTORY = 6;

export const Line = seeing(({ spec, path, fixed }) => html`
  <${Labelled} spec=${spec} path=${path} narrow=${spec.narrow}>
    <input
      class="field"
      ...${attributesOf(spec, path)}
      value=${at(path) ?? ""}
      readonly=${fixed}
      autocomplete="off"
      onInput=${({ target }) => change(path, target.value)}
    />
  <//>
`);

export const Text = seeing(({ spec, path }) => html`
  <${Labelled} spec=${spec} path=${path}>
    <textarea
      class="field grows"
      rows="2"
      ...${attributesOf(spec, path)}
      value=${at(path) ?? ""}
      onInput=${({ target }) => change(path, target.value)}
    ></textarea>
  <//>
`);

export const Num = seeing(({ spec, path }) => html`
  <${Labelled} spec=${spec} path=${path} narrow>
    <${Typed} spec=${spec} path=${path} read=${number} inputmode="decimal" />
  <//>
`);

/** One or from-to, as 2 or 0.5-1.5. */
export const Seconds = seeing(({ spec, path }) => html`
  <${Labelled} spec=${spec} path=${path} narrow>
    <${Typed} spec=${spec} path=${path} read=${(typed) => typed} />
  <//>
`);

/** A value that is typed: as long as it means the same, it stands as it was typed. Nothing is none, where it may be. */
const Typed = seeing(({ spec, path, read, inputmode }) => {
  const [typed, type] = useState(null);
  const value = at(path);
  const meant = (text) => (text.trim() === "" && spec.optional ? null : read(text));
  const input = ({ target }) => {
    type(target.value);
    change(path, meant(target.value));
  };
  return html`
    <input
      class="field short"
      ...${attributesOf(spec, path)}
      value=${typed !== null && meant(typed) === value ? typed : (value ?? "")}
      inputmode=${inputmode}
      autocomplete="off"
      onInput=${input}
    />
  `;
});

/** What is no number stays as it is: what is wrong with it, the server says. */
const number = (text) => (text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text);

export const YesNo = seeing(({ spec, path }) => html`
  <div class="asked">
    <label class="tick">
      <input
        type="checkbox"
        ...${attributesOf(spec, path)}
        checked=${Boolean(at(path))}
        onChange=${({ target }) => change(path, target.checked)}
      />
      ${spec.title}
    </label>
    <${Help} spec=${spec} path=${path} />
    <${Wrong} path=${path} />
  </div>
`);

/** One of a few. Fields beside it that only another choice has are put by, and are back when that is chosen again. */
export const Choice = seeing(({ spec, path, beside }) => {
  const whole = path.slice(0, -1);
  const chosen = at(path) ?? spec.options[0][0];
  const choose = ({ target }) => {
    const part = { ...at(whole), [spec.name]: target.value };
    for (const { name, where } of beside.filter(({ where }) => where?.[0] === spec.name)) {
      const key = [...whole, name].join(".");
      if (where[1] === target.value) {
        if (!(name in part) && stash.has(key)) part[name] = stash.get(key);
      } else if (name in part) {
        stash.set(key, part[name]);
        delete part[name];
      }
    }
    change(whole, part);
  };
  return html`
    <${Labelled} spec=${spec} path=${path} narrow=${spec.narrow}>
      <select class="field" ...${attributesOf(spec, path)} value=${chosen} onChange=${choose}>
        ${spec.options.map(([value, words]) => html`<option value=${value} selected=${chosen === value}>${words}</option>`)}
      </select>
    <//>
  `;
});

export const History = seeing(({ spec, path }) => {
  const value = at(path);
  const all = value === "all";
  return html`
    <fieldset class="asked">
      <legend>${spec.title}</legend>
      <label class="tick">
        <input type="radio" name=${idOf(path)} checked=${all} onChange=${() => change(path, "all")} /> ${_("The whole conversation")}
      </label>
      <label class="tick">
        <input type="radio" name=${idOf(path)} checked=${!all} onChange=${() => change(path, USUAL_HISTORY)} />
        ${_("The last messages, so many:")}
      </label>
      <input
        class="field short"
        aria-label=${_("How many messages")}
        ...${attributesOf(spec, path)}
        inputmode="numeric"
        value=${all ? "" : value}
        onInput=${({ target }) => change(path, number(target.value))}
      />
      <${Help} spec=${spec} path=${path} />
      <${Wrong} path=${path} />
    </fieldset>
  `;
});
