// One message on the page, said or still on its way.

import { html } from "../vendor/preact.js";
import { ago, exact } from "./times.js";

export function Message({ message, persona, last, now }) {
  const own = message.role === "user";
  return html`
    <div class=${own ? "said own" : "said"}>
      <div class="line">
        <span class="only-heard">${own ? "You" : persona}:${" "}</span>
        ${own
          ? html`<div class="bubble" title=${exact(message.at)}>${message.text}</div>
              <${Mark} icon="check" name="Sent" />`
          : html`<${Rich} html=${message.html} text=${message.text} title=${exact(message.at)} />`}
      </div>
      ${last && html`<time class="when" datetime=${message.at} title=${exact(message.at)}>${ago(message.at, now)}</time>`}
    </div>
  `;
}

export function Unsent({ item, cut, retry, edit, remove }) {
  const problem = item.refused ?? item.problem ?? (cut ? "No connection." : null);
  return html`
    <div class=${problem ? "said own unsent failed" : "said own unsent"}>
      <div class="line">
        <span class="only-heard">You:${" "}</span>
        <div class="bubble">${item.text}</div>
        <${Mark} icon=${problem ? "circle-alert" : "clock"} name=${problem ? "Not sent" : "Sending"} />
      </div>
      ${problem &&
      html`<div class="why" role="group" aria-label="Not sent">
        <span>${item.refused ? "Not sent." : "Not sent yet."} ${problem}</span>
        ${item.refused
          ? html`${edit && html`<button class="link" onClick=${edit}>Edit</button>`}
              <button class="link" onClick=${remove}>Remove</button>`
          : html`<button class="link" onClick=${retry}>Retry</button>`}
      </div>`}
    </div>
  `;
}

export function Dots() {
  return html`<div class="dots" aria-hidden="true"><span></span><span></span><span></span></div>`;
}

// Stays the same element from "Sending" to "Sent", so that a screen reader isn't told of every tick.
function Mark({ icon, name }) {
  return html`<span class=${`mark icon icon-${icon}`} role="img" aria-label=${name} title=${name}></span>`;
}

// The server has rendered and cleaned this HTML.
function Rich({ html: safe, text, title }) {
  if (safe == null) return html`<div class="rich plain" title=${title}>${text}</div>`;
  return html`<div class="rich" title=${title} ref=${makeWideOnesScroll} dangerouslySetInnerHTML=${{ __html: safe }}></div>`;
}

function makeWideOnesScroll(element) {
  for (const wide of element?.querySelectorAll(":not(.wide) > :is(table, pre)") ?? []) {
    const frame = document.createElement("div");
    frame.className = "wide";
    frame.tabIndex = 0;
    frame.role = "group";
    frame.setAttribute("aria-label", wide.tagName === "TABLE" ? "Table" : "Code");
    wide.replaceWith(frame);
    frame.append(wide);
  }
}
