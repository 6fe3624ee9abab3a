// A dialog over the desk; Esc closes it, and focus goes back where it was.
import { html, useLayoutEffect, useRef } from "/static/vendor/preact.js";

export const Dialog = ({ name, close, wide, children }) => {
  const element = useRef();
  useLayoutEffect(() => {
    const dialog = element.current;
    dialog.showModal();
    return () => dialog.close(); // by the browser: as long as it stands open, nothing behind it takes the focus
  }, []);
  const closeOutside = ({ target }) => target === element.current && close();
  // Not on the browser's word that it is closed: that may come when the next one stands open already.
  const cancel = (event) => {
    if (event.target !== element.current) return;
    event.preventDefault();
    close();
  };
  const closed = () => element.current && close();
  return html`<dialog
    class=${wide ? "dialog wide" : "dialog"}
    aria-labelledby=${name}
    ref=${element}
    onCancel=${cancel}
    onClose=${closed}
    onClick=${closeOutside}
  >
    <div class="dialog-body">${children}</div>
  </dialog>`;
};
