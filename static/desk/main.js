// The desk starts here.
import { html, render } from "/static/vendor/preact.js";
import { effect } from "/static/vendor/signals.js";
import { connect, connected } from "./connection.js";
import "./copying.js";
import { close, heardClaimed, heardEnded, heardObservation, open, opened, refresh, resume } from "./desk.js";
import { changeInbox, waitingCount } from "./inbox.js";
import { listenToKeys } from "./keys.js";
import { App } from "./view/app.js";

const root = document.getElementById("desk");

render(html`<${App} invites=${JSON.parse(root.dataset.invites)} />`, root);
listenToKeys();
resume();

connect({ inbox: changeInbox, observation: heardObservation, claimed: heardClaimed, ended: heardEnded });

effect(() => {
  document.title = `${waitingCount.value ? `(${waitingCount.value}) ` : ""}Desk · Curtain`;
});
let wasOpen = false;
effect(() => {
  const isOpen = opened.value !== null;
  if (wasOpen && !isOpen) requestAnimationFrame(() => document.getElementById("waiting")?.focus());
  wasOpen = isOpen;
});
effect(() => {
  if (connected.value) refresh().then(followAddress);
});
addEventListener("popstate", followAddress);

/** The open conversation is in the address: a reload and the back button keep it. */
function followAddress() {
  const session = location.hash.slice(1);
  if (!session) close();
  else if (opened.value?.session !== session) open(session);
}
