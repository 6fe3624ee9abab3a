// A quiet line over the box: what the participant sees, and for how long.
import { html } from "/static/vendor/preact.js";
import { secondsSince } from "../clock.js";
import { meanwhile } from "../meanwhile.js";
import { seeing } from "./seeing.js";

/** It changes every second, so it is there to be read and isn't read out. */
export const Meanwhile = seeing(({ conversation }) => {
  const heard = conversation.participant?.value;
  if (!heard || !conversation.isMine()) return null;
  return html`<p class="meanwhile" aria-live="off">${meanwhile(heard, secondsSince(heard.at))}</p>`;
});
