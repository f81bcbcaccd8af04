// The document editor: rows can be added, and leaving with unsaved changes is asked about.

let changed = false;

function addRow(table) {
  const total = table.querySelector('input[name$="-TOTAL_FORMS"]');
  const number = Number(total.value);
  const markup = table.querySelector("template").innerHTML.replaceAll("__prefix__", String(number));
  const holder = document.createElement("tbody");
  holder.innerHTML = markup;
  const row = holder.querySelector("tr");
  table.querySelector("tbody").append(row);
  total.value = String(number + 1);
  row.querySelector("input, select, textarea")?.focus();
  changed = true;
}

for (const table of document.querySelectorAll("[data-rows]")) {
  const button = table.querySelector("[data-add-row]");
  button.hidden = false;
  button.addEventListener("click", () => addRow(table));
}

const editor = document.getElementById("editor");
editor.addEventListener("input", () => { changed = true; });
editor.addEventListener("submit", () => { changed = false; });
addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
