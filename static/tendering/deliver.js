// Delivering a sealed bid from the browser: tus 1.0 in pieces of 8 MiB, resumable after a broken line or a closed page.
// The address of an unfinished upload is remembered by the file's name, size and date; the server says how far it came.

import { lasting } from "../config/clock.js";

const PIECE = 8 * 1024 * 1024;
const TUS = { "Tus-Resumable": "1.0.0" };
const csrf = () => document.querySelector('meta[name="csrf-token"]').content;
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

class Refused extends Error {
  constructor(blockers) {
    super(blockers.map((blocker) => blocker.message).join("\n"));
    this.blockers = blockers;
  }
}

async function refusal(answer) {
  try {
    return new Refused((await answer.json()).blockers);
  } catch {
    return new Error(gettext("服务器没有按预期回答，请稍后再试。"));
  }
}

class Upload {
  constructor(section, file, show) {
    this.section = section;
    this.file = file;
    this.show = show;
    this.paused = false;
    this.key = `tus:${section}:${file.name}:${file.size}:${file.lastModified}`;
  }

  /** The upload's address once every byte is there. */
  async finish() {
    let offset = await this.#resume();
    this.started = performance.now();
    this.startedAt = offset;
    let tries = 0;
    while (offset < this.file.size) {
      while (this.paused) await wait(200);
      try {
        offset = await this.#send(offset);
        tries = 0;
      } catch (error) {
        if (error instanceof Refused || ++tries > 20) throw error;
        this.show(offset, interpolate(gettext("线路中断，第 %s 次重试…"), [tries]));
        await wait(Math.min(15_000, 500 * 2 ** tries) * (0.5 + Math.random() / 2));
        offset = await this.#resume();
      }
    }
    localStorage.removeItem(this.key);
    return this.address;
  }

  async #resume() {
    this.address = localStorage.getItem(this.key);
    if (this.address) {
      const head = await fetch(this.address, { method: "HEAD", headers: TUS, cache: "no-store" });
      if (head.ok) return Number(head.headers.get("Upload-Offset"));
      if (![404, 410].includes(head.status)) throw new Error(gettext("暂时无法连接服务器。"));
    }
    return this.#create();
  }

  async #create() {
    const encode = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
    const metadata = `section ${encode(this.section)},filename ${encode(this.file.name.slice(0, 100))}`;
    const headers = { ...TUS, "Upload-Length": String(this.file.size), "Upload-Metadata": metadata };
    const answer = await fetch("/uploads/", { method: "POST", headers });
    if (!answer.ok) throw await refusal(answer);
    this.address = answer.headers.get("Location");
    localStorage.setItem(this.key, this.address);
    return 0;
  }

  /** One piece; the progress within it comes from XMLHttpRequest, for fetch tells none. */
  #send(offset) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("PATCH", this.address);
      const headers = { ...TUS, "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream" };
      for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
      request.upload.onprogress = (event) => this.#progress(offset + event.loaded);
      request.onload = async () => {
        if (request.status === 204) return resolve(Number(request.getResponseHeader("Upload-Offset")));
        if ([409, 423, 460, 507].includes(request.status) || request.status >= 500) return reject(new Error(String(request.status)));
        return reject(await refusal(new Response(request.response, { status: request.status })));
      };
      request.onerror = request.ontimeout = () => reject(new Error("line"));
      request.send(this.file.slice(offset, offset + PIECE));
    });
  }

  #progress(sent) {
    const seconds = (performance.now() - this.started) / 1000;
    const rate = (sent - this.startedAt) / Math.max(seconds, 0.1);
    const left = lasting(((this.file.size - sent) / Math.max(rate, 1)) * 1000);
    this.show(sent, interpolate(gettext("%(percent)s%，每秒 %(rate)s MB，还需 %(left)s"), {
      percent: Math.floor((100 * sent) / this.file.size), rate: (rate / 1e6).toFixed(1), left,
    }, true));
  }
}

async function deliver(section, address) {
  const answer = await fetch(`/api/v1/sections/${section}/bids`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrf() },
    body: JSON.stringify({ upload: address }),
  });
  if (!answer.ok) throw await refusal(answer);
}

function showRefusal(place, error) {
  const list = document.createElement("ul");
  for (const blocker of error.blockers || [{ message: error.message }]) {
    const item = document.createElement("li");
    const lines = [blocker.message, blocker.rule && gettext("依据：") + blocker.rule, blocker.remedy && gettext("怎么办：") + blocker.remedy];
    for (const line of lines.filter(Boolean)) item.append(Object.assign(document.createElement("div"), { textContent: line }));
    list.append(item);
  }
  const box = Object.assign(document.createElement("div"), { className: "refusal" });
  box.setAttribute("role", "alert");
  box.append(Object.assign(document.createElement("h2"), { textContent: gettext("这一步现在不能办理") }), list);
  place.replaceChildren(box);
}

const form = document.querySelector("form[data-deliver]");
form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const [progress, status] = [form.querySelector("progress"), form.querySelector("[role=status]")];
  const [start, pause] = [form.querySelector("[data-start]"), form.querySelector("[data-pause]")];
  const refused = document.querySelector("[data-refused]");
  const file = form.querySelector("input[type=file]").files[0];
  refused.replaceChildren();
  progress.hidden = pause.hidden = false;
  start.disabled = true;
  const upload = new Upload(form.dataset.deliver, file, (sent, words) => {
    progress.value = (100 * sent) / file.size;
    status.textContent = words;
  });
  pause.onclick = () => {
    upload.paused = !upload.paused;
    pause.textContent = upload.paused ? gettext("继续") : gettext("暂停");
  };
  try {
    const address = await upload.finish();
    status.textContent = gettext("已传完，平台正在核验签名和密封…");
    await deliver(form.dataset.deliver, address);
    location.reload();
  } catch (error) {
    status.textContent = gettext("没有递交。");
    showRefusal(refused, error);
    start.disabled = false;
    pause.hidden = true;
  }
});
