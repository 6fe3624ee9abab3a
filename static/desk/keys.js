// Every act and its key. The sheet is made from this table, so what isn't in it has no key.
import { atHand } from "./answering.js";
import { listing, saveLastSent } from "./canned.js";
import { toggleAway } from "./colleagues.js";
import { close, ending, handing, looking, next, noting, opened, previous, putBack, sheet } from "./desk.js";
import { digitsGoTo, nextLabel, optionOf, replyChoice } from "./digits.js";
import { readDocuments, reading } from "./documents.js";
import { focusIn, rest, toReply } from "./focus.js";
import { judged, skip } from "./opinions.js";
import { copyLink, labelByDigit, step as stepInPast, toNote, toggleFlag, visited } from "./past.js";
import { answered, elsewhere, goBack, goToOpinions } from "./places.js";
import { openSearch } from "./search.js";
import { leaving, takeBack } from "./sending.js";
import { toggleQuiet } from "./sound.js";
import { undoLast } from "./undo.js";
import { _ } from "/static/shared/say.js";

const WRITING = "textarea, select, input:not([type=radio], [type=checkbox])";
const MODIFIERS = ["Shift", "Control", "Alt", "Meta", "CapsLock"];
const NAMES = { Escape: "Esc", " ": "Space" };

/**
 * A row: its `key` as it is shown, what it `does`, `when` it holds, and its `act`; a row without an act is only told.
 * `inText` rows hold while one writes, too. `answers` says that the key is part of an answer, and counts as such.
 * Of several rows with one key the first that holds acts.
 */
export const KEYS = [
  { about: _("Conversations") },
  { key: "j", does: _("Next waiting conversation"), when: isNotPast, act: next },
  { key: "k", does: _("Previous conversation"), when: isNotPast, act: previous },
  { key: "h", does: _("Hand the conversation over to a colleague"), when: isMine, act: () => (handing.value = opened.value) },
  { key: "n", does: _("A private note"), when: isMine, act: () => (noting.value = opened.value) },
  { key: "d", does: _("Search the documents"), when: hasDocuments, act: readDocuments },
  { key: "f", does: _("Look further than the model would see"), when: isMine, act: () => (looking.value = opened.value) },
  { key: "x", does: _("Put the conversation back"), when: isMine, act: () => putBack(opened.value) },
  { key: "e", does: _("End the conversation"), when: isMine, act: () => (ending.value = opened.value) },

  { about: _("The answer") },
  { key: "1 to 9", does: _("Choose the label that asks, or the reply"), when: isAnswering, act: chooseByDigit, answers: true },
  { key: "Shift 1 to 9", does: _("Choose the reply, where it is a choice"), when: isAnswering, act: replyByDigit, answers: true },
  { key: "l", does: _("Next label that asks"), when: isAnswering, act: () => focusIn(nextLabel(atHand.value)), answers: true },
  { key: "y", does: _("Yes, I could answer from what I was shown"), when: isAnswering, act: () => could("yes"), answers: true },
  { key: "g", does: _("I guessed; once more: what was missing"), when: isAnswering, act: () => could("guessed"), answers: true },
  { key: "m", does: _("No, something was missing; once more: what"), when: isAnswering, act: () => could("no"), answers: true },
  { key: "r", does: _("Go to the reply"), when: isAnswering, act: toReply, answers: true },
  { key: "/", does: _("Canned replies; in the box, at its start or after a space"), when: takesCanned, act: toCanned, answers: true },
  { key: "b", does: _("Buttons under the reply"), when: takesButtons, act: () => focusIn("buttons"), answers: true },
  { key: "p", does: _("Show the reply as it will look, or not"), when: takesText, act: togglePreview },
  { key: "w", does: _("Answer what arrived meanwhile, too"), when: hasNewer, act: answerAll, answers: true },
  { key: "s", does: _("Save what was sent last as a canned reply"), when: takesCanned, act: () => saveLastSent(atHand.value) },
  { key: "c", does: _("List of canned replies"), when: takesCanned, act: () => (listing.value = true) },
  { key: "u", does: _("Take back the reply that is leaving, or what was done last"), act: undo },

  { about: _("In the box") },
  { key: "Enter", does: _("Send the reply") },
  { key: "Shift Enter", does: _("A new line") },
  { key: "Ctrl Enter", does: _("Close this bubble, begin the next") },
  { key: "Backspace", does: _("In an empty box: the last bubble again") },
  { key: "Tab", does: _("Take what is suggested; go to the next {{variable}}") },
  { key: "Esc", does: _("Take back the reply that is leaving"), when: isLeaving, act: undo, inText: true },
  { key: "Esc", does: _("Leave the box"), when: isWriting, act: rest, inText: true },

  { about: _("After the fact") },
  { key: "Ctrl k", does: _("Search all exchanges"), act: openSearch, inText: true },
  { key: "o", does: _("Give second opinions"), act: goToOpinions },
  { key: "x", does: _("Skip this second opinion"), when: isJudging, act: skip },
  { key: "j", does: _("Next exchange of a past conversation"), when: isPast, act: () => stepInPast(1) },
  { key: "k", does: _("Exchange before it"), when: isPast, act: () => stepInPast(-1) },
  { key: "1 to 9", does: _("Put its first label right"), when: isPast, act: labelByDigit },
  { key: "t", does: _("Take it out of training, or back in"), when: isPast, act: toggleFlag },
  { key: "n", does: _("A note on it"), when: isPast, act: toNote },
  { key: "y", does: _("Copy the link to it"), when: isPast, act: copyLink },
  { key: "Esc", does: _("Back to the conversations"), when: isElsewhere, act: goBack },

  { about: _("Here") },
  { key: "Esc", does: _("Back from the documents"), when: () => reading.value, act: () => (reading.value = false) },
  { key: "Esc", does: _("Back to the inbox, on a narrow screen"), when: isNarrow, act: close },
  { key: "a", does: _("Away, or back"), act: toggleAway },
  { key: "q", does: _("Quiet, or with a sound"), act: toggleQuiet },
  { key: "?", does: _("This sheet"), act: () => (sheet.value = true) },
];

let acted = null;

/** A key that is held acts once, and writes nothing where its act led. */
export function listenToKeys() {
  addEventListener("keydown", count, true);
  document.addEventListener("keydown", (event) => {
    if (event.repeat) {
      if (event.code === acted) event.preventDefault();
      return;
    }
    acted = null;
    if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
    const row = rowFor(event);
    if (!row) return;
    event.preventDefault();
    acted = event.code;
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

/** As the table has it. Caps lock changes nothing; a character says by itself that Shift was held, also where a
    keyboard has it on a digit, as many have the slash. */
function nameOf({ key, code, ctrlKey, metaKey, altKey, shiftKey }) {
  const held = `${ctrlKey || metaKey ? "Ctrl " : ""}${altKey ? "Alt " : ""}`;
  const isDigit = /^Digit[1-9]$/.test(code) && !KEYS.some((row) => row.key === key);
  if (isDigit || /^[1-9]$/.test(key)) return `${held}${shiftKey ? "Shift " : ""}1 to 9`;
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

function hasNewer() {
  return isAnswering() && atHand.value.newer.value > 0;
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

/** From where one is: whoever has gone on to the next leaves its box by the same key. */
function isLeaving() {
  return leaving.value.includes(atHand.value);
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

function choose(choice, event) {
  const option = choice && optionOf(choice.options, event);
  if (option) choice.choose(option);
}

/** Its button goes with it, and the focus would go with that. */
export function answerAll() {
  atHand.value.answerAll();
  toReply();
}

/** Once more goes to where one says what was missing. */
function could(could) {
  if (could !== "yes" && atHand.value.reply.value.could === could) focusIn("missing");
  else atHand.value.change({ could });
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
