// Taking data home: an export is started by its button, says how far it is, and comes as a file. It goes on if one leaves
// the page, and is there when one comes back.
import { _, language } from "/static/shared/say.js";

const ASK_MS = 400;

document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-export]");
  if (!form) return;
  event.preventDefault();
  if (form.getAttribute("aria-busy") !== "true") run(form, event.submitter);
});

for (const form of document.querySelectorAll("[data-began]")) {
  watch(form, async (show) => {
    const where = JSON.parse(form.dataset.began);
    await follow(where, show);
  });
}

async function run(form, button) {
  await watch(form, async (show) => {
    const answer = await fetch(button.formAction, { method: "POST", body: new FormData(form) });
    if (!answer.ok) throw new Gone();
    const where = await answer.json();
    if (await follow(where, show)) location.assign(where.file);
  });
}

// Signed out, or started again since.
class Gone extends Error {}

async function watch(form, work) {
  const show = {
    progress: form.querySelector("progress"),
    says: form.querySelector("[role=status]"),
    stop: form.querySelector("[data-stop]"),
    file: form.querySelector("[data-file]"),
  };
  form.setAttribute("aria-busy", "true");
  for (const button of form.querySelectorAll("[formaction]")) button.setAttribute("aria-disabled", "true");
  show.file.hidden = true;
  show.progress.hidden = false;
  show.progress.removeAttribute("value");
  show.says.textContent = _("Writing …");
  try {
    await work(show);
  } catch (error) {
    show.says.textContent =
      error instanceof Gone
        ? _("You are signed out, or this was too long ago. Open this page again.")
        : _("The server can’t be reached. Try again.");
  } finally {
    show.progress.hidden = show.stop.hidden = true;
    form.removeAttribute("aria-busy");
    for (const button of form.querySelectorAll("[formaction]")) button.removeAttribute("aria-disabled");
  }
}

// Until it is over; whether there is a file.
async function follow(where, { progress, says, stop, file }) {
  stop.hidden = false;
  stop.onclick = () => fetch(where.stop, { method: "POST" });
  for (;;) {
    const answer = await fetch(where.progress);
    if (!answer.ok) throw new Gone();
    const told = await answer.json();
    if (told.state !== "running") {
      says.textContent = told.says || (told.state === "stopped" ? _("Stopped. Nothing was written.") : _("It broke off. Nothing was written: try again."));
      file.href = where.file;
      file.hidden = told.state !== "done";
      return told.state === "done";
    }
    if (told.of) {
      progress.max = told.of;
      progress.value = told.done;
      const far = { done: told.done.toLocaleString(language), of: told.of.toLocaleString(language) };
      says.textContent = told.doing === "writing" ? _("{done} of {of} sessions", far) : _("Written. Judging it, for its card: {done} of {of} steps", far);
    }
    await new Promise((go) => setTimeout(go, ASK_MS));
  }
}
