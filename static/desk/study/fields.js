// The fields of the form, by kind. Each knows where in the study it stands, and shows what is wrong there.
import { html, useState } from "/static/vendor/preact.js";
import { addText, at, change, problems, stored, texts } from "./state.js";
import { seeing } from "../view/seeing.js";

const idOf = (path) => `f-${path.join("-")}`;
const wrongAt = (path) => problems.value.filter(({ field }) => field === path.join("."));
/** What a field had that its kind doesn't have any more, should it be wanted again. */
const stash = new Map();

export const Field = (properties) => html`<${KINDS[properties.spec.kind]} ...${properties} />`;

const Wrong = seeing(({ path }) => {
  const found = wrongAt(path);
  return found.length > 0 && html`<p class="problem" id=${`${idOf(path)}-problem`}>
    <span class="icon icon-circle-alert"></span> ${found.map(({ message }) => message).join("; ")}
  </p>`;
});

/** What a control says of itself: its name, its help, and whether something is wrong. */
const told = (spec, path) => ({
  id: idOf(path),
  "aria-invalid": wrongAt(path).length ? "true" : undefined,
  "aria-describedby": [spec.help && `${idOf(path)}-help`, wrongAt(path).length && `${idOf(path)}-problem`].filter(Boolean).join(" ") || undefined,
});

const Labelled = ({ spec, path, narrow, children }) => html`
  <div class=${narrow ? "asked narrow" : "asked"}>
    <label for=${idOf(path)}>${spec.title}</label>
    ${children}
    <${Help} spec=${spec} path=${path} />
    <${Wrong} path=${path} />
  </div>
`;

const Help = ({ spec, path }) => spec.help && html`<p class="help" id=${`${idOf(path)}-help`}>${spec.help}</p>`;

const Line = seeing(({ spec, path, fixed }) => html`
  <${Labelled} spec=${spec} path=${path}>
    <input class="field" ...${told(spec, path)} value=${at(path) ?? ""} readonly=${fixed} autocomplete="off" onInput=${({ target }) => change(path, target.value)} />
  <//>
`);

const Text = seeing(({ spec, path }) => html`
  <${Labelled} spec=${spec} path=${path}>
    <textarea class="field grows" rows="2" ...${told(spec, path)} value=${at(path) ?? ""} onInput=${({ target }) => change(path, target.value)}></textarea>
  <//>
`);

const Num = seeing(({ spec, path }) => {
  const read = (typed) => (typed === "" && spec.optional ? null : typed !== "" && Number.isFinite(Number(typed)) ? Number(typed) : typed);
  return html`
    <${Labelled} spec=${spec} path=${path} narrow>
      <${Typed} spec=${spec} path=${path} read=${read} inputmode="decimal" />
    <//>
  `;
});

/** Seconds, one or from-to; nothing is none, where there may be none. */
const Seconds = seeing(({ spec, path }) => html`
  <${Labelled} spec=${spec} path=${path} narrow>
    <${Typed} spec=${spec} path=${path} read=${(typed) => (typed.trim() === "" && spec.optional ? null : typed)} />
  <//>
`);

/** A value that is typed: as long as it means the same, it stands as it was typed. */
const Typed = seeing(({ spec, path, read, inputmode }) => {
  const [typed, type] = useState(null);
  const value = at(path);
  const shown = typed !== null && read(typed) === value ? typed : (value ?? "");
  const input = ({ target }) => {
    type(target.value);
    change(path, read(target.value));
  };
  return html`<input class="field short" ...${told(spec, path)} value=${shown} inputmode=${inputmode} autocomplete="off" onInput=${input} />`;
});

const YesNo = seeing(({ spec, path }) => html`
  <div class="asked">
    <label class="tick"><input type="checkbox" ...${told(spec, path)} checked=${Boolean(at(path))} onChange=${({ target }) => change(path, target.checked)} /> ${spec.title}</label>
    <${Help} spec=${spec} path=${path} />
    <${Wrong} path=${path} />
  </div>
`);

const Choice = seeing(({ spec, path, beside }) => {
  const choose = ({ target }) => {
    const part = { ...at(path.slice(0, -1)), [spec.name]: target.value };
    for (const each of beside.filter(({ where }) => where?.[0] === spec.name)) {
      const key = [...path.slice(0, -1), each.name].join(".");
      if (each.where[1] !== target.value && each.name in part) {
        stash.set(key, part[each.name]);
        delete part[each.name];
      } else if (each.where[1] === target.value && !(each.name in part) && stash.has(key)) part[each.name] = stash.get(key);
    }
    change(path.slice(0, -1), part);
  };
  return html`
    <${Labelled} spec=${spec} path=${path}>
      <select class="field" ...${told(spec, path)} value=${at(path) ?? spec.options[0][0]} onChange=${choose}>
        ${spec.options.map(([value, words]) => html`<option value=${value} selected=${(at(path) ?? spec.options[0][0]) === value}>${words}</option>`)}
      </select>
    <//>
  `;
});

const History = seeing(({ spec, path }) => {
  const value = at(path);
  const all = value === "all";
  return html`
    <fieldset class="asked">
      <legend>${spec.title}</legend>
      <label class="tick"><input type="radio" name=${idOf(path)} checked=${all} onChange=${() => change(path, "all")} /> The whole conversation</label>
      <label class="tick"><input type="radio" name=${idOf(path)} checked=${!all} onChange=${() => change(path, 6)} /> The last messages, so many:</label>
      <input class="field short" aria-label="How many messages" ...${told(spec, path)} inputmode="numeric" value=${all ? "" : value} onInput=${({ target }) => change(path, Number.isFinite(Number(target.value)) && target.value ? Number(target.value) : target.value)} />
      <${Help} spec=${spec} path=${path} />
      <${Wrong} path=${path} />
    </fieldset>
  `;
});

const Lines = seeing(({ spec, path }) => {
  const lines = at(path) ?? [];
  const add = (from, more) => {
    change(path, [...lines.slice(0, from), ...more, ...lines.slice(from)], `added a ${spec.of}`);
    focusSoon(idOf([...path, from + more.length - 1]));
  };
  const remove = (one) => change(path, lines.filter((_, n) => n !== one), `removed “${lines[one]}”`);
  const key = (event, one) => {
    if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      add(one + 1, [""]);
    } else if (event.key === "Backspace" && lines[one] === "" && lines.length > 1) {
      event.preventDefault();
      remove(one);
      focusSoon(idOf([...path, Math.max(0, one - 1)]));
    }
  };
  const paste = (event, one) => {
    const rows = event.clipboardData.getData("text").split(/\r?\n/).map((row) => row.trim()).filter(Boolean);
    if (rows.length < 2 || lines[one]) return;
    event.preventDefault();
    change(path, [...lines.slice(0, one), ...rows, ...lines.slice(one + 1)], `added ${rows.length} of them`);
  };
  return html`
    <fieldset class="asked">
      <legend>${spec.title}</legend>
      <${Help} spec=${spec} path=${path} />
      ${lines.map((line, one) => html`
        <div class="line-row" key=${one}>
          <input class="field" ...${told({}, [...path, one])} aria-label=${`${spec.of} ${one + 1}`} value=${line} autocomplete="off"
            onInput=${({ target }) => change([...path, one], target.value)} onKeyDown=${(event) => key(event, one)} onPaste=${(event) => paste(event, one)} />
          <button class="button quiet square" type="button" aria-label=${`Remove ${spec.of} ${one + 1}`} onClick=${() => remove(one)}><span class="icon icon-x"></span></button>
        </div>
        <${Wrong} path=${[...path, one]} />
      `)}
      <${Wrong} path=${path} />
      <button class="button small" type="button" onClick=${() => add(lines.length, [""])}>Add ${article(spec.of)}</button>
    </fieldset>
  `;
});

const Items = seeing(({ spec, path }) => {
  const items = (at(path) ?? []).map((each) => (typeof each === "string" ? { [spec.fields[0].name]: each } : each));
  const add = () => {
    change(path, [...items, structuredClone(spec.empty)], `added ${article(spec.of)}`);
    focusSoon(idOf([...path, items.length, spec.fields[0].name]));
  };
  const remove = (one) => change(path, items.filter((_, n) => n !== one), `removed ${spec.of} ${one + 1}`);
  const move = (one, by) => {
    const moved = [...items];
    moved.splice(one + by, 0, ...moved.splice(one, 1));
    change(path, moved, `moved ${spec.of} ${one + 1}`);
  };
  return html`
    <fieldset class="asked">
      <legend>${spec.title}</legend>
      <${Help} spec=${spec} path=${path} />
      <${Wrong} path=${path} />
      ${items.map((_, one) => html`
        <div class="item" role="group" aria-label=${`${spec.of} ${one + 1}`} key=${one}>
          <${Wrong} path=${[...path, one]} />
          <${Fields} specs=${spec.fields} path=${[...path, one]} />
          <div class="item-acts">
            ${one > 0 && html`<button class="button quiet small" type="button" onClick=${() => move(one, -1)}>Up<span class="only-heard"> with ${spec.of} ${one + 1}</span></button>`}
            ${one < items.length - 1 && html`<button class="button quiet small" type="button" onClick=${() => move(one, 1)}>Down<span class="only-heard"> with ${spec.of} ${one + 1}</span></button>`}
            <button class="button quiet small" type="button" onClick=${() => remove(one)}>Remove<span class="only-heard"> ${spec.of} ${one + 1}</span></button>
          </div>
        </div>
      `)}
      <button class="button small" type="button" onClick=${add}>Add ${article(spec.of)}</button>
    </fieldset>
  `;
});

const Part = seeing(({ spec, path }) => {
  const value = at(path);
  const turn = ({ target }) => change(path, target.checked ? (stash.get(path.join(".")) ?? {}) : (stash.set(path.join("."), value), null));
  const inner = html`<${Wrong} path=${path} /><${Fields} specs=${spec.fields} path=${path} />`;
  if (!spec.optional) return inner;
  return html`
    <div class="asked">
      <label class="tick"><input type="checkbox" id=${idOf(path)} checked=${Boolean(value)} onChange=${turn} /> ${spec.title}</label>
      ${value && html`<div class="item" role="group" aria-label=${spec.title}>${inner}</div>`}
    </div>
  `;
});

const Documents = seeing(({ spec, path }) => {
  const [over, hover] = useState(false);
  const names = at(path) ?? [];
  const take = async (files) => {
    for (const file of files) addText(file.name, await file.text());
  };
  const drop = (event) => {
    event.preventDefault();
    hover(false);
    take(event.dataTransfer.files);
  };
  const state = (name) => (name in texts.value ? "comes with the next save" : stored.value.includes(name) ? "stored" : "its text isn’t here: drop the file");
  return html`
    <fieldset class=${over ? "asked drop over" : "asked drop"} onDragOver=${(event) => (event.preventDefault(), hover(true))} onDragLeave=${() => hover(false)} onDrop=${drop}>
      <legend>${spec.title}</legend>
      <${Help} spec=${spec} path=${path} />
      ${names.map((name, one) => html`
        <div class="line-row" key=${name}>
          <p>${name} <span class="help">${state(name)}</span></p>
          <button class="button quiet square" type="button" aria-label=${`Remove ${name}`} onClick=${() => change(path, names.filter((_, n) => n !== one), `removed ${name}`)}><span class="icon icon-x"></span></button>
        </div>
        <${Wrong} path=${[...path, one]} />
      `)}
      <label class="button small">Choose files<input class="only-heard" type="file" multiple accept=".txt,.md,text/*" onChange=${({ target }) => take(target.files)} /></label>
      <${Wrong} path=${path} />
    </fieldset>
  `;
});

/** The fields of a part, those that its kind has. */
export const Fields = seeing(({ specs, path, fixed }) => {
  const part = at(path) ?? {};
  const first = (name) => specs.find((each) => each.name === name)?.options[0]?.[0];
  const asked = specs.filter(({ where }) => !where || (part[where[0]] ?? first(where[0])) === where[1]);
  return html`<div class="fields">${asked.map(
    (spec) => html`<${Field} key=${spec.name} spec=${spec} path=${[...path, spec.name]} beside=${specs} fixed=${fixed === spec.name} />`,
  )}</div>`;
});

const article = (word) => `${/^[aeiou]/.test(word) ? "an" : "a"} ${word}`;

const focusSoon = (id) => requestAnimationFrame(() => requestAnimationFrame(() => document.getElementById(id)?.focus()));

const KINDS = {
  line: Line, text: Text, number: Num, seconds: Seconds, yes_no: YesNo, choice: Choice, history: History, lines: Lines,
  items: Items, part: Part, documents: Documents,
};
