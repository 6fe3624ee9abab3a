// A whole conversation after the fact, opened at one of its exchanges.
import { html } from "/static/vendor/preact.js";
import { connected } from "../connection.js";
import { choose, lookAnyway, step, unsaved, visit, visited } from "../past.js";
import { Back, Name } from "./head.js";
import { seeing } from "./seeing.js";
import { Skeleton } from "./skeleton.js";
import { Whole } from "./whole.js";
import { _, ngettext } from "/static/shared/say.js";

export const Past = seeing(({ close }) => {
  const { session, whole, at, asks, problem, looking } = visited.value;
  return html`
    <article class="conversation past" aria-labelledby="conversation-name">
      <header class="conversation-head">
        <${Back} close=${close} />
        <div class="conversation-title"><${Name} text=${whole ? whole.alias : _("A conversation")} /></div>
        ${whole && html`<${Steps} exchanges=${whole.exchanges} at=${at} />`}
      </header>
      <${Unsaved} />
      ${whole && !whole.exchanges.some(({ exchange }) => exchange === at) &&
      html`<p class="standing" role="status">${_("There is no exchange {at} in this conversation. Here is all of it.", { at })}</p>`}
      ${whole
        ? html`<${Whole} whole=${whole} session=${session} at=${at} choose=${choose} />`
        : html`<${NotYet} ...${{ session, at, asks, problem, looking, close }} />`}
    </article>
  `;
});

const Steps = ({ exchanges, at }) => {
  const place = exchanges.findIndex(({ exchange }) => exchange === at);
  return html`
    <span class="quiet-text steps">${_("{n} of {all}", { n: place + 1, all: exchanges.length })}</span>
    <button class="button quiet small" type="button" aria-disabled=${place <= 0 ? "true" : undefined} onClick=${() => step(-1)}>
      <span class="icon icon-arrow-up"></span><span class="only-heard">${_("Exchange before")}</span> <kbd>k</kbd>
    </button>
    <button class="button quiet small" type="button" aria-disabled=${place >= exchanges.length - 1 ? "true" : undefined} onClick=${() => step(1)}>
      <span class="icon icon-arrow-down"></span><span class="only-heard">${_("Exchange after")}</span> <kbd>j</kbd>
    </button>
  `;
};

/** What was changed while the line is down isn't stored yet. */
const Unsaved = seeing(() => {
  if (connected.value || !unsaved.value) return null;
  return html`<p class="standing" role="status">
    ${ngettext("One change isn't stored yet. Keep this page open until the line is back.", "{n} changes aren't stored yet. Keep this page open until the line is back.", unsaved.value)}
  </p>`;
});

const NotYet = seeing(({ session, at, asks, problem, looking, close }) => {
  if (asks)
    return html`
      <div class="past-word">
        <h3>${_("This conversation isn't over. Look into it?")}</h3>
        <p>
          ${_("You would know more than the model would. It is logged that you looked, and every later exchange of this conversation is marked. You can't give a second opinion on it either.")}
        </p>
        <div class="dialog-acts">
          <button class="button" type="button" onClick=${close}>${_("Leave it closed")}</button>
          <button class="button primary" type="button" aria-disabled=${looking ? "true" : undefined} onClick=${() => !looking && lookAnyway()}>
            ${looking ? _("Looking…") : _("Look into it")}
          </button>
        </div>
      </div>
    `;
  if (problem)
    return html`
      <div class="past-word">
        <p role="alert">${problem.message}</p>
        ${problem.code === "lost"
          ? html`<button class="button" type="button" aria-disabled=${!connected.value ? "true" : undefined} onClick=${() => visit(session, at)}>${_("Try again")}</button>`
          : html`<p class="quiet-text">${_("The link may be incomplete, or the conversation has been erased.")}</p>`}
      </div>
    `;
  return html`<${Skeleton} />`;
});
