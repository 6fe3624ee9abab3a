// Second opinions: observations that a colleague answered already, answered once more without knowing how.
import { batch, signal } from "/static/vendor/signals.js";
import { Answering } from "./answering.js";
import { ask } from "./connection.js";
import { nothingKept } from "./kept.js";
import { deliver } from "./sending.js";
import { meet } from "./studies.js";
import { tell } from "./undo.js";
import { _ } from "/static/shared/say.js";

export const ADDRESS = "#opinions";

/** How many wait for one's own. */
export const waitingOpinions = signal(0);
/** Whether one is at it. */
export const judging = signal(false);
/** The one that is answered now; null where none is left. */
export const judged = signal(null);
export const fetching = signal(false);
export const refusal = signal(null);

/** One's own answer to an observation, sent as a second opinion. */
class Opinion extends Answering {
  event = "opinion";
  sends = _("Send second opinion");
  takesButtons = false;
  leavesAtOnce = true;

  constructor({ session, exchange, observation, study, variables }) {
    super(`opinion:${session}:${exchange}`);
    Object.assign(this, { session, exchange });
    batch(() => {
      this.study.value = study;
      this.variables.value = variables;
      this.receive(observation);
    });
    this.show();
    if (this.reply.value.out) deliver(this);
  }

  get who() {
    return _("the participant");
  }

  payload(answer) {
    return { session: this.session, exchange: this.exchange, ...answer };
  }

  acknowledge() {
    super.acknowledge();
    tell(_("Your second opinion is kept."));
    goOn(this);
  }

  /** One that can't be taken any more is left; anything else is mended here. */
  refused(error) {
    super.refused(error);
    if (!["blind", "missing"].includes(error.code)) return;
    tell(_("This one can't be taken any more: {why}", { why: error.message }));
    this.set(nothingKept());
    goOn(this);
  }
}

export function arrived({ opinions }) {
  waitingOpinions.value = opinions;
}

export function heardOpinions({ waiting }) {
  waitingOpinions.value = waiting;
  if (judging.peek() && !judged.peek() && waiting && !fetching.peek()) nextOpinion();
}

/** Sit down to it, and take the next. */
export function judge() {
  judging.value = true;
  if (!judged.peek() && !fetching.peek()) nextOpinion();
}

export function leaveOpinions() {
  judging.value = false;
}

export async function nextOpinion() {
  fetching.value = true;
  const answer = await ask("next_opinion");
  batch(() => {
    fetching.value = false;
    refusal.value = answer.ok ? null : answer.error;
    if (!answer.ok) return;
    waitingOpinions.value = answer.waiting;
    judged.value = answer.opinion && same(answer.opinion) ? judged.peek() : answer.opinion && new Opinion(answer.opinion);
    if (answer.opinion) meet(answer.opinion.study);
  });
}

/** Leave this one to others. What was written of it stays in this browser. */
export async function skip() {
  const { session, exchange } = judged.peek();
  const answer = await ask("skip_opinion", { session, exchange });
  if (answer.ok) return nextOpinion();
  refusal.value = answer.error;
}

function goOn(opinion) {
  if (judged.peek() !== opinion) return;
  judged.value = null;
  if (judging.peek()) nextOpinion();
}

const same = ({ session, exchange }) => judged.peek()?.session === session && judged.peek()?.exchange === exchange;
