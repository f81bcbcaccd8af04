// The page on which a bidder makes and seals a bid on the own machine. What leaves it is only the sealed file.

import { faultInWords } from "../../prequalified/sign_dialog.js";
import { machine } from "./sealed_bid.js";

const form = document.querySelector("form[data-sealing]");
const status = form.querySelector("[role=status]");
const bar = form.querySelector("progress");
const result = document.getElementById("sealed");
const button = form.querySelector("button[type=submit]");
const stages = {
  making: () => gettext("正在制作并签名"),
  sealing: () => gettext("正在加密"),
  checking: () => gettext("正在核对"),
};

document.getElementById("machine").textContent = Object.values(machine()).filter(Boolean).join(" · ");

async function gather(tender) {
  const opening = {};
  for (const item of tender.opening_items) {
    const value = form.elements[`item-${item.key}`].value.trim();
    opening[item.key] = item.type === "integer" ? Number(value) : item.type === "money" ? Number(value).toFixed(2) : value;
  }
  const parts = tender.parts
    .map((part) => ({ path: part.path, file: form.elements[`part-${part.path}`].files[0] }))
    .filter((part) => part.file);
  for (const file of form.elements.more.files) parts.push({ path: `documents/${file.name}`, file });
  return { opening, parts, p12: await form.elements.p12.files[0].arrayBuffer() };
}

function seal(work) {
  const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
  return new Promise((resolve, reject) => {
    worker.addEventListener("message", ({ data }) => {
      if (data.type === "progress") {
        bar.hidden = false;
        bar.max = data.total || 1;
        bar.value = data.done;
        status.textContent = `${stages[data.stage]()} ${Math.round((100 * data.done) / (data.total || 1))}%`;
      } else {
        worker.terminate();
        if (data.type === "sealed") resolve(data);
        else reject(data);
      }
    });
    worker.addEventListener("error", (event) => reject({ code: "", message: event.message }));
    worker.postMessage(work);
  });
}

function offer(link, blob, name) {
  link.href = URL.createObjectURL(blob);
  link.download = name;
}

async function show(sealed) {
  const folder = await navigator.storage.getDirectory();
  const file = await (await folder.getFileHandle(sealed.name)).getFile();
  offer(result.querySelector("[data-bid]"), file, sealed.name);
  offer(result.querySelector("[data-identity]"), new Blob([sealed.identity]), sealed.name.replace(/\.bid$/, ".identity"));
  result.querySelector("[data-bidder]").textContent = sealed.bidder.name;
  result.querySelector("[data-sha256]").textContent = sealed.sha256;
  result.querySelector("[data-size]").textContent = `${(sealed.size / 1e6).toFixed(1)} MB`;
  result.hidden = false;
  result.scrollIntoView();
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  result.hidden = true;
  button.disabled = true;
  try {
    const tender = await (await fetch(form.dataset.sealing)).json();
    const name = `${tender.section}-${Date.now()}`;
    const { value: passphrase } = form.elements.passphrase;
    const { value: identityPassphrase } = form.elements.identity_passphrase;
    await show(await seal({ tender, ...(await gather(tender)), passphrase, identityPassphrase, name }));
    status.textContent = gettext("已密封。请下载并保管密钥文件，然后递交投标文件。");
  } catch (fault) {
    status.textContent = fault.code ? faultInWords(fault) : `${gettext("没有完成")}：${fault.message ?? fault}`;
  } finally {
    bar.hidden = true;
    button.disabled = false;
  }
});
