// One conversation at this desk: what the model would see of it, who has it, and the reply that is being made.
import { batch, signal } from "/static/vendor/signals.js";
import { Answering } from "./answering.js";
import { cannedOf, heardCanned } from "./canned.js";
import { KeptDraft, fromDraft } from "./draft.js";
import { Giveaways } from "./giveaway.js";
import { nothingKept } from "./kept.js";
import { sourceOf } from "./source.js";

export class Conversation extends Answering {
  offers = true;
  #draft = new KeptDraft(this);

  constructor(session) {
    super(session);
    this.session = session;
    this.alias = signal("");
    this.holder = signal({ by: null, mine: false, handedOver: null });
    this.ended = signal(null);
    this.busy = signal(null);
    this.participant = signal(null);
    this.whispers = signal([]);
    this.watchedBy = signal([]);
    this.giveaways = new Giveaways(this);
  }

  get who() {
    return this.alias.value;
  }

  get canned() {
    return cannedOf(this.study.value?.study);
  }

  isOpen() {
    return !this.ended.value;
  }

  /** Whether it is this wizard's to answer. */
  isMine() {
    return this.isOpen() && this.holder.value.mine;
  }

  receive(observation) {
    this.participant.value = observation.participant && { ...observation.participant, at: performance.now() };
    super.receive(observation);
  }

  /** It is this wizard's now: what the server answered to the claim. */
  claimed({ study, observation, canned, variables, handed_over: handedOver, whispers, watched_by: watchedBy, revision, draft }) {
    batch(() => {
      this.study.value = study;
      this.variables.value = variables;
      this.holder.value = { by: null, mine: true, handedOver };
      this.whispers.value = whispers;
      this.watchedBy.value = watchedBy;
      heardCanned({ study: study.study, canned });
      this.receive(observation);
      this.heardDraft({ revision, draft });
    });
    this.#draft.soonIfNewer(revision);
  }

  /** A draft that another tab or a colleague wrote: the newer one is taken. */
  heardDraft({ revision, draft }) {
    const { revision: own, out } = this.reply.value;
    if (revision <= own || out) return;
    this.set({ ...nothingKept(), ...(draft && fromDraft(draft, this.observation.value)), revision });
  }

  changed() {
    this.#draft.soon();
  }

  keepNow() {
    this.#draft.now();
  }

  payload(answer) {
    const { buttons, card, offered, evidence } = this.reply.value;
    const { upto, hash } = this.answers();
    return {
      session: this.session,
      ...answer,
      ...(this.study.value.reply.kind === "text" && { buttons, card }),
      source: sourceOf(this.bubbles(), offered),
      upto,
      observation: hash,
      offered,
      evidence,
    };
  }
}
