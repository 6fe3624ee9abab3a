// Where a digit goes: to the choice in focus, else to the first label that asks, else to the reply.
import { signal } from "/static/vendor/signals.js";

/** More than this and there aren't digits enough: it is typed instead. */
export const MOST_DIGITS = 9;

/** The option that a digit's key stands for, whatever the keyboard makes of it with Shift. */
export const optionOf = (options, { code, key }) => options[(/^Digit([1-9])$/.exec(code)?.[1] ?? key) - 1];

/** The choice that has the focus, by the id of its group. */
export const focused = signal(null);

/** The choice that digits choose from now: {id, options, choose}; null where there is none. */
export function digitsGoTo(answering) {
  const labels = labelChoices(answering);
  const reply = replyChoice(answering);
  const all = [...labels, ...fieldChoices(answering), reply].filter(Boolean);
  const inFocus = all.find(({ id }) => id === focused.value);
  return inFocus ?? labels.find(({ value }) => !value) ?? reply ?? labels.at(-1) ?? null;
}

export function replyChoice(answering) {
  const { kind, options } = answering.study.value.reply;
  if (kind !== "choice" || options.length > MOST_DIGITS) return null;
  return { id: "reply", options, choose: (text) => answering.change({ text }) };
}

function labelChoices(answering) {
  const { labels } = answering.reply.value;
  return answering.study.value.labels
    .filter(({ kind, options }) => kind === "choice" && options.length <= MOST_DIGITS)
    .map(({ name, options }) => ({
      id: `label-${name}`,
      options,
      value: labels[name],
      choose: (option) => answering.setLabel(name, option),
    }));
}

function fieldChoices(answering) {
  return answering.study.value.reply.fields
    .filter(({ kind, options }) => (kind === "choice" && options.length <= MOST_DIGITS) || kind === "yes_no")
    .map(({ name, kind, options }) => ({
      id: `field-${name}`,
      options: kind === "yes_no" ? ["yes", "no"] : options,
      choose: (option) => answering.setField(name, option),
    }));
}

/** The next label that asks: after the one in focus, or from the first. */
export function nextLabel(answering) {
  const { labels } = answering.reply.value;
  const all = answering.study.value.labels.map(({ name }) => ({ id: `label-${name}`, asks: !labels[name]?.trim() }));
  const here = all.findIndex(({ id }) => document.getElementById(id)?.contains(document.activeElement));
  const inTurn = [...all.slice(here + 1), ...all.slice(0, here + 1)];
  return (inTurn.find(({ asks }) => asks) ?? inTurn[0])?.id ?? null;
}
