// Enter sends a form from within a box of several lines; Shift with it makes a new line.
const COMPOSING = 229;

/** Whether a key belongs to a word that is being put together. Safari ends composing before its Enter. */
export const composes = ({ isComposing, keyCode }) => isComposing || keyCode === COMPOSING;

export function sendOnEnter(event) {
  if (event.key !== "Enter" || event.shiftKey || composes(event)) return;
  event.preventDefault();
  event.target.form.requestSubmit();
}
