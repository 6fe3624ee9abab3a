// The reply as the participant will see it, by the server's own renderer.
import { html, useEffect, useState } from "/static/vendor/preact.js";
import { ask } from "../connection.js";
import { seeing } from "./seeing.js";
import { _ } from "/static/shared/say.js";

const PAUSE_MS = 200;

export const Preview = seeing(({ conversation }) => {
  if (!conversation.previewing.value) return null;
  const bubbles = conversation.bubbles().filter((each) => each.trim());
  return html`
    <section class="preview" aria-label=${_("Preview")}>
      <h4 class="part-name">${_("As it will look")}</h4>
      ${bubbles.map((text, at) => html`<${Rendered} key=${at} text=${text} />`)}
      ${!bubbles.length && html`<p class="quiet-text">${_("Nothing is written yet.")}</p>`}
    </section>
  `;
});

/** A text as the participant sees it; until the server has answered, as it was written. */
export const Rendered = ({ text }) => {
  const [seen, show] = useState(null);
  useEffect(() => {
    let wanted = true;
    const timer = setTimeout(async () => {
      const answer = await ask("preview", { text });
      if (wanted && answer.ok) show({ html: answer.html });
    }, PAUSE_MS);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [text]);
  return seen
    ? html`<div class="said rendered" dir="auto" dangerouslySetInnerHTML=${{ __html: seen.html }}></div>`
    : html`<p class="said" dir="auto">${text}</p>`;
};
