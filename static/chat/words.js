// What goes wrong, said for the person who reads it.

import { _, language } from "../shared/say.js";

export const NO_ANSWER = _("No answer yet.");
const UNREACHABLE = _("The conversation can’t be reached right now. Try again in a moment.");

const BY_CODE = {
  slow_down: _("That was a lot at once."),
  unavailable: _("It can’t be saved right now."),
  internal: _("Something went wrong."),
  closed: _("The connection was closed."),
  over: _("No more can be written here."),
  ended: _("This conversation has ended."),
};

/** What went wrong by this answer of the server's, which is null where none came; null if nothing did. */
export function problemOf(answer) {
  if (!answer) return UNREACHABLE;
  return answer.ok ? null : inWords(answer.error);
}

export function inWords({ code, message }) {
  const most = /at most (\d+) characters/.exec(message ?? "")?.[1];
  if (most) return _("It’s too long: a message can have {most} characters.", { most: Number(most).toLocaleString(language) });
  if (code === "too_long") return _("It’s too long for one message.");
  if (BY_CODE[code]) return BY_CODE[code];
  if (code === "invalid") return _("It has characters that can’t be sent.");
  return message || _("It can’t be sent.");
}
