// Moments of what is kept of somebody, in their language and in the time where they are.

const shown = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });

for (const time of document.querySelectorAll("time[datetime]")) time.textContent = shown.format(new Date(time.dateTime));
