// What every field of the form has: a name, some help, what is wrong, and where it stands in the study.
import { html } from "/static/vendor/preact.js";
import { seeing } from "/static/desk/view/seeing.js";
import { problems } from "./state.js";
import { _ } from "/static/shared/say.js";

/** What a field had that isn't asked for any more, should it be wanted again. */
export const stash = new Map();

export const idOf = (path) => `f-${path.join("-")}`;

const wrongAt = (path) => problems.value.filter(({ field }) => field === path.join("."));

export const Wrong = seeing(({ path }) => {
  const found = wrongAt(path);
  return found.length > 0 && html`<p class="problem" id=${`${idOf(path)}-problem`}>
    <span class="icon icon-circle-alert"></span> ${found.map(({ message }) => message).join("; ")}
  </p>`;
});

export const Help = ({ spec, path }) => spec.help && html`<p class="help" id=${`${idOf(path)}-help`}>${spec.help}</p>`;

/** What a control says of itself: its name, its help, and whether something is wrong. */
export function attributesOf(spec, path) {
  const wrong = wrongAt(path).length > 0;
  const about = [spec.help && `${idOf(path)}-help`, wrong && `${idOf(path)}-problem`].filter(Boolean);
  return { id: idOf(path), "aria-invalid": wrong ? "true" : undefined, "aria-describedby": about.join(" ") || undefined };
}

export const Labelled = ({ spec, path, narrow, children }) => html`
  <div class=${narrow ? "asked narrow" : "asked"}>
    <label for=${idOf(path)}>${spec.title}</label>
    ${children}
    <${Help} spec=${spec} path=${path} />
    <${Wrong} path=${path} />
  </div>
`;

export const RemoveButton = ({ what, act }) => html`
  <button class="button quiet square" type="button" aria-label=${_("Remove {what}", { what })} onClick=${act}>
    <span class="icon icon-x"></span>
  </button>
`;
