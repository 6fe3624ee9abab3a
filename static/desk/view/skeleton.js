// What stands where a list comes, until it is there.
import { html } from "/static/vendor/preact.js";
import { _ } from "/static/shared/say.js";

export const Skeleton = () => html`
  <ul class="skeleton" role="list" aria-label=${_("Loading")} aria-busy="true"><li></li><li></li><li></li></ul>
`;
