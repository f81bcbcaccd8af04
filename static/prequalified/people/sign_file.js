// <form data-sign-file> with `file` and a hidden `signature`: the file is signed here by the certificate that the person
// chooses, and sent together with the signature. Without this module the button stays disabled.

import { askSigner, forgetSigner } from "../sign_dialog.js";

async function sign(form, file) {
  const signer = await askSigner();
  if (!signer) return false;
  form.elements.signature.value = await signer.signBase64(new Uint8Array(await file.arrayBuffer()));
  forgetSigner();
  return true;
}

for (const form of document.querySelectorAll("form[data-sign-file]")) {
  const status = form.querySelector("[role=status]");
  form.querySelector("button.btn-primary").disabled = false;
  form.elements.signature.value = ""; // the browser may keep one over a file that it does not keep
  form.elements.file.addEventListener("change", () => { form.elements.signature.value = ""; });
  form.addEventListener("submit", (event) => {
    if (form.elements.signature.value) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    status.textContent = "";
    const [file] = form.elements.file.files;
    if (!file) {
      status.textContent = gettext("请先选择文件。");
      return;
    }
    if (file.size > Number(form.dataset.largest)) {
      status.textContent = gettext("文件过大，请压缩后重试。");
      return;
    }
    sign(form, file).then((signed) => signed && form.submit()).catch(() => {
      status.textContent = gettext("签名没有完成，请重试。");
    });
  });
}
