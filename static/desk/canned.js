// Replies that stand ready: the study's, those shared with all, one's own.
import { signal } from "/static/vendor/signals.js";
import { ask } from "./connection.js";
import { offerUndo, tell } from "./undo.js";
import { _ } from "/static/shared/say.js";

const LONGEST = 4_000;
const SLOT = /\{\{\s*([\w.-]+)\s*\}\}/g;

const sets = signal(new Map());

/** Whether the list of them is open. */
export const listing = signal(false);

export const cannedOf = (study) => sets.value.get(study) ?? [];

export function heardCanned({ study, canned }) {
  sets.value = new Map(sets.peek()).set(study, canned);
}

/** With its variables filled; what isn't known stays as it is. */
export const fill = (text, variables) =>
  text.replace(SLOT, (slot, name) => (Object.hasOwn(variables, name) ? variables[name] : slot));

export const fillCard = (card, variables) => ({
  title: fill(card.title, variables),
  rows: card.rows.map(({ name, value }) => ({ name, value: fill(value, variables) })),
});

/** Where the variables stand that are still to be filled, as [from, to]. */
export const slotsOf = (text) => [...text.matchAll(SLOT)].map(({ index, 0: slot }) => [index, index + slot.length]);

/** Keep what was sent last here as a canned reply of one's own, and say so, with a way back. */
export async function saveLastSent(answering) {
  const last = answering.lastSent.value;
  if (!last || answering.study.value.reply.kind !== "text") return tell(_("Nothing was sent here that could be saved."));
  const text = [last.text, ...(last.more ?? [])].join("\n\n");
  if (text.length > LONGEST) return tell(_("It has more than {most} characters, which is the most for a canned reply.", { most: LONGEST }));
  const { study } = answering.study.value;
  const answer = await ask("save_canned", { study, text, buttons: last.buttons ?? [] });
  if (!answer.ok) return tell(answer.error.message);
  offerUndo(_("Saved as /{key}.", { key: answer.key }), () => ask("remove_canned", { study, key: answer.key }));
}

export const share = (study, { key, text, buttons }) => replace(study, { key, text, buttons, shared: true }, { key, shared: false });

export const rename = (study, { key, text, buttons, set }, name) =>
  replace(study, { key: name, text, buttons, shared: set === "shared" }, { key, shared: set === "shared" });

export const remove = (study, { key, set }) => ask("remove_canned", { study, key, shared: set === "shared" });

export const restore = (study, { key, text, buttons, set }) =>
  ask("save_canned", { study, key, text, buttons, shared: set === "shared" });

async function replace(study, kept, gone) {
  const set = kept.shared ? "shared" : "mine";
  if (cannedOf(study).some((each) => each.set === set && each.key === kept.key)) return taken(kept);
  const answer = await ask("save_canned", { study, ...kept });
  return answer.ok ? ask("remove_canned", { study, ...gone }) : answer;
}

const taken = ({ key, shared }) => ({
  ok: false,
  error: { message: shared ? _("There is a reply /{key} that is shared with all already. Give this one another name first.", { key }) : _("There is a reply /{key} of yours already. Give this one another name first.", { key }) },
});
