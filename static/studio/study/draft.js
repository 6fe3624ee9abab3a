// What isn't saved yet stays in this browser, whatever becomes of the page.

const read = (where, key) => {
  try {
    return JSON.parse(where.getItem(key));
  } catch {
    return null;
  }
};

export const draft = (name) => {
  const key = `curtain-study:${name()}`;
  return {
    keep(value) {
      try {
        localStorage.setItem(key, JSON.stringify(value));
      } catch {
        // full, or not allowed: the page itself still has it
      }
    },
    drop: () => localStorage.removeItem(key),
    last: () => read(localStorage, key),
    /** Out of the way, for this tab to have once more. */
    setAside() {
      sessionStorage.setItem(key, localStorage.getItem(key));
      localStorage.removeItem(key);
    },
    aside() {
      const found = read(sessionStorage, key);
      sessionStorage.removeItem(key);
      return found;
    },
  };
};
