// The one way to sign in a page: a dialog asks for the .p12 file and its passphrase, the key stays in memory until the page
// is left. `askSigner()` gives a Signer (certificate.js) or null when the person changes their mind.

import { CertificateFault, openP12 } from "./certificate.js";

let kept = null;

const words = {
  "p12.unreadable": () => gettext("这不是证书文件（.p12 或 .pfx）。"),
  "p12.passphrase": () => gettext("证书口令不正确，或文件已损坏。"),
  "p12.algorithm": () => gettext("该证书文件使用了浏览器不支持的加密方式，请改用命令行客户端，或用新版工具重新导出（AES）。"),
  "p12.insecure": () => gettext("浏览器只在加密连接（https）下允许签名，请用 https 地址打开本平台。"),
  "p12.no_key": () => gettext("文件中没有可用的私钥和证书。"),
};

export const faultInWords = (fault) => (words[fault.code] ?? (() => gettext("证书无法使用。")))();

function build() {
  const dialog = document.createElement("dialog");
  dialog.className = "sign-dialog";
  dialog.setAttribute("aria-labelledby", "sign-title");
  const form = document.createElement("form");
  form.method = "dialog";
  const title = element("h2", { id: "sign-title", textContent: gettext("使用数字证书签名") });
  const note = element("p", { className: "note", textContent: gettext("证书在本机打开和签名，私钥不会离开这个页面。") });
  const file = element("input", { id: "sign-file", type: "file", accept: ".p12,.pfx", required: true, className: "form-control" });
  const secret = element("input", {
    id: "sign-secret", type: "password", autocomplete: "off", className: "form-control",
  });
  const error = element("p", { className: "invalid-feedback d-block", role: "alert" });
  const go = element("button", { type: "submit", className: "btn btn-primary", textContent: gettext("打开证书") });
  const stop = element("button", { type: "button", className: "btn btn-link", textContent: gettext("取消") });
  form.append(
    title, note,
    label(gettext("证书文件（.p12）"), file), file,
    label(gettext("证书口令"), secret), secret,
    error, go, stop,
  );
  dialog.append(form);
  document.body.append(dialog);
  return { dialog, form, file, secret, error, go, stop };
}

const element = (name, properties) => Object.assign(document.createElement(name), properties);
const label = (text, input) => element("label", { className: "form-label mt-2", htmlFor: input.id, textContent: text });

export async function askSigner() {
  if (kept) return kept;
  const parts = build();
  parts.dialog.showModal();
  try {
    kept = await new Promise((resolve) => {
      parts.stop.addEventListener("click", () => resolve(null));
      parts.dialog.addEventListener("cancel", () => resolve(null));
      parts.form.addEventListener("submit", (event) => {
        event.preventDefault();
        open(parts).then((signer) => signer && resolve(signer));
      });
    });
  } finally {
    parts.secret.value = "";
    parts.dialog.remove();
  }
  return kept;
}

async function open({ file, secret, error, go }) {
  error.textContent = "";
  go.disabled = true;
  try {
    return await openP12(await file.files[0].arrayBuffer(), secret.value);
  } catch (fault) {
    if (!(fault instanceof CertificateFault)) throw fault;
    error.textContent = faultInWords(fault);
    return null;
  } finally {
    go.disabled = false;
  }
}

/** Forget the key before the page is left. */
export function forgetSigner() {
  kept = null;
}
