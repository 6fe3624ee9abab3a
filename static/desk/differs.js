// How one text became another, word by word.
const MOST_STEPS = 1_000_000;

/** Pieces in order, each `kept`, `gone` or `new`. */
export function differs(before, after) {
  const [a, b] = [words(before), words(after)];
  const head = alike(a, b);
  const tail = alike(a.slice(head).reverse(), b.slice(head).reverse());
  const [gone, added] = [a.slice(head, a.length - tail), b.slice(head, b.length - tail)];
  const middle = gone.length * added.length > MOST_STEPS ? whole(gone, added) : between(gone, added);
  return joined([...as("kept", a.slice(0, head)), ...middle, ...as("kept", a.slice(a.length - tail))]);
}

const words = (text) => text.match(/\s+|[\p{L}\p{N}]+|./gsu) ?? [];
const as = (how, list) => list.map((text) => ({ how, text }));
const whole = (gone, added) => [...as("gone", gone), ...as("new", added)];

function alike(a, b) {
  const at = a.findIndex((word, index) => word !== b[index]);
  return at < 0 ? a.length : at;
}

/** The longest common subsequence, read off its table from the beginning. */
function between(a, b) {
  const longest = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      longest[i][j] = a[i] === b[j] ? longest[i + 1][j + 1] + 1 : Math.max(longest[i + 1][j], longest[i][j + 1]);
  const pieces = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      pieces.push({ how: "kept", text: a[i] });
      [i, j] = [i + 1, j + 1];
    } else if (longest[i + 1][j] >= longest[i][j + 1]) pieces.push({ how: "gone", text: a[i++] });
    else pieces.push({ how: "new", text: b[j++] });
  }
  return [...pieces, ...whole(a.slice(i), b.slice(j))];
}

function joined(pieces) {
  return pieces.reduce((made, { how, text }) => {
    const last = made.at(-1);
    return last?.how === how ? [...made.slice(0, -1), { how, text: last.text + text }] : [...made, { how, text }];
  }, []);
}
