// Private notes for the team.
import { ask } from "./connection.js";
import { newId } from "./id.js";
import { tell } from "./undo.js";
import { _ } from "/static/shared/say.js";

const ids = new Map();

/** Keep a note; nothing is returned where it went well, else what is wrong. The same note again keeps its id. */
export async function keepNote({ session, alias }, text, exchange) {
  const what = JSON.stringify([session, exchange, text]);
  if (!ids.has(what)) ids.set(what, newId());
  const answer = await ask("note", { session, text, exchange, id: ids.get(what) });
  if (!answer.ok) return answer.error.message;
  ids.delete(what);
  tell(exchange ? _("Note kept on your last reply to {name}.", { name: alias.value }) : _("Note kept on {name}.", { name: alias.value }));
  return null;
}
