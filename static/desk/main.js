// The desk starts here.
import { html, render } from "/static/vendor/preact.js";
import { effect } from "/static/vendor/signals.js";
import { connect, connected } from "./connection.js";
import "./copying.js";
import { heardCanned } from "./canned.js";
import { away, heardColleagues } from "./colleagues.js";
import { heardClaimed, heardDraft, heardEnded, heardInbox, heardObservation, heardWatched, heardWhispered, opened, refresh, resume } from "./desk.js";
import { waitingCount } from "./inbox.js";
import { listenToKeys } from "./keys.js";
import { heardOpinions } from "./opinions.js";
import { elsewhere, followAddress } from "./places.js";
import { listenForTouch } from "./sound.js";
import { App } from "./view/app.js";
import { _ } from "/static/shared/say.js";

const root = document.getElementById("desk");

render(html`<${App} invites=${JSON.parse(root.dataset.invites)} studies=${root.dataset.studies} hereOnly=${"hereOnly" in root.dataset} />`, root);
listenToKeys();
listenForTouch();
resume();

connect(() => (away.peek() ? { away: true } : {}), {
  inbox: heardInbox,
  observation: heardObservation,
  claimed: heardClaimed,
  whispered: heardWhispered,
  watched: heardWatched,
  ended: heardEnded,
  colleagues: heardColleagues,
  draft: heardDraft,
  canned: heardCanned,
  opinions: heardOpinions,
});

effect(() => {
  document.title = `${waitingCount.value ? `(${waitingCount.value}) ` : ""}${_("Desk")} · Curtain`;
});
let wasOpen = false;
effect(() => {
  const isOpen = opened.value !== null;
  if (wasOpen && !isOpen) requestAnimationFrame(() => !elsewhere.peek() && document.getElementById("waiting")?.focus());
  wasOpen = isOpen;
});
effect(() => {
  if (connected.value) refresh().then(followAddress);
});
/** While the line is down nothing can be fetched that isn't here; when it is back, the address is followed. */
addEventListener("popstate", () => (connected.peek() || opened.peek()) && followAddress());
