// What is about to leave, how long it can still be taken back, and the way back.
import { html, useEffect, useState } from "/static/vendor/preact.js";
import { toReply } from "../focus.js";
import { leaving, takeBack } from "../sending.js";
import { seeing } from "./seeing.js";
import { _ } from "/static/shared/say.js";

const TICK_MS = 100;

export const Leaving = seeing(
  ({ conversation }) => html`
    <div class="leaving" role="status">
      ${leaving.value.map(
        (each) => html`<${Countdown} key=${each.place} answering=${each} who=${each !== conversation && each.who} />`,
      )}
    </div>
  `,
);

const Countdown = ({ answering, who }) => {
  const [left, tell] = useState(secondsLeft(answering));
  useEffect(() => {
    const ticking = setInterval(() => tell(secondsLeft(answering)), TICK_MS);
    return () => clearInterval(ticking);
  }, []);
  const undo = () => {
    takeBack(answering);
    if (!who) toReply();
  };
  return html`
    <p>
      <span>${who ? _("The reply to {name} is sent in", { name: who }) : _("Sending in")} <span class="seconds" aria-hidden="true">${left} s</span></span>
      <button class="button small" type="button" onClick=${undo}>${_("Undo")} <kbd>u</kbd></button>
    </p>
  `;
};

const secondsLeft = ({ leavesAt }) => Math.max(1, Math.ceil(((leavesAt.peek() ?? 0) - performance.now()) / 1_000));
