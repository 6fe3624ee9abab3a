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
const turns = new Map();
const seen = new IntersectionObserver((places) => {
  for (const { target, isIntersecting } of places) {
    clearTimeout(turns.get(target));
    if (isIntersecting) keepCurrent(target);
  }
});
for (const place of document.querySelectorAll("[data-verdict-now]")) seen.observe(place);

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
    says.textContent = told.waits ? _("Another study is being judged first.") : "";
  }
}

/** The sentence of a study, asked for again as long as it is looked at: of many, only those are judged. */
async function keepCurrent(place) {
  turns.set(place, setTimeout(() => keepCurrent(place), LOOK_MS));
  if (document.hidden) return;
  const told = await ask(place.dataset.verdictNow);
  if (told) tell(place, told);
}

function tell(place, { state, waits, sentence, verdict, helps, newer }) {
  place.querySelector("[data-sentence]").textContent = sentence ?? standing(state, waits);
  place.querySelector("[data-word]").textContent = verdict ? `${verdict}.` : "";
  const since = newer ? ` ${_("{n} came in since.", { n: newer.toLocaleString(language) })}` : "";
  place.querySelector("[data-helps]").textContent = `${helps ?? ""}${since}`;
}

function standing(state, waits) {
  if (state === "failed") return _("It couldn’t be judged.");
  return waits ? _("It is judged after others.") : _("Judging …");
}

async function ask(address) {
  try {
    const answer = await fetch(address);
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}
