// A reply on its way: what it still needs, the moment in which it can be taken back, and that it arrives once.
import { signal } from "/static/vendor/signals.js";
import { atHand, secondsTaken } from "./answering.js";
import { slotsOf } from "./canned.js";
import { askUntilAnswered } from "./connection.js";
import { problemsOf, valuesOf, written } from "./form.js";
import { newId } from "./id.js";
import { tell } from "./undo.js";
import { _ } from "/static/shared/say.js";

const UNDO_MS = Number(document.getElementById("desk").dataset.undo) * 1_000;
const ALREADY_SENT =
  _("Your first wording had arrived already and is being sent. What stands here now was not sent: clear it, or send it as another message.");

/** Those that can still be taken back, the latest last. */
export const leaving = signal([]);
const timers = new Map();

/** Send the reply, if it is whole; say what is missing if it isn't. The first thing missing is returned. */
export function send(answering) {
  if (answering.reply.value.out) return null;
  answering.problems.value = missing(answering);
  const [first] = Object.keys(answering.problems.value);
  if (first) return first;
  answering.handOver(payload(answering));
  if (UNDO_MS && !answering.leavesAtOnce) leaveSoon(answering);
  else deliver(answering);
  return null;
}

/** Take back what hasn't left yet: the one given, else the latest. It is returned. */
export function takeBack(answering = leaving.peek().at(-1)) {
  if (!stay(answering)) return null;
  answering.takeBack({});
  if (answering !== atHand.peek()) tell(_("The reply to {name} isn't sent. It is a draft again.", { name: answering.who }));
  return answering;
}

/** Send it as often as it takes: its id makes it one reply. */
export async function deliver(answering) {
  const answer = await askUntilAnswered(answering.event, answering.reply.value.out);
  if (answer.ok) answering.acknowledge(answer.exchange);
  else if (answer.error.code === "id_reused") answering.takeBack({ text: ALREADY_SENT }, true);
  else answering.refused(answer.error);
}

/** Whoever leaves the page has made up their mind. */
addEventListener("pagehide", () => leaving.peek().forEach(leave));

function leaveSoon(answering) {
  answering.leavesAt.value = performance.now() + UNDO_MS;
  leaving.value = [...leaving.peek(), answering];
  timers.set(answering, setTimeout(leave, UNDO_MS, answering));
}

/** Now, and not when the time to take it back is over. */
export function leave(answering) {
  if (stay(answering)) deliver(answering);
}

/** Stop its clock; whether it ran. */
function stay(answering) {
  if (!timers.has(answering)) return false;
  clearTimeout(timers.get(answering));
  timers.delete(answering);
  leaving.value = leaving.peek().filter((each) => each !== answering);
  answering.leavesAt.value = null;
  return true;
}

function missing(answering) {
  const { labels, could, missing: lacked } = answering.reply.value;
  const study = answering.study.value;
  if (!answering.waits.value) return { text: _("Nothing waits for an answer here.") };
  const found = {};
  for (const { name, required } of study.labels) {
    if (required && !labels[name]?.trim()) found[`label-${name}`] = _("Say which “{name}” this is.", { name });
  }
  if (could === null) found.could = _("Say whether you could answer from what you were shown.");
  if (could === "no" && !lacked.trim()) found.missing = _("Say what was missing.");
  return { ...found, ...missingOf(answering, study.reply) };
}

function missingOf(answering, { kind, fields, max_chars: most }) {
  if (kind === "form") {
    const found = problemsOf(fields, valuesOf(answering));
    return Object.keys(found).length ? found : tooLong(written(fields, valuesOf(answering)), most);
  }
  const bubbles = answering.bubbles();
  if (bubbles.some((each) => !each.trim())) return { text: kind === "choice" ? _("Choose a reply.") : _("Write a reply.") };
  const text = bubbles.join("\n\n");
  const [slot] = slotsOf(text);
  if (slot && kind === "text") return { text: _("Fill in {slot} first.", { slot: text.slice(...slot) }) };
  return tooLong(text, most);
}

function tooLong(text, most) {
  const length = [...text].length;
  return length > most ? { text: _("The reply has {length} characters; this study takes {most}.", { length, most }) } : {};
}

function payload(answering) {
  const { id, labels, could, missing: lacked, firstKey, keystrokes } = answering.reply.value;
  const { labels: asked, reply } = answering.study.value;
  const names = asked.map(({ name }) => name);
  const given = Object.entries(labels).filter(([name, value]) => names.includes(name) && value?.trim());
  const isForm = reply.kind === "form";
  const [text, ...more] = isForm ? [written(reply.fields, valuesOf(answering))] : answering.bubbles();
  return answering.payload({
    id: id ?? newId(),
    text,
    ...(more.length && { more }),
    could_answer: could,
    ...(could !== "yes" && lacked.trim() && { missing: lacked.trim() }),
    labels: Object.fromEntries(given),
    seconds: secondsTaken(answering.answers().at),
    first_key: firstKey,
    keystrokes,
  });
}
