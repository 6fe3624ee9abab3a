// Giving a conversation to a colleague, with a word.
import { html, useLayoutEffect, useRef, useState } from "/static/vendor/preact.js";
import { colleagues } from "../colleagues.js";
import { handing, handOver } from "../desk.js";
import { busyWith } from "./colleagues.js";
import { Offer } from "./combobox.js";
import { Dialog } from "./dialog.js";
import { sendOnEnter } from "./enter.js";
import { Problem } from "./problem.js";
import { seeing } from "./seeing.js";
import { _ } from "/static/shared/say.js";

export const HandOver = seeing(({ conversation }) => {
  const close = () => (handing.value = null);
  return html`
    <${Dialog} name="hand-over-name" close=${close}>
      <h2 id="hand-over-name">${_("Hand over {name}", { name: conversation.alias.value })}</h2>
      ${colleagues.value.length
        ? html`<${Form} conversation=${conversation} colleagues=${colleagues.value} close=${close} />`
        : html`
            <p>${_("Nobody else is at the desk now. Put the conversation back, and whoever comes next can take it.")}</p>
            <div class="dialog-acts"><button class="button" type="button" onClick=${close}>${_("Close")}</button></div>
          `}
    <//>
  `;
});

const Form = ({ conversation, colleagues: all, close }) => {
  const [sought, seek] = useState("");
  const [chosen, choose] = useState(null);
  const [note, write] = useState("");
  const [problem, tellProblem] = useState(null);
  const [busy, setBusy] = useState(false);
  const noteBox = useRef();
  const box = useRef();
  useLayoutEffect(() => box.current.focus(), []); // somebody may come while the dialog is open, too late for autofocus
  const found = all.filter(({ name }) => name.toLowerCase().includes(sought.trim().toLowerCase()));
  const able = found.filter(({ away }) => !away);
  const to = able.find(({ account }) => account === chosen) ?? able[0];

  const submit = async (event) => {
    event.preventDefault();
    if (!to || busy) return;
    setBusy(true);
    tellProblem(await handOver(conversation, to, note.trim()));
    setBusy(false);
  };
  const onKey = (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by && able.length) choose(able[(able.indexOf(to) + by + able.length) % able.length].account);
    else if (event.key === "Enter" && to) noteBox.current.focus();
    else return;
    event.preventDefault();
  };

  return html`
    <form class="hand-over" onSubmit=${submit}>
      <div class="ask" id="hand-over">
        <label class="legend" for="hand-over-to">${_("To")}</label>
        <input
          class="field"
          id="hand-over-to"
          role="combobox"
          autocomplete="off"
          autofocus
          ref=${box}
          placeholder=${_("Type to find a colleague")}
          aria-expanded="true"
          aria-controls="hand-over-list"
          aria-activedescendant=${to && `hand-over-${to.account}`}
          value=${sought}
          onInput=${({ target }) => seek(target.value)}
          onKeyDown=${onKey}
        />
        <ul class="people" role="listbox" id="hand-over-list" aria-label=${_("Colleagues")}>
          ${found.map(
            (each) => html`<${Person} key=${each.account} person=${each} chosen=${each === to} choose=${() => choose(each.account)} />`,
          )}
        </ul>
        ${!found.length && html`<p class="quiet-text">${_("Nobody here is called that.")}</p>`}
      </div>
      <div class="ask">
        <label class="legend" for="hand-over-note">${_("A word for them")} <small>${_("optional")}</small></label>
        <textarea
          class="field"
          id="hand-over-note"
          rows="2"
          maxlength="2000"
          ref=${noteBox}
          onInput=${({ target }) => write(target.value)}
          onKeyDown=${sendOnEnter}
        ></textarea>
      </div>
      <p class="quiet-text">${_("They find what you have begun to write.")}</p>
      <${Problem} id="hand-over" text=${problem} />
      <div class="dialog-acts">
        <button class="button" type="button" onClick=${close}>${_("Keep it")}</button>
        <button class="button primary" type="submit" aria-disabled=${!to || busy}>
          ${busy ? _("Handing over…") : to ? _("Hand over to {name}", to) : _("Hand over")}
        </button>
      </div>
    </form>
  `;
};

const Person = ({ person, chosen, choose }) => html`
  <${Offer} id=${`hand-over-${person.account}`} chosen=${chosen} take=${choose} off=${person.away}>
    <span>${person.name}</span>
    <small>${busyWith(person)}</small>
  <//>
`;
