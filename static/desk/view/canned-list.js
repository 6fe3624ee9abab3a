// All canned replies of a study: used, shared with all, renamed, removed.
import { html, useState } from "/static/vendor/preact.js";
import { listing, remove, rename, restore, share } from "../canned.js";
import { offerUndo, tell } from "../undo.js";
import { Dialog } from "./dialog.js";
import { Problem } from "./problem.js";
import { seeing } from "./seeing.js";
import { _, woven } from "/static/shared/say.js";

const KEY = "[a-z0-9][a-z0-9_\\-]{0,62}";
const WHOSE = { study: _("Of the study"), shared: _("Shared with all"), mine: _("Mine") };

export const CannedList = seeing(({ conversation }) => {
  const close = () => (listing.value = false);
  const { canned } = conversation;
  const use = (each) => {
    close();
    // Once the dialog has given the focus back.
    requestAnimationFrame(() => conversation.typing.use(document.getElementById("reply-text"), each));
  };
  return html`
    <${Dialog} name="canned-name" close=${close}>
      <h2 id="canned-name" tabindex="-1" autofocus>${_("Canned replies")}</h2>
      ${!canned.length && html`<p>${woven(_("None yet. When you have sent a reply that you will need again, press {key}."), { key: html`<kbd>s</kbd>` })}</p>`}
      ${Object.keys(WHOSE).map((set) => {
        const those = canned.filter((each) => each.set === set);
        return those.length > 0 && html`
          <section class="canned-set" aria-label=${WHOSE[set]}>
            <h3 class="group">${WHOSE[set]}</h3>
            <ul role="list">
              ${those.map((each) => html`<${Row} key=${each.key} canned=${each} study=${conversation.study.value.study} use=${use} />`)}
            </ul>
          </section>
        `;
      })}
      <div class="dialog-acts"><button class="button" type="button" onClick=${close}>${_("Close")}</button></div>
    <//>
  `;
});

const Row = ({ canned, study, use }) => {
  const [naming, name] = useState(false);
  const [problem, tellProblem] = useState(null);
  const attempt = async (act, then) => {
    const answer = await act();
    tellProblem(answer.ok ? null : answer.error.message);
    if (answer.ok) then?.();
  };
  const drop = () => attempt(() => remove(study, canned), () => offerUndo(_("Removed /{key}.", canned), () => restore(study, canned)));
  const give = () => attempt(() => share(study, canned), () => tell(_("/{key} is shared with all.", canned)));
  const id = `canned-${canned.set}-${canned.key}`;
  return html`
    <li>
      ${naming
        ? html`<${Name} canned=${canned} done=${(key) => {
            name(false);
            if (key && key !== canned.key) attempt(() => rename(study, canned, key));
          }} />`
        : html`<b>/${canned.key}</b>`}
      <p>${canned.text}</p>
      <div class="row-acts">
        <button class="button quiet small" type="button" onClick=${() => use(canned)}>${_("Use")}</button>
        ${canned.set === "mine" && html`<button class="button quiet small" type="button" onClick=${give}>${_("Share with all")}</button>`}
        ${canned.set !== "study" &&
        html`
          ${!naming && html`<button class="button quiet small" type="button" onClick=${() => name(true)}>${_("Rename")}</button>`}
          <button class="button quiet small" type="button" onClick=${drop}>${_("Remove")}</button>
        `}
      </div>
      <${Problem} id=${id} text=${problem} />
    </li>
  `;
};

const Name = ({ canned, done }) => {
  const submit = (event) => {
    event.preventDefault();
    done(new FormData(event.target).get("key"));
  };
  return html`
    <form class="rename" onSubmit=${submit}>
      <input
        class="field"
        name="key"
        aria-label=${_("New name of /{key}", canned)}
        required
        pattern=${KEY}
        title=${_("Small letters, digits, - and _")}
        autocomplete="off"
        defaultValue=${canned.key}
        ref=${(field) => field?.select()}
      />
      <button class="button small" type="submit">${_("Rename")}</button>
      <button class="button quiet small" type="button" onClick=${() => done(null)}>${_("Keep the name")}</button>
    </form>
  `;
};
