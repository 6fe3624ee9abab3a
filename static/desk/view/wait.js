// A wait that runs: how long, and once it is long, a sign and a word for that.
import { html, useMemo } from "/static/vendor/preact.js";
import { computed } from "/static/vendor/signals.js";
import { lasted, secondsSince } from "../clock.js";
import { seeing } from "./seeing.js";
import { _ } from "/static/shared/say.js";

const LEVELS = {
  amber: { icon: "icon-clock", says: _("a long wait") },
  red: { icon: "icon-circle-alert", says: _("too long a wait") },
};

export const Wait = seeing(({ since, amber, red }) => {
  const level = useMemo(() => computed(() => levelOf(secondsSince(since), amber, red)), [since, amber, red]).value;
  const sign = LEVELS[level];
  return html`<span class="wait" data-level=${level} title=${sign?.says}>
    ${sign && html`<span class=${`icon ${sign.icon}`}></span><span class="only-heard">${sign.says}, </span>`}
    <${Time} since=${since} />
  </span>`;
});

/** Only this text is drawn again each second. */
const Time = seeing(({ since }) => html`<span>${lasted(since)}</span>`);

function levelOf(seconds, amber, red) {
  if (seconds >= red) return "red";
  return seconds >= amber ? "amber" : "calm";
}
