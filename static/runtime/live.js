// The browser's end of a live room (runtime/live.py): connects, resumes, backs off, and says how far it has seen.
//
//   const room = new LiveRoom("/live/openings/BSC-1", { seq: 17, ticket: () => fetchTicket(), status: element });
//   room.on("bid.opened", (event) => …);      // or room.on("*", …)
//   const result = await room.act({ type: "sign_in" });   // rejects with Refused {blockers}
import { measured, serverNow, timeInBeijing } from "../config/clock.js";

const BEAT = 15_000; // a ping this often; twice without an answer is a dead line

export class Refused extends Error {
  constructor(blockers) {
    super(blockers.map((blocker) => blocker.message).join("\n"));
    this.blockers = blockers;
  }
}

export class LiveRoom {
  /** `path` below the site; `seq`: the last event the page was made from; `ticket`: async () => string; `status`: an element. */
  constructor(path, { seq = null, ticket = null, status = null } = {}) {
    this.path = path;
    this.seq = seq;
    this.ticket = ticket;
    this.status = status;
    this.handlers = new Map();
    this.waiting = new Map();
    this.tries = 0;
    this.acts = 0;
    this.heard = 0;
    this.closed = false;
    this.#connect();
    addEventListener("online", () => this.#hurry());
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.#hurry(); });
    addEventListener("pagehide", () => this.socket?.close());
    addEventListener("pageshow", (event) => { if (event.persisted) this.#hurry(); });
    setInterval(() => this.#beat(), BEAT);
    setInterval(() => this.#show(), 1000);
  }

  on(kind, handler) {
    this.handlers.set(kind, [...(this.handlers.get(kind) || []), handler]);
    return this;
  }

  /** Do something in the room; resolves with the server's answer. Not repeated on a broken line: the act may have happened. */
  act(frame) {
    if (this.socket?.readyState !== WebSocket.OPEN) return Promise.reject(new Error(gettext("连接已断开，正在重新连接。")));
    const id = `c${++this.acts}`;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.#send({ ...frame, id });
    });
  }

  close() {
    this.closed = true;
    this.socket?.close();
  }

  async #connect() {
    if (this.closed) return;
    clearTimeout(this.timer);
    this.#set("connecting");
    let ticket = "";
    try {
      ticket = this.ticket ? await this.ticket() : "";
    } catch {
      return this.#retry();
    }
    const address = new URL(this.path, location.href);
    address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    address.searchParams.set("language", document.documentElement.lang || "zh-hans");
    if (ticket) address.searchParams.set("ticket", ticket);
    if (this.seq !== null) address.searchParams.set("seq", this.seq);
    const socket = new WebSocket(address);
    this.socket = socket;
    socket.onopen = () => { this.heard = Date.now(); this.#beat(); };
    socket.onmessage = (message) => this.#receive(JSON.parse(message.data));
    socket.onclose = (event) => { if (this.socket === socket) this.#lost(event); };
  }

  #lost(event) {
    for (const { reject } of this.waiting.values()) reject(new Error(gettext("连接已断开，正在重新连接。")));
    this.waiting.clear();
    if (event.code === 4403 || event.code === 4400) {
      this.closed = true;
      return this.#set("closed");
    }
    return this.#retry();
  }

  #retry() {
    if (this.closed) return;
    this.tries += 1;
    // Everybody comes back after an outage: spread the storm.
    const wait = Math.min(30_000, 500 * 2 ** Math.min(this.tries, 6)) * (0.5 + Math.random());
    this.#set("stale");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#connect(), wait);
  }

  #hurry() {
    if (this.closed) return;
    if (this.socket?.readyState === WebSocket.OPEN) this.#beat();
    else if (this.socket?.readyState !== WebSocket.CONNECTING) this.#connect();
  }

  #beat() {
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    if (Date.now() - this.heard > 2 * BEAT) return this.socket.close(); // asleep, or the line is dead
    this.pinged = Date.now();
    this.#send({ type: "ping" });
  }

  #send(frame) { this.socket.send(JSON.stringify(frame)); }

  #receive(frame) {
    this.heard = Date.now();
    if (frame.type === "event") this.#event(frame);
    else if (frame.type === "pong") this.#pong(frame);
    else if (frame.type === "welcome") this.#welcome(frame);
    else if (frame.type === "answered") this.#settle(frame.id, (act) => act.resolve(frame.result));
    else if (frame.type === "refused") this.#refused(frame);
    else this.#emit(frame.type, frame);
    this.#show();
  }

  #welcome(frame) {
    this.tries = 0;
    if (this.seq === null) this.seq = frame.seq;
    this.target = frame.seq; // fresh only once everything up to here has come
    this.#freshen();
    this.#emit("welcome", frame);
  }

  #event(frame) {
    if (frame.seq <= this.seq) return;
    if (frame.seq > this.seq + 1) return this.#send({ type: "resume", seq: this.seq });
    this.seq = frame.seq;
    this.#freshen();
    this.#emit(frame.kind, frame);
  }

  #pong(frame) {
    measured(Date.parse(frame.now), this.pinged);
    // The server has sent up to frame.seq; what it sent has come before this pong.
    if (frame.seq > this.seq) this.#send({ type: "resume", seq: this.seq });
    else if (this.seq >= (this.target || 0)) this.seenAt = serverNow();
  }

  #freshen() {
    if (this.seq >= (this.target || 0)) {
      this.seenAt = serverNow();
      this.#set("open");
    }
  }

  #refused(frame) {
    if (this.waiting.has(frame.id)) this.#settle(frame.id, (act) => act.reject(new Refused(frame.blockers)));
    else this.#emit("refused", frame);
  }

  #settle(id, how) {
    const act = this.waiting.get(id);
    this.waiting.delete(id);
    if (act) how(act);
  }

  #emit(kind, frame) {
    for (const handler of [...(this.handlers.get(kind) || []), ...(this.handlers.get("*") || [])]) handler(frame);
  }

  #set(state) {
    this.state = state;
    this.#show();
    this.#emit("state", { type: "state", state });
  }

  #show() {
    if (!this.status) return;
    const late = this.state === "open" && Date.now() - this.heard > 2 * BEAT;
    const state = late ? "stale" : this.state;
    const upTo = this.seenAt ? timeInBeijing(this.seenAt) : "";
    const words = {
      connecting: gettext("正在连接…"),
      open: interpolate(gettext("您看到的是截至 %s 的全部内容"), [upTo]),
      stale: upTo ? interpolate(gettext("连接已断开，正在重连；所见内容截至 %s"), [upTo]) : gettext("连接已断开，正在重连"),
      closed: gettext("已离开"),
    }[state];
    this.status.dataset.live = state;
    if (this.status.textContent !== words) this.status.textContent = words;
  }
}
