// The page of a study: its form, its file, and saving either as a new version.
import { html, render, useEffect } from "/static/vendor/preact.js";
import { seeing } from "/static/desk/view/seeing.js";
import { Fields } from "./fields.js";
import { Fold, isWrong, titlesSet } from "./folds.js";
import { Previews } from "./preview.js";
import * as state from "./state.js";
import { _ } from "/static/shared/say.js";

const { busy, edited, others, problems, says, sections, source, study, undoSteps, version, view } = state;

const Page = seeing(() => html`
  <${Bar} />
  <${Others} />
  <div class="study-sides">
    ${view.value === "form" ? html`<${Form} />` : html`<${File} />`}
    <${Previews} />
  </div>
`);

const VIEWS = { form: _("Form"), file: _("File") };

const Bar = seeing(() => html`
  <div class="study-bar">
    <div class="views" role="group" aria-label=${_("View")}>
      ${Object.entries(VIEWS).map(([name, words]) => html`
        <button
          class="button small"
          type="button"
          aria-pressed=${view.value === name ? "true" : "false"}
          onClick=${() => state.turnTo(name)}
        >
          ${words}
        </button>
      `)}
    </div>
    <button class="button quiet small" type="button" disabled=${!undoSteps.value.length} onClick=${state.takeBack}>${_("Undo")}</button>
    ${edited.value &&
    html`<button class="button quiet small" type="button" onClick=${state.discard}>${_("Discard changes")}</button>`}
    <button class="button primary" type="button" aria-disabled=${busy.value ? "true" : undefined} onClick=${saveHere}>
      ${_("Save")} <kbd>Ctrl S</kbd>
    </button>
    <p role="status">${says.value || standing()}</p>
  </div>
`);

const standing = () => (edited.value || !version.value ? _("Not saved yet.") : _("Version {n}.", { n: version.value }));

const Others = seeing(() => {
  if (!others.value) return null;
  const { by, version, taken, differ } = others.value;
  return html`
    <section class="card" aria-labelledby="others">
      <h2 id="others" tabindex="-1">${_("{name} saved version {version} while you were changing yours", { name: by, version })}</h2>
      <p>
        ${taken.length > 0
          ? _("Both are put together below; taken from theirs: {fields}. Look it over, then save.", { fields: taken.map(titleOf).join(", ") })
          : _("Both are put together below. Look it over, then save.")}
      </p>
      ${differ.length > 0 &&
      html`
        <p>${_("You both changed these. Yours stands:")}</p>
        <ul role="list">
          ${differ.map((name) => html`
            <li key=${name}>
              ${titleOf(name)}${" "}
              <button class="button small" type="button" onClick=${() => state.takeTheirs(name)}>${_("Take {name}’s", { name: by })}</button>
            </li>
          `)}
        </ul>
      `}
    </section>
  `;
});

const Form = seeing(() => html`
  <form class="study-form" novalidate onSubmit=${(event) => event.preventDefault()}>
    <${Elsewhere} />
    ${sections.map((section) => html`<${Section} key=${section.id} ...${section} />`)}
  </form>
`);

const Section = seeing(({ title, help, fields, rare }) => {
  const set = rare && titlesSet(fields, []);
  const summary = html`
    <h2>${title}</h2>
    ${set ? html`<p class="help">${_("Set: {fields}", { fields: set })}</p>` : help && html`<p class="help">${help}</p>`}
  `;
  return html`
    <${Fold} class="card section" begins=${!rare} must=${fields.some(({ name }) => isWrong([name]))} summary=${summary}>
      <${Fields} specs=${fields} path=${[]} fixed=${study ? "study" : null} />
    <//>
  `;
});

/** What is wrong with the study as a whole. */
const Elsewhere = seeing(() => {
  const those = problems.value.filter(({ field }) => !field);
  return those.length > 0 && html`<p class="problem" role="alert">${those.map(({ message }) => message).join("; ")}</p>`;
});

const File = seeing(() => html`
  <section class="card" aria-labelledby="file">
    <h2 id="file">${_("The file")}</h2>
    <ul class="problems" role="list" aria-live="polite">
      ${problems.value.map(({ line, field, message }) => html`
        <li class="problem">
          ${line && html`<button class="button small" type="button" onClick=${() => goTo(line)}>${_("Line {line}", { line })}</button>`}
          ${field ? `${field}: ${message}` : message}
        </li>
      `)}
    </ul>
    <textarea
      class="field code"
      id="source"
      aria-label=${_("The study as YAML")}
      rows="28"
      spellcheck="false"
      autocapitalize="off"
      value=${source.value}
      onInput=${({ target }) => state.write(target.value)}
    ></textarea>
  </section>
`);

function goTo(line) {
  const box = document.getElementById("source");
  const lines = box.value.split("\n");
  const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  box.focus();
  box.setSelectionRange(start, start + (lines[line - 1] ?? "").length);
}

function titleOf(name) {
  let specs = sections.flatMap(({ fields }) => fields);
  const words = name.split(".").map((step) => {
    const spec = specs.find((each) => each.name === step);
    specs = spec?.fields ?? [];
    return spec?.title ?? step;
  });
  return words.join(": ");
}

const Whole = () => {
  useEffect(() => {
    state.restore();
    document.addEventListener("keydown", (event) => {
      if (event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      saveHere();
    });
  }, []);
  return html`<${Page} />`;
};

/** Save, and go to what keeps it from being saved. */
async function saveHere() {
  await state.save();
  if (problems.peek().length) document.querySelector("[aria-invalid=true], .problems button")?.focus();
}

render(html`<${Whole} />`, document.getElementById("study"));
