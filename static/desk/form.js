// A form's values: what is filled in already, what is wrong with them, and how they are written.
import { _ } from "/static/shared/say.js";

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const TIME = /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/;
const LARGEST = 2 ** 53;
const EMPTY = _("The form is empty.");

/** What stands in the fields, as text: as it was left by the last turn, unless it was changed. */
export function valuesOf(answering) {
  const before = answering.observation.value?.form ?? {};
  const filled = Object.fromEntries(Object.entries(before).map(([name, value]) => [name, value === null ? "" : shown(value)]));
  return { ...filled, ...answering.reply.value.values };
}

/** What is wrong, by field; under `text` what is wrong with all of it. */
export function problemsOf(fields, values) {
  const found = {};
  for (const field of fields) {
    const text = values[field.name]?.trim() ?? "";
    if (!text && field.required) found[`field-${field.name}`] = _("Field “{name}” is required.", { name: field.name });
    else if (text && read(field, text) === undefined) found[`field-${field.name}`] = _("Field “{name}” must be {wanted}.", { name: field.name, wanted: wanted(field) });
  }
  if (!Object.keys(found).length && fields.every(({ name }) => !values[name]?.trim())) found.text = EMPTY;
  return found;
}

/** The values as JSON, as the log has them: its length counts. */
export function written(fields, values) {
  const pairs = fields
    .filter(({ name }) => values[name]?.trim())
    .map((field) => `${JSON.stringify(field.name)}: ${JSON.stringify(read(field, values[field.name].trim()) ?? values[field.name])}`);
  return `{${pairs.join(", ")}}`;
}

/** A value as a participant reads it. */
export function shown(value) {
  if (value === undefined || value === null || value === "") return "–";
  if (typeof value === "boolean") return value ? "yes" : "no";
  return String(value);
}

/** How the participant sees the form: `say` with its values, or a card of them. */
export function seenAs({ fields, say }, values) {
  const seen = (name) => {
    const field = fields.find((each) => each.name === name);
    const text = values[name]?.trim() ?? "";
    return shown(field && text ? (read(field, text) ?? text) : text);
  };
  if (say) return { text: say.replace(/\{\{\s*([\w.-]+)\s*\}\}/g, (slot, name) => seen(name)) };
  const rows = fields.filter(({ name }) => values[name]?.trim()).map(({ name }) => ({ name, value: seen(name) }));
  return { card: { title: "", rows } };
}

/** The value of that kind; undefined where the text is none. */
function read({ kind, options }, text) {
  switch (kind) {
    case "number":
    case "integer": {
      const number = NUMBER.test(text) ? Number(text) : NaN;
      const fits = Math.abs(number) <= LARGEST && (kind === "number" || Number.isInteger(number));
      return fits ? number : undefined;
    }
    case "yes_no":
      return { yes: true, no: false }[text];
    case "choice":
      return options.includes(text) ? text : undefined;
    case "date":
      return isDay(text) ? text : undefined;
    case "time":
      return TIME.test(text) ? text.slice(0, 5) : undefined;
    default:
      return text;
  }
}

function isDay(text) {
  const [, year, month, day] = DATE.exec(text)?.map(Number) ?? [];
  const date = new Date(Date.UTC(year, month - 1, day));
  date.setUTCFullYear(year);
  return year > 0 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

const WANTED = {
  number: _("a number, as 12.50"),
  integer: _("a whole number, as 4"),
  date: _("a date, as 2026-03-01"),
  time: _("a time, as 14:30"),
  yes_no: _("yes or no"),
};

const wanted = ({ kind, options }) => WANTED[kind] ?? _("one of: {options}", { options: options.join(", ") });
