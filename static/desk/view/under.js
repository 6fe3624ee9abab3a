// What stands under a text reply: buttons for the participant to press, and a card; and the acts of the box.
import { html, useState } from "/static/vendor/preact.js";
import { MOST_BUBBLES, MOST_BUTTONS } from "../answering.js";
import { listing } from "../canned.js";
import { Card } from "./card.js";
import { seeing } from "./seeing.js";
import { _ } from "/static/shared/say.js";

export const Under = seeing(({ conversation }) => {
  const { text, before, buttons, card, out } = conversation.reply.value;
  const { quick_replies: mayAdd } = conversation.study.value.reply;
  const adds = mayAdd && conversation.takesButtons && !out;
  const previews = conversation.previewing.value;
  return html`
    <div class="under">
      ${(buttons.length > 0 || adds) && html`<${Buttons} conversation=${conversation} buttons=${buttons} adds=${adds} fixed=${Boolean(out)} />`}
      ${card &&
      html`<div class="card-chosen">
        <${Card} card=${card} />
        ${!out && html`<button class="button quiet small" type="button" onClick=${() => conversation.change({ card: null })}>${_("Remove card")}</button>`}
      </div>`}
      <div class="box-acts">
        ${text.trim() && !out && before.length < MOST_BUBBLES - 1 &&
        html`<button class="button quiet small" type="button" onClick=${() => closeBubble(conversation)}>
          ${_("Next bubble")} <kbd>⌃ Enter</kbd>
        </button>`}
        ${conversation.offers &&
        html`<button class="button quiet small" type="button" onClick=${() => (listing.value = true)}>${_("Canned")} <kbd>c</kbd></button>`}
        <button
          class="button quiet small"
          type="button"
          aria-pressed=${previews ? "true" : "false"}
          onClick=${() => (conversation.previewing.value = !previews)}
        >
          ${_("Preview")} <kbd>p</kbd>
        </button>
      </div>
    </div>
  `;
});

const Buttons = ({ conversation, buttons, adds, fixed }) => {
  const [typed, type] = useState("");
  const add = () => {
    if (typed.trim()) conversation.addButtons([typed.trim()]);
    type("");
  };
  const onKey = (event) => {
    if (event.key === "Enter" && typed.trim()) add();
    else if (event.key === "Backspace" && !typed && buttons.length) conversation.removeButton(buttons.at(-1));
    else return;
    event.preventDefault();
  };
  return html`
    <div class="buttons" id="buttons">
      <ul role="list" aria-label=${_("Buttons under the reply")}>
        ${buttons.map(
          (text) => html`
            <li key=${text} dir="auto">
              ${text}
              ${!fixed &&
              html`<button class="button quiet square small" type="button" onClick=${() => conversation.removeButton(text)}>
                <span class="icon icon-x"></span><span class="only-heard">${_("Remove button {text}", { text })}</span>
              </button>`}
            </li>
          `,
        )}
      </ul>
      ${adds &&
      buttons.length < MOST_BUTTONS &&
      html`
        <label class="only-heard" for="button-text">${_("Button under the reply")}</label>
        <input
          class="field"
          id="button-text"
          autocomplete="off"
          maxlength="200"
          placeholder=${_("Add a button…")}
          value=${typed}
          onInput=${({ target }) => type(target.value)}
          onKeyDown=${onKey}
          onBlur=${add}
        />
        <kbd aria-hidden="true">b</kbd>
      `}
    </div>
  `;
};

function closeBubble(conversation) {
  conversation.closeBubble();
  document.getElementById("reply-text")?.focus();
}
