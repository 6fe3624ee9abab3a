// The desk: who waits, what the model sees, documents.
import { html } from "/static/vendor/preact.js";
import { signedOut, troubled } from "../connection.js";
import { ending, opened, sheet } from "../desk.js";
import { news } from "../inbox.js";
import { Conversation } from "./conversation.js";
import { Documents } from "./documents.js";
import { EndDialog } from "./end-dialog.js";
import { Inbox } from "./inbox.js";
import { KeySheet } from "./key-sheet.js";
import { Nothing } from "./nothing.js";
import { seeing } from "./seeing.js";

export const App = seeing(({ invites }) => {
  const conversation = opened.value;
  const documents = conversation?.observation.value?.documents ?? [];
  return html`
    <p class="only-heard" role="status">${news.value}</p>
    <${Line} />
    <div class="columns" data-page=${conversation ? "conversation" : "inbox"} data-documents=${documents.length > 0}>
      <${Inbox} />
      <main class="middle" id="main">
        ${conversation
          ? html`<${Conversation} key=${conversation.session} conversation=${conversation} />`
          : html`<${Nothing} invites=${invites} />`}
      </main>
      ${documents.length > 0 && html`<${Documents} names=${documents} />`}
    </div>
    ${sheet.value && html`<${KeySheet} />`} ${ending.value && html`<${EndDialog} conversation=${ending.value} />`}
  `;
});

/** What is to be said of the connection; nothing while all is well. */
const Line = seeing(() => {
  if (signedOut.value)
    return html`<p class="line bad" role="alert">
      You are signed out. Open a new sign-in link in this browser, then <a href="/studio">come back to the desk</a>. What you
      have written is kept here.
    </p>`;
  return html`<p class=${troubled.value ? "line" : "only-heard"} role="status">
    ${troubled.value && "Reconnecting… What you write is kept, and what you send goes out as soon as the line is back."}
  </p>`;
});
