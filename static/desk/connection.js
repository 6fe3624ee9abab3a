// The line to the server: questions that are answered, news that comes down, and whether it stands.
import { io } from "/static/vendor/socket.io.js";
import { signal } from "/static/vendor/signals.js";
import { _ } from "/static/shared/say.js";

const ANSWER_MS = 8_000;
const PAUSE_MS = 1_000;
const TELL_AFTER_MS = 3_000;
const LOST = {
  ok: false,
  error: { code: "lost", message: _("There is no connection to the server right now. Try again in a moment."), retry: true },
};

export const connected = signal(false);
export const troubled = signal(false);
export const signedOut = signal(false);

const socket = io("/desk", {
  autoConnect: false,
  transports: ["websocket", "polling"],
  tryAllTransports: true,
  reconnectionDelay: 500,
  reconnectionDelayMax: 4_000,
});
let telling;

/** Come in, after every break again, saying what `says` returns; have the news heard. */
export function connect(says, news) {
  socket.auth = (give) => give(says());
  for (const [event, heard] of Object.entries(news)) socket.on(event, heard);
  socket.on("connect", () => stands(true));
  socket.on("disconnect", (reason) => {
    stands(false);
    if (reason === "io server disconnect") comeBack();
  });
  socket.on("connect_error", () => {
    stands(false);
    if (!socket.active) comeBack();
  });
  tellLater();
  socket.connect();
}

/** The server's answer; where the line breaks first, a refusal with the code `lost`. */
export function ask(event, payload = {}) {
  if (!socket.connected) return Promise.resolve(LOST);
  return socket.timeout(ANSWER_MS).emitWithAck(event, payload).catch(() => LOST);
}

/** The server's answer, however often the line breaks. Only for what may be asked twice: its id makes it one. */
export async function askUntilAnswered(event, payload) {
  for (;;) {
    const answer = await ask(event, payload);
    if (answer.ok || answer.error.code !== "lost") return answer;
    await pause(PAUSE_MS);
    await standing();
  }
}

function stands(whether) {
  connected.value = whether;
  if (whether) {
    clearTimeout(telling);
    telling = undefined;
    troubled.value = false;
  } else {
    tellLater();
  }
}

function tellLater() {
  telling ??= setTimeout(() => (troubled.value = true), TELL_AFTER_MS);
}

/** The server closed the door: either the sign-in is over, or it is only busy and lets us in again. */
async function comeBack() {
  if (await isSignedOut()) {
    signedOut.value = true;
    return;
  }
  await pause(PAUSE_MS);
  socket.connect();
}

async function isSignedOut() {
  try {
    return (await fetch("/studio", { method: "HEAD", redirect: "manual" })).status === 404;
  } catch {
    return false;
  }
}

function standing() {
  return new Promise((resolve) => {
    const stop = connected.subscribe((whether) => {
      if (!whether) return;
      resolve();
      queueMicrotask(() => stop());
    });
  });
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
