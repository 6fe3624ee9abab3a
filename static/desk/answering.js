// An answer that is being made: to which observation, with what, how fast. What it is sent as is its kind's to say.
import { computed, signal } from "/static/vendor/signals.js";
import * as kept from "./kept.js";
import { Typing } from "./typing.js";
import { _ } from "/static/shared/say.js";

const LONGEST_SECONDS = 86_400;
const MOST_OFFERED = 50;
const MOST_PASSAGES = 200;
export const MOST_BUTTONS = 8;
export const MOST_BUBBLES = 10;

/** The one whose answer is on the screen: what the keys act on. */
export const atHand = signal(null);

export class Answering {
  /** The event that sends it. */
  event = "reply";
  /** Whether texts that stand ready are offered for it. */
  offers = false;
  /** Whether buttons may be put under it. */
  takesButtons = true;
  /** What the button says that sends it. */
  sends = _("Send reply");
  /** Whether it leaves without the moment in which it can be taken back. */
  leavesAtOnce = false;

  /** `place` is where this browser keeps it. */
  constructor(place) {
    this.place = place;
    this.study = signal(null);
    this.observation = signal(null);
    this.variables = signal({});
    this.reply = signal(kept.load(place));
    this.problems = signal({});
    this.sent = signal(false);
    this.lastSent = signal(null);
    this.lastExchange = signal(null);
    this.leavesAt = signal(null);
    this.previewing = signal(false);
    this.typing = new Typing(this);
    this.waits = computed(() => this.isOpen() && Boolean(this.observation.value?.waiting));
    this.newer = computed(() => this.#newerThanBegun());
    this.shown = { upto: null, at: 0 };
  }

  /** Who is answered, in words that may stand in a sentence. */
  get who() {
    return "";
  }

  /** The replies that stand ready. */
  get canned() {
    return [];
  }

  isOpen() {
    return true;
  }

  /** The payload of the event: what every answer has, and what this kind of answer has besides. */
  payload(answer) {
    return answer;
  }

  /** What is being made is another now. */
  changed() {}

  /** Keep it now and not a moment later: one goes elsewhere. */
  keepNow() {}

  /** The observation is on the screen from now on; the time to answer it runs. */
  show() {
    const upto = this.observation.value?.upto ?? null;
    if (upto !== this.shown.upto) this.shown = { upto, at: Date.now() };
  }

  receive(observation) {
    if (observation.waiting && !this.observation.peek()?.waiting) this.shown = { upto: null, at: 0 };
    this.observation.value = observation;
    const { begun } = this.reply.value;
    if (!begun) return;
    if (!observation.waiting) this.set({ begun: null });
    else if (begun.upto === observation.upto) this.set({ begun: { ...begun, hash: observation.hash } });
  }

  /** Change the reply that is being made. The first touch settles which observation it answers. */
  change(part) {
    if (this.reply.value.out) return;
    this.sent.value = false;
    const next = { ...this.reply.value, ...part };
    if (!next.text && !next.before.length) next.offered = [];
    next.begun = kept.isEmpty(next) ? null : (next.begun ?? this.#onScreen());
    next.revision = Math.max(Date.now(), next.revision + 1);
    this.set(next);
    this.#forget(Object.keys(part));
    this.changed();
  }

  setLabel(name, value) {
    this.change({ labels: { ...this.reply.value.labels, [name]: value } });
    this.#forget([`label-${name}`]);
  }

  setField(name, value) {
    this.change({ values: { ...this.reply.value.values, [name]: value } });
    this.#forget([`field-${name}`, "text"]);
  }

  /** Close the bubble that is being written, and begin the next. */
  closeBubble() {
    const { before, text } = this.reply.value;
    if (text.trim() && before.length < MOST_BUBBLES - 1) this.change({ before: [...before, text], text: "" });
  }

  /** The last bubble that was closed is in the box again. */
  reopenBubble() {
    const { before } = this.reply.value;
    if (before.length) this.change({ before: before.slice(0, -1), text: before.at(-1) });
  }

  addButtons(texts) {
    const { buttons } = this.reply.value;
    this.change({ buttons: [...new Set([...buttons, ...texts])].slice(0, MOST_BUTTONS) });
  }

  removeButton(text) {
    this.change({ buttons: this.reply.value.buttons.filter((each) => each !== text) });
  }

  /** A text that stood ready was taken into the box. */
  took(offered) {
    this.change({ offered: [...this.reply.value.offered, offered].slice(-MOST_OFFERED) });
  }

  /** A passage of a document was opened or copied for this reply. */
  consulted(passage) {
    const { evidence } = this.reply.value;
    const same = (each) => each.document === passage.document && each.passage === passage.passage && each.how === passage.how;
    if (evidence.some(same) || this.reply.value.out) return;
    this.set({ evidence: [...evidence, passage].slice(-MOST_PASSAGES) });
  }

  /** A key was pressed for this answer. */
  pressed() {
    const { keystrokes, firstKey, out } = this.reply.value;
    if (out) return;
    this.set({ keystrokes: keystrokes + 1, firstKey: firstKey ?? secondsTaken(this.answers().at) });
  }

  /** Let the reply answer what has arrived since it was begun, too. */
  answerAll() {
    this.set({ begun: this.#onScreen() });
  }

  /** What the reply answers: its last message's number, its hash, and when that was first shown. */
  answers() {
    return this.reply.value.begun ?? this.#onScreen() ?? { upto: null, hash: null, at: Date.now() };
  }

  /** The bubbles as they are to be sent: an empty one after the last is none. */
  bubbles() {
    const { before, text } = this.reply.value;
    return before.length && !text.trim() ? before : [...before, text];
  }

  /** All that was written so far, as a text. */
  written() {
    const fields = Object.entries(this.reply.value.values).map(([name, value]) => value && `${name}: ${value}`);
    return [...this.bubbles(), ...fields].filter((each) => each.trim()).join("\n\n");
  }

  /** The reply is on its way, and stays as it is until the server has answered. */
  handOver(out) {
    this.set({ id: out.id, out });
  }

  /** It arrived, as that exchange. */
  acknowledge(exchange) {
    const { out, revision } = this.reply.value;
    this.lastSent.value = out;
    this.lastExchange.value = exchange;
    this.set({ ...kept.nothingKept(), revision: Math.max(Date.now(), revision + 1) });
    this.problems.value = {};
    this.sent.value = true;
    this.changed();
  }

  /** The server doesn't take it. */
  refused({ message }) {
    this.takeBack({ text: message });
  }

  /** It was refused, or undone: here it is again, to be changed. A new id where the old one is used up. */
  takeBack(problems, newId = false) {
    this.set({ out: null, ...(newId && { id: null }) });
    this.problems.value = problems;
  }

  set(part) {
    this.reply.value = { ...this.reply.value, ...part };
    kept.store(this.place, this.reply.value);
  }

  #onScreen() {
    const { waiting, upto, hash } = this.observation.value ?? {};
    if (!waiting) return null;
    this.show();
    return { upto, hash, at: this.shown.at };
  }

  #forget(names) {
    const left = Object.entries(this.problems.value).filter(([name]) => !names.includes(name));
    if (left.length < Object.keys(this.problems.value).length) this.problems.value = Object.fromEntries(left);
  }

  #newerThanBegun() {
    const { begun, out } = this.reply.value;
    const { messages, upto } = this.observation.value ?? {};
    if (!begun || out || !messages) return 0;
    const after = messages.slice(Math.max(0, messages.length - (upto - begun.upto)));
    return upto > begun.upto ? after.filter(({ role }) => role === "user").length : 0;
  }
}

export const secondsTaken = (at) => Math.min(LONGEST_SECONDS, Math.max(0, (Date.now() - at) / 1_000));
