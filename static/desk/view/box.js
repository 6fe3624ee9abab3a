// The box of a text reply: its bubbles, what is offered while one writes, and what stands under it.
import { html, useRef } from "/static/vendor/preact.js";
import { Bubbles } from "./bubbles.js";
import { CannedSearch } from "./canned-search.js";
import { composes } from "./enter.js";
import { Hints } from "./hints.js";
import { Preview } from "./preview.js";
import { Problem } from "./problem.js";
import { seeing } from "./seeing.js";
import { Under } from "./under.js";
import { _ } from "/static/shared/say.js";

export const Box = seeing(({ conversation }) => {
  const { text, out, before } = conversation.reply.value;
  const { persona } = conversation.study.value;
  const { typing } = conversation;
  const box = useRef();
  const problem = conversation.problems.value.text;
  const look = () => typing.look(box.current);
  const write = ({ target }) => {
    conversation.change({ text: target.value });
    look();
  };
  const open = Boolean(typing.search.value);
  return html`
    <${Preview} conversation=${conversation} />
    <${Bubbles} conversation=${conversation} />
    <div class="ask" id="text">
      <label class="only-heard" for="reply-text">${_("Reply as {persona}", { persona })}</label>
      <textarea
        class="field reply"
        dir="auto"
        id="reply-text"
        ref=${box}
        rows="2"
        placeholder=${before.length ? _("The next bubble…") : _("Reply as {persona}…", { persona })}
        value=${text}
        readonly=${Boolean(out)}
        aria-invalid=${problem ? "true" : undefined}
        aria-describedby=${problem ? "text-problem reply-state" : "reply-state"}
        aria-controls=${open ? "canned-found" : undefined}
        aria-activedescendant=${open && typing.found.value.length ? `canned-${typing.at.value}` : undefined}
        onInput=${write}
        onSelect=${look}
        onKeyUp=${look}
        onClick=${look}
        onFocus=${look}
        onBlur=${() => typing.lookAway()}
        onKeyDown=${(event) => onKey(event, conversation)}
      ></textarea>
      <${CannedSearch} conversation=${conversation} box=${box} />
      <${Suggestion} conversation=${conversation} box=${box} />
      <${Problem} id="text" text=${problem} />
      <${Hints} conversation=${conversation} />
    </div>
    <${Under} conversation=${conversation} />
  `;
});

const Suggestion = seeing(({ conversation, box }) => {
  const suggestion = conversation.typing.suggestion.value;
  if (!suggestion) return null;
  return html`<button
    class="suggestion"
    type="button"
    tabindex="-1"
    onMouseDown=${(event) => event.preventDefault()}
    onClick=${() => conversation.typing.takeSuggestion(box.current)}
  >
    <kbd>Tab</kbd> <span>${suggestion.says}</span>
  </button>`;
});

function onKey(event, conversation) {
  if (composes(event)) return;
  const { typing } = conversation;
  const done = typing.search.value ? inSearch(event, typing) : inBox(event, conversation);
  if (!done) return;
  event.preventDefault();
  event.stopPropagation();
}

/** While the search is open, what would send or leave is about the search. */
function inSearch({ key, target, shiftKey }, typing) {
  const listed = typing.answering.canned.length > 0;
  if (key === "ArrowDown" || key === "ArrowUp") typing.step(key === "ArrowDown" ? 1 : -1);
  else if (key === "Escape") typing.leaveSearch();
  else if (listed && (key === "Tab" || key === "Enter") && !shiftKey) typing.take(target);
  else return key === "Enter" && !shiftKey && submit(target);
  return true;
}

function inBox({ key, target, shiftKey, ctrlKey, metaKey }, conversation) {
  const { typing } = conversation;
  if (key === "Enter" && (ctrlKey || metaKey)) conversation.closeBubble();
  else if (key === "Enter" && !shiftKey) submit(target);
  else if (key === "Backspace" && !target.value && conversation.reply.value.before.length) conversation.reopenBubble();
  else if (key === "Tab" && !shiftKey && !target.readOnly) return typing.selectSlot(target) || suggested(typing, target);
  else return false;
  return true;
}

function suggested(typing, box) {
  if (!typing.suggestion.value) return false;
  typing.takeSuggestion(box);
  return true;
}

function submit(box) {
  box.form.requestSubmit();
  return true;
}
