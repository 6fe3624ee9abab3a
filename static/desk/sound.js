// A short soft sound for when somebody begins to wait and nobody looks.
import { signal } from "/static/vendor/signals.js";
import { tell } from "./undo.js";
import { _ } from "/static/shared/say.js";

const PLACE = "desk:quiet";
const NOT_OFTENER_MS = 2_000;
const NOTES = [
  { hertz: 659.25, after: 0 },
  { hertz: 880, after: 0.12 },
];
const LOUDNESS = 0.06;
const FADES_SECONDS = 0.5;

export const quiet = signal(localStorage.getItem(PLACE) === "yes");

let audio = null;
let last = -Infinity;

/** Browsers let a page sound only after somebody has touched it. */
export function listenForTouch() {
  const unlock = () => {
    audio ??= new AudioContext();
    if (audio.state === "suspended") audio.resume();
  };
  for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, unlock, { once: true, capture: true });
}

export function chime() {
  if (quiet.value || audio?.state !== "running" || performance.now() - last < NOT_OFTENER_MS) return;
  last = performance.now();
  for (const { hertz, after } of NOTES) sound(hertz, audio.currentTime + after);
}

export function toggleQuiet() {
  quiet.value = !quiet.value;
  try {
    if (quiet.value) localStorage.setItem(PLACE, "yes");
    else localStorage.removeItem(PLACE);
  } catch {
    // A full or forbidden storage: it holds until the page is left.
  }
  tell(quiet.value ? _("Quiet. Only the title says when somebody waits.") : _("A sound says when somebody begins to wait."));
  chime();
}

function sound(hertz, at) {
  const tone = new OscillatorNode(audio, { frequency: hertz, type: "sine" });
  const volume = new GainNode(audio, { gain: 0 });
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(LOUDNESS, at + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, at + FADES_SECONDS);
  tone.connect(volume).connect(audio.destination);
  tone.start(at);
  tone.stop(at + FADES_SECONDS);
}
