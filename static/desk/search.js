// Looking for exchanges of all conversations: what is looked for, and what was found.
import { computed, signal } from "/static/vendor/signals.js";
import { colleagues } from "./colleagues.js";
import { ask } from "./connection.js";
import { met } from "./studies.js";
import { _ } from "/static/shared/say.js";

const TYPING_MS = 150;
const ME = document.getElementById("desk").dataset.account;

const NOTHING = { text: "", study: "", label: "", could_answer: "", missing: "", wizard: "", since: "", until: "", not_for_training: "", saw_more: "" };
const NOTHING_FOUND = { rows: [], before: null, behind: 0 };

export const searching = signal(false);
export const wanted = signal(NOTHING);
export const found = signal(NOTHING_FOUND);
export const asking = signal(false);
export const refusal = signal(null);
/** Which of the rows Enter opens. */
export const at = signal(0);
export const filters = computed(() => Object.entries(wanted.value).filter(([name, value]) => name !== "text" && value).length);

const seen = signal({ studies: new Map(), labels: new Map(), wizards: new Map() });

/** What can be chosen to look for: from the studies and colleagues at hand, and from what was found before. */
export const choices = computed(() => {
  const studies = new Map([...asChoice(wanted.value.study), ...seen.value.studies, ...[...met.value.values()].map(({ study, title }) => [study, title])]);
  const labels = new Map([...seen.value.labels, ...asChoice(wanted.value.label, (key) => JSON.parse(key).join(": "))]);
  for (const study of met.value.values()) {
    for (const { name, options } of study.labels) for (const value of options) labels.set(labelKey(name, value), `${name}: ${value}`);
  }
  const wizards = new Map([...seen.value.wizards, ...colleagues.value.map(({ account, name }) => [account, name]), [ME, _("me")]]);
  return { studies: inOrder(studies), labels: inOrder(labels), wizards: inOrder(wizards) };
});

/** By an address: what is looked for stands in its query, a label as its name and its `value`. */
export function openSearchFor(query) {
  const { value = "", ...given } = Object.fromEntries(new URLSearchParams(query));
  const known = Object.entries(given).filter(([name]) => name in NOTHING);
  wanted.value = { ...NOTHING, ...Object.fromEntries(known), label: given.label ? labelKey(given.label, value) : "" };
  openSearch();
}

export function openSearch() {
  searching.value = true;
  searchNow();
}

export function closeSearch() {
  clearTimeout(typing);
  searching.value = false;
}

let typing;
let latest = 0;

/** Look for something else, a moment after the last change. */
export function look(part) {
  wanted.value = { ...wanted.peek(), ...part };
  asking.value = true;
  clearTimeout(typing);
  typing = setTimeout(searchNow, TYPING_MS);
}

export const lookForAll = () => look({ ...NOTHING, text: wanted.peek().text });

/** The rows after those that are here. */
export function more() {
  const { before } = found.peek();
  if (before !== null && !asking.peek()) fetchRows(before);
}

export function move(by) {
  at.value = Math.min(found.peek().rows.length - 1, Math.max(0, at.peek() + by));
}

export function searchNow() {
  clearTimeout(typing);
  return fetchRows(null);
}

/** Only the latest answer counts: an earlier one may come later. */
async function fetchRows(before) {
  const mine = ++latest;
  asking.value = true;
  const answer = await ask("search", { ...queryOf(wanted.peek()), ...(before !== null && { before }) });
  if (mine !== latest) return;
  asking.value = false;
  refusal.value = answer.ok ? null : answer.error;
  if (!answer.ok) return;
  remember(answer.found);
  const rows = before === null ? answer.found : [...found.peek().rows, ...answer.found];
  if (before === null) at.value = 0;
  found.value = { rows, before: answer.before, behind: answer.behind };
}

function queryOf({ label, not_for_training: flag, saw_more: more, ...plain }) {
  const [name, value] = label ? JSON.parse(label) : [];
  return {
    ...Object.fromEntries(Object.entries(plain).filter(([, given]) => given)),
    ...(name && { label: { name, value } }),
    ...(flag && { not_for_training: flag === "yes" }),
    ...(more && { saw_more: more === "yes" }),
  };
}

function remember(rows) {
  const { studies, labels, wizards } = seen.peek();
  const next = { studies: new Map(studies), labels: new Map(labels), wizards: new Map(wizards) };
  for (const row of rows) {
    next.studies.set(row.study, row.study);
    next.wizards.set(row.wizard, row.by);
    for (const [name, value] of Object.entries(row.labels)) next.labels.set(labelKey(name, value), `${name}: ${value}`);
  }
  seen.value = next;
}

/** What is looked for can be chosen, though nothing of it has been met. */
const asChoice = (value, says = String) => (value ? [[value, says(value)]] : []);
const labelKey = (name, value) => JSON.stringify([name, value]);
const inOrder = (map) => [...map].map(([value, says]) => ({ value, says })).sort((a, b) => a.says.localeCompare(b.says));
