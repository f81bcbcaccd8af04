// Server time, running. `[data-clock]` shows it; `[data-until="2026-11-21T06:00:00.000Z"]` counts down and keeps its date.
// The browser's own clock is never trusted: its offset from the server's is measured and taken off.
let offset = 0; // milliseconds to add to Date.now()
let best = Infinity; // round trip of the measurement in use: the shortest is the most exact

export const serverNow = () => Date.now() + offset;

/** Take a measurement: the server said `now` (ms since 1970) in answer to something sent at `sent` (Date.now()). */
export function measured(now, sent, received = Date.now()) {
  const trip = received - sent;
  if (trip < 0 || trip > best) return;
  best = trip;
  offset = now - (sent + received) / 2;
  tick();
}

const beijing = new Intl.DateTimeFormat("sv-SE", {
  timeZone: "Asia/Shanghai", year: "numeric", month: "2-digit", day: "2-digit",
  hour: "2-digit", minute: "2-digit", second: "2-digit",
});
/** "2026-11-21 14:03:07" in Beijing time. */
export const inBeijing = (ms) => beijing.format(ms);
/** "14:03:07" in Beijing time. */
export const timeInBeijing = (ms) => beijing.format(ms).slice(11);

const two = (number) => String(number).padStart(2, "0");
/** How long `ms` is, in words: "3 天 04:12:09". */
export function lasting(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const days = Math.floor(seconds / 86400);
  const clock = `${two(Math.floor((seconds % 86400) / 3600))}:${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`;
  return days ? interpolate(ngettext("%(days)s 天 %(clock)s", "%(days)s 天 %(clock)s", days), { days, clock }, true) : clock;
}

function count(element, now) {
  const until = Date.parse(element.dataset.until);
  let left = element.querySelector("[data-left]");
  if (!left) {
    left = document.createElement("span");
    left.dataset.left = "";
    element.append(" ", left);
  }
  const ms = until - now;
  left.textContent = ms > 0 ? interpolate(gettext("还剩 %s"), [lasting(ms)]) : gettext("已到时间");
  element.classList.toggle("soon", ms > 0 && ms < 3600_000);
  if (ms <= 0 && !element.classList.contains("over")) {
    element.classList.add("over");
    element.dispatchEvent(new CustomEvent("clock:over", { bubbles: true }));
  }
}

export function tick() {
  const now = serverNow();
  for (const element of document.querySelectorAll("[data-clock]")) {
    element.textContent = inBeijing(now);
    element.dateTime = new Date(now).toISOString();
  }
  for (const element of document.querySelectorAll("[data-until]")) count(element, now);
}

async function measure() {
  const sent = Date.now();
  try {
    const answer = await fetch("/clock/", { cache: "no-store" });
    if (answer.ok) measured(Date.parse((await answer.json()).now), sent);
  } catch { /* off line: go on with the last offset */ }
}

const rendered = Date.parse(document.documentElement.dataset.serverNow || "");
if (!Number.isNaN(rendered)) offset = rendered - performance.timeOrigin; // until the first measurement
tick();
setInterval(tick, 1000 / 2);
measure();
setInterval(() => { best = Infinity; measure(); }, 300_000);
document.addEventListener("visibilitychange", () => { if (!document.hidden) { best = Infinity; measure(); } });
