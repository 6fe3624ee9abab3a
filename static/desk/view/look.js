// Looking further than the observation: said first, shown then.
import { html, useState } from "/static/vendor/preact.js";
import { lookFurther, looking } from "../desk.js";
import { Dialog } from "./dialog.js";
import { Problem } from "./problem.js";
import { seeing } from "./seeing.js";
import { Whole } from "./whole.js";
import { _ } from "/static/shared/say.js";

export const Look = seeing(({ conversation }) => {
  const { saw_more: marked } = conversation.observation.value;
  return html`<${Steps} conversation=${conversation} marked=${marked} scenarios=${conversation.study.value.scenarios} />`;
});

const Steps = ({ conversation, marked, scenarios }) => {
  const [seen, show] = useState(null);
  const [busy, setBusy] = useState(null);
  const [problem, tellProblem] = useState(null);
  const close = () => (looking.value = null);

  const look = async (at) => {
    if (busy) return;
    setBusy(at);
    const answer = await lookFurther(conversation, at);
    setBusy(null);
    if (answer.ok) show(answer);
    else tellProblem(answer.error.message);
  };

  if (seen) return html`<${Seen} conversation=${conversation} seen=${seen} close=${close} />`;
  return html`
    <${Dialog} name="look-name" close=${close}>
      <h2 id="look-name">${_("Look further than the model would see?")}</h2>
      <p>
        ${_("It is logged that you looked.")}${" "}
        ${marked
          ? _("Somebody has looked further in this conversation before, so its exchanges are marked already.")
          : _("This exchange and every later one of the conversation are marked: whoever answered them knew more than the model.")}
      </p>
      <${Problem} id="look" text=${problem} />
      <div class="dialog-acts">
        <button class="button" type="button" autofocus onClick=${close}>${_("Stay with what the model sees")}</button>
        ${scenarios &&
        html`<button class="button" type="button" aria-disabled=${Boolean(busy)} onClick=${() => look("scenario")}>
          ${busy === "scenario" ? _("Looking…") : _("Show the scenario")}
        </button>`}
        <button class="button primary" type="button" aria-disabled=${Boolean(busy)} onClick=${() => look("session")}>
          ${busy === "session" ? _("Looking…") : _("Show the whole conversation")}
        </button>
      </div>
    <//>
  `;
};

const Seen = ({ conversation, seen, close }) => html`
  <${Dialog} name="seen-name" close=${close} wide>
    <div class="dialog-head">
      <h2 id="seen-name">${seen.whole ? _("All of {name}", { name: conversation.alias.value }) : _("What {name} was asked to do", { name: conversation.alias.value })}</h2>
      <button class="button" type="button" autofocus onClick=${close}>${_("Close")}</button>
    </div>
    ${seen.whole
      ? html`<${Whole} whole=${seen.whole} session=${conversation.session} at=${null} />`
      : html`<p class="said" dir="auto">${seen.scenario ?? _("They were given no scenario.")}</p>`}
  <//>
`;
