// Follows the newest message while the reader is near the end, and stays put otherwise.

import { signal } from "../vendor/signals.js";

const NEAR_END_PX = 96;
const NEAR_START_PX = 240;

export function createScroll({ reachedStart }) {
  const atEnd = signal(true);
  const sizes = new ResizeObserver(resized);
  let box = null;
  let top = 0;
  let shown = null;

  return {
    atEnd,
    toEnd,

    /** For `ref`: the element that scrolls, with the content as its only child. */
    attach(element) {
      if (element === box) return;
      sizes.disconnect();
      box = element;
      if (!box) return;
      box.addEventListener("scroll", noticed, { passive: true });
      sizes.observe(box);
      sizes.observe(box.firstElementChild);
    },

    /** For `ref`: what is to be read from its start. It may be in what isn't on the page until all of it is drawn. */
    show(element) {
      if (!element) return;
      atEnd.value = false;
      shown = element;
      queueMicrotask(() => {
        element.scrollIntoView({ block: "start" });
        top = box.scrollTop;
      });
    },

    /** Runs `grow`, which adds something above, and keeps what is read where it is. */
    keeping(grow) {
      const fromEnd = box.scrollHeight - box.scrollTop;
      grow();
      box.scrollTop = top = box.scrollHeight - fromEnd;
    },
  };

  // What is read from its start stays there, also where the end is near.
  function resized() {
    if (atEnd.peek() && !shown?.isConnected) toEnd();
    else atEnd.value = isNearEnd();
  }

  // Only the reader scrolls up. That the end is far may also be news that hasn't been followed yet.
  function noticed() {
    const up = box.scrollTop < top;
    top = box.scrollTop;
    if (isNearEnd()) atEnd.value = true;
    else if (up) atEnd.value = false;
    if (top < NEAR_START_PX && !atEnd.peek()) reachedStart();
  }

  function isNearEnd() {
    return box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END_PX;
  }

  function toEnd() {
    atEnd.value = true;
    if (!box) return;
    box.scrollTop = box.scrollHeight;
    top = box.scrollTop;
  }
}
