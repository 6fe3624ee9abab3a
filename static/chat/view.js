// The page as a function of what is known.

import { html } from "../vendor/preact.js";
import { Composer, keepFocus } from "./composer.js";
import { EndQuestion, Menu } from "./menu.js";
import { Again, Coming, Dots, Own, Rich, Theirs } from "./messages.js";
import { Task } from "./task.js";
import { _, language } from "../shared/say.js";

const minutes = new Intl.NumberFormat(language, { style: "unit", unit: "minute", unitDisplay: "long" });
const PAUSE_WORTH_A_TIME_MS = 5 * 60_000;

export function App(page) {
  const { conversation, menu, ending } = page;
  if (conversation.withdrawn.value) return html`<${Gone} persona=${page.persona} />`;
  if (page.first && !conversation.loaded.value && !comesFirst(conversation)) return html`<${Arriving} ...${page} />`;
  if (conversation.consent.value) return html`<${Consent} ...${page} />`;
  if (conversation.reason.value === "screened_out") return html`<${ScreenedOut} ...${page} />`;
  if (conversation.open.value && conversation.survey.value) return html`<${Before} ...${page} />`;
  if (conversation.lobby.value) return html`<${Lobby} ...${page} />`;
  return html`
    <${Top} persona=${page.persona}>
      <${Menu} menu=${menu} open=${conversation.open.value} withdraw=${ending.askToWithdraw} />
    <//>
    <${Task} task=${page.task} />
    <${Thread} ...${page} />
    <footer class="foot">
      <${Jump} ...${page} />
      <${Trouble} ...${page} />
      ${conversation.open.value && conversation.last.value && html`<p class="ended" role="status">${_("That was the last message. Its answer still comes.")}</p>`}
      ${conversation.open.value
        ? !conversation.last.value && html`<${Composer} ...${page} stops=${!!conversation.coming.value} />`
        : html`<${Ended} ...${page} />`}
    </footer>
    ${menu.asking.value && html`<${EndQuestion} menu=${menu} />`}
    ${ending.withdrawing.value && ending.parts.value && html`<${ending.parts.value.WithdrawQuestion} ending=${ending} />`}
  `;
}

function Top({ persona, children }) {
  return html`
    <header class="top">
      <span class="face" aria-hidden="true"></span>
      <h1 dir="auto">${persona}</h1>
      ${children}
    </header>
  `;
}

function Gone({ persona }) {
  return html`
    <${Top} persona=${persona} />
    <main class="gone"><p tabindex="-1" ref=${takeLostFocus}>${_("Your data were deleted.")}</p></main>
  `;
}

// What stands here before they can talk.
function First({ page, children }) {
  return html`
    <${Top} persona=${page.persona} />
    <main class="consent">${children}</main>
    <footer class="foot"><${Trouble} ...${page} /></footer>
  `;
}

const comesFirst = ({ consent, survey, lobby, reason }) => consent.value ?? survey.value ?? lobby.value ?? reason.value;

// Where something may come before the conversation, its box isn't there for a moment first.
function Arriving(page) {
  return html`<${First} page=${page}><div aria-busy="true"><div class="shape" aria-hidden="true"><span></span><span></span></div></div><//>`;
}

// What they agree to before anything else.
function Consent(page) {
  return html`
    <${First} page=${page}>
      <h2>${_("Before you begin")}</h2>
      <${Rich} html=${page.conversation.consent.value} />
      <button class="button primary" type="button" onClick=${() => page.connection.ask("agree", {})}>${_("I agree")}</button>
    <//>
  `;
}

// Questions to be answered before anything else.
function Before(page) {
  return html`<${First} page=${page}><${Asked} ...${page} /><//>`;
}

// The form of the questions, once it has been loaded.
function Asked({ survey }) {
  if (survey.value?.failed) return html`<${NotLoaded} />`;
  return survey.value && html`<${survey.value.Questions} survey=${survey.value} />`;
}

function NotLoaded() {
  return html`<p class="quiet-text">${_("The rest of this page couldn’t be loaded.")} <button class="link" onClick=${() => location.reload()}>${_("Reload")}</button></p>`;
}

function ScreenedOut({ persona, conversation }) {
  const done = conversation.done.value;
  return html`
    <${Top} persona=${persona} />
    <main class="gone"><div>
      <p tabindex="-1" ref=${takeLostFocus}>${_("Thank you for your answers. That is all that is needed: it ends here.")}</p>
      ${done && html`<${Done} done=${done} />`}
    </div></main>
  `;
}

// Where there is a line, their place in it. It begins by itself.
function Lobby(page) {
  const { place, about } = page.conversation.lobby.value;
  const time = minutes.format(Math.ceil(about / 60));
  return html`
    <${First} page=${page}>
      <div role="status">
        <h2>${place === 1 ? _("You are next") : _("You are number {place} in line", { place })}</h2>
        <p>${about ? _("It takes about {time}.", { time }) : _("How long it takes can’t be said yet.")} ${_("It begins by itself; leave this page open.")}</p>
      </div>
    <//>
  `;
}

function Thread(page) {
  const { persona, welcome, conversation, scroll, aloud, earlier } = page;
  const loaded = conversation.loaded.value;
  const live = aloud.value && conversation.open.value;
  return html`
    <main class="thread">
      <div
        class="scroller"
        role="log"
        aria-label=${_("Conversation with {persona}", { persona })}
        aria-live=${live ? "polite" : "off"}
        aria-relevant="additions"
        aria-busy=${String(!loaded)}
        tabindex="0"
        ref=${scroll.attach}
      >
        <div class="column">
          ${conversation.hasEarlier.value
            ? html`<button class="button quiet small earlier" onClick=${earlier}>${_("Show earlier messages")}</button>`
            : html`<p class="welcome" dir="auto">${welcome}</p>`}
          ${!loaded && html`<div class="shape" aria-hidden="true"><span></span><span></span></div>`}
          ${[...(loaded ? said(page) : []), ...unsent(page)]}
          <${Buttons} ...${page} />
          ${loaded && html`<${Awaited} ...${page} />`}
          ${loaded && !conversation.open.value && html`<${Afterwards} ...${page} />`}
        </div>
      </div>
    </main>
    <p class="only-heard" role="status">${isAtWork(page)}</p>
  `;
}

function isAtWork({ persona, conversation }) {
  if (conversation.coming.value) return _("{persona} is writing…", { persona });
  return conversation.thinking.value ? conversation.thinking.value.say || _("{persona} is thinking…", { persona }) : "";
}

// What stands in the place of an answer.
function Awaited({ conversation, answer }) {
  const { thinking, busy, coming, open } = conversation;
  if (!open.value || coming.value) return null;
  if (busy.value || answer.wasStopped.value)
    return html`<${Again} say=${busy.value} asking=${answer.asking.value} askAgain=${answer.askAgain} />`;
  return thinking.value && html`<${Dots} ...${thinking.value} />`;
}

function Afterwards({ ending, conversation, survey }) {
  if (conversation.survey.value) return html`<section class="after"><${Asked} survey=${survey} /></section>`;
  if (!conversation.asks.value && !conversation.debriefing.value) return null;
  if (ending.failed.value) return html`<${NotLoaded} />`;
  return ending.parts.value && html`<${ending.parts.value.Afterwards} ending=${ending} />`;
}

// An own message keeps its key, and so its place on the page, when it turns from unsent to said.
function said({ persona, conversation, now }) {
  const coming = conversation.coming.value;
  const all = coming ? [...conversation.shown.value, coming] : conversation.shown.value;
  const words = coming ? [html`<${Coming} key="coming" coming=${coming} now=${now.value} />`] : [];
  const whole = conversation.shown.value.map((message, index) =>
    drawnOnce(message, saysWhen(all, index) && now.value, (when) =>
      message.role === "user"
        ? html`<${Own} key=${message.id ?? message.n} message=${message} when=${when} />`
        : html`<${Theirs} key=${message.n} message=${message} persona=${persona} when=${when} />`,
    ),
  );
  return [...whole, ...words];
}

const drawn = new WeakMap();

// The very same element again tells preact to leave it alone: a long past costs nothing at every keystroke.
function drawnOnce(message, when, draw) {
  const known = drawn.get(message);
  if (known?.when === when) return known.element;
  const element = draw(when);
  drawn.set(message, { when, element });
  return element;
}

function unsent({ conversation, outbox, connection, retry, edit }) {
  return outbox.items.value.map((item) => {
    const way = {
      cut: connection.trouble.value,
      retry,
      edit: conversation.open.value && (() => edit(item)),
      remove: () => outbox.remove(item.id),
    };
    return html`<${Own} key=${item.id} message=${item} way=${way} />`;
  });
}

// Offered for as long as nothing has been said to the newest message.
function Buttons({ conversation, outbox, press }) {
  const newest = conversation.messages.value.at(-1);
  const answerable = conversation.loaded.value && conversation.open.value && !outbox.items.value.length;
  if (!answerable || !newest?.buttons?.length) return null;
  return html`
    <div class="buttons" role="group" aria-label=${_("Quick replies")}>
      ${newest.buttons.map(
        (words) =>
          html`<button class="button" type="button" dir="auto" onPointerDown=${keepFocus} onMouseDown=${keepFocus} onClick=${({ currentTarget }) => press(words, currentTarget)}>
            ${words}
          </button>`,
      )}
    </div>
  `;
}

// The newest message says when it came, and so does one before a pause; all others do on hover.
function saysWhen(messages, index) {
  const [message, next] = [messages[index], messages[index + 1]];
  return !next || Date.parse(next.at) - Date.parse(message.at) > PAUSE_WORTH_A_TIME_MS;
}

function Jump({ scroll, unseen, conversation }) {
  if (scroll.atEnd.value || !conversation.open.value) return null;
  const news = unseen.value ? _("{n} new", { n: unseen.value }) : "";
  return html`
    <button class="button jump" type="button" aria-label=${[_("Jump to the newest message"), news].filter(Boolean).join(", ")} onClick=${scroll.toEnd}>
      <span class="icon icon-arrow-down"></span>${news}
    </button>
  `;
}

function Trouble({ connection, answer, retry }) {
  const trouble = connection.trouble.value;
  return html`
    <div class="trouble" role="status">
      ${!trouble && answer.problem.value && html`<span>${answer.problem.value}</span>`}
      ${trouble === "reconnecting" && html`<span>${_("Reconnecting…")}</span>`}
      ${trouble === "unreachable" &&
      html`<span>${_("The conversation can’t be reached. Check your connection; what you write is kept here.")}</span>
        <button class="link" onClick=${retry}>${_("Try now")}</button>`}
      ${trouble === "refused" &&
      html`<span>${_("The conversation can’t be opened right now. What you write is kept here. If reloading doesn’t help, ask for a new link.")}</span>
        <button class="link" onClick=${() => location.reload()}>${_("Reload")}</button>`}
    </div>
  `;
}

// Who has been told what this was doesn't begin anew as if they hadn't.
function Ended({ conversation, restart, restarting }) {
  const done = conversation.done.value;
  const more = ![done, conversation.survey.value, conversation.asks.value, conversation.debriefing.value].some(Boolean);
  return html`
    <div class="ended">
      <p tabindex="-1" ref=${takeLostFocus}>${conversation.reason.value === "limit" ? _("That was it: thank you.") : _("This conversation has ended.")}</p>
      ${done && html`<${Done} done=${done} />`}
      ${more &&
      html`<button class="button primary" type="button" aria-disabled=${restarting.value} onClick=${restart}>
        ${restarting.value ? _("Starting…") : _("Start a new conversation")}
      </button>`}
    </div>
  `;
}

// Whom a panel sent goes back there, or has a code to give there.
function Done({ done }) {
  if (/^https?:/.test(done)) return html`<a class="button primary" href=${done}>${_("Finish")}</a>`;
  return html`<p>${_("Your completion code:")} <strong>${done}</strong></p>`;
}

// The box is gone, and the focus with it. Not to the button: whoever was typing may just be pressing Enter.
function takeLostFocus(element) {
  queueMicrotask(() => document.activeElement === document.body && element?.focus()); // once both are so on the page
}
