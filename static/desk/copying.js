// Buttons that copy what their `data-copy` holds, and say that they did.
import { _ } from "/static/shared/say.js";

const SAID_MS = 2_000;

document.addEventListener("click", async ({ target }) => {
  const button = target.closest?.("[data-copy]");
  if (!button) return;
  const label = button.querySelector("[data-says]");
  const done = await copy(button);
  label.textContent = done ? _("Copied") : _("Press Ctrl-C");
  setTimeout(() => (label.textContent = label.dataset.says), SAID_MS);
});

/** Outside https and localhost there is no clipboard to write to; the old way works there, if any does. */
async function copy(button) {
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    return true;
  } catch {
    const field = button.parentElement.querySelector("input");
    field?.select();
    return Boolean(field) && document.execCommand("copy");
  }
}
