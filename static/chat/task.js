// What the user is asked to do: a card above the conversation that stays folded once it was folded.

import { html } from "../vendor/preact.js";
import { computed, signal } from "../vendor/signals.js";
import { _ } from "../shared/say.js";

export function createTask({ kept, text }) {
  const foldedText = signal(kept.foldedTask());

  return {
    text,
    folded: computed(() => foldedText.value === text.value),

    // At the click, not at the "toggle" that follows it: a page that is left at once remembers too.
    toggle(event) {
      event.preventDefault();
      foldedText.value = foldedText.peek() === text.peek() ? null : text.peek();
      kept.keepFoldedTask(foldedText.peek());
    },
  };
}

export function Task({ task }) {
  if (!task.text.value) return null;
  return html`
    <aside class="task" aria-label=${_("Your task")}>
      <details open=${!task.folded.value}>
        <summary onClick=${task.toggle}>${_("Your task")}</summary>
        <div class="task-text" dir="auto" tabindex="0" role="group" aria-label=${_("What to do")}>${task.text.value}</div>
      </details>
    </aside>
  `;
}
