// The studio's pages: copy buttons, what runs beside the app, forms that are sent once, and buttons with a key.
import "/static/desk/copying.js";
import "./exporting.js";
import "./judging.js";
import "./live.js";
import "./times.js";

document.addEventListener("submit", (event) => {
  const button = event.target.querySelector("[data-busy]");
  if (!button) return;
  if (button.getAttribute("aria-disabled") === "true") event.preventDefault();
  button.setAttribute("aria-disabled", "true");
  button.textContent = button.dataset.busy;
});

// The letter on a button presses it, on a page that asks one thing.
document.addEventListener("keydown", ({ key, ctrlKey, metaKey, altKey, repeat }) => {
  if (!ctrlKey && !metaKey && !altKey && !repeat) document.querySelector(`[data-key="${CSS.escape(key.toLowerCase())}"]`)?.click();
});

document.querySelector("[data-focus]")?.focus();
