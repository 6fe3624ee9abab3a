// Drafts on the server: for a reload, a second tab, or a colleague who takes over.
import { isEmpty } from "./kept.js";
import { ask, connected } from "./connection.js";
import { secondsTaken } from "./answering.js";

const PAUSE_MS = 1_000;

/** Keeps what is being written in a conversation: at most once a second, and at once when one goes elsewhere. */
export class KeptDraft {
  #conversation;
  #timer;
  #sentAt = -PAUSE_MS;
  #revision = 0;

  constructor(conversation) {
    this.#conversation = conversation;
    let stood = true;
    connected.subscribe((stands) => {
      if (stands && !stood && this.#revision < this.#written.revision) this.soon();
      stood = stands;
    });
    addEventListener("pagehide", () => this.now());
  }

  soon() {
    this.#timer ??= setTimeout(() => this.#send(), Math.max(0, this.#sentAt + PAUSE_MS - performance.now()));
  }

  now() {
    if (this.#timer) this.#send();
  }

  /** What was written while the line was down is newer than what is kept. */
  soonIfNewer(revision) {
    this.#revision = Math.max(this.#revision, revision);
    if (this.#written.revision > this.#revision) this.soon();
  }

  get #written() {
    return this.#conversation.reply.value;
  }

  async #send() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#conversation.holder.value.mine || this.#conversation.ended.value) return;
    this.#sentAt = performance.now();
    const { session } = this.#conversation;
    const { revision } = this.#written;
    const answer = await ask("draft", { session, revision, draft: toDraft(this.#written) });
    if (!answer.ok) return;
    this.#revision = Math.max(this.#revision, revision);
    this.#conversation.heardDraft(answer);
  }
}

/** The reply that is being made, as the server keeps it; null where there is nothing of it. */
function toDraft(reply) {
  if (isEmpty(reply)) return null;
  const { before, text, buttons, card, values, labels, could, missing, begun, firstKey, keystrokes, offered, evidence } = reply;
  const [first, ...more] = [...before, text];
  return {
    text: first,
    more,
    buttons,
    card,
    values,
    labels: Object.fromEntries(Object.entries(labels).filter(([, value]) => value)),
    could_answer: could,
    missing,
    upto: begun?.upto ?? null,
    seconds: begun ? secondsTaken(begun.at) : null,
    first_key: firstKey,
    keystrokes,
    offered,
    evidence,
  };
}

/** The same the other way round. What it answers is known whole only where that stands on the screen. */
export function fromDraft(draft, observation) {
  const { text, more, buttons, card, values, labels, could_answer, missing, upto, seconds, first_key, keystrokes } = draft;
  const bubbles = [text, ...more];
  const hash = observation?.upto === upto ? observation.hash : null;
  return {
    before: bubbles.slice(0, -1),
    text: bubbles.at(-1),
    buttons,
    card,
    values,
    labels,
    could: could_answer,
    missing,
    begun: upto === null ? null : { upto, hash, at: Date.now() - (seconds ?? 0) * 1_000 },
    firstKey: first_key,
    keystrokes,
    offered: draft.offered,
    evidence: draft.evidence,
  };
}
