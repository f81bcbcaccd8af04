// Larger text and stronger contrast (无障碍, 长辈版), kept in this browser. Runs before the first paint, so nothing jumps.
(() => {
  const root = document.documentElement;
  const kept = (name) => { try { return localStorage.getItem(`comfort-${name}`) || ""; } catch { return ""; } };
  const keep = (name, value) => { try { localStorage.setItem(`comfort-${name}`, value); } catch { /* private window */ } };
  const apply = (name, value) => (value ? root.setAttribute(`data-${name}`, value) : root.removeAttribute(`data-${name}`));
  for (const name of ["text", "contrast"]) apply(name, kept(name));

  const show = (panel) => {
    for (const button of panel.querySelectorAll("[data-comfort]")) {
      const chosen = kept(button.dataset.comfort) === (button.value || "");
      button.setAttribute("aria-pressed", String(chosen));
    }
  };
  document.addEventListener("DOMContentLoaded", () => {
    const panel = document.getElementById("comfort");
    const opener = document.getElementById("comfort-opener");
    if (!panel || !opener) return;
    show(panel);
    opener.addEventListener("click", () => {
      panel.hidden = !panel.hidden;
      opener.setAttribute("aria-expanded", String(!panel.hidden));
    });
    panel.addEventListener("click", (event) => {
      const button = event.target.closest("[data-comfort]");
      if (!button) return;
      keep(button.dataset.comfort, button.value);
      apply(button.dataset.comfort, button.value);
      show(panel);
    });
  });
})();
