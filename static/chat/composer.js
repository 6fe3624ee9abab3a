// The box one writes in. Enter sends, unless an input method is still composing.

import { html } from "../vendor/preact.js";
import { signal } from "../vendor/signals.js";
import { _ } from "../shared/say.js";

export function createComposer({ kept, send }) {
  const empty = signal(true);
  let box = null;

  return { empty, attach, write, submit, pressed, typed, focus: () => box?.focus() };

  /** For `ref`. What was typed before the scripts came counts more than what was kept. */
  function attach(element) {
    if (!element || element === box) return;
    box = element;
    box.value ||= kept.text();
    if (matchMedia("(pointer: fine)").matches) queueMicrotask(() => box.focus()); // it isn't on the page yet
    typed();
  }

  /** Puts text before what is in the box. */
  function write(text) {
    const now = box?.value ?? kept.text();
    const both = now.trim() ? `${text}\n${now}` : text;
    kept.keepText(both);
    if (!box) return;
    box.value = both;
    typed();
    box.focus();
  }

  function typed() {
    kept.keepText(box.value);
    empty.value = !box.value.trim();
    box.parentElement.dataset.text = box.value; // the style sheet makes it as tall as this
  }

  function pressed(event) {
    const composing = event.isComposing || event.keyCode === 229; // Safari ends composing before its Enter
    if (event.key !== "Enter" || event.shiftKey || composing) return;
    event.preventDefault();
    submit();
  }

  function submit(event) {
    event?.preventDefault();
    const text = box.value.trim();
    if (!text) return;
    box.value = "";
    typed();
    send(text);
  }
}

/** For a button that isn't to take the focus out of the box. */
export const keepFocus = (event) => event.preventDefault();

/** As long as an answer `stops`, an empty box offers that in the place of sending. */
export function Composer({ composer, persona, answer, stops }) {
  return html`
    <form class="composer" onSubmit=${composer.submit}>
      <div class="grows">
        <textarea
          class="box"
          dir="auto"
          rows="1"
          name="text"
          autocomplete="off"
          enterkeyhint="send"
          placeholder=${_("Message…")}
          aria-label=${_("Message {persona}", { persona })}
          ref=${composer.attach}
          onInput=${composer.typed}
          onKeyDown=${composer.pressed}
        ></textarea>
      </div>
      ${stops && composer.empty.value
        ? html`<button key="stop" class="button primary square send" type="button" aria-label=${_("Stop")} title=${_("Stop (Esc)")} aria-disabled=${String(answer.stopping.value)} onPointerDown=${keepFocus} onMouseDown=${keepFocus} onClick=${answer.stop}>
            <span class="stop"></span>
          </button>`
        : html`<button key="send" class="button primary square send" type="submit" aria-label=${_("Send")} disabled=${composer.empty.value} onPointerDown=${keepFocus} onMouseDown=${keepFocus}>
            <span class="icon icon-arrow-up"></span>
          </button>`}
    </form>
  `;
}
