// One message on the page, said or still on its way.

import { html } from "../vendor/preact.js";
import { grow } from "./grow.js";
import { ago, exact } from "./times.js";
import { _ } from "../shared/say.js";

export function Theirs({ message, persona, when }) {
  return html`
    <div class=${message.grown ? "said grown" : "said"}>
      <div class="line">
        <span class="only-heard">${persona}:${" "}</span>
        ${!isSaidBy(message.card, message.text) && html`<${Rich} html=${message.html} text=${message.text} title=${exact(message.at)} />`}
      </div>
      ${message.card && html`<${Card} ...${message.card} />`}
      ${(when || message.stopped) && html`<${When} at=${message.at} now=${when} stopped=${message.stopped} />`}
    </div>
  `;
}

/** A message word by word. It is only seen: read out, it would be read again at every word. */
export function Coming({ coming, now }) {
  return html`
    <div class="said" aria-hidden="true">
      <div class="line">
        <div class="rich" dir="auto" ref=${(element) => element && grow(element, coming.html, dressAsSeen)}></div>
      </div>
      <${When} at=${coming.at} now=${now} />
    </div>
  `;
}

/** `way` is how a message that isn't safe yet fares: its problem, if any, and what can be done. */
export function Own({ message, when, way }) {
  const problem = way && (message.refused ?? message.problem ?? (way.cut ? _("No connection.") : null));
  const state = !way ? "" : message.refused ? "unsent failed" : problem ? "unsent late" : "unsent";
  const [icon, name] = !way ? ["check", _("Sent")] : problem ? ["circle-alert", _("Not sent")] : ["clock", _("Sending")];
  return html`
    <div class=${`said own ${state}`}>
      <div class="line">
        <span class="only-heard">${_("You:")}${" "}</span>
        <div class="bubble" dir="auto" title=${exact(message.at)}>${message.text}</div>
        <span class=${`mark icon icon-${icon}`} role="img" aria-label=${name} title=${name}></span>
      </div>
      ${when && html`<${When} at=${message.at} now=${when} />`}
      ${problem && html`<${Why} problem=${problem} final=${message.refused} way=${way} />`}
    </div>
  `;
}

function Why({ problem, final, way }) {
  return html`
    <div class="why" role="group" aria-label=${_("Not sent")}>
      <span>${final ? _("Not sent.") : _("Not sent yet.")} ${problem}</span>
      ${final
        ? html`${way.edit && html`<button class="link" onClick=${way.edit}>${_("Edit")}</button>`}
            <button class="link" onClick=${way.remove}>${_("Remove")}</button>`
        : html`<button class="link" onClick=${way.retry}>${_("Retry")}</button>`}
    </div>
  `;
}

function When({ at, now, stopped }) {
  const time = now && html`<time datetime=${at} title=${exact(at)}>${ago(at, now)}</time>`;
  return html`<p class="when">${stopped && _("Stopped")}${stopped && time && " · "}${time}</p>`;
}

/** An answer is on its way; `say` is what is said meanwhile. */
export function Dots({ say }) {
  return html`<div class="dots" aria-hidden="true"><span></span><span></span><span></span>${say && html`<p dir="auto">${say}</p>`}</div>`;
}

/** There is no answer, or it was stopped: `say`, and a way to have one after all. */
export function Again({ say, asking, askAgain }) {
  return html`
    <div class="again">
      ${say && html`<p dir="auto">${say}</p>`}
      <button class="button small" type="button" aria-disabled=${String(asking)} onClick=${askAgain}>
        <span class="icon icon-rotate-cw"></span>${asking ? _("Trying…") : _("Try again")}
      </button>
    </div>
  `;
}

// The server has rendered and cleaned this HTML.
export function Rich({ html: safe, text, title }) {
  if (safe == null) return html`<div class="rich plain" dir="auto" title=${title}>${text}</div>`;
  return html`<div class="rich" dir="auto" title=${title} ref=${makeWideOnesScroll} dangerouslySetInnerHTML=${{ __html: safe }}></div>`;
}

function Card({ title, rows = [] }) {
  return html`
    <div class="card" role="group" aria-label=${title || _("Details")}>
      ${title && html`<p class="card-title" dir="auto">${title}</p>`}
      ${rows.length > 0 && html`<dl>${rows.map(({ name, value }) => html`<div><dt dir="auto">${name}</dt><dd dir="auto">${value}</dd></div>`)}</dl>`}
    </div>
  `;
}

// Where a text has nothing but its card's rows, the card says it better.
function isSaidBy(card, text) {
  return card?.rows?.map(({ name, value }) => `${name}: ${value}`).join("\n") === text;
}

function makeWideOnesScroll(element) {
  for (const wide of element?.querySelectorAll("table, pre") ?? []) {
    if (wide.closest(".wide")) continue;
    const frame = document.createElement("div");
    frame.className = "wide";
    frame.tabIndex = 0;
    frame.role = "group";
    frame.setAttribute("aria-label", wide.tagName === "TABLE" ? _("Table") : _("Code"));
    if (wide.tagName === "PRE") frame.dir = "ltr"; // in whatever language it stands
    wide.replaceWith(frame);
    frame.append(wide);
  }
}

// What can't be heard must not take the focus either.
function dressAsSeen(root) {
  makeWideOnesScroll(root);
  for (const element of root.querySelectorAll("a, [tabindex]")) element.tabIndex = -1;
}
