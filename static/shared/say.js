// What a page says, in its language: the texts came with the page, by their English; what isn't there is said in English.

const given = document.querySelector("#page-words");
const texts = new Map(Object.entries(given ? JSON.parse(given.textContent) : {}));
const ORDER = ["zero", "one", "two", "few", "many", "other"];

/** As Intl takes it. */
export const language = document.documentElement.lang;

const plurals = new Intl.PluralRules(language);
const kinds = ORDER.filter((kind) => plurals.resolvedOptions().pluralCategories.includes(kind));

/** The text in this page's language, with each `{name}` filled in. */
export function _(text, values) {
  return filled(texts.get(text)?.[0] ?? text, values);
}

/** The text that goes with the number `n`, which fills in `{n}` as this language writes numbers. */
export function ngettext(one, many, n, values) {
  const forms = texts.get(one) ?? [one, many];
  const form = forms[Math.min(kinds.indexOf(plurals.select(n)), forms.length - 1)];
  return filled(form, { n: n.toLocaleString(language), ...values });
}

/** With one digit after the point, as this language writes it. */
export function toOneDigit(number) {
  return number.toLocaleString(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
}

/** A text of `_` with something else than words in its gaps, such as elements: its pieces, in order. */
export function woven(text, values) {
  return text.split(/\{(\w+)\}/).map((piece, at) => (at % 2 ? values[piece] : piece));
}

/** More texts, for what is only loaded later. */
export function learn(more) {
  for (const [text, forms] of Object.entries(more)) texts.set(text, forms);
}

function filled(text, values) {
  return values ? text.replace(/\{(\w+)\}/g, (gap, name) => values[name] ?? gap) : text;
}
