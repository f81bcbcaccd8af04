// The scoring grid: every change is saved at once, digits and arrows, two tabs collide visibly, one signature for the whole form.
import { timeInBeijing } from "../config/clock.js";
import { askSigner } from "../prequalified/sign_dialog.js";
import { Refused } from "../runtime/live.js";
import { bytesToSign, refusalOf } from "./sign.js";

const PAUSE = 350; // ms after the last key before a change is sent
const NUMBER = /^(0|[1-9]\d{0,2})(\.\d{1,2})?$/;

/** Hundredths, so that no binary fraction decides whether 18.15 fits a step of 0.05. */
const hundredths = (text) => {
  const [whole, rest = ""] = text.split(".");
  return Number(whole) * 100 + Number(rest.padEnd(2, "0"));
};
const spelled = (count) => `${Math.trunc(count / 100)}.${String(count % 100).padStart(2, "0")}`;

export function startGrid(root, { room, state, viewer, token }) {
  const cells = [...root.querySelectorAll(".cell")];
  const rows = [...root.querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll(".cell")]);
  const saved = root.querySelector("#saved");
  const faults = root.querySelector("#faults");
  const known = new Map(cells.map((cell) => [cell, { text: cell.value, version: Number(cell.dataset.version), sending: false, timer: 0 }]));
  const normal = (cell) => cell.value.trim().replace("。", ".").replace("．", ".");
  const changed = (cell) => normal(cell) !== known.get(cell).text && !(NUMBER.test(normal(cell)) && known.get(cell).text && hundredths(normal(cell)) === hundredths(known.get(cell).text));

  function faultOf(cell) {
    const text = normal(cell);
    if (text === "") return "";
    if (!NUMBER.test(text)) return gettext("请填写不超过两位小数的数字");
    if (hundredths(text) > hundredths(cell.dataset.max)) return interpolate(gettext("超出范围0至%s"), [cell.dataset.max]);
    if (hundredths(text) % hundredths(cell.dataset.step)) return interpolate(gettext("不是步长%s的整数倍"), [cell.dataset.step]);
    return "";
  }

  function mark(cell, fault) {
    cell.classList.toggle("is-invalid", Boolean(fault));
    cell.toggleAttribute("aria-invalid", Boolean(fault));
    cell.dataset.fault = fault;
    const wrong = cells.filter((each) => each.dataset.fault);
    faults.replaceChildren(...wrong.map((each) => line(`${each.getAttribute("aria-label")}：${each.dataset.fault}`)), ...conflicts());
  }

  const line = (text) => Object.assign(document.createElement("p"), { className: "cell-fault", textContent: text });

  // -- saving

  function edited(cell) {
    const own = known.get(cell);
    clearTimeout(own.timer);
    const fault = faultOf(cell);
    mark(cell, fault);
    if (!fault && changed(cell)) {
      saved.textContent = gettext("正在保存…");
      own.timer = setTimeout(() => save(cell), PAUSE);
    }
  }

  async function save(cell) {
    const own = known.get(cell);
    clearTimeout(own.timer);
    if (own.sending || own.conflict || faultOf(cell) || !changed(cell)) return;
    own.sending = true;
    const text = normal(cell);
    try {
      const answer = await room.act({ type: "save", bid: cell.dataset.bid, item: cell.dataset.item, score: text === "" ? null : text, version: own.version });
      settle(cell, answer, text);
    } catch (error) {
      if (error instanceof Refused) mark(cell, error.blockers.map((blocker) => blocker.message).join(" "));
      else retry(cell);
    } finally {
      own.sending = false;
    }
    if (!own.conflict && changed(cell) && !cell.dataset.fault && room.state === "open") save(cell);
    progress();
  }

  function settle(cell, answer, text) {
    const own = known.get(cell);
    own.version = answer.version;
    if (answer.type === "saved") {
      own.text = text;
      cell.classList.add("kept");
      mark(cell, faultOf(cell));
      saved.textContent = interpolate(gettext("已保存 %s"), [timeInBeijing(Date.parse(answer.at))]);
      return;
    }
    own.conflict = { standing: answer.score ?? "", version: answer.version };
    mark(cell, "");
  }

  /** The line is broken: the change stays in its cell and goes out when the room is open again. */
  function retry(cell) {
    saved.textContent = gettext("未保存：连接断开，恢复后自动保存");
    known.get(cell).waiting = true;
  }
  room.on("state", ({ state: line }) => {
    if (line !== "open") return;
    for (const cell of cells) {
      if (!known.get(cell).waiting) continue;
      known.get(cell).waiting = false;
      save(cell);
    }
  });

  // -- two tabs

  function conflicts() {
    return cells.filter((cell) => known.get(cell).conflict).map((cell) => {
      const own = known.get(cell);
      const box = line(interpolate(gettext("%s：另一窗口已改为“%s”，本窗口为“%s”。"), [cell.getAttribute("aria-label"), own.conflict.standing || "—", normal(cell) || "—"]));
      box.append(choice(gettext("用另一窗口的"), () => take(cell, own.conflict.standing)), choice(gettext("用本窗口的"), () => keep(cell)));
      return box;
    });
  }

  const choice = (words, act) => {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm btn-outline-primary ms-2", textContent: words });
    button.addEventListener("click", act);
    return button;
  };

  function take(cell, standing) {
    const own = known.get(cell);
    own.text = cell.value = standing;
    own.conflict = null;
    mark(cell, "");
    progress();
  }

  function keep(cell) {
    const own = known.get(cell);
    own.text = own.conflict.standing;
    own.conflict = null;
    mark(cell, "");
    save(cell);
  }

  // -- keyboard: digits go in by themselves; arrows leave a cell only at its edge, never inside text

  const neighbour = (cell, down, right) => {
    const row = rows.findIndex((each) => each.includes(cell));
    return rows[row + down]?.[rows[row].indexOf(cell) + right];
  };
  const whole = (cell) => cell.selectionStart === 0 && cell.selectionEnd === cell.value.length;

  root.addEventListener("keydown", (event) => {
    const cell = event.target.closest(".cell");
    if (!cell || event.isComposing || event.altKey || event.metaKey) return;
    if (event.ctrlKey) return;
    const moves = {
      ArrowUp: [-1, 0], ArrowDown: [1, 0], Enter: [1, 0],
      ArrowLeft: whole(cell) || cell.selectionEnd === 0 ? [0, -1] : null,
      ArrowRight: whole(cell) || cell.selectionStart === cell.value.length ? [0, 1] : null,
    };
    if (event.key === "Escape") { cell.value = known.get(cell).text; edited(cell); cell.select(); progress(); return; }
    const move = moves[event.key];
    if (!move) return;
    const next = neighbour(cell, ...move);
    event.preventDefault();
    save(cell);
    next?.focus();
  });
  document.addEventListener("keydown", (event) => {
    if (!event.ctrlKey || event.key !== "Enter" || event.target.closest("textarea, dialog, [type=search]")) return;
    event.preventDefault();
    handIn();
  });
  root.addEventListener("focusin", (event) => {
    const cell = event.target.closest(".cell");
    if (!cell) return;
    cell.select();
    viewer?.showBid(cell.dataset.bid);
  });
  root.addEventListener("input", (event) => { if (event.target.matches(".cell")) { edited(event.target); progress(); } });
  root.addEventListener("focusout", (event) => { if (event.target.matches(".cell")) save(event.target); });
  for (const button of root.querySelectorAll("[data-show]")) button.addEventListener("click", () => viewer?.showBid(button.dataset.show));

  // -- progress

  const filled = (cell) => NUMBER.test(normal(cell)) && !cell.dataset.fault;

  function progress() {
    for (const row of rows) row[0].closest("tr").querySelector(".item-progress").textContent = `${row.filter(filled).length}/${row.length}`;
    for (const bid of new Set(cells.map((cell) => cell.dataset.bid))) {
      const own = cells.filter((cell) => cell.dataset.bid === bid);
      root.querySelector(`.bid-progress[data-bid="${bid}"]`).textContent = `${own.filter(filled).length}/${own.length}`;
      root.querySelector(`.subtotal[data-bid="${bid}"]`).textContent = spelled(own.filter(filled).reduce((sum, cell) => sum + hundredths(normal(cell)), 0));
    }
    const done = cells.filter(filled).length;
    Object.assign(root.querySelector("#progress"), { max: cells.length, value: done });
    root.querySelector("#progress-words").textContent = interpolate(gettext("已填%s项，共%s项"), [done, cells.length]);
  }

  // -- hand-in: what the server has is echoed, and exactly those bytes are signed

  const echo = document.getElementById("echo");
  const address = `/api/v1/sections/${root.dataset.code}/room/hand-in`;
  let bytes = null;

  async function handIn() {
    await settled();
    faults.querySelector(".hand-in-fault")?.remove();
    try {
      bytes = await bytesToSign(address);
    } catch (error) {
      faults.append(Object.assign(line(error.message), { className: "cell-fault hand-in-fault" }));
      faults.scrollIntoView({ block: "nearest" });
      return;
    }
    echo.querySelector("#echo-table").replaceChildren(echoTable(JSON.parse(new TextDecoder().decode(bytes))));
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    echo.querySelector("#echo-hash").textContent = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    echo.querySelector("#echo-fault").textContent = "";
    echo.showModal();
  }

  function echoTable(content) {
    const table = Object.assign(document.createElement("table"), { className: "table table-dense" });
    const names = new Map(state.bids.map((bid) => [bid.bidder, bid.name]));
    const bidders = Object.keys(content.scores);
    const head = table.createTHead().insertRow();
    for (const words of [gettext("评分项"), ...bidders.map((bidder) => names.get(bidder) ?? bidder)]) {
      head.append(Object.assign(document.createElement("th"), { scope: "col", textContent: words }));
    }
    const body = table.createTBody();
    for (const item of state.method.items) {
      const row = body.insertRow();
      row.append(Object.assign(document.createElement("th"), { scope: "row", textContent: item.title }));
      for (const bidder of bidders) Object.assign(row.insertCell(), { className: "numbers", textContent: content.scores[bidder][item.key] });
    }
    return table;
  }

  async function signAndSend() {
    const fault = echo.querySelector("#echo-fault");
    fault.textContent = "";
    const signer = await askSigner();
    if (!signer) return;
    const body = JSON.stringify({ signature: await signer.signBase64(bytes) });
    const answer = await fetch(address, { method: "POST", body, headers: { "Content-Type": "application/json", "X-CSRFToken": token() } });
    if (!answer.ok) { fault.textContent = (await refusalOf(answer)).message; return; }
    location.reload();
  }

  root.querySelector("#hand-in").addEventListener("click", handIn);
  echo.querySelector("#echo-sign").addEventListener("click", () => signAndSend().catch((error) => { echo.querySelector("#echo-fault").textContent = error.message; }));
  echo.querySelector("#echo-stop").addEventListener("click", () => echo.close());

  const unsaved = () => cells.some((cell) => known.get(cell).sending || (changed(cell) && !faultOf(cell)));

  async function settled() {
    for (const cell of cells) await save(cell);
    for (let wait = 0; wait < 50 && cells.some((cell) => known.get(cell).sending); wait += 1) await new Promise((go) => setTimeout(go, 100));
  }

  progress();
  return { settled, unsaved };
}
