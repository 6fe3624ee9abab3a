// Where the focus goes.

/** Out of the boxes: the keys are acts again. */
export function rest() {
  document.getElementById("conversation-name")?.focus({ preventScroll: true });
}

export function toReply() {
  document.querySelector("#reply-text, #reply input:checked, #reply input, #form input")?.focus();
}

export const isIn = (id) => Boolean(document.getElementById(id)?.contains(document.activeElement));

/** The answer went while one was at it: what is typed on changes nothing, and is no act. */
export function toUnsent() {
  const unsent = document.getElementById("unsent");
  if (unsent) unsent.focus({ preventScroll: true });
  else rest();
}

/** The first thing to fill in there; of a choice, what is chosen. */
export function focusIn(id) {
  const place = document.getElementById(id);
  const first = ["input:checked", "input, select, textarea", "button"].map((each) => place?.querySelector(each)).find(Boolean);
  first?.focus();
  requestAnimationFrame(() => inView(id)); // once what is wrong with it is drawn under it
}

/** That place whole, and not behind the button that sends. */
export function inView(id) {
  document.getElementById(id)?.scrollIntoView({ block: "nearest" });
}
