// Under the box: what in the reply would give a person away. It is advice, and whoever sends it all the same may.
import { html, useEffect } from "/static/vendor/preact.js";
import { inView } from "../focus.js";
import { seeing } from "./seeing.js";
import { _ } from "/static/shared/say.js";

const MOST = 3;

export const Hints = seeing(({ conversation }) => {
  const hints = conversation.giveaways?.hints.value ?? [];
  useEffect(() => {
    if (hints.length) inView("text");
  }, [hints]);
  return html`
    <div class="hints" role="status">
      ${hints.length > 0 &&
      html`
        <span class="icon icon-eye"></span>
        <p>
          <span class="only-heard">${_("This would give a person away:")} </span>
          ${hints.slice(0, MOST).map(({ kind, start, says }) => html`<span key=${`${kind}${start}`}>${says}${" "}</span>`)}
          ${hints.length > MOST && html`<span>${_("And {n} more.", { n: hints.length - MOST })}</span>`}
        </p>
      `}
    </div>
  `;
});
