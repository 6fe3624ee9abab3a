// Every act and its key. The sheet is made from this table, so what isn't in it has no key.
import { atHand } from "./answering.js";
import { listing, saveLastSent } from "./canned.js";
import { toggleAway } from "./colleagues.js";
import { close, ending, handing, looking, next, noting, opened, previous, release, sheet } from "./desk.js";
import { digitsGoTo, nextLabel, replyChoice } from "./digits.js";
import { readDocuments, reading } from "./documents.js";
import { focusIn, rest, toReply } from "./focus.js";
import { judged, skip } from "./opinions.js";
import { copyLink, labelByDigit, step as stepInPast, toNote, toggleFlag, visited } from "./past.js";
import { answered, elsewhere, goBack, goToOpinions } from "./places.js";
import { openSearch } from "./search.js";
import { leaving, takeBack } from "./sending.js";
import { toggleQuiet } from "./sound.js";
import { undoLast } from "./undo.js";

const WRITING = "textarea, select, input:not([type=radio], [type=checkbox])";
const MODIFIERS = ["Shift", "Control", "Alt", "Meta", "CapsLock"];
const NAMES = { Escape: "Esc", " ": "Space" };

/**
 * A row: its `key` as it is shown, what it `does`, `when` it holds, and its `act`; a row without an act is only told.
 * `inText` rows hold while one writes, too. `answers` says that the key is part of an answer, and counts as such.
 * Of several rows with one key the first that holds acts.
 */
export const KEYS = [
  { about: "Conversations" },
  { key: "j", does: "Next waiting conversation", when: isNotPast, act: next },
  { key: "k", does: "Previous conversation", when: isNotPast, act: previous },
  { key: "h", does: "Hand the conversation over to a colleague", when: isMine, act: () => (handing.value = opened.value) },
  { key: "n", does: "A private note", when: isMine, act: () => (noting.value = opened.value) },
  { key: "d", does: "Search the documents", when: hasDocuments, act: readDocuments },
  { key: "f", does: "Look further than the model would see", when: isMine, act: () => (looking.value = opened.value) },
  { key: "x", does: "Release the conversation", when: isMine, act: () => release(opened.value) },
  { key: "e", does: "End the conversation", when: isMine, act: () => (ending.value = opened.value) },

  { about: "The answer" },
  { key: "1 to 9", does: "Choose the label that asks, or the reply", when: isAnswering, act: chooseByDigit, answers: true },
  { key: "Shift 1 to 9", does: "Choose the reply, where it is a choice", when: isAnswering, act: replyByDigit, answers: true },
  { key: "l", does: "Next label that asks", when: isAnswering, act: () => focusIn(nextLabel(atHand.value)), answers: true },
  { key: "y", does: "Yes, I could answer from what I was shown", when: isAnswering, act: () => could("yes"), answers: true },
  { key: "g", does: "I guessed", when: isAnswering, act: () => could("guessed"), answers: true },
  { key: "m", does: "No, something was missing", when: isAnswering, act: () => could("no"), answers: true },
  { key: "r", does: "Go to the reply", when: isAnswering, act: toReply, answers: true },
  { key: "/", does: "Canned replies; in the box, at its start or after a space", when: takesCanned, act: toCanned, answers: true },
  { key: "b", does: "Buttons under the reply", when: takesButtons, act: () => focusIn("buttons"), answers: true },
  { key: "p", does: "Show the reply as it will look, or not", when: takesText, act: togglePreview },
  { key: "s", does: "Save what was sent last as a canned reply", when: takesCanned, act: () => saveLastSent(atHand.value) },
  { key: "c", does: "List of canned replies", when: takesCanned, act: () => (listing.value = true) },
  { key: "u", does: "Take back the reply that is leaving, or what was done last", act: undo },

  { about: "In the box" },
  { key: "Enter", does: "Send the reply" },
  { key: "Shift Enter", does: "A new line" },
  { key: "Ctrl Enter", does: "Close this bubble, begin the next" },
  { key: "Backspace", does: "In an empty box: the last bubble again" },
  { key: "Tab", does: "Take what is suggested; go to the next {{variable}}" },
  { key: "Esc", does: "Take back the reply that is leaving", when: isLeaving, act: undo, inText: true },
  { key: "Esc", does: "Leave the box", when: isWriting, act: rest, inText: true },

  { about: "After the fact" },
  { key: "Ctrl k", does: "Search all exchanges", act: openSearch, inText: true },
  { key: "o", does: "Give second opinions", act: goToOpinions },
  { key: "x", does: "Skip this second opinion", when: isJudging, act: skip },
  { key: "j", does: "Next exchange of a past conversation", when: isPast, act: () => stepInPast(1) },
  { key: "k", does: "Exchange before it", when: isPast, act: () => stepInPast(-1) },
  { key: "1 to 9", does: "Put its first label right", when: isPast, act: labelByDigit },
  { key: "t", does: "Take it out of training, or back in", when: isPast, act: toggleFlag },
  { key: "n", does: "A note on it", when: isPast, act: toNote },
  { key: "y", does: "Copy the link to it", when: isPast, act: copyLink },
  { key: "Esc", does: "Back to the conversations", when: isElsewhere, act: goBack },

  { about: "Here" },
  { key: "Esc", does: "Back from the documents", when: () => reading.value, act: () => (reading.value = false) },
  { key: "Esc", does: "Back to the inbox, on a narrow screen", when: isNarrow, act: close },
  { key: "a", does: "Away, or back", act: toggleAway },
  { key: "q", does: "Quiet, or with a sound", act: toggleQuiet },
  { key: "?", does: "This sheet", act: () => (sheet.value = true) },
];

export function listenToKeys() {
  addEventListener("keydown", count, true);
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
    const row = rowFor(event);
    if (!row) return;
    event.preventDefault();
    row.act(event);
  });
}

/** Before anything acts: Enter is a key of the reply that it sends. */
function count(event) {
  if (!isAnswering() || event.repeat || MODIFIERS.includes(event.key) || document.querySelector("dialog[open]")) return;
  const row = rowFor(event);
  if (row ? row.answers : event.target.closest?.(".answer")) atHand.value.pressed();
}

function rowFor(event) {
  const name = nameOf(event);
  const writing = Boolean(event.target.closest?.(WRITING));
  return KEYS.find(({ key, act, when, inText }) => key === name && act && (!writing || inText) && (!when || when(event)));
}

/** As the table has it. Caps lock changes nothing; a character says by itself that Shift was held. */
function nameOf({ key, code, ctrlKey, metaKey, altKey, shiftKey }) {
  const held = `${ctrlKey || metaKey ? "Ctrl " : ""}${altKey ? "Alt " : ""}`;
  if (/^Digit[1-9]$/.test(code) || /^[1-9]$/.test(key)) return `${held}${shiftKey ? "Shift " : ""}1 to 9`;
  if (key.length === 1 && key !== " ") return held + key.toLowerCase();
  return `${held}${shiftKey ? "Shift " : ""}${NAMES[key] ?? key}`;
}

function isPast() {
  return visited.value !== null;
}

function isNotPast() {
  return !isPast();
}

function isJudging() {
  return judged.value !== null && elsewhere.value && !isPast();
}

function isElsewhere() {
  return elsewhere.value && !reading.value;
}

function isOpen() {
  return Boolean(opened.value) && !opened.value.ended.value;
}

function isMine() {
  return isOpen() && opened.value.holder.value.mine;
}

function hasDocuments() {
  return answered.value?.observation.value?.documents.length > 0;
}

function isAnswering() {
  return Boolean(atHand.value?.study.value);
}

function takesText() {
  return isAnswering() && atHand.value.study.value.reply.kind === "text";
}

function takesCanned() {
  return takesText() && atHand.value.offers;
}

function takesButtons() {
  return takesText() && atHand.value.takesButtons && atHand.value.study.value.reply.quick_replies;
}

function isLeaving() {
  return leaving.value.length > 0;
}

function isWriting({ target }) {
  return Boolean(target.closest?.(WRITING));
}

function isNarrow() {
  return Boolean(opened.value) && matchMedia("(max-width: 47.99rem)").matches;
}

function chooseByDigit(event) {
  choose(digitsGoTo(atHand.value), event);
}

function replyByDigit(event) {
  choose(replyChoice(atHand.value), event);
}

function choose(choice, { code, key }) {
  const option = choice?.options[(/^Digit([1-9])$/.exec(code)?.[1] ?? key) - 1];
  if (option) choice.choose(option);
}

function could(could) {
  atHand.value.change({ could });
}

function toCanned() {
  atHand.value.typing.openSearch(document.getElementById("reply-text"));
}

function togglePreview() {
  atHand.value.previewing.value = !atHand.value.previewing.value;
}

/** The latest reply that is leaving stands in its box again; without one, what was done last is undone. */
function undo() {
  const back = takeBack(leaving.value.includes(atHand.value) ? atHand.value : undefined);
  if (!back) undoLast();
  else if (back === atHand.value) toReply();
}
