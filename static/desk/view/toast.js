// Words for what was just done or has happened, above the foot of the list.
import { html } from "/static/vendor/preact.js";
import { dismiss, hold, letGo, take, words } from "../undo.js";
import { seeing } from "./seeing.js";
import { _ } from "/static/shared/say.js";

export const Toasts = seeing(
  () => html`
    <div class="toasts" role="status" onMouseEnter=${hold} onMouseLeave=${letGo} onFocusIn=${hold} onFocusOut=${letGo}>
      ${words.value.map((word) => html`<${Toast} key=${word} word=${word} />`)}
    </div>
  `,
);

const Toast = ({ word }) => html`
  <div class="toast">
    <p>${word.says}</p>
    ${word.undo && html`<button class="button small" type="button" onClick=${() => take(word)}>${_("Undo")} <kbd>u</kbd></button>`}
    <button class="button quiet square small" type="button" onClick=${() => dismiss(word)}>
      <span class="icon icon-x"></span><span class="only-heard">${_("Dismiss")}</span>
    </button>
  </div>
`;
