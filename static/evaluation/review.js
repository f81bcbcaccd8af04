// The preliminary review: pass or fail with reasons, every change saved at once.
import { timeInBeijing } from "../config/clock.js";
import { Refused } from "../runtime/live.js";

const PAUSE = 500;

export function startReview(root, { room, viewer }) {
  const fields = [...root.querySelectorAll(".verdict")];
  const saved = root.querySelector("#saved");
  const own = new Map(fields.map((field) => [field, { version: Number(field.dataset.version), timer: 0, sending: false, said: said(field) }]));

  function said(field) {
    const chosen = field.querySelector("input:checked")?.value ?? "";
    return JSON.stringify([chosen, chosen === "fail" ? field.querySelector("textarea").value.trim() : ""]);
  }
  const chosen = (field) => field.querySelector("input:checked")?.value ?? "";
  const ready = (field) => chosen(field) === "pass" || (chosen(field) === "fail" && field.querySelector("textarea").value.trim() !== "");
  const unsavedField = (field) => ready(field) && said(field) !== own.get(field).said;

  function edited(field) {
    const mine = own.get(field);
    field.querySelector(".reason").hidden = chosen(field) !== "fail";
    clearTimeout(mine.timer);
    if (unsavedField(field)) {
      saved.textContent = gettext("正在保存…");
      mine.timer = setTimeout(() => save(field), PAUSE);
    }
    progress();
  }

  async function save(field) {
    const mine = own.get(field);
    clearTimeout(mine.timer);
    if (mine.sending || !unsavedField(field)) return;
    mine.sending = true;
    const now = said(field);
    const [verdict, reason] = JSON.parse(now);
    const fault = field.querySelector(".cell-fault");
    try {
      const answer = await room.act({ type: "verdict", bid: field.dataset.bid, item: field.dataset.item, passed: verdict === "pass", reason, version: mine.version });
      Object.assign(mine, { version: answer.version, said: now });
      fault.textContent = "";
      saved.textContent = interpolate(gettext("已保存 %s"), [timeInBeijing(Date.parse(answer.at))]);
    } catch (error) {
      fault.textContent = error instanceof Refused ? error.message : gettext("未保存：连接断开，恢复后自动保存");
      if (error instanceof Refused) mine.said = now; // not sent again until it is changed
    } finally {
      mine.sending = false;
    }
    progress();
  }

  room.on("state", ({ state: line }) => { if (line === "open") fields.filter(unsavedField).forEach(save); });
  root.addEventListener("change", (event) => { const field = event.target.closest(".verdict"); if (field) edited(field); });
  root.addEventListener("input", (event) => { if (event.target.matches("textarea")) edited(event.target.closest(".verdict")); });
  root.addEventListener("focusin", (event) => { const field = event.target.closest(".verdict"); if (field) viewer?.showBid(field.dataset.bid); });
  for (const button of root.querySelectorAll("[data-show]")) button.addEventListener("click", () => viewer?.showBid(button.dataset.show));

  function progress() {
    const done = fields.filter(ready).length;
    Object.assign(root.querySelector("#progress"), { max: fields.length, value: done });
    root.querySelector("#progress-words").textContent = interpolate(gettext("已填%s项，共%s项"), [done, fields.length]);
  }

  progress();
  return { settled: () => Promise.all(fields.map(save)), unsaved: () => fields.some(unsavedField) };
}
