// A reply on its way: what it still needs, and that it arrives once.
import { askUntilAnswered } from "./connection.js";

const LONGEST_SECONDS = 86_400;
const ALREADY_SENT =
  "Your first wording had arrived already and is being sent. What stands here now was not sent: clear it, or send it as another message.";

/** Send the reply, if it is whole; say what is missing if it isn't. The first thing missing is returned. */
export function send(conversation) {
  if (conversation.reply.value.out) return null;
  conversation.problems.value = missing(conversation);
  const [first] = Object.keys(conversation.problems.value);
  if (first) return first;
  conversation.handOver(payload(conversation));
  deliver(conversation);
  return null;
}

/** Send it as often as it takes: its id makes it one reply. */
export async function deliver(conversation) {
  const answer = await askUntilAnswered("reply", conversation.reply.value.out);
  if (answer.ok) conversation.acknowledge();
  else if (answer.error.code === "id_reused") conversation.takeBack({ text: ALREADY_SENT }, true);
  else conversation.takeBack({ text: answer.error.message });
}

function missing(conversation) {
  const { labels, could, missing: lacked, text } = conversation.reply.value;
  const study = conversation.study.value;
  if (!conversation.waits.value) return { text: "Nothing waits for an answer here." };
  const length = [...text].length;
  const found = {};
  for (const { name, required } of study.labels) {
    if (required && !labels[name]?.trim()) found[`label-${name}`] = `Say which “${name}” this is.`;
  }
  if (could === null) found.could = "Say whether you could answer from what you were shown.";
  if (could === "no" && !lacked.trim()) found.missing = "Say what was missing.";
  if (!text.trim()) found.text = study.reply.kind === "choice" ? "Choose a reply." : "Write a reply.";
  else if (length > study.reply.max_chars)
    found.text = `The reply has ${length} characters; this study takes ${study.reply.max_chars}.`;
  return found;
}

function payload(conversation) {
  const { id, text, labels, could, missing: lacked } = conversation.reply.value;
  const { upto, at } = conversation.answers();
  const names = conversation.study.value.labels.map(({ name }) => name);
  const given = Object.entries(labels).filter(([name, value]) => names.includes(name) && value?.trim());
  return {
    session: conversation.session,
    id: id ?? newId(),
    text,
    source: "typed",
    could_answer: could,
    ...(could !== "yes" && lacked.trim() && { missing: lacked.trim() }),
    labels: Object.fromEntries(given),
    upto,
    seconds: Math.min(LONGEST_SECONDS, Math.max(0, (Date.now() - at) / 1_000)),
  };
}

/** `crypto.randomUUID` is only there on https and localhost; a desk in the same network has neither. */
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
