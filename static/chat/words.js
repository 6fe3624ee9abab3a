// What goes wrong, said for the person who reads it.

export const NO_ANSWER = "No answer yet.";
const UNREACHABLE = "The conversation can’t be reached right now. Try again in a moment.";

const BY_CODE = {
  slow_down: "That was a lot at once.",
  unavailable: "It can’t be saved right now.",
  internal: "Something went wrong.",
  closed: "The connection was closed.",
  ended: "This conversation has ended.",
};

/** What went wrong by this answer of the server's, which is null where none came; null if nothing did. */
export function problemOf(answer) {
  if (!answer) return UNREACHABLE;
  return answer.ok ? null : inWords(answer.error);
}

export function inWords({ code, message }) {
  const most = /at most (\d+) characters/.exec(message ?? "")?.[1];
  if (most) return `It’s too long: a message can have ${Number(most).toLocaleString("en")} characters.`;
  if (code === "too_long") return "It’s too long for one message.";
  if (BY_CODE[code]) return BY_CODE[code];
  if (code === "invalid") return "It has characters that can’t be sent.";
  return message || "It can’t be sent.";
}
