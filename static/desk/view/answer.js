// The answer: labels, could-answer, and the reply, in the order they are thought of.
import { html, useEffect } from "/static/vendor/preact.js";
import { atHand } from "../answering.js";
import { listing } from "../canned.js";
import { focusIn, isIn, rest, toUnsent } from "../focus.js";
import { send } from "../sending.js";
import { CannedList } from "./canned-list.js";
import { Could, Label } from "./labels.js";
import { Reply } from "./reply.js";
import { seeing } from "./seeing.js";
import { _ } from "/static/shared/say.js";

/** With the focus goes what is offered only where it is, and what is pressed would move before it is let go. A line of
    text is done when it is left. */
function keepFocus(event) {
  if (document.activeElement.matches("input:not([type=radio])")) return;
  if (event.target.closest(".choice")) event.preventDefault();
}

/** `conversation` is anything that is answered: all that is asked of it stands in answering.js. */
export const Answer = seeing(({ conversation }) => {
  useEffect(() => {
    atHand.value = conversation;
    return () => {
      if (isIn("answer")) queueMicrotask(toUnsent);
      conversation.keepNow();
      conversation.typing.lookAway();
      listing.value = false;
      if (atHand.peek() === conversation) atHand.value = null;
    };
  }, []);
  const trySending = (event) => {
    event.preventDefault();
    const missing = send(conversation);
    if (missing) focusIn(missing);
    else rest();
  };
  return html`
    <form
      class="answer"
      id="answer"
      aria-label=${_("Answer")}
      novalidate
      onSubmit=${trySending}
      onMouseDown=${keepFocus}
      onfocusout=${() => conversation.keepNow()}
    >
      ${conversation.study.value.labels.map(
        (label) => html`<${Label} key=${label.name} label=${label} conversation=${conversation} />`,
      )}
      <${Could} conversation=${conversation} />
      <${Reply} conversation=${conversation} />
    </form>
    ${listing.value && html`<${CannedList} conversation=${conversation} />`}
  `;
});
