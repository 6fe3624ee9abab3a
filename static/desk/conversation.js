// One conversation at this desk: what the model would see of it, and the reply that is being made.
import { computed, signal } from "/static/vendor/signals.js";
import * as kept from "./kept.js";

export class Conversation {
  constructor(session) {
    this.session = session;
    this.alias = signal("");
    this.study = signal(null);
    this.observation = signal(null);
    this.holder = signal({ by: null, mine: false });
    this.ended = signal(null);
    this.reply = signal(kept.load(session));
    this.problems = signal({});
    this.sent = signal(false);
    this.busy = signal(null);
    this.waits = computed(() => !this.ended.value && Boolean(this.observation.value?.waiting));
    this.newer = computed(() => this.#newerThanBegun());
    this.shown = { upto: null, at: 0 };
  }

  /** The observation is on the screen from now on; the time to answer it runs. */
  show() {
    const upto = this.observation.value?.upto ?? null;
    if (upto !== this.shown.upto) this.shown = { upto, at: Date.now() };
  }

  receive(observation) {
    this.observation.value = observation;
    if (!observation.waiting && this.reply.value.begun) this.#set({ begun: null });
  }

  /** Change the reply that is being made. The first touch settles which observation it answers. */
  change(part) {
    if (this.reply.value.out) return;
    this.sent.value = false;
    const next = { ...this.reply.value, ...part };
    if (kept.isEmpty(next)) this.#set({ ...next, begun: null });
    else this.#set({ ...next, begun: next.begun ?? this.#onScreen() });
    this.#forget(Object.keys(part));
  }

  setLabel(name, value) {
    this.change({ labels: { ...this.reply.value.labels, [name]: value } });
    this.#forget([`label-${name}`]);
  }

  /** Let the reply answer what has arrived since it was begun, too. */
  answerAll() {
    this.#set({ begun: this.#onScreen() });
  }

  /** What the reply answers: the number of its last message, and when that was first shown. */
  answers() {
    return this.reply.value.begun ?? this.#onScreen() ?? { upto: null, at: Date.now() };
  }

  /** The reply is on its way, and stays as it is until the server has answered. */
  handOver(out) {
    this.#set({ id: out.id, out });
  }

  /** It arrived. */
  acknowledge() {
    this.#set(kept.nothingKept());
    this.problems.value = {};
    this.sent.value = true;
  }

  /** It was refused: here it is again, to be changed. A new id where the old one is used up. */
  takeBack(problems, newId = false) {
    this.#set({ out: null, ...(newId && { id: null }) });
    this.problems.value = problems;
  }

  #set(part) {
    this.reply.value = { ...this.reply.value, ...part };
    kept.store(this.session, this.reply.value);
  }

  #onScreen() {
    const { waiting, upto } = this.observation.value ?? {};
    if (!waiting) return null;
    this.show();
    return { upto, at: this.shown.at };
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
