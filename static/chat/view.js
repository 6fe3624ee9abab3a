// The page as a function of what is known.

import { html } from "../vendor/preact.js";
import { Composer } from "./composer.js";
import { EndQuestion, Menu } from "./menu.js";
import { Dots, Message, Unsent } from "./messages.js";

const ONE_BREATH_MS = 5 * 60_000;

export function App(page) {
  const { conversation, menu } = page;
  return html`
    <header class="top">
      <span class="face" aria-hidden="true"></span>
      <h1>${page.persona}</h1>
      ${conversation.open.value && html`<${Menu} menu=${menu} />`}
    </header>
    <${Thread} ...${page} />
    <footer class="foot">
      <${Jump} ...${page} />
      <${Trouble} ...${page} />
      ${conversation.open.value
        ? html`<${Composer} composer=${page.composer} persona=${page.persona} />`
        : html`<${Ended} ...${page} />`}
    </footer>
    ${menu.asking.value && html`<${EndQuestion} menu=${menu} />`}
  `;
}

function Thread({ persona, welcome, conversation, outbox, connection, scroll, now, aloud, earlier, retry, edit }) {
  const loaded = conversation.loaded.value;
  const shown = conversation.shown.value;
  const edits = conversation.open.value;
  return html`
    <main class="thread">
      <div
        class="scroller"
        role="log"
        aria-label=${`Conversation with ${persona}`}
        aria-live=${aloud.value ? "polite" : "off"}
        aria-relevant="additions"
        aria-busy=${String(!loaded)}
        tabindex="0"
        ref=${scroll.attach}
      >
      <div class="column">
        ${conversation.hasEarlier.value
          ? html`<button class="button quiet small earlier" onClick=${earlier}>Show earlier messages</button>`
          : html`<p class="welcome">${welcome}</p>`}
        ${!loaded && html`<div class="shape" aria-hidden="true"><span></span><span></span></div>`}
        ${loaded &&
        shown.map(
          (message, index) =>
            html`<${Message} key=${message.id ?? message.n} message=${message} persona=${persona} last=${isLastOfGroup(shown, index)} now=${now.value} />`,
        )}
        ${outbox.items.value.map(
          (item) =>
            html`<${Unsent} key=${item.id} item=${item} cut=${connection.trouble.value} retry=${retry} edit=${edits && (() => edit(item))} remove=${() => outbox.remove(item.id)} />`,
        )}
        ${conversation.thinking.value && html`<${Dots} key="dots" />`}
      </div>
      </div>
    </main>
    <p class="only-heard" role="status">${conversation.thinking.value ? `${persona} is thinking…` : ""}</p>
  `;
}

function isLastOfGroup(messages, index) {
  const [message, next] = [messages[index], messages[index + 1]];
  return !next || next.role !== message.role || Date.parse(next.at) - Date.parse(message.at) > ONE_BREATH_MS;
}

function Jump({ scroll, unseen }) {
  if (scroll.atEnd.value) return null;
  const news = unseen.value ? `${unseen.value} new` : "";
  return html`
    <button class="button jump" type="button" aria-label=${`Jump to the newest message${news && `, ${news}`}`} onClick=${scroll.toEnd}>
      <span class="icon icon-arrow-down"></span>${news}
    </button>
  `;
}

function Trouble({ connection, retry }) {
  const trouble = connection.trouble.value;
  return html`
    <div class="trouble" role="status">
      ${trouble === "reconnecting" && html`<span>Reconnecting…</span>`}
      ${trouble === "unreachable" &&
      html`<span>The conversation can’t be reached. Check your connection; what you write is kept here.</span>
        <button class="link" onClick=${retry}>Try now</button>`}
      ${trouble === "refused" &&
      html`<span>The conversation can’t be opened right now. What you write is kept here. If reloading doesn’t help, ask for a new link.</span>
        <button class="link" onClick=${() => location.reload()}>Reload</button>`}
    </div>
  `;
}

function Ended({ restart, restarting }) {
  return html`
    <div class="ended">
      <p tabindex="-1" ref=${takeLostFocus}>This conversation has ended.</p>
      <button class="button primary" type="button" aria-disabled=${restarting.value} onClick=${restart}>
        ${restarting.value ? "Starting…" : "Start a new conversation"}
      </button>
    </div>
  `;
}

// The box is gone, and the focus with it. Not to the button: whoever was typing may just be pressing Enter.
function takeLostFocus(element) {
  if (document.activeElement === document.body) element?.focus();
}
