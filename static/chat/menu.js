// The menu behind ⋯, and what is asked before it does what can't be undone.

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

  document.addEventListener("pointerdown", (event) => {
    if (!root?.contains(event.target)) open.value = false;
  });

  return {
    open,
    asking,
    ending,
    problem,
    attach: (element) => (root = element),
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
  const busy = menu.ending.value;
  return html`<${Sure}
    title=${_("End this conversation?")}
    more=${_("You can still read it, but not write to it any more.")}
    problem=${menu.problem.value}
    keeps=${_("Keep talking")}
    keep=${menu.close}
    acts=${busy ? _("Ending…") : _("End conversation")}
    act=${menu.sure}
    busy=${busy}
  />`;
}

/** What is asked once before what can't be undone. */
export function Sure({ title, more, problem, keeps, keep, acts, act, busy }) {
  return html`
    <dialog class="question" aria-labelledby="question" aria-describedby="question-more" ref=${showOnce} onClose=${keep}>
      <h2 id="question">${title}</h2>
      <p id="question-more">${more}</p>
      ${problem && html`<p class="problem" role="alert">${problem}</p>`}
      <div class="answers">
        <button class="button" type="button" autofocus onClick=${keep}>${keeps}</button>
        <button class="button bad" type="button" aria-disabled=${String(busy)} onClick=${act}>${acts}</button>
      </div>
    </dialog>
  `;
}

function showOnce(dialog) {
  if (dialog && !dialog.open) dialog.showModal();
}
