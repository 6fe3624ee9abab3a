// When something happened: how long ago, and the exact time on hover.
import { html } from "/static/vendor/preact.js";
import { _, language } from "/static/shared/say.js";

const STEPS = [
  { unit: "day", seconds: 86_400 },
  { unit: "hour", seconds: 3_600 },
  { unit: "minute", seconds: 60 },
];
const LONG_AGO_SECONDS = 7 * 86_400;
const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
const region = language === "en" ? "en-GB" : language;
const day = new Intl.DateTimeFormat(region, { dateStyle: "medium" });
const exact = new Intl.DateTimeFormat(region, { dateStyle: "medium", timeStyle: "medium" });

export const When = ({ at }) => {
  const date = new Date(at);
  return html`<time datetime=${at} title=${exact.format(date)}>${ago(date)}</time>`;
};

function ago(date) {
  const seconds = (Date.now() - date) / 1_000;
  if (seconds > LONG_AGO_SECONDS) return day.format(date);
  const step = STEPS.find((each) => seconds >= each.seconds);
  return step ? relative.format(-Math.floor(seconds / step.seconds), step.unit) : _("just now");
}
