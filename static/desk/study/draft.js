// What isn't saved yet stays in this browser, whatever becomes of the page.

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
    last() {
      try {
        return JSON.parse(localStorage.getItem(key));
      } catch {
        return null;
      }
    },
  };
};
