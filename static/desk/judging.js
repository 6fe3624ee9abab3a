// The verdict: how far it is while it is judged, and beside a study the sentence as it stands.
import { _, language } from "/static/shared/say.js";

const ASK_MS = 500;
const LOOK_MS = 5_000;
const DOING = {
  reading: (done, of) => _("{done} of {of} messages read", { done, of }),
  learning: (done, of) => _("{done} of {of} rounds learned", { done, of }),
};

const judging = document.querySelector("[data-judging]");
if (judging) follow(judging);
for (const place of document.querySelectorAll("[data-verdict-now]")) keepCurrent(place);

/** A page that asks one thing: the letter on a button presses it. */
document.addEventListener("keydown", ({ key, ctrlKey, metaKey, altKey, repeat }) => {
  if (!ctrlKey && !metaKey && !altKey && !repeat) document.querySelector(`[data-key="${CSS.escape(key.toLowerCase())}"]`)?.click();
});

async function follow(place) {
  const told = await ask(place.dataset.judging);
  if (told && told.state !== "running") {
    location.reload();
    return;
  }
  show(place, told);
  setTimeout(() => follow(place), ASK_MS);
}

function show(place, told) {
  const progress = place.querySelector("progress");
  const says = place.querySelector("[role=status]");
  if (!told) {
    says.textContent = _("The server can’t be reached. It is asked again.");
  } else if (told.of) {
    progress.max = told.of;
    progress.value = told.done;
    const far = [told.done.toLocaleString(language), told.of.toLocaleString(language)];
    says.textContent = DOING[told.doing]?.(...far) ?? _("{done} of {of}", { done: far[0], of: far[1] });
  } else {
    says.textContent = "";
  }
}

/** The sentence of a study, asked for again as long as the page is looked at. */
async function keepCurrent(place) {
  if (!document.hidden) {
    const told = await ask(place.dataset.verdictNow);
    if (told) tell(place, told);
  }
  setTimeout(() => keepCurrent(place), LOOK_MS);
}

function tell(place, { state, sentence, verdict, helps, newer }) {
  place.querySelector("[data-sentence]").textContent = sentence ?? (state === "failed" ? _("It couldn’t be judged.") : _("Judging …"));
  place.querySelector("[data-word]").textContent = verdict ? `${verdict === verdict.toUpperCase() ? verdict.slice(0, 1) + verdict.slice(1).toLowerCase() : verdict}.` : "";
  const since = newer ? ` ${_("{n} came in since.", { n: newer.toLocaleString(language) })}` : "";
  place.querySelector("[data-helps]").textContent = `${helps ?? ""}${since}`;
}

async function ask(address) {
  try {
    const answer = await fetch(address);
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}
