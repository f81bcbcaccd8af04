// <form data-sign> with hidden inputs `data-content="<base64>"`: each gets the signature over its content, all by one
// certificate, and the form is sent. Without this module the button stays disabled.

import { askSigner, forgetSigner } from "./sign_dialog.js";

const bytesOf = (base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

async function sign(form) {
  const signer = await askSigner();
  if (!signer) return false;
  for (const input of form.querySelectorAll("input[data-content]")) {
    input.value = await signer.signBase64(bytesOf(input.dataset.content));
  }
  forgetSigner();
  return true;
}

for (const form of document.querySelectorAll("form[data-sign]")) {
  const button = form.querySelector("button");
  button.disabled = false;
  form.addEventListener("submit", (event) => {
    if ([...form.querySelectorAll("input[data-content]")].every((input) => input.value)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const status = form.querySelector("[role=status]");
    status.textContent = "";
    sign(form).then((signed) => signed && form.submit()).catch(() => {
      status.textContent = gettext("签名没有完成，请重试。");
    });
  });
}
