// Finding by a few letters in their order.
const KEY_FIRST = 50;
const WIDEST = 4;

/** Those that have the query's letters in order, the best first. `textsOf` gives each one's texts, its name first. */
export function fuzzy(query, items, textsOf) {
  const wanted = query.trim().toLowerCase();
  if (!wanted) return items;
  return items
    .map((item, at) => ({ item, at, fit: best(wanted, textsOf(item)) }))
    .filter(({ fit }) => fit > 0)
    .sort((a, b) => b.fit - a.fit || a.at - b.at)
    .map(({ item }) => item);
}

const best = (wanted, texts) => Math.max(...texts.map((text, at) => fitOf(wanted, text.toLowerCase(), at ? 0 : KEY_FIRST)));

function fitOf(wanted, text, extra) {
  if (text.startsWith(wanted)) return 400 + extra;
  const at = text.indexOf(wanted);
  if (at >= 0) return (/\w/.test(text[at - 1]) ? 200 : 300) + extra;
  const width = widthOf(wanted, text);
  return width === null || width > wanted.length * WIDEST ? 0 : Math.max(1, 100 - width) + extra;
}

/** In how many letters of the text the wanted ones lie, the narrowest place. */
function widthOf(wanted, text) {
  let narrowest = null;
  for (let from = text.indexOf(wanted[0]); from >= 0; from = text.indexOf(wanted[0], from + 1)) {
    let to = from;
    for (const letter of wanted.slice(1)) {
      to = text.indexOf(letter, to + 1);
      if (to < 0) return narrowest;
    }
    narrowest = Math.min(narrowest ?? Infinity, to - from + 1);
  }
  return narrowest;
}
