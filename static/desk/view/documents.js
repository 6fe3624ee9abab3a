// The documents that the study grants the model, beside the conversation: to read, to search, to copy from.
import { html, useEffect, useLayoutEffect, useRef, useState } from "/static/vendor/preact.js";
import { documentOf, fetchDocument, placesOf, reading } from "../documents.js";
import { seeing } from "./seeing.js";
import { Skeleton } from "./skeleton.js";
import { _, ngettext } from "/static/shared/say.js";

const HIGHLIGHTS = globalThis.Highlight && CSS.highlights;
const TAPS = matchMedia("(max-width: 47.99rem), (pointer: coarse)").matches;
const AT_THE_TOP = { block: "start", behavior: "instant" };

export const Documents = ({ conversation, names }) => {
  const [chosen, choose] = useState(names[0]);
  const name = names.includes(chosen) ? chosen : names[0];
  return html`
    <aside class="documents" aria-labelledby="documents">
      <header class="documents-head">
        <button class="button quiet square back" type="button" onClick=${() => (reading.value = false)}>
          <span class="icon icon-arrow-left"></span><span class="only-heard">${_("Back to the conversation")}</span>
        </button>
        <h2 class="group" id="documents">${names.length > 1 ? _("Documents") : name}</h2>
      </header>
      ${names.length > 1 && html`<${Names} names=${names} chosen=${name} choose=${choose} />`}
      <${Document} key=${name} conversation=${conversation} name=${name} />
    </aside>
  `;
};

const Names = ({ names, chosen, choose }) => html`
  <ul class="document-names" role="list">
    ${names.map(
      (name) => html`<li key=${name}>
        <button class="button quiet small" type="button" aria-pressed=${name === chosen ? "true" : "false"} onClick=${() => choose(name)}>
          <span class="icon icon-file-text"></span> <span>${name}</span>
        </button>
      </li>`,
    )}
  </ul>
`;

const Document = seeing(({ conversation, name }) => {
  const { session } = conversation;
  const { state, passages, says } = documentOf(session, name).value;
  if (state === "loading")
    return html`<${Skeleton} />`;
  if (state === "absent")
    return html`<p class="nobody">${_("The text of {name} isn't stored, so it can't be read here. The model would be given it.", { name })}</p>`;
  if (state === "failed")
    return html`<div class="nobody">
      <p role="alert">${says}</p>
      <button class="button small" type="button" onClick=${() => fetchDocument(session, name)}>${_("Try again")}</button>
    </div>`;
  return html`<${Text} passages=${passages} note=${(passage, how) => conversation.consulted({ document: name, passage, how })} />`;
});

/** `note` is told which passage was opened or copied, counted from 1. */
const Text = ({ passages, note }) => {
  const text = useRef();
  const [sought, seek] = useState("");
  const [places, setPlaces] = useState([]);
  const [at, setAt] = useState(-1);

  useLayoutEffect(() => {
    setPlaces([...text.current.children].flatMap((element) => placesOf(element, sought)));
    setAt(-1);
  }, [passages, sought]);
  useEffect(() => mark(places, at), [places, at]);

  const open = (passage) => {
    text.current.children[passage - 1].scrollIntoView(AT_THE_TOP);
    note(passage, "opened");
  };
  const step = (by) => {
    if (!places.length) return;
    const next = at < 0 ? (by > 0 ? 0 : places.length - 1) : (at + by + places.length) % places.length;
    setAt(next);
    open(passageOf(places[next].startContainer, text.current));
  };
  const copied = () => {
    for (const passage of selected(text.current)) note(passage, "copied");
  };
  const clicked = ({ target }) => {
    const passage = passageOf(target, text.current);
    if (passage) note(passage, "opened");
  };

  if (!passages.length) return html`<p class="nobody">${_("It is empty.")}</p>`;
  return html`
    <${Search} sought=${sought} seek=${seek} step=${step} at=${at} count=${places.length} />
    <${Outline} passages=${passages} open=${open} />
    <div class="document" ref=${text} tabindex="0" role="region" aria-label=${_("Text")} onCopy=${copied} onClick=${clicked}>
      ${passages.map(
        ({ html: inner }, index) => html`<div class="rendered" key=${index} dir="auto" dangerouslySetInnerHTML=${{ __html: inner }}></div>`,
      )}
    </div>
  `;
};

const Search = ({ sought, seek, step, at, count }) => {
  const onKey = (event) => {
    if (event.key === "Escape" && !sought) reading.value = false;
    const by = { Enter: event.shiftKey ? -1 : 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by || event.isComposing) return;
    event.preventDefault();
    step(by);
  };
  return html`
    <div class="document-search" role="search">
      <label class="only-heard" for="document-search">${_("Search in the document")}</label>
      <input
        class="field"
        id="document-search"
        type="search"
        autocomplete="off"
        placeholder=${TAPS ? _("Search") : `${_("Search")} (d)`}
        value=${sought}
        onInput=${({ target }) => seek(target.value)}
        onKeyDown=${onKey}
      />
      <p class="places" role="status">${sought.trim() && placesSaid(at, count)}</p>
      ${count > 0 &&
      html`
        <button class="button quiet square small" type="button" onClick=${() => step(-1)}>
          <span class="icon icon-arrow-up"></span><span class="only-heard">${_("Previous match")}</span>
        </button>
        <button class="button quiet square small" type="button" onClick=${() => step(1)}>
          <span class="icon icon-arrow-down"></span><span class="only-heard">${_("Next match")}</span>
        </button>
      `}
    </div>
  `;
};

const Outline = ({ passages, open }) => {
  const headings = passages.map(({ html: inner, level }, index) => ({ inner, level, passage: index + 1 })).filter(({ level }) => level);
  if (headings.length < 2) return null;
  return html`
    <details class="outline">
      <summary>${ngettext("{n} heading", "{n} headings", headings.length)}</summary>
      <ul role="list">
        ${headings.map(
          ({ inner, level, passage }) => html`<li key=${passage} data-level=${level}>
            <button class="button quiet small" type="button" onClick=${() => open(passage)}>${wordsOf(inner)}</button>
          </li>`,
        )}
      </ul>
    </details>
  `;
};

function placesSaid(at, count) {
  if (!count) return _("not in it");
  return at < 0 ? ngettext("{n} place", "{n} places", count) : _("{n} of {all}", { n: at + 1, all: count });
}

/** Marks lie over the text without changing it, where the browser can. */
function mark(places, at) {
  if (!HIGHLIGHTS) return undefined;
  HIGHLIGHTS.set("found", new Highlight(...places));
  HIGHLIGHTS.set("found-here", new Highlight(...places.slice(at < 0 ? places.length : at, at + 1)));
  return () => {
    HIGHLIGHTS.delete("found");
    HIGHLIGHTS.delete("found-here");
  };
}

/** Which passage a node is in, counted from 1; 0 for none. */
function passageOf(node, text) {
  return [...text.children].findIndex((passage) => passage.contains(node)) + 1;
}

/** Which passages the selection has letters of: a selection that only touches the next one has none of it. */
function selected(text) {
  const selection = getSelection().getRangeAt(0);
  return [...text.children].flatMap((passage, index) => {
    if (!selection.intersectsNode(passage)) return [];
    const part = new Range();
    part.selectNodeContents(passage);
    if (part.compareBoundaryPoints(Range.START_TO_START, selection) < 0) part.setStart(selection.startContainer, selection.startOffset);
    if (part.compareBoundaryPoints(Range.END_TO_END, selection) > 0) part.setEnd(selection.endContainer, selection.endOffset);
    return part.toString().trim() ? [index + 1] : [];
  });
}

const wordsOf = (inner) => new DOMParser().parseFromString(inner, "text/html").body.textContent.trim();
