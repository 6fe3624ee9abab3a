// The desk: who waits, what the model sees, documents.
import { html } from "/static/vendor/preact.js";
import { computed } from "/static/vendor/signals.js";
import { signedOut, troubled } from "../connection.js";
import { ending, handing, looking, noting, opened, sheet } from "../desk.js";
import { reading } from "../documents.js";
import { news } from "../inbox.js";
import { judging } from "../opinions.js";
import { visited } from "../past.js";
import { answered, elsewhere, goBack, goToPast } from "../places.js";
import { searching } from "../search.js";
import { Conversation } from "./conversation.js";
import { Documents } from "./documents.js";
import { EndDialog } from "./end-dialog.js";
import { HandOver } from "./hand-over.js";
import { Inbox } from "./inbox.js";
import { KeySheet } from "./key-sheet.js";
import { Look } from "./look.js";
import { NoteDialog } from "./note-dialog.js";
import { Nothing } from "./nothing.js";
import { Opinions } from "./opinion.js";
import { Past } from "./past.js";
import { Search } from "./search.js";
import { seeing } from "./seeing.js";
import { Toasts } from "./toast.js";
import { _, woven } from "/static/shared/say.js";

/** The documents' names change seldom, the observation with every message. */
const granted = computed(() => JSON.parse(names.value));
const names = computed(() => JSON.stringify(answered.value?.observation.value?.documents ?? []));
const page = computed(() => {
  if (!opened.value && !elsewhere.value) return "inbox";
  return reading.value && granted.value.length ? "documents" : "conversation";
});

export const App = seeing(({ invites, studies, hereOnly }) => {
  const conversation = answered.value;
  const documents = granted.value;
  return html`
    <p class="only-heard" role="status">${news.value}</p>
    <${Line} />
    <div class="columns" data-page=${page.value} data-documents=${documents.length > 0}>
      <${Inbox} />
      <main class="middle" id="main">
        <${Middle} invites=${invites} studies=${studies} hereOnly=${hereOnly} />
      </main>
      ${documents.length > 0 &&
      html`<${Documents} key=${conversation.session} conversation=${conversation} names=${documents} />`}
    </div>
    <${Dialogs} />
    <${Toasts} />
  `;
});

const Middle = seeing(({ invites, studies, hereOnly }) => {
  const conversation = opened.value;
  if (judging.value) return html`<${Opinions} close=${goBack} />`;
  if (visited.value) return html`<${Past} close=${goBack} />`;
  if (conversation) return html`<${Conversation} key=${conversation.session} conversation=${conversation} />`;
  return html`<${Nothing} invites=${invites} studies=${studies} hereOnly=${hereOnly} />`;
});

const Dialogs = seeing(
  () => html`
    ${sheet.value && html`<${KeySheet} />`} ${ending.value && html`<${EndDialog} conversation=${ending.value} />`}
    ${handing.value && html`<${HandOver} conversation=${handing.value} />`}
    ${noting.value && html`<${NoteDialog} conversation=${noting.value} />`}
    ${looking.value && html`<${Look} conversation=${looking.value} />`} ${searching.value && html`<${Search} open=${goToPast} />`}
  `,
);

/** What is to be said of the connection; nothing while all is well. */
const Line = seeing(() => {
  if (signedOut.value)
    return html`<p class="line bad" role="alert">
      ${woven(_("You are signed out. Open a new sign-in link in this browser, then {back}. What you have written is kept here."), {
        back: html`<a href="/studio">${_("come back to the desk")}</a>`,
      })}
    </p>`;
  return html`<p class=${troubled.value ? "line" : "only-heard"} role="status">
    ${troubled.value && _("Reconnecting… What you write is kept, and what you send goes out as soon as the line is back.")}
  </p>`;
});
