// One of many, found by typing a few of its letters, or in the list of all.
import { html, useEffect, useRef, useState } from "/static/vendor/preact.js";
import { fuzzy } from "../fuzzy.js";
import { _ } from "/static/shared/say.js";

export const Combobox = ({ id, options, value, change, problem }) => {
  const [open, setOpen] = useState(false);
  const [typed, type] = useState(null);
  const [at, goTo] = useState(0);
  const found = open ? fuzzy(typed ?? "", options, ({ says, under }) => [says, under ?? ""]) : [];
  const here = found[Math.min(at, found.length - 1)];
  const chosen = options.findIndex((each) => each.value === value);
  const show = () => (setOpen(true), goTo(Math.max(0, chosen)));
  const shut = () => (setOpen(false), type(null));
  const take = (option) => {
    change(option.value);
    shut();
  };
  const leave = () => {
    if (typed !== null && !typed.trim()) change("");
    shut();
  };
  const onKey = (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by && !open) show();
    else if (by) goTo((found.indexOf(here) + by + found.length) % (found.length || 1));
    else if (open && event.key === "Tab" && typed?.trim() && here) return take(here);
    else if (open && event.key === "Enter") here && take(here);
    else if (open && event.key === "Escape") shut();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return html`
    <div class="combobox">
      <input
        class="field"
        id=${`${id}-text`}
        role="combobox"
        autocomplete="off"
        placeholder=${_("Type to find one of {n}", { n: options.length })}
        aria-labelledby=${`${id}-legend`}
        aria-expanded=${open ? "true" : "false"}
        aria-controls=${open ? `${id}-list` : undefined}
        aria-autocomplete="list"
        aria-activedescendant=${here && `${id}-option-${options.indexOf(here)}`}
        aria-invalid=${problem ? "true" : undefined}
        aria-describedby=${problem && `${id}-problem`}
        value=${typed ?? options[chosen]?.says ?? ""}
        onFocus=${({ target }) => target.select()}
        onClick=${({ target }) => open || (target.select(), show())}
        onInput=${({ target }) => (setOpen(true), type(target.value), goTo(0))}
        onKeyDown=${onKey}
        onBlur=${leave}
      />
      ${open &&
      html`<ul class="offer" role="listbox" id=${`${id}-list`} aria-labelledby=${`${id}-legend`} ref=${inView}>
        ${found.map(
          (option) => html`
            <${Offer}
              key=${option.value}
              id=${`${id}-option-${options.indexOf(option)}`}
              chosen=${option === here}
              take=${() => take(option)}
            >
              ${option.says}${option.under && html` <small>${option.under}</small>`}
            <//>
          `,
        )}
        ${!found.length && html`<li class="quiet-text" role="option" aria-disabled="true" aria-selected="false">${_("Nothing is called that.")}</li>`}
      </ul>`}
    </div>
  `;
};

const inView = (list) => list?.scrollIntoView({ block: "nearest" });

/** A line of a list that is chosen from while the focus stays in the box; one that is `off` can't be. */
export const Offer = ({ id, chosen, take, off, children }) => {
  const item = useRef();
  useEffect(() => {
    if (chosen) item.current.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  const keepFocus = (event) => event.preventDefault();
  return html`<li
    role="option"
    id=${id}
    ref=${item}
    aria-selected=${chosen ? "true" : "false"}
    aria-disabled=${off ? "true" : undefined}
    onMouseDown=${keepFocus}
    onClick=${off ? undefined : take}
  >
    ${children}
  </li>`;
};
