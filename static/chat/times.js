// Times as people say them.

import { _, language } from "../shared/say.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const whole = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium" });
const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });

/** How long ago, as "just now" or "5 min ago". */
export function ago(at, now) {
  const passed = now - Date.parse(at);
  if (!(passed >= MINUTE)) return _("just now");
  if (passed < HOUR) return _("{n} min ago", { n: Math.floor(passed / MINUTE) });
  if (passed < DAY) return relative.format(-Math.floor(passed / HOUR), "hour");
  return relative.format(-Math.floor(passed / DAY), "day");
}

export function exact(at) {
  return whole.format(new Date(at));
}
