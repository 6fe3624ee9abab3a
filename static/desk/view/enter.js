// Enter sends a form from within a box of several lines; Shift with it makes a new line.
const COMPOSING = 229;

export function sendOnEnter(event) {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === COMPOSING) return;
  event.preventDefault();
  event.target.form.requestSubmit();
}
