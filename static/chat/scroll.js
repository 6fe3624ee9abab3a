// Follows the newest message while the reader is near the end, and stays put otherwise.

import { signal } from "../vendor/signals.js";

const NEAR_END_PX = 96;
const NEAR_START_PX = 240;

export function createScroll({ reachedStart }) {
  const atEnd = signal(true);
  const sizes = new ResizeObserver(resized);
  let box = null;
  let height = 0;

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

    /** Runs `grow`, which adds something above, and keeps what is read where it is. */
    keeping(grow) {
      const fromEnd = box.scrollHeight - box.scrollTop;
      grow();
      box.scrollTop = box.scrollHeight - fromEnd;
    },
  };

  function resized() {
    height = box.clientHeight;
    if (atEnd.peek()) toEnd();
  }

  function noticed() {
    if (box.clientHeight !== height) return; // the box has changed, the reader did nothing
    atEnd.value = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END_PX;
    if (box.scrollTop < NEAR_START_PX && !atEnd.peek()) reachedStart();
  }

  function toEnd() {
    atEnd.value = true;
    if (box) box.scrollTop = box.scrollHeight;
  }
}
