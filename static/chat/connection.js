// The line to the server: comes back by itself, and says when it has been gone for long.

import { signal } from "../vendor/signals.js";

const ANSWER_MS = 5000;
const SHOW_RECONNECTING_MS = 3000;
const SHOW_UNREACHABLE_MS = 20000;
const REFUSED_PAUSES_MS = [1000, 2000, 4000, 8000, 15000];
const REFUSALS_BEFORE_SAID = 3;
const LARGEST_BYTES = 90000;

/** `on` has a function for every event from the server, and `connected`, `lost` for the line itself. */
export function createConnection(io, code, on) {
  const trouble = signal(null);
  const socket = io("/chat", {
    transports: ["websocket", "polling"],
    tryAllTransports: true,
    auth: { invite: code },
    reconnectionDelay: 400,
    reconnectionDelayMax: 5000,
    timeout: 8000,
    autoConnect: false,
  });
  let timers = [];
  let retry;
  let refusals = 0;

  socket.on("connect", () => {
    timers.forEach(clearTimeout);
    refusals = 0;
    trouble.value = null;
    on.connected();
  });
  socket.on("disconnect", (reason) => {
    on.lost();
    watch();
    if (reason === "io server disconnect") tryAgain();
  });
  socket.on("connect_error", () => {
    if (!socket.active) tryAgain();
  });
  for (const event of ["message", "thinking", "state"]) socket.on(event, (payload) => on[event](payload));

  addEventListener("offline", () => socket.io.engine?.close());
  addEventListener("online", hurry);
  document.addEventListener("visibilitychange", () => document.hidden || hurry());

  return {
    /** null, "reconnecting", "unreachable", or "refused" where the server won't let this page in. */
    trouble,
    online: () => socket.connected,
    open() {
      watch();
      socket.connect();
    },
    hurry,
    again() {
      socket.disconnect();
      socket.connect();
    },

    /** The server's answer, or null where there was none in time. */
    async ask(event, payload) {
      if (!socket.connected) return null;
      if (tooLarge(payload)) return { ok: false, error: { code: "too_long", retry: false } };
      return socket.timeout(ANSWER_MS).emitWithAck(event, payload).catch(() => null);
    },
  };

  function watch() {
    timers.forEach(clearTimeout);
    timers = [
      setTimeout(() => (trouble.value ??= "reconnecting"), SHOW_RECONNECTING_MS),
      setTimeout(() => trouble.value === "reconnecting" && (trouble.value = "unreachable"), SHOW_UNREACHABLE_MS),
    ];
  }

  // A refused or dismissed socket doesn't come back on its own.
  function tryAgain() {
    clearTimeout(retry);
    retry = setTimeout(() => socket.connect(), REFUSED_PAUSES_MS[Math.min(refusals, REFUSED_PAUSES_MS.length - 1)]);
    if (++refusals >= REFUSALS_BEFORE_SAID) trouble.value = "refused";
  }

  function hurry() {
    if (socket.connected) return;
    clearTimeout(retry);
    socket.disconnect();
    socket.connect();
  }
}

// A frame beyond the server's limit would cut the line, again at every retry.
function tooLarge(payload) {
  return new TextEncoder().encode(JSON.stringify(payload)).length > LARGEST_BYTES;
}
