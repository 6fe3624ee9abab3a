// One of several: buttons side by side, each with its key; typed where there are more than there are digits.
import { html } from "/static/vendor/preact.js";
import { MOST_DIGITS } from "../digits.js";
import { Combobox } from "./combobox.js";
import { Problem } from "./problem.js";
import { _ } from "/static/shared/say.js";

/** Options are {value, says, key, under}: what is chosen, its name, its key, and what may stand under the name. */
export const Choice = (properties) => {
  const { id, legend, optional, options, value, problem, focus } = properties;
  const typed = options.length > MOST_DIGITS;
  return html`
    <fieldset
      class="ask"
      id=${id}
      role=${typed ? "group" : "radiogroup"}
      aria-labelledby=${`${id}-legend`}
      aria-invalid=${problem && !typed ? "true" : undefined}
      aria-describedby=${problem && `${id}-problem`}
      onfocusin=${() => focus?.(true)}
      onfocusout=${() => focus?.(false)}
    >
      <legend class="legend" id=${`${id}-legend`}>${legend}${optional && html` <small>${_("optional")}</small>`}</legend>
      ${typed ? html`<${Combobox} ...${properties} />` : html`<${Buttons} ...${properties} />`}
      <${Problem} id=${id} text=${problem} />
    </fieldset>
  `;
};

const Buttons = ({ id, options, optional, value, change }) => html`
  <div class="choices">
    ${options.map(
      (option, at) => html`
        <label class="choice" key=${option.value}>
          <input
            type="radio"
            id=${`${id}-${at}`}
            name=${id}
            value=${option.value}
            checked=${value === option.value}
            aria-describedby=${option.under && `${id}-${at}-under`}
            onChange=${() => change(option.value)}
          />
          <span>
            ${option.key && html`<kbd aria-hidden="true">${option.key}</kbd>`}${option.says}
            ${option.under && html`<small id=${`${id}-${at}-under`}>${option.under}</small>`}
          </span>
        </label>
      `,
    )}
    ${optional && value && html`<button class="button quiet small" type="button" onClick=${() => change("")}>${_("Clear")}</button>`}
  </div>
`;
