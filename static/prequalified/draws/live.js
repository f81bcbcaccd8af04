// The page of a draw: commitments arriving, values opening, and the numbers rolling from the computation made here.

import { LiveRoom } from "../../runtime/live.js";
import { takePart } from "./commit.js";
import { hex, replay } from "./replay.js";

const state = JSON.parse(document.getElementById("draw-state").textContent);
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
const rest = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const FRAMES = 14; // numbers shown before one stands still
const FRAME = 55; // ms

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}
const short = (digest) => `${digest.slice(0, 12)}…`;
const typing = () => [...document.querySelectorAll("textarea")].some((field) => field.value);
const renew = () => { if (!typing()) setTimeout(() => location.reload(), 300 + Math.random() * 700); };

// -- what comes in

function committed({ body }) {
  const list = document.querySelector("[data-commitments]");
  if (!list || list.querySelector(`[data-party="${CSS.escape(body.party.number)}"]`)) return;
  const cell = element("td", { className: "digest", textContent: short(body.commitment), title: body.commitment });
  const line = element("tr", { className: "fresh" }, element("td", { textContent: body.party.name }), cell,
    element("td", { className: "digest", textContent: "-" }));
  line.dataset.party = body.party.number;
  line.lastChild.dataset.opened = "";
  list.append(line);
}

function opened({ body }) {
  const line = document.querySelector(`[data-commitments] [data-party="${CSS.escape(body.party)}"]`);
  line?.classList.add("fresh");
  line?.querySelector("[data-opened]").replaceChildren(element("span", { textContent: short(body.value), title: body.value }));
}

// -- the rolling numbers

const words = {
  pool: () => gettext("名单与冻结时公布的摘要一致"),
  names: () => gettext("每个号码对应的单位与冻结时一致"),
  commitments: () => gettext("各方公开的随机数与承诺一致"),
  seed: () => gettext("种子一致"),
  order: () => gettext("全部号码的次序一致"),
  choice: () => gettext("抽取结果一致"),
  succession: () => gettext("递补次序一致"),
};

function showChecks(box, { checks, seed }) {
  box.replaceChildren(...Object.entries(checks).map(([name, holds]) =>
    element("li", { className: holds ? "holds" : "fails" },
      element("span", { textContent: holds ? "✓ " : "✗ " }), holds ? words[name]() : interpolate(gettext("不符：%s"), [words[name]()]))));
  box.append(element("li", {}, gettext("种子："), element("span", { className: "digest", textContent: seed })));
  box.dataset.done = Object.values(checks).every(Boolean) ? "holds" : "fails";
}

/** The frames of one step are the four-byte windows of its real hash, read as places among those still left. */
async function roll(card, steps, chosen, names) {
  const number = card.querySelector("[data-number]");
  const name = card.querySelector("[data-name]");
  const list = card.querySelector("[data-rolled]");
  list.replaceChildren();
  for (const one of chosen) {
    const step = steps.get(one);
    const view = new DataView(step.digest.buffer);
    for (let frame = 0; frame < FRAMES && !calm; frame += 1) {
      const shown = (view.getUint32(frame * 2) % names.size) + 1;
      number.textContent = shown;
      name.textContent = names.get(shown) ?? "";
      await rest(FRAME + frame * 6);
    }
    number.textContent = one;
    name.textContent = names.get(one) ?? "";
    const how = interpolate(gettext("第 %s 步，散列 %s"), [step.step + 1, hex(step.digest).slice(0, 16)]);
    list.append(element("li", {}, element("strong", { textContent: one }), ` ${names.get(one) ?? ""} `,
      element("span", { className: "form-text", textContent: how })));
    if (!calm) await rest(350);
  }
}

async function compute() {
  const card = document.querySelector("[data-computation]");
  const box = card.querySelector("[data-checks]");
  card.hidden = false;
  if (!globalThis.crypto?.subtle) {
    box.replaceChildren(element("li", { textContent: gettext("浏览器只在加密连接（https）下允许计算，请用 https 地址打开，或下载抽取文件重演。") }));
    return;
  }
  const file = await (await fetch(`/directory-draws/${state.number}/proof.json`)).json();
  const steps = new Map(); // of every number: a file that states another choice must not keep the page from computing its own
  const found = await replay(file, (step, { digest }, number) => steps.set(number, { step, digest }));
  const names = new Map(file.names.map(({ number, identity }) => [number, identity.name]));
  const again = card.querySelector("[data-replay]");
  const show = async () => {
    again.disabled = true;
    await roll(card, steps, found.chosen.flat(), names);
    showChecks(box, found);
    again.disabled = false;
  };
  again.addEventListener("click", show);
  await show();
}

takePart(state);
if (state.phase === "finished") {
  compute();
}
if (state.phase !== "failed") {
  const room = new LiveRoom(`/live/draws/${state.number}`, { seq: state.seq, status: document.getElementById("live") });
  room.on("draw.committed", committed).on("draw.opened", opened);
  room.on("draw.closed", renew).on("draw.failed", renew).on("draw.finished", renew).on("draw.gave_way", renew);
}
