// The studio's pages: copy buttons, what runs beside the app, and forms that are sent once.
import "./copying.js";
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

document.querySelector("[data-focus]")?.focus();
