// The documents that a study grants: their passages, and where a word stands in them.
import { signal } from "/static/vendor/signals.js";
import { ask } from "./connection.js";

const MOST_KEPT = 12;
const kept = new Map();
const folded = new Map();

/** Whether the documents have the page, where there is no room for them beside the conversation. */
export const reading = signal(false);

/** To the search: at once where it is on the screen, so that the next key is typed into it; else once it is. */
export function readDocuments() {
  const toSearch = () => document.getElementById("document-search")?.focus();
  reading.value = true;
  toSearch();
  requestAnimationFrame(toSearch);
}

/** A document of a conversation, as a signal: its `state` is `loading`, `there`, `absent` or `failed`. */
export function documentOf(session, name) {
  const key = `${session} ${name}`;
  if (!kept.has(key)) {
    kept.set(key, signal({ state: "loading" }));
    if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value);
    fetchDocument(session, name);
  }
  return kept.get(key);
}

export async function fetchDocument(session, name) {
  const fetched = kept.get(`${session} ${name}`);
  fetched.value = { state: "loading" };
  const answer = await ask("document", { session, name });
  if (!answer.ok) fetched.value = { state: "failed", says: answer.error.message };
  else if (answer.passages) fetched.value = { state: "there", passages: answer.passages };
  else fetched.value = { state: "absent" };
}

/** Every place in the element where these words stand, whatever their case and accents. */
export function placesOf(element, words) {
  const sought = fold(words.trim().normalize("NFC"));
  if (!sought) return [];
  const nodes = textNodes(element);
  const text = fold(nodes.map(({ node }) => node.data).join(""));
  const places = [];
  for (let at = text.indexOf(sought); at >= 0; at = text.indexOf(sought, at + sought.length)) {
    const range = new Range();
    range.setStart(...within(nodes, at));
    const [node, last] = within(nodes, at + sought.length - 1);
    range.setEnd(node, last + 1);
    places.push(range);
  }
  return places;
}

function textNodes(element) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const nodes = [];
  for (let start = 0, node; (node = walker.nextNode()); start += node.length) nodes.push({ node, start });
  return nodes;
}

function within(nodes, at) {
  const { node, start } = nodes.findLast((each) => each.start <= at);
  return [node, at - start];
}

/** Small letters without accents, one for one, so that each place stays what it was. */
function fold(text) {
  return text.replaceAll(/\s/g, " ").replaceAll(/[A-Z\u0080-\uffff]/g, (unit) => {
    if (!folded.has(unit)) {
      const bare = unit.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase();
      folded.set(unit, bare.length === 1 ? bare : unit);
    }
    return folded.get(unit);
  });
}
