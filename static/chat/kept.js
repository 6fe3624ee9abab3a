// What a reload must not lose: the text in the box, messages not sent yet, a folded task, and which conversation this browser is in.

export function keptFor(code, storage = pageStorage()) {
  const prefix = `chat:${code}:`;
  const unsentPrefix = `${prefix}unsent:`;

  return {
    text: () => storage.getItem(`${prefix}text`) ?? "",
    keepText: (text) => (text ? put(`${prefix}text`, text) : storage.removeItem(`${prefix}text`)),

    unsent: () =>
      keys(storage)
        .filter((key) => key.startsWith(unsentPrefix))
        .map((key) => parsed(storage.getItem(key)))
        .filter((item) => typeof item?.id === "string" && typeof item.text === "string")
        .sort((a, b) => a.at - b.at),
    keepUnsent: ({ id, text, at }) => put(unsentPrefix + id, JSON.stringify({ id, text, at })),
    dropUnsent: (id) => storage.removeItem(unsentPrefix + id),

    foldedTask: () => storage.getItem(`${prefix}task`),
    keepFoldedTask: (text) => (text ? put(`${prefix}task`, text) : storage.removeItem(`${prefix}task`)),

    answers: (when) => parsed(storage.getItem(`${prefix}answers:${when}`)) ?? {},
    keepAnswers: (when, answers) =>
      answers ? put(`${prefix}answers:${when}`, JSON.stringify(answers)) : storage.removeItem(`${prefix}answers:${when}`),

    conversation: () => storage.getItem(`${prefix}conversation`),
    nameConversation: (name) => put(`${prefix}conversation`, name),

    forgetAll: () =>
      keys(storage)
        .filter((key) => key.startsWith(prefix))
        .forEach((key) => storage.removeItem(key)),

    /** Tells what another tab did: `sent(id)` or `began()`. */
    watch({ sent, began }) {
      addEventListener("storage", ({ key, newValue }) => {
        if (key?.startsWith(unsentPrefix) && newValue === null) sent(key.slice(unsentPrefix.length));
        if (key === `${prefix}conversation` && newValue) began();
      });
    },
  };

  // A full storage only costs the comfort; the page itself still has everything.
  function put(key, value) {
    try {
      storage.setItem(key, value);
    } catch {}
  }
}

function keys(storage) {
  return Array.from({ length: storage.length }, (_, index) => storage.key(index));
}

function parsed(json) {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

// Even naming localStorage throws where a browser blocks it.
function pageStorage() {
  try {
    return localStorage;
  } catch {
    return inMemory();
  }
}

function inMemory() {
  const values = new Map();
  return {
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => values.set(key, value),
    removeItem: (key) => values.delete(key),
    key: (index) => [...values.keys()][index],
    get length() {
      return values.size;
    },
  };
}
