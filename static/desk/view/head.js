// The head of whatever stands open at the desk: the way back, and its name.
import { html, useEffect, useRef } from "/static/vendor/preact.js";
import { _ } from "/static/shared/say.js";

/** One that is `narrow` is there only where the inbox isn’t beside it. */
export const Back = ({ close, narrow }) => html`
  <button class=${narrow ? "button quiet square back" : "button quiet square"} type="button" onClick=${close}>
    <span class="icon icon-arrow-left"></span><span class="only-heard">${_("Back to the inbox")}</span>
  </button>
`;

/** Takes the focus when it comes, so that it is heard what is open now. */
export const Name = ({ text }) => {
  const name = useRef();
  useEffect(() => name.current.focus({ preventScroll: true }), []);
  return html`<h2 id="conversation-name" tabindex="-1" ref=${name}>${text}</h2>`;
};
