// The line to the server: comes back by itself, and says when it has been gone for long.

import { signal } from "../vendor/signals.js";

const ANSWER_MS = 5000;
const SHOW_RECONNECTING_MS = 3000;
const SHOW_UNREACHABLE_MS = 20000;
const REFUSED_PAUSES_MS = [1000, 2000, 4000, 8000, 15000];
const REFUSALS_BEFORE_SAID = 3;
const LARGEST_BYTES = 90000;

/** `on` has a function for every event from the server, and `connected`, `lost` for the line itself. */
export function createConnection(io, auth, on) {
  const trouble = signal(null);
  const socket = io("/chat", {
    transports: ["websocket", "polling"],
    tryAllTransports: true,
    auth,
    reconnectionDelay: 400,
    reconnectionDelayMax: 5000,
    timeout: 8000,
    autoConnect: false,
  });
  let timers = [];
  let retry;
  let refusals = 0;
  let closed = false;

  socket.on("connect", () => {
    timers.forEach(clearTimeout);
    refusals = 0;
    trouble.value = null;
    on.connected();
  });
  socket.on("disconnect", (reason) => {
    on.lost();
    if (closed) return;
    watch();
    if (reason === "io server disconnect") tryAgain();
  });
  socket.on("connect_error", () => {
    if (!socket.active) tryAgain();
  });
  for (const event of ["message", "words", "thinking", "state"]) socket.on(event, (payload) => on[event](payload));

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
      if (closed) return;
      socket.disconnect();
      socket.connect();
    },

    /** For good. */
    close() {
      closed = true;
      socket.disconnect();
      timers.forEach(clearTimeout);
      trouble.value = null;
    },

    /** The server's answer, or null where there was none in time. `take(answer)` gets it before any later event. */
    async ask(event, payload, take = () => {}) {
      if (!socket.connected) return null;
      if (tooLarge(payload)) return { ok: false, error: { code: "too_long", retry: false } };
      return new Promise((resolve) =>
        socket.timeout(ANSWER_MS).emit(event, payload, (late, answer) => {
          if (!late) take(answer);
          resolve(late ? null : answer);
        }),
      );
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
    if (socket.connected || closed) return;
    clearTimeout(retry);
    socket.disconnect();
    socket.connect();
  }
}

// A frame beyond the server's limit would cut the line, again at every retry.
function tooLarge(payload) {
  return new TextEncoder().encode(JSON.stringify(payload)).length > LARGEST_BYTES;
}
