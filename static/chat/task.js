// What the user is asked to do: a card above the conversation that stays folded once it was folded.

import { html } from "../vendor/preact.js";
import { computed, signal } from "../vendor/signals.js";

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
    <aside class="task" aria-label="Your task">
      <details open=${!task.folded.value}>
        <summary onClick=${task.toggle}>Your task</summary>
        <div class="task-text" tabindex="0" role="group" aria-label="What to do">${task.text.value}</div>
      </details>
    </aside>
  `;
}
