// One of several: buttons side by side, each with its key; a list where there are too many.
import { html } from "/static/vendor/preact.js";
import { Problem } from "./problem.js";

const MOST_BUTTONS = 12;

export const Choice = (properties) => {
  const { id, legend, optional, options, value, problem } = properties;
  return html`
    <fieldset
      class="ask"
      id=${id}
      role="radiogroup"
      aria-labelledby=${`${id}-legend`}
      aria-invalid=${Boolean(problem)}
      aria-describedby=${problem && `${id}-problem`}
    >
      <legend class="legend" id=${`${id}-legend`}>${legend}${optional && html` <small>optional</small>`}</legend>
      ${options.length > MOST_BUTTONS ? html`<${List} ...${properties} />` : html`<${Buttons} ...${properties} />`}
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
            onChange=${() => change(option.value)}
          />
          <span>${option.key && html`<kbd aria-hidden="true">${option.key}</kbd>`}${option.says}</span>
        </label>
      `,
    )}
    ${optional && value && html`<button class="button quiet small" type="button" onClick=${() => change("")}>Clear</button>`}
  </div>
`;

const List = ({ id, options, value, change }) => html`
  <select class="field" id=${`${id}-list`} aria-labelledby=${`${id}-legend`} value=${value} onChange=${({ target }) => change(target.value)}>
    <option value="">Choose…</option>
    ${options.map(({ value: each, says }) => html`<option key=${each} value=${each}>${says}</option>`)}
  </select>
`;
