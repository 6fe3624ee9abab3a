// The bubbles of this turn that are closed already, and closing the one in the box.
import { html, useEffect, useRef } from "/static/vendor/preact.js";
import { inView } from "../focus.js";
import { seeing } from "./seeing.js";
import { _ } from "/static/shared/say.js";

export const Bubbles = seeing(({ conversation }) => {
  const { before, out } = conversation.reply.value;
  const list = useRef();
  useEffect(() => {
    list.current?.scrollTo(0, list.current.scrollHeight);
    if (before.length) inView("text");
  }, [before.length]);
  if (!before.length) return null;
  const last = before.length - 1;
  return html`
    <ol class="bubbles" role="list" ref=${list} aria-label=${_("Bubbles of this reply")}>
      ${before.map(
        (text, at) => html`
          <li key=${at}>
            <p class="said" dir="auto">${text}</p>
            ${at === last &&
            !out &&
            html`<button class="button quiet small" type="button" onClick=${() => reopen(conversation)}>
              ${_("Back into the box")} <kbd>⌫</kbd>
            </button>`}
          </li>
        `,
      )}
    </ol>
  `;
});

function reopen(conversation) {
  conversation.reopenBubble();
  document.getElementById("reply-text")?.focus();
}
