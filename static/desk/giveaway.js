// What in a reply would give a person away: asked for where one pauses, and as it leaves. Advice, which stops nothing.
import { computed, effect, signal } from "/static/vendor/signals.js";
import { ask } from "./connection.js";
import { sourceOf } from "./source.js";

const PAUSE_MS = 1_200;

export class Giveaways {
  #conversation;
  #timer;
  #looked = "";

  constructor(conversation) {
    this.#conversation = conversation;
    this.hints = signal([]);
    const own = computed(() => this.#own());
    const leaves = computed(() => Boolean(conversation.reply.value.out));
    effect(() => this.#look(own.value, leaves.value));
  }

  /** The text in the box, where it is of one's own making. */
  #own() {
    const { text, offered } = this.#conversation.reply.value;
    if (this.#conversation.study.value?.reply.kind !== "text" || !text.trim()) return "";
    return ["typed", "edited"].includes(sourceOf(this.#conversation.bubbles(), offered)) ? text : "";
  }

  #look(text, leaves) {
    clearTimeout(this.#timer);
    if (text === this.#looked) return;
    this.#looked = "";
    this.hints.value = this.hints.peek().filter(({ kind, span }) => kind !== "style" && text.includes(span));
    if (text) this.#timer = setTimeout(() => this.#ask(text), leaves ? 0 : PAUSE_MS);
  }

  async #ask(text) {
    this.#looked = text;
    const answer = await ask("check", { session: this.#conversation.session, text });
    if (!answer.ok || this.#looked !== text) return;
    const letters = [...text];
    this.hints.value = answer.hints.map((hint) => ({ ...hint, span: letters.slice(hint.start, hint.end).join("") }));
  }
}
