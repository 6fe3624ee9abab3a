// Unsent replies in this browser's storage: a reload or a crash loses no letter.
const OLDEST_MS = 7 * 24 * 3_600 * 1_000;
const PREFIX = `desk:${document.getElementById("desk").dataset.account}:`;

const EMPTY = { id: null, text: "", labels: {}, could: null, missing: "", begun: null, out: null };

export const nothingKept = () => ({ ...EMPTY, labels: {} });

export const isEmpty = ({ text, labels, could, missing }) =>
  !text && !missing && could === null && !Object.values(labels).some(Boolean);

export function load(session) {
  return { ...nothingKept(), ...read(PREFIX + session) };
}

export function store(session, reply) {
  try {
    if (isEmpty(reply)) localStorage.removeItem(PREFIX + session);
    else localStorage.setItem(PREFIX + session, JSON.stringify({ ...reply, at: Date.now() }));
  } catch {
    // A full or forbidden storage: the reply is still on the page.
  }
}

/** Every session with an unsent reply, and whether it was under way. Old ones are swept out. */
export function keptSessions() {
  const found = [];
  for (const key of Object.keys(localStorage).filter((key) => key.startsWith(PREFIX))) {
    const reply = read(key);
    if (reply?.at > Date.now() - OLDEST_MS) found.push({ session: key.slice(PREFIX.length), underWay: Boolean(reply.out) });
    else localStorage.removeItem(key);
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
