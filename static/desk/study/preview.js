// The pacing as the participant sees it: the wait, then the words.
import { html, useEffect, useRef, useState } from "/static/vendor/preact.js";
import { at } from "./state.js";
import { _ } from "/static/shared/say.js";

const SAMPLE = _("Thanks for telling me. I have looked it up, and there is something that we can do about it today.");
const TICK_MS = 40;

export const PacingPreview = () => {
  const [shown, show] = useState(null);
  const timer = useRef();
  useEffect(() => () => clearTimeout(timer.current), []);
  const play = () => {
    clearTimeout(timer.current);
    const pacing = at(["pacing"]) ?? {};
    const rate = Number(pacing.chars_per_second) || 0;
    const wait = drawn(pacing.first) + (Number(pacing.per_100_chars) || 0) * (SAMPLE.length / 100);
    const write = (many) => {
      show(SAMPLE.slice(0, many));
      if (many < SAMPLE.length) timer.current = setTimeout(write, TICK_MS, many + Math.max(1, (rate * TICK_MS) / 1_000));
    };
    show("");
    timer.current = setTimeout(write, wait * 1_000, rate ? 1 : SAMPLE.length);
  };
  return html`
    <div class="asked">
      <button class="button small" type="button" onClick=${play}>${_("See how it comes")}</button>
      ${shown !== null && html`<p class="pacing-sample">${shown || "…"}</p>`}
    </div>
  `;
};

/** A wait between these bounds. */
function drawn(span) {
  const [low, high] = (Array.isArray(span) ? span : String(span ?? 0).split("-")).map(Number);
  return (Number.isFinite(low) ? low : 0) + Math.random() * (Number.isFinite(high) ? high - low : 0);
}
