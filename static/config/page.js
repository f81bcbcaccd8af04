// What every page does: htmx carries the CSRF token, a form is sent once, a CSV link does not swap.
const token = () => document.querySelector('meta[name="csrf-token"]')?.content || "";

document.addEventListener("htmx:config:request", (event) => {
  const request = event.detail.ctx.request;
  if (!/^(GET|HEAD|OPTIONS)$/i.test(request.method)) request.headers["X-CSRFToken"] = token();
});

// Two clicks on one button are one act. The button comes back if the page stays (htmx, a download, the back button).
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("data-again")) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
  setTimeout(() => delete form.dataset.sent, 5000);
});
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));

// [data-confirm] asks before an act that cannot be taken back.
document.addEventListener("click", (event) => {
  const asking = event.target.closest("[data-confirm]");
  if (asking && !confirm(asking.dataset.confirm)) { event.preventDefault(); event.stopImmediatePropagation(); }
}, true);

// A choice that is sent as soon as it is made (language, role): <select data-send>.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-send]")) event.target.form.requestSubmit();
});
