// Every act and its key.
import { close, ending, next, opened, previous, release, sheet } from "./desk.js";

const WRITING = "textarea, select, input:not([type=radio])";

export const KEYS = [
  { key: "j", does: "Next waiting conversation" },
  { key: "k", does: "Previous conversation" },
  { key: "r", does: "Go to the reply" },
  { key: "1 to 9", does: "Choose the first label" },
  { key: "Shift 1 to 9", does: "Choose the reply, where it is a choice" },
  { key: "y", does: "Yes, I could answer from what I was shown" },
  { key: "g", does: "I guessed" },
  { key: "n", does: "No, I could not" },
  { key: "Enter", does: "Send the reply" },
  { key: "Shift Enter", does: "A new line" },
  { key: "Esc", does: "Leave the text box" },
  { key: "x", does: "Release the conversation" },
  { key: "e", does: "End the conversation" },
  { key: "?", does: "This sheet" },
];

const COULD = { y: "yes", g: "guessed", n: "no" };

const ACTS = {
  j: next,
  k: previous,
  "?": () => (sheet.value = true),
  r: inConversation(() => document.querySelector("#reply-text, #reply-0")?.focus()),
  x: inConversation(release),
  e: inConversation((conversation) => (ending.value = conversation)),
  Escape: () => opened.value && matchMedia("(max-width: 47.99rem)").matches && close(),
};

export function listenToKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.target.closest?.(WRITING)) {
      if (event.key === "Escape") document.getElementById("conversation-name")?.focus();
      return;
    }
    const act = ACTS[plain(event.key)] ?? answering(event);
    if (!act) return;
    event.preventDefault();
    act();
  });
}

/** Caps lock changes nothing. */
const plain = (key) => (key.length === 1 ? key.toLowerCase() : key);

function answering({ key, code, shiftKey }) {
  const conversation = opened.value;
  if (!conversation?.study.value) return null;
  const could = COULD[plain(key)];
  if (could) return () => conversation.change({ could });
  const digit = /^Digit([1-9])$/.exec(code)?.[1] ?? /^[1-9]$/.exec(key)?.[0];
  if (!digit) return null;
  const { labels, reply } = conversation.study.value;
  const label = labels.find(({ kind }) => kind === "choice");
  if (label && !shiftKey) return chosen(label.options[digit - 1], (option) => conversation.setLabel(label.name, option));
  return chosen(reply.options?.[digit - 1], (text) => conversation.change({ text }));
}

const chosen = (option, choose) => option && (() => choose(option));

function inConversation(act) {
  return () => opened.value && !opened.value.ended.value && act(opened.value);
}
