// The menu behind ⋯, and the one question it asks.

import { html } from "../vendor/preact.js";
import { signal } from "../vendor/signals.js";
import { _ } from "../shared/say.js";

/** `end()` resolves to what went wrong, or null; `ended()` follows once the question is off the page. */
export function createMenu({ end, ended }) {
  const open = signal(false);
  const asking = signal(false);
  const ending = signal(false);
  const problem = signal(null);
  let root = null;
  let dialog = null;

  document.addEventListener("pointerdown", (event) => {
    if (!root?.contains(event.target)) open.value = false;
  });

  return {
    open,
    asking,
    ending,
    problem,
    attach: (element) => (root = element),
    attachDialog(element) {
      dialog = element;
      if (dialog && !dialog.open) dialog.showModal();
    },
    toggle() {
      open.value = !open.peek();
      if (open.peek()) root.querySelector("[role=menuitem]")?.focus();
    },
    pressed(event) {
      if (open.peek() && /^Arrow(Up|Down)$/.test(event.key)) {
        const items = [...root.querySelectorAll("[role=menuitem]")];
        const next = items.indexOf(document.activeElement) + (event.key === "ArrowUp" ? -1 : 1);
        items.at(next % items.length).focus();
        event.preventDefault();
      }
      if (!open.peek() || !["Escape", "Tab"].includes(event.key)) return;
      open.value = false;
      if (event.key !== "Escape") return;
      event.preventDefault();
      root.querySelector("button").focus();
    },
    leaveFor(question) {
      open.value = false;
      question();
    },
    focus: () => root?.querySelector("button").focus(),
    ask() {
      open.value = false;
      problem.value = null;
      asking.value = true;
    },
    close() {
      asking.value = false;
      root?.querySelector("button").focus();
    },
    async sure() {
      if (ending.peek()) return;
      ending.value = true;
      problem.value = await end();
      ending.value = false;
      if (problem.peek()) return;
      asking.value = false;
      ended();
    },
  };
}

/** While the conversation is `open` it can be ended; afterwards it can be withdrawn. What is kept can always be seen. */
export function Menu({ menu, open, withdraw }) {
  return html`
    <div class="menu" ref=${menu.attach} onKeyDown=${menu.pressed}>
      <button
        class="button quiet square"
        type="button"
        aria-label=${_("Menu")}
        aria-haspopup="menu"
        aria-expanded=${String(menu.open.value)}
        onClick=${menu.toggle}
      >
        <span class="icon icon-ellipsis"></span>
      </button>
      ${menu.open.value &&
      html`<div class="choices" role="menu" aria-label=${_("Menu")}>
        ${open
          ? html`<button class="choice" role="menuitem" onClick=${menu.ask}>${_("End conversation")}</button>`
          : html`<button class="choice" role="menuitem" onClick=${() => menu.leaveFor(withdraw)}>${_("Withdraw my data")}</button>`}
        <a class="choice" role="menuitem" href=${`${location.pathname}/mine${location.search}`}>${_("My data")}</a>
      </div>`}
    </div>
  `;
}

export function EndQuestion({ menu }) {
  return html`
    <dialog class="question" aria-labelledby="question" aria-describedby="question-more" ref=${menu.attachDialog} onClose=${menu.close}>
      <h2 id="question">${_("End this conversation?")}</h2>
      <p id="question-more">${_("You can still read it, but not write to it any more.")}</p>
      ${menu.problem.value && html`<p class="problem" role="alert">${menu.problem.value}</p>`}
      <div class="answers">
        <button class="button" type="button" autofocus onClick=${menu.close}>${_("Keep talking")}</button>
        <button class="button bad" type="button" aria-disabled=${menu.ending.value} onClick=${menu.sure}>
          ${menu.ending.value ? _("Ending…") : _("End conversation")}
        </button>
      </div>
    </dialog>
  `;
}
