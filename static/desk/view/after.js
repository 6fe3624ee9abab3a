// What can be done besides the conversations at hand: search all of them, give second opinions.
import { html } from "/static/vendor/preact.js";
import { judging, waitingOpinions } from "../opinions.js";
import { goToOpinions } from "../places.js";
import { openSearch } from "../search.js";
import { seeing } from "./seeing.js";
import { _, ngettext } from "/static/shared/say.js";

export const After = seeing(
  () => html`
    <div class="after">
      <button class="button quiet small" type="button" onClick=${openSearch}>${_("Search")} <kbd>Ctrl K</kbd></button>
      <button class="button quiet small" type="button" aria-current=${judging.value ? "page" : undefined} onClick=${goToOpinions}>
        ${_("Second opinions")}
        ${waitingOpinions.value > 0 && html`<span class="count">${waitingOpinions.value}<span class="only-heard"> ${ngettext("waiting", "waiting", waitingOpinions.value)}</span></span>`}
        ${" "}<kbd>o</kbd>
      </button>
    </div>
  `,
);
