// Unsent replies in this browser's storage: a reload or a crash loses no letter.
const OLDEST_MS = 7 * 24 * 3_600 * 1_000;
const PREFIX = `desk:${document.getElementById("desk").dataset.account}:`;
const SESSION = /^[0-9a-z]+$/;

/** `before` are the bubbles that are closed, `text` is the one in the box; `begun` is what the reply answers. */
const EMPTY = {
  id: null,
  text: "",
  card: null,
  could: null,
  missing: "",
  begun: null,
  firstKey: null,
  keystrokes: 0,
  out: null,
  revision: 0,
};

export const nothingKept = () => ({ ...EMPTY, before: [], buttons: [], values: {}, labels: {}, offered: [], evidence: [] });

export const isEmpty = ({ before, text, buttons, card, values, labels, could, missing }) =>
  !text &&
  !missing &&
  !card &&
  could === null &&
  !before.length &&
  !buttons.length &&
  !Object.keys(values).length &&
  !Object.values(labels).some(Boolean);

export function load(place) {
  return { ...nothingKept(), ...read(PREFIX + place) };
}

export function store(place, reply) {
  try {
    if (isEmpty(reply)) localStorage.removeItem(PREFIX + place);
    else localStorage.setItem(PREFIX + place, JSON.stringify({ ...reply, at: Date.now() }));
  } catch {
    // A full or forbidden storage: the reply is still on the page.
  }
}

/** Every session with an unsent reply, and whether it was under way. Old ones are swept out. */
export function keptSessions() {
  const found = [];
  for (const key of Object.keys(localStorage).filter((key) => key.startsWith(PREFIX))) {
    const reply = read(key);
    const place = key.slice(PREFIX.length);
    if (!(reply?.at > Date.now() - OLDEST_MS)) localStorage.removeItem(key);
    else if (SESSION.test(place)) found.push({ session: place, underWay: Boolean(reply.out) });
  }
  return found;
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}
