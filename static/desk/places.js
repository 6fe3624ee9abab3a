// Where one is, by the address: at a conversation, at a past exchange, at second opinions, or at none of them.
import { computed, effect } from "/static/vendor/signals.js";
import { close, open, opened, setAside } from "./desk.js";
import { rowOf } from "./inbox.js";
import { ADDRESS, judge, judged, judging, leaveOpinions } from "./opinions.js";
import { addressOf, leave, visit, visited } from "./past.js";
import { openSearchFor } from "./search.js";

const FIND = /^#find\?(.*)$/;
const PAST = /^#x\/([0-9a-z]{1,40})\/([1-9]\d{0,8})$/;

/** Whether the middle shows something else than a conversation at hand. */
export const elsewhere = computed(() => judging.value || visited.value !== null);
/** What is answered now, in the conversation that is open or as a second opinion. */
export const answered = computed(() => (judging.value ? judged.value : opened.value));

let from = null;

/** Opening a conversation leaves the rest. */
effect(() => {
  if (!opened.value) return;
  leave();
  leaveOpinions();
});

export function goToPast(session, exchange) {
  goTo(addressOf(session, exchange));
  showPast(session, exchange);
}

export function goToOpinions() {
  if (judging.peek()) return;
  goTo(ADDRESS);
  showOpinions();
}

/** Back to the conversation that was open, or to the inbox. */
export function goBack() {
  leave();
  leaveOpinions();
  if (rowOf(from)?.mine) open(from);
  else close();
}

/** What the address says is shown: a reload, a link and the back button go by it. */
export function followAddress() {
  const address = location.hash;
  const [, session, exchange] = PAST.exec(address) ?? [];
  if (session) return showPast(session, Number(exchange));
  if (address === ADDRESS) return showOpinions();
  const [, query] = FIND.exec(address) ?? [];
  if (query !== undefined) return find(query);
  leave();
  leaveOpinions();
  if (!address) close();
  else if (opened.peek()?.session !== address.slice(1)) open(address.slice(1));
}

function goTo(address) {
  from = opened.peek()?.session ?? (elsewhere.peek() ? from : null);
  if (location.hash !== address) history.pushState(null, "", address);
}

/** What is found opens at an address of its own; this one has done its work. */
function find(query) {
  history.replaceState(null, "", location.pathname);
  openSearchFor(query);
}

function showPast(session, exchange) {
  setAside();
  leaveOpinions();
  visit(session, exchange);
}

function showOpinions() {
  setAside();
  leave();
  judge();
}
