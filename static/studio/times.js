// Moments that the server has in UTC, in the zone of whoever looks: what is shown, and what a form asks for.

import { language } from "/static/shared/say.js";

const HOUR = 3_600_000;
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const shown = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
const exact = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "long" });
const ago = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
const two = (number) => String(number).padStart(2, "0");

for (const time of document.querySelectorAll("time[datetime]")) {
  const moment = new Date(time.dateTime);
  time.title = exact.format(moment);
  time.textContent = words(moment, Date.now() - moment);
}

for (const form of document.querySelectorAll("[data-local-times]")) {
  const fields = form.querySelectorAll("input[type=datetime-local]");
  for (const field of fields) if (field.value) field.value = local(new Date(`${field.value}Z`));
  for (const named of form.querySelectorAll("[data-zone]")) named.textContent = zone;
  form.addEventListener("formdata", ({ formData }) => {
    for (const { name, value } of fields) if (value) formData.set(name, new Date(value).toISOString());
  });
}

// How long ago it was within a day, the day and the time of what is further off or still to come.
function words(moment, since) {
  if (since < 0 || since >= 24 * HOUR) return shown.format(moment);
  return since < HOUR ? ago.format(-Math.floor(since / 60_000), "minute") : ago.format(-Math.floor(since / HOUR), "hour");
}

function local(moment) {
  const day = [moment.getFullYear(), moment.getMonth() + 1, moment.getDate()].map(two).join("-");
  return `${day}T${two(moment.getHours())}:${two(moment.getMinutes())}`;
}
