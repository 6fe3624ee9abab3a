// A dialog over the desk; Esc closes it, and focus goes back where it was.
import { html, useLayoutEffect, useRef } from "/static/vendor/preact.js";

export const Dialog = ({ name, close, wide, children }) => {
  const element = useRef();
  useLayoutEffect(() => {
    const before = document.activeElement;
    element.current.showModal();
    return () => before?.isConnected && before.focus();
  }, []);
  const closeOutside = ({ target }) => target === element.current && close();
  return html`<dialog class=${wide ? "dialog wide" : "dialog"} aria-labelledby=${name} ref=${element} onClose=${close} onClick=${closeOutside}>
    <div class="dialog-body">${children}</div>
  </dialog>`;
};
