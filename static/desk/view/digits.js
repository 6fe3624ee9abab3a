// A choice that takes digits while it is its turn, and shows them then.
import { html } from "/static/vendor/preact.js";
import { digitsGoTo, focused } from "../digits.js";
import { Choice } from "./choice.js";
import { seeing } from "./seeing.js";

export const Digits = seeing(({ conversation, shifted, ...properties }) => {
  const { id, options } = properties;
  const isTurn = digitsGoTo(conversation)?.id === id;
  const keyed = options.map((option, at) => ({ ...option, key: isTurn ? `${at + 1}` : shifted ? `⇧${at + 1}` : null }));
  const focus = (whether) => (focused.value = whether ? id : null);
  return html`<${Choice} ...${properties} options=${keyed} focus=${focus} />`;
});
