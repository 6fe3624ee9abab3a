// Times of a form that the server has in UTC, in the zone of whoever fills it in.

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const two = (number) => String(number).padStart(2, "0");

for (const form of document.querySelectorAll("[data-local-times]")) {
  const fields = form.querySelectorAll("input[type=datetime-local]");
  for (const field of fields) if (field.value) field.value = local(new Date(`${field.value}Z`));
  for (const named of form.querySelectorAll("[data-zone]")) named.textContent = zone;
  form.addEventListener("formdata", ({ formData }) => {
    for (const { name, value } of fields) if (value) formData.set(name, new Date(value).toISOString());
  });
}

function local(moment) {
  const day = [moment.getFullYear(), moment.getMonth() + 1, moment.getDate()].map(two).join("-");
  return `${day}T${two(moment.getHours())}:${two(moment.getMinutes())}`;
}
