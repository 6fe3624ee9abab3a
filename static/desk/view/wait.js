// A time that runs: only its text is drawn again each second.
import { html } from "/static/vendor/preact.js";
import { lasted } from "../clock.js";
import { seeing } from "./seeing.js";

export const Wait = seeing(({ since }) => html`<span class="wait">${lasted(since)}</span>`);
