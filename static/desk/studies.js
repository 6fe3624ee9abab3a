// The studies that this desk has met since it was opened, and what each asks of an answer.
import { signal } from "/static/vendor/signals.js";

export const met = signal(new Map());

export function meet(study) {
  if (met.peek().get(study.study) !== study) met.value = new Map(met.peek()).set(study.study, study);
}
