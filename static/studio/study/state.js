// A study as it is being changed: the form's fields and the file's text, two views of one thing.
import { batch, signal } from "/static/vendor/signals.js";
import { draft } from "./draft.js";
import { _ } from "/static/shared/say.js";

const LOOK_MS = 400;
const MOST_UNDO_STEPS = 100;
const SHORT_NAME = 40;
/** Ends the address of a study that was saved for the first time just now. */
const BEGUN = "#begun";
const REFUSED = {
  404: _("You are signed out. Sign in again in another tab, then save."),
  413: _("The documents are too large."),
};

const page = JSON.parse(document.getElementById("study-data").textContent);

/** `usual` has the fields of an empty study. */
export const { sections, study, usual } = page;
export const version = signal(page.version);
export const view = signal(page.problems.length ? "file" : "form");
export const fields = signal(page.fields);
/** The file's text, as it is or as the form's fields make it. */
export const source = signal(page.source);
export const problems = signal(page.problems);
/** Texts of documents that were added, by name; and the names of those that are stored. */
export const texts = signal(page.documents.texts);
export const stored = signal(page.documents.stored);
/** Texts of the study that participants read, each as it was written and as it looks, by name. */
export const shown = signal(page.shown);
export const edited = signal(false);
export const busy = signal(false);
export const says = signal(location.hash === BEGUN ? _("Saved as version 1. Try it yourself, or invite somebody.") : "");
/** What somebody else saved in the meantime: by whom, their fields, those that both changed. */
export const others = signal(null);
/** Steps back; what was `discarded` is one, until something else is changed. */
export const undoSteps = signal([]);

if (location.hash === BEGUN) history.replaceState(null, "", location.pathname);

/** The text that the form's fields are written into: as it was loaded, or last changed by hand. */
let root = page.source;
let looking;
let asked = 0;
/** How many changes there were: whether there was another. */
let changes = 0;
let named = Boolean(study);
const kept = draft(() => page.study ?? `new${location.search}`);

const put = (tree, [step, ...rest], value) => {
  if (step === undefined) return value;
  const copy = Array.isArray(tree) ? [...tree] : { ...tree };
  copy[step] = put(tree?.[step], rest, value);
  return copy;
};

const partAt = (tree, path) => path.reduce((part, step) => part?.[step], tree);

export const at = (path) => partAt(fields.value, path);

/** Change a field. With `step`, it can be taken back by itself: something was added, moved or removed. */
export function change(path, value, step = null) {
  batch(() => {
    if (step) undoSteps.value = [...undoSteps.peek().slice(1 - MOST_UNDO_STEPS), { does: step, path, was: at(path) }];
    fields.value = put(fields.peek(), path, value);
    if (path[0] === "study") named = true;
    if (path[0] === "title" && !named && short(value)) fields.value = put(fields.peek(), ["study"], short(value));
    touched();
  });
}

/** The short name that a title makes, as long as nobody has written one. */
const short = (title) =>
  title.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^a-z0-9]+/g, "-").slice(0, SHORT_NAME).replace(/^-+|-+$/g, "");

export function takeBack() {
  const last = undoSteps.peek().at(-1);
  if (!last) return;
  if (last.discarded) {
    kept.keep(last.discarded);
    undoSteps.value = [];
    bringBack(last.discarded);
    return;
  }
  batch(() => {
    undoSteps.value = undoSteps.peek().slice(0, -1);
    fields.value = put(fields.peek(), last.path, last.was);
    touched();
    says.value = _("Taken back: {what}.", { what: last.does });
  });
}

export function write(text) {
  batch(() => {
    source.value = text;
    root = text;
    touched();
  });
}

export function addText(name, text) {
  batch(() => {
    texts.value = { ...texts.peek(), [name]: text };
    const those = at(["model_sees", "documents"]) ?? [];
    if (!those.includes(name)) change(["model_sees", "documents"], [...those, name], _("added {what}", { what: name }));
    touched();
  });
}

function touched() {
  changes++;
  if (!edited.peek()) {
    says.value = ""; // what it said was of what is saved
    undoSteps.value = undoSteps.peek().filter(({ discarded }) => !discarded); // it would take the place of what is new
  }
  edited.value = true;
  kept.keep({
    version: version.peek(),
    view: view.peek(),
    fields: fields.peek(),
    root,
    source: source.peek(),
    texts: texts.peek(),
  });
  clearTimeout(looking);
  looking = setTimeout(look, LOOK_MS);
}

/** Ask for the other view; whether this one is a study. */
export async function look() {
  clearTimeout(looking);
  const turn = ++asked;
  const form = view.peek() === "form";
  const answer = await post("look", {
    shown: true,
    ...(form ? { fields: fields.peek(), source: root } : { source: source.peek() }),
  });
  if (turn !== asked || !answer) return false;
  batch(() => {
    problems.value = answer.problems;
    shown.value = answer.shown ?? shown.peek();
    if (answer.problems.length) return;
    if (form) source.value = answer.source;
    else fields.value = answer.fields;
  });
  return !answer.problems.length;
}

/** To the other view, if this one is a study; else what is wrong is told here first. */
export async function turnTo(other) {
  if (view.peek() === other) return;
  if (!(await look())) {
    says.value = _("Put right what is marked first.");
    return;
  }
  batch(() => {
    if (other === "file") root = source.peek();
    view.value = other;
    says.value = "";
  });
}

export async function save() {
  if (busy.peek()) return;
  busy.value = true;
  const began = changes;
  try {
    if (!(await look())) {
      says.value = problems.peek().length ? _("Not saved: put right what is marked.") : says.peek();
      return;
    }
    const given = { study, version: version.peek(), source: source.peek(), documents: texts.peek() };
    const answer = await post("save", given);
    if (answer) saved(answer, given.documents, changes !== began);
  } finally {
    busy.value = false;
  }
}

/** With these documents; whether `more` was changed while it was on its way. That isn't saved, and stays. */
function saved(answer, documents, more) {
  if (answer.problems) {
    problems.value = answer.problems;
    says.value = _("Not saved: put right what is marked.");
  } else if (answer.differ) {
    batch(() => meanwhile(answer));
  } else {
    kept.drop();
    if (!study) {
      edited.value = false;
      location.replace(`/studio/study/${answer.study}${BEGUN}`); // with its name, and what can be done with it now
      return;
    }
    batch(() => {
      const same = answer.version === version.peek();
      version.value = answer.version;
      stored.value = [...new Set([...stored.peek(), ...Object.keys(documents)])];
      texts.value = Object.fromEntries(Object.entries(texts.peek()).filter(([name, text]) => text !== documents[name]));
      others.value = null;
      if (more) {
        if (view.peek() === "form") root = answer.source;
        says.value = "";
        touched();
        return;
      }
      source.value = answer.source;
      root = answer.source;
      edited.value = false;
      says.value = same ? _("Nothing was different.") : _("Saved as version {version}. Conversations that run keep theirs.", answer);
    });
  }
}

/** Somebody was quicker: theirs and one's own are put together, to be looked over and saved. */
function meanwhile(answer) {
  root = answer.source;
  version.value = answer.version;
  undoSteps.value = [...undoSteps.peek(), { does: _("what {name} changed", { name: answer.by }), path: [], was: fields.peek() }];
  fields.value = answer.fields;
  view.value = "form";
  others.value = answer;
  says.value = _("Not saved yet.");
  touched();
}

export function takeTheirs(name) {
  const path = name.split(".");
  const { by, theirs } = others.peek();
  change(path, partAt(theirs, path), _("took {what} of {name}", { what: name, name: by }));
  others.value = { ...others.peek(), differ: others.peek().differ.filter((each) => each !== name) };
}

/** What wasn't saved when the page was left, if it is there; what was discarded there is a step back. */
export function restore() {
  const discarded = kept.aside();
  if (discarded) {
    undoSteps.value = [{ discarded }];
    says.value = _("Discarded. Undo brings it back.");
  }
  const last = kept.last();
  if (last && (last.source !== page.source || !alike(last.fields, page.fields))) bringBack(last);
}

const alike = (one, other) => JSON.stringify(one) === JSON.stringify(other);

function bringBack(last) {
  batch(() => {
    version.value = last.version;
    view.value = last.view;
    fields.value = last.fields;
    source.value = last.source;
    texts.value = last.texts;
    root = last.root;
    named = true;
    edited.value = true;
    says.value = _("What you had not saved is here again.");
  });
  look();
}

export function discard() {
  kept.setAside();
  location.reload();
}

async function post(verb, given) {
  try {
    const answer = await fetch(`/studio/studies/${verb}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(given),
    });
    if (answer.ok || answer.status === 409) return await answer.json();
    says.value = REFUSED[answer.status] ?? _("The server couldn’t do that. Try again.");
  } catch {
    says.value = _("The server can’t be reached. What you typed is kept in this browser.");
  }
  return null;
}
