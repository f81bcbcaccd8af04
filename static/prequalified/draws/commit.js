// A party's part in a draw: the value is made here, committed to by its hash, kept on this machine, and opened later.

import { canonical } from "../../tendering/sealing/canonical.js";
import { fromHex, hex, sha256 } from "./replay.js";

const key = (draw, commitment) => `yangguang-draw:${draw}:${commitment}`;
const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

async function post(path, body) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
    body: JSON.stringify(body),
  });
  if (answer.ok) return answer.json();
  const told = await answer.json().catch(() => null);
  throw new Error(told?.blockers?.map((blocker) => blocker.message).join(" ") || gettext("没有办成，请刷新后重试。"));
}

/** Share i of the opening to trustee i (`yangguang-draw-commitment/1`); none in a draw without trustees. */
async function escrowed(opening, { recipients, k }) {
  if (!recipients.length) return [];
  const { Encrypter, split } = await import("../../vendor/sealing/libraries.js");
  const shares = await split(opening, recipients.length, k);
  return Promise.all(
    shares.map(async (share, at) => {
      const encrypter = new Encrypter();
      encrypter.addRecipient(recipients[at]);
      const sealed = await encrypter.encrypt(share);
      return { recipient: recipients[at], share_sha256: hex(await sha256(share)), sealed: btoa(String.fromCharCode(...sealed)) };
    }),
  );
}

function offer(kept, draw) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([canonical(kept)], { type: "application/json" }));
  link.download = `${draw}-opening.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

async function commit(state) {
  const opening = crypto.getRandomValues(new Uint8Array(64));
  const commitment = hex(await sha256(opening));
  const kept = { draw: state.draw, commitment, salt: hex(opening.subarray(0, 32)), value: hex(opening.subarray(32)) };
  localStorage.setItem(key(state.draw, commitment), canonical(kept)); // before it is handed in: a lost value cannot be opened
  const document_ = { format: "yangguang-draw-commitment/1", draw: state.draw, commitment, escrow: await escrowed(opening, state) };
  try {
    await post(`/api/v1/draws/${state.draw}/commitments`, document_);
  } catch (error) {
    localStorage.removeItem(key(state.draw, commitment));
    throw error;
  }
  offer(kept, state.draw);
}

async function reveal(state, form) {
  const [backup] = form.querySelector("input[type=file]").files;
  const text = backup ? await backup.text() : localStorage.getItem(key(state.draw, form.dataset.reveal));
  if (!text) throw new Error(gettext("这台电脑上没有保存您的随机数，请使用承诺时下载的备份文件。"));
  const kept = JSON.parse(text);
  if (hex(await sha256(fromHex(kept.salt + kept.value))) !== form.dataset.reveal) {
    throw new Error(gettext("这不是您承诺时的随机数。"));
  }
  await post(`/api/v1/draws/${state.draw}/openings`, { salt: kept.salt, value: kept.value });
  localStorage.removeItem(key(state.draw, form.dataset.reveal));
}

function wire(form, state, act) {
  const button = form.querySelector("button[type=submit]");
  const status = form.querySelector("[role=status]");
  button.disabled = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    button.disabled = true;
    status.textContent = "";
    act().then(() => location.reload()).catch((error) => {
      status.textContent = error instanceof SyntaxError ? gettext("这不是承诺时下载的文件。") : error.message;
      button.disabled = false;
    });
  });
}

export function takePart(state) {
  for (const form of document.querySelectorAll("form[data-commit]")) wire(form, state, () => commit(state));
  for (const form of document.querySelectorAll("form[data-reveal]")) wire(form, state, () => reveal(state, form));
}
