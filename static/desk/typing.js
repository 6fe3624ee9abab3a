// What the box offers while one writes: canned replies after a slash, a suggestion, the next variable to fill.
import { computed, signal } from "/static/vendor/signals.js";
import { fill, fillCard, slotsOf } from "./canned.js";
import { fuzzy } from "./fuzzy.js";

const SLASH = /(?:^|\s)\/(\S*)$/;
const MOST_FOUND = 8;

export class Typing {
  constructor(answering) {
    this.answering = answering;
    this.at = signal(0);
    this.cursor = signal({ before: "", after: "" });
    this.left = signal(null);
    this.search = computed(() => this.#search());
    this.found = computed(() => this.#found());
    this.suggestion = computed(() => this.#suggestion());
  }

  /** Where the cursor stands now, and in what. */
  look(box) {
    const { value, selectionStart, selectionEnd } = box;
    const before = selectionStart === selectionEnd ? value.slice(0, selectionStart) : "";
    if (before === this.cursor.value.before && value.slice(selectionEnd) === this.cursor.value.after) return;
    this.at.value = 0;
    this.cursor.value = { before, after: value.slice(selectionEnd) };
    if (!SLASH.test(before)) this.left.value = null;
  }

  /** The box is left: nothing is offered. */
  lookAway() {
    this.cursor.value = { before: "", after: "" };
  }

  step(by) {
    const count = this.found.value.length;
    if (count) this.at.value = (this.at.value + by + count) % count;
  }

  /** The slash is only a slash. */
  leaveSearch() {
    this.left.value = this.search.value.from;
  }

  /** From outside the box: a slash at the cursor, with white space before it. */
  openSearch(box) {
    if (!box || box.readOnly) return;
    box.focus();
    const before = box.value.slice(0, box.selectionStart);
    this.left.value = null;
    put(box, box.selectionStart, box.selectionEnd, /\S$/.test(before) ? " /" : "/");
  }

  /** The canned reply takes the place of the slash and what was typed after it. */
  take(box, canned = this.found.value[this.at.value]) {
    if (canned) this.#insert(box, this.search.value.from, canned, "canned");
  }

  /** From the list of all: where the cursor stands, with white space before it. */
  use(box, canned) {
    if (!box || box.readOnly) return;
    box.focus();
    if (/\S$/.test(box.value.slice(0, box.selectionStart))) put(box, box.selectionStart, box.selectionEnd, " ");
    this.#insert(box, box.selectionStart, canned, "canned");
  }

  takeSuggestion(box) {
    const { from, canned } = this.suggestion.value;
    this.#insert(box, from, canned, "suggested");
  }

  /** Select the next variable that is to be filled, from there on; whether there is one. */
  selectSlot(box, from = box.selectionEnd) {
    const slot = slotsOf(box.value).find(([start]) => start >= from);
    if (slot) box.setSelectionRange(...slot);
    return Boolean(slot);
  }

  #insert(box, from, { key, text, buttons, card }, kind) {
    const variables = this.answering.variables.value;
    const filled = fill(text, variables);
    put(box, from, box.selectionEnd, filled);
    this.answering.took({ kind, key, text: filled });
    if (buttons.length) this.answering.addButtons(buttons.map((each) => fill(each, variables)));
    if (card) this.answering.change({ card: fillCard(card, variables) });
    this.selectSlot(box, from);
    this.look(box);
  }

  #search() {
    const { before } = this.cursor.value;
    const query = SLASH.exec(before)?.[1];
    if (query === undefined || !this.answering.offers) return null;
    const from = before.length - query.length - 1;
    return from === this.left.value ? null : { from, query };
  }

  #found() {
    if (!this.search.value) return [];
    return fuzzy(this.search.value.query, this.answering.canned, ({ key, text }) => [key, text]).slice(0, MOST_FOUND);
  }

  /** The first canned reply that goes on from what stands in the box, or in its last line. */
  #suggestion() {
    const { before, after } = this.cursor.value;
    if (after || this.search.value) return null;
    for (const from of new Set([0, before.lastIndexOf("\n") + 1])) {
      const begun = before.slice(from).toLowerCase();
      const goesOn = ({ text }) => text.length > begun.length && text.toLowerCase().startsWith(begun);
      const variables = this.answering.variables.value;
      const canned = begun.trim() && this.answering.canned.find((each) => goesOn({ text: fill(each.text, variables) }));
      if (canned) return { from, canned, says: fill(canned.text, variables) };
    }
    return null;
  }
}

/** `insertText` is old, but nothing else leaves the browser's own undo whole. */
function put(box, from, to, text) {
  box.setSelectionRange(from, to);
  if (document.execCommand("insertText", false, text)) return;
  box.setRangeText(text, from, to, "end");
  box.dispatchEvent(new InputEvent("input", { bubbles: true }));
}
