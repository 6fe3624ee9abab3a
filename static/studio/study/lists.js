// Fields of several values: lines, things with fields of their own, documents.
import { html, useState } from "/static/vendor/preact.js";
import { seeing } from "/static/desk/view/seeing.js";
import { Help, RemoveButton, Wrong, idOf, attributesOf } from "./asked.js";
import { Fields } from "./fields.js";
import { addText, at, change, stored, texts } from "./state.js";
import { _, language } from "/static/shared/say.js";

export const Lines = seeing(({ spec, path }) => {
  const lines = at(path) ?? [];
  const add = (from) => {
    change(path, [...lines.slice(0, from), "", ...lines.slice(from)], _("added {what}", { what: article(spec.of) }));
    focusSoon(idOf([...path, from]));
  };
  const remove = (one) => change(path, without(lines, one), _("removed “{what}”", { what: lines[one] }));
  const onKey = (event, one) => {
    if (event.key === "Enter" && !event.isComposing) add(one + 1);
    else if (event.key === "Backspace" && lines[one] === "" && lines.length > 1) {
      remove(one);
      focusSoon(idOf([...path, Math.max(0, one - 1)]));
    } else return;
    event.preventDefault();
  };
  const paste = (event, one) => {
    const rows = event.clipboardData.getData("text").split(/\r?\n/).map((row) => row.trim()).filter(Boolean);
    if (rows.length < 2 || lines[one]) return;
    event.preventDefault();
    change(path, [...lines.slice(0, one), ...rows, ...lines.slice(one + 1)], _("added {n} of them", { n: rows.length }));
  };
  return html`
    <fieldset class="asked">
      <legend>${spec.title}</legend>
      <${Help} spec=${spec} path=${path} />
      ${lines.map((line, one) => html`
        <div class="line-row" key=${one}>
          <input
            class="field"
            ...${attributesOf({}, [...path, one])}
            aria-label=${`${spec.of} ${one + 1}`}
            value=${line}
            autocomplete="off"
            onInput=${({ target }) => change([...path, one], target.value)}
            onKeyDown=${(event) => onKey(event, one)}
            onPaste=${(event) => paste(event, one)}
          />
          <${RemoveButton} what=${`${spec.of} ${one + 1}`} act=${() => remove(one)} />
        </div>
        <${Wrong} path=${[...path, one]} />
      `)}
      <${Wrong} path=${path} />
      <button class="button small" type="button" onClick=${() => add(lines.length)}>${_("Add {what}", { what: article(spec.of) })}</button>
    </fieldset>
  `;
});

/** Things with fields of their own; one of which nothing but the name is told may be the name alone. */
export const Items = seeing(({ spec, path }) => {
  const items = (at(path) ?? []).map((each) => (typeof each === "string" ? { [spec.fields[0].name]: each } : each));
  const add = () => {
    change(path, [...items, structuredClone(spec.empty)], _("added {what}", { what: article(spec.of) }));
    focusSoon(idOf([...path, items.length, spec.fields[0].name]));
  };
  const move = (one, by) => {
    const moved = [...items];
    moved.splice(one + by, 0, ...moved.splice(one, 1));
    change(path, moved, _("moved {what}", { what: `${spec.of} ${one + 1}` }));
  };
  return html`
    <fieldset class="asked">
      <legend>${spec.title}</legend>
      <${Help} spec=${spec} path=${path} />
      <${Wrong} path=${path} />
      ${items.map((each, one) => {
        const name = `${spec.of} ${one + 1}`;
        return html`
          <div class="item" role="group" aria-label=${name} key=${one}>
            <${Wrong} path=${[...path, one]} />
            <${Fields} specs=${spec.fields} path=${[...path, one]} />
            <div class="item-acts">
              ${one > 0 && html`<${Act} does=${_("Up")} of=${_("with {what}", { what: name })} act=${() => move(one, -1)} />`}
              ${one < items.length - 1 && html`<${Act} does=${_("Down")} of=${_("with {what}", { what: name })} act=${() => move(one, 1)} />`}
              <${Act} does=${_("Remove")} of=${name} act=${() => change(path, without(items, one), _("removed {what}", { what: name }))} />
            </div>
          </div>
        `;
      })}
      <button class="button small" type="button" onClick=${add}>${_("Add {what}", { what: article(spec.of) })}</button>
    </fieldset>
  `;
});

const Act = ({ does, of, act }) => html`
  <button class="button quiet small" type="button" onClick=${act}>${does}<span class="only-heard"> ${of}</span></button>
`;

export const Documents = seeing(({ spec, path }) => {
  const [over, hover] = useState(false);
  const names = at(path) ?? [];
  const take = async (files) => {
    for (const file of files) addText(file.name, await file.text());
  };
  const drag = (event) => {
    event.preventDefault();
    hover(true);
  };
  const drop = (event) => {
    event.preventDefault();
    hover(false);
    take(event.dataTransfer.files);
  };
  return html`
    <fieldset class=${over ? "asked drop over" : "asked drop"} onDragOver=${drag} onDragLeave=${() => hover(false)} onDrop=${drop}>
      <legend>${spec.title}</legend>
      <${Help} spec=${spec} path=${path} />
      ${names.map((name, one) => html`
        <div class="line-row" key=${name}>
          <p>${name} <span class="help">${whereabouts(name)}</span></p>
          <${RemoveButton} what=${name} act=${() => change(path, without(names, one), _("removed {what}", { what: name }))} />
        </div>
        <${Wrong} path=${[...path, one]} />
      `)}
      <label class="button small">
        ${_("Choose files")}
        <input class="only-heard" type="file" multiple accept=".txt,.md,text/*" onChange=${({ target }) => take(target.files)} />
      </label>
      <${Wrong} path=${path} />
    </fieldset>
  `;
});

function whereabouts(name) {
  if (name in texts.value) return _("comes with the next save");
  return stored.value.includes(name) ? _("stored") : _("its text isn’t here: drop the file");
}

const without = (list, one) => list.filter((_, n) => n !== one);

const article = (word) => (language === "en" ? `${/^[aeiou]/.test(word) ? "an" : "a"} ${word}` : word);

/** As soon as it is drawn, which is before the next key comes: whoever types fast types on in it. */
async function focusSoon(id) {
  for (let turn = 0; turn < DRAWN_WITHIN && !document.getElementById(id); turn++) await null;
  document.getElementById(id)?.focus();
}

const DRAWN_WITHIN = 10;
