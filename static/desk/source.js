// Where a reply's words came from.

/** `typed` where nothing was taken; what was taken, where it stands as it was and alone; else `edited`. */
export function sourceOf(bubbles, offered) {
  if (!offered.length) return "typed";
  let rest = bubbles.join("\n");
  for (const { text } of offered) {
    const at = rest.indexOf(text);
    if (at < 0) return "edited";
    rest = `${rest.slice(0, at)} ${rest.slice(at + text.length)}`;
  }
  if (rest.trim()) return "edited";
  return offered.every(({ kind }) => kind === "suggested") ? "suggested" : "canned";
}
