// Turns what is on the page into what some HTML says, and leaves alone what stays: a selection, the place in a wide table.

/** `html` is the server's, rendered and cleaned; `dress(root)` may change first what comes of it. */
export function grow(element, html, dress) {
  const wanted = document.createElement("template");
  wanted.innerHTML = html;
  dress(wanted.content);
  assimilate(element, wanted.content);
}

function assimilate(element, wanted) {
  const [are, wants] = [[...element.childNodes], [...wanted.childNodes]];
  wants.forEach((want, at) => {
    const is = are[at];
    if (!is) element.append(want);
    else if (is.nodeType === Node.TEXT_NODE && want.nodeType === Node.TEXT_NODE) say(is, want.data);
    else if (is.cloneNode(false).isEqualNode(want.cloneNode(false))) assimilate(is, want);
    else is.replaceWith(want);
  });
  are.slice(wants.length).forEach((is) => is.remove());
}

function say(text, words) {
  if (words.startsWith(text.data)) text.appendData(words.slice(text.length));
  else text.data = words;
}
