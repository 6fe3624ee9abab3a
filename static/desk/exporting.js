// Taking data home: an export is started by its button, says how far it is, and comes as a file.
import { _, language } from "/static/shared/say.js";

const ASK_MS = 400;

document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-export]");
  if (!form) return;
  event.preventDefault();
  if (form.getAttribute("aria-busy") !== "true") run(form, event.submitter);
});

async function run(form, button) {
  const { progress, says } = show(form);
  form.setAttribute("aria-busy", "true");
  button.setAttribute("aria-disabled", "true");
  try {
    const answer = await fetch(button.formAction, { method: "POST", body: new FormData(form) });
    if (!answer.ok) throw new Error(answer.status);
    const where = await answer.json();
    const end = await follow(where.progress, progress, says);
    says.textContent = end.says;
    if (end.state === "done") location.assign(where.file);
  } catch {
    says.textContent = _("The server can’t be reached. Try again.");
  } finally {
    progress.hidden = true;
    form.removeAttribute("aria-busy");
    button.removeAttribute("aria-disabled");
  }
}

function show(form) {
  const progress = form.querySelector("progress");
  const says = form.querySelector("[role=status]");
  progress.hidden = false;
  progress.removeAttribute("value");
  says.textContent = _("Writing …");
  return { progress, says };
}

async function follow(address, progress, says) {
  for (;;) {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(answer.status);
    const told = await answer.json();
    if (told.state !== "running") return told;
    if (told.of) {
      progress.max = told.of;
      progress.value = told.done;
      says.textContent = _("{done} of {of} sessions", { done: told.done.toLocaleString(language), of: told.of.toLocaleString(language) });
    }
    await new Promise((go) => setTimeout(go, ASK_MS));
  }
}
