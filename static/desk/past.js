// A conversation after the fact: looked at whole, and what is said of its exchanges since.
import { computed, signal } from "/static/vendor/signals.js";
import { ask, askUntilAnswered } from "./connection.js";
import { optionOf } from "./digits.js";
import { newId } from "./id.js";
import { meet } from "./studies.js";
import { offerUndo, tell } from "./undo.js";
import { _ } from "/static/shared/say.js";

/** `at` is the exchange that is opened; `asks` that looking would mark exchanges to come, so it waits for a yes. */
export const visited = signal(null);
export const problems = signal({});
/** How many changes are on their way. */
export const unsaved = signal(0);
const current = computed(() => visited.value?.whole?.exchanges.find(({ exchange }) => exchange === visited.value.at) ?? null);

export const addressOf = (session, exchange) => `#x/${session}/${exchange}`;
export const linkTo = (session, exchange) => `${location.origin}/studio${addressOf(session, exchange)}`;

/** Show that exchange in its place. What is over is shown at once; what isn't only after a word. */
export async function visit(session, exchange) {
  const before = visited.peek();
  const here = before?.session === session ? before : { session, whole: null, asks: false, problem: null, looking: false };
  if (here !== before || here.at !== exchange) problems.value = {};
  visited.value = { ...here, at: exchange };
  await look(session, true);
}

/** Look although exchanges to come are marked by it. */
export const lookAnyway = () => look(visited.peek().session, false);

export function leave() {
  visited.value = null;
}

export function choose(exchange) {
  const { session } = visited.peek();
  problems.value = {};
  history.replaceState(null, "", addressOf(session, exchange));
  visited.value = { ...visited.peek(), at: exchange };
}

/** To the exchange after this one, or before it. */
export function step(by) {
  const { whole, at } = visited.peek() ?? {};
  const numbers = whole?.exchanges.map(({ exchange }) => exchange) ?? [];
  const to = numbers[Math.min(numbers.length - 1, Math.max(0, numbers.indexOf(at) + by))];
  if (to !== undefined && to !== at) choose(to);
}

/** Put a label right, add it, or take it away (null). */
export function setLabel(session, { exchange, labels }, name, value) {
  const before = labels[name] ?? null;
  const now = value?.trim() || null;
  if (now === before) return;
  change({
    event: "label",
    given: { session, exchange, labels: { [name]: now } },
    part: { labels: now === null ? without(labels, name) : { ...labels, [name]: now } },
    field: `label-${name}`,
    done: () => {
      const says =
        now === null
          ? _("Took “{name}” away from exchange {exchange}.", { name, exchange })
          : _("“{name}” is {value} now in exchange {exchange}.", { name, value: now, exchange });
      offerUndo(says, () => setLabel(session, { exchange, labels: { ...labels, [name]: now } }, name, before));
    },
  });
}

/** Take it out of what models are trained on, or back in. */
export function setFlag(session, { exchange }, on) {
  change({
    event: "flag",
    given: { session, exchange, not_for_training: on },
    part: { not_for_training: on },
    field: "flag",
    done: () => {
      const says = on ? _("Exchange {exchange} is not for training.", { exchange }) : _("Exchange {exchange} is for training again.", { exchange });
      offerUndo(says, () => setFlag(session, { exchange }, !on));
    },
  });
}

/** By its key: the option of the first label that is a choice. */
export function labelByDigit(event) {
  const { session, whole } = visited.peek();
  const label = whole && firstChoice(whole.study);
  const option = label && optionOf(label.options, event);
  if (option && current.peek()) setLabel(session, current.peek(), label.name, option);
}

export function toggleFlag() {
  if (current.peek()) setFlag(visited.peek().session, current.peek(), !current.peek().not_for_training);
}

export const toNote = () => document.getElementById("past-note")?.focus();
export const copyLink = () => document.getElementById("copy-exchange")?.click();

export const firstChoice = (study) => study.labels.find(({ kind }) => kind === "choice");

/** Keep a note on it. Whether it was kept. */
export function addNote(session, { exchange }, text) {
  const stored = () => tell(_("Note kept on exchange {exchange}.", { exchange }));
  return change({ event: "note", given: { session, exchange, text }, field: "note", stored });
}

let earlier = Promise.resolve();

/** Changes go out one after the other, each as often as it takes: its id makes it one. The page shows them at once. */
function change({ event, given, part, field, done, stored }) {
  const { session, exchange } = given;
  const payload = { ...given, id: newId() };
  told(session, field, null);
  patch(session, exchange, part);
  done?.();
  unsaved.value++;
  earlier = earlier.then(async () => {
    const answer = await askUntilAnswered(event, payload);
    unsaved.value--;
    if (answer.ok) stored?.();
    else {
      told(session, field, answer.error.message);
      tell(_("It was not changed: {why}", { why: answer.error.message }));
    }
    await refresh(session);
    return answer.ok;
  });
  return earlier;
}

addEventListener("beforeunload", (event) => unsaved.peek() && event.preventDefault());

async function look(session, ifOver) {
  visited.value = { ...visited.peek(), looking: true };
  const answer = await ask("look", { session, at: "session", if_over: ifOver });
  const now = visited.peek();
  if (now?.session !== session) return;
  const asks = !answer.ok && answer.error.code === "open";
  if (answer.ok) meet(answer.whole.study);
  visited.value = {
    ...now,
    looking: false,
    asks,
    whole: answer.ok ? answer.whole : now.whole,
    problem: answer.ok || asks ? null : answer.error,
  };
}

/** As the log has it now. It was looked at before, so nothing is marked anew. */
async function refresh(session) {
  const answer = await ask("look", { session, at: "session", if_over: true });
  const now = visited.peek();
  if (answer.ok && now?.session === session) visited.value = { ...now, whole: answer.whole };
}

function patch(session, exchange, part) {
  const now = visited.peek();
  if (!part || now?.session !== session || !now.whole) return;
  const exchanges = now.whole.exchanges.map((each) => (each.exchange === exchange ? { ...each, ...part } : each));
  visited.value = { ...now, whole: { ...now.whole, exchanges } };
}

function told(session, field, text) {
  if (visited.peek()?.session === session) problems.value = { ...problems.peek(), [field]: text };
}

const without = (labels, name) => Object.fromEntries(Object.entries(labels).filter(([each]) => each !== name));
