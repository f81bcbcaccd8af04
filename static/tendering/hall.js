// The opening hall, live. The page came whole from the server; each event puts what happened in its place.
// A change of stage changes what everybody may do, so the page is fetched anew then, each watcher a little later than the next.

import { inBeijing } from "../config/clock.js";
import { LiveRoom } from "../runtime/live.js";

const state = JSON.parse(document.getElementById("hall-state").textContent);
const words = JSON.parse(document.getElementById("hall-words").textContent);
const looks = { sealed: "waiting", decrypting: "live", opened: "done", revoked: "warn", withdrawn: "warn" };
const bids = new Map((state.bids || []).map((bid) => [bid.id, bid]));
const typing = () => [...document.querySelectorAll("textarea, input[type=file]")].some((field) => field.value);

const loggedIn = document.querySelector('form[action="/log-out/"]') !== null;
async function ticket() {
  if (!loggedIn) return "";
  const answer = await fetch(`/api/v1/sections/${state.section}/opening/ticket`);
  return answer.ok ? (await answer.json()).ticket : "";
}
const room = new LiveRoom(`/live/openings/${state.section}`, { seq: state.seq, ticket, status: document.getElementById("live") });

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}
const badge = (text, look) => element("span", { className: `state state-${look}`, textContent: text });
const moment = (stamp) => element("time", { dateTime: stamp, className: "nowrap", textContent: inBeijing(Date.parse(stamp)) });
const row = (id) => document.querySelector(`tr[data-bid="${CSS.escape(id)}"]`);
const cell = (id, name) => row(id)?.querySelector(`[data-cell="${name}"]`);

function fresh(id) {
  const line = row(id);
  if (!line) return;
  line.classList.remove("fresh");
  requestAnimationFrame(() => line.classList.add("fresh"));
}

// Somebody who is typing keeps what was typed and is told; everybody else sees the new stage by itself.
function renew() {
  if (typing()) {
    const line = document.querySelector("[data-stage-words]");
    line.replaceChildren(badge(gettext("环节已变化，请在提交后刷新页面"), "warn"));
    return;
  }
  setTimeout(() => location.reload(), Math.random() * Math.min(2000, 40 * (state.bids?.length || 10)));
}

room.on("opening.started", renew).on("opening.moved", renew).on("opening.published", renew);

room.on("opening.signed_in", ({ body }) => {
  const list = document.querySelector("[data-present]");
  if (!list || list.querySelector(`[data-name="${CSS.escape(body.name)}"]`)) return;
  const item = element("li", {}, element("span", { textContent: body.name }), moment(body.at));
  item.dataset.name = body.name;
  list.append(item);
  document.querySelector("[data-empty-present]").hidden = true;
});

room.on("opening.confirmed", ({ body }) => {
  document.querySelector(`[data-present] [data-name="${CSS.escape(body.name)}"] span`)?.append(" ", badge(gettext("已确认"), "done"));
});

room.on("opening.released", ({ body }) => {
  const bid = bids.get(body.bid);
  const place = cell(body.bid, "shares");
  if (!bid || !place) return;
  if (body.kind === "share" && bid.shares[body.place] !== "good") bid.shares[body.place] = body.verdict;
  bid.good = body.good;
  const marks = Object.entries(bid.shares).map(([number, verdict]) =>
    element("span", { className: `share share-${verdict}`, title: number, textContent: number }));
  place.replaceChildren(...marks, " ", element("span", { textContent: `${bid.good}/${state.decryption.k}` }));
  if (body.kind === "identity" && body.verdict === "good") place.append(" ", badge(gettext("投标人解密"), "open"));
  if (bid.status === "sealed" && bid.good >= state.decryption.k && state.decryption.k > 0) show(bid, "decrypting");
  fresh(body.bid);
});

function show(bid, status, at = "", why = "") {
  bid.status = status;
  const place = cell(bid.id, "status");
  place.replaceChildren(badge(words.statuses[status], looks[status]));
  if (at) place.append(" ", moment(at));
  if (why) place.append(element("div", { className: "form-text", textContent: why }));
}

room.on("opening.progress", ({ body }) => {
  const bid = bids.get(body.bid);
  if (!bid || !["sealed", "decrypting"].includes(bid.status)) return;
  show(bid, "decrypting");
  const bar = element("progress", { max: 100, value: body.percent, className: "w-100" });
  bar.setAttribute("aria-label", gettext("解密进度"));
  cell(bid.id, "status").append(bar);
});

room.on("opening.decided", ({ body }) => {
  const bid = bids.get(body.bid);
  if (!bid) return;
  show(bid, body.outcome, body.at, words.causes[body.cause] || "");
  fresh(body.bid);
});

room.on("opening.objected", ({ body }) => {
  const list = document.querySelector("[data-objections]");
  if (!list || list.querySelector(`[data-objection="${CSS.escape(body.objection)}"]`)) return;
  if (words.may_answer) return renew();
  const answer = element("p", { className: "mb-0" }, badge(gettext("待答复"), "waiting"));
  answer.dataset.answer = "";
  const head = element("p", { className: "mb-1" }, element("strong", { textContent: body.name }), " ", moment(body.at));
  const item = element("li", {}, head, element("p", { className: "mb-1", textContent: body.text }), answer);
  item.dataset.objection = body.objection;
  list.append(item);
  document.querySelector("[data-empty-objections]").hidden = true;
});

room.on("opening.answered", ({ body }) => {
  const item = document.querySelector(`[data-objection="${CSS.escape(body.objection)}"]`);
  item?.querySelector("[data-answer]").replaceChildren(element("strong", { textContent: gettext("答复：") }), body.answer);
  item?.querySelector("form")?.remove();
});

room.on("opening.record_signed", ({ body }) => {
  document.querySelector("[data-signatures]")?.append(element("li", {}, element("span", { textContent: body.name }), moment(body.at)));
});

// The clock has come to the deadline, or to the end of a stage: look at once, and again until the server agrees.
document.addEventListener("clock:over", () => {
  setTimeout(() => room.act({ type: "look" }).then((now) => { if (now.state !== state.state) renew(); }).catch(() => {}), 300 + Math.random() * 1500);
});

function drawPrices() {
  const place = document.querySelector("[data-prices]");
  const item = state.price_item;
  const read = (state.bids || []).filter((bid) => bid.items?.[item] !== undefined);
  if (!place || !item || !read.length || !window.echarts) return;
  document.querySelector("[data-no-prices]").hidden = true;
  place.hidden = false; // before it is drawn: a hidden element has no width
  const sorted = read.map((bid) => ({ name: bid.bidder, price: Number(bid.items[item]) })).sort((a, b) => a.price - b.price);
  const style = getComputedStyle(document.documentElement);
  const chart = window.echarts.init(place);
  chart.setOption({
    animation: false,
    color: [style.getPropertyValue("--yg-blue").trim() || "#134a86"],
    grid: { left: 8, right: 64, top: 32, bottom: 8, containLabel: true },
    tooltip: { trigger: "item", renderMode: "richText" },
    xAxis: { type: "value", scale: true, axisLabel: { hideOverlap: true } },
    yAxis: { type: "category", inverse: true, data: sorted.map((one) => one.name), axisLabel: { width: 150, overflow: "truncate" } },
    // Points, not bars: the axis does not begin at zero, and a bar's length would lie.
    series: [{
      type: "scatter", symbolSize: 14, data: sorted.map((one) => [one.price, one.name]),
      label: { show: true, position: "top", formatter: ({ value }) => value[0].toLocaleString("zh-CN", { minimumFractionDigits: 2 }) },
      markLine: { symbol: "none", label: { position: "start", formatter: gettext("平均") }, data: [{ type: "average", valueDim: "x" }] },
    }],
  });
  addEventListener("resize", () => chart.resize());
}
addEventListener("load", drawPrices);
if (document.readyState === "complete") drawPrices();
