// Ids for what is sent: new for every new thing, the same again for a retry.

/** `crypto.randomUUID` is only there on https and localhost; a desk in the same network has neither. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
