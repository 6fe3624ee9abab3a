// Who else is at the desk, how many each has, and whether one is away oneself.
import { batch, computed, signal } from "/static/vendor/signals.js";
import { ask } from "./connection.js";
import { tell } from "./undo.js";
import { _ } from "/static/shared/say.js";

const everybody = signal([]);
const account = signal(null);

export const away = signal(false);
export const colleagues = computed(() => everybody.value.filter((each) => each.account !== account.value));

/** From the answer to `inbox`: everybody as they are now, and which of them one is. */
export function arrived(answer) {
  batch(() => {
    account.value = answer.account;
    away.value = answer.away;
    everybody.value = answer.colleagues;
  });
}

export function heardColleagues({ colleagues: now }) {
  everybody.value = now;
  const me = now.find((each) => each.account === account.peek());
  if (me) away.value = me.away;
}

export async function toggleAway() {
  const on = !away.peek();
  const answer = await ask("away", { on });
  if (!answer.ok) return tell(answer.error.message);
  away.value = on;
  tell(on ? _("You are away.") : _("You are back."));
}
