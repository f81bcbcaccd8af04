// The defence is signed here: <form data-defence="JF-…"> with `defence` and a hidden `signature`. What is signed is the
// canonical JSON that prequalified.actions.conduct.defend_case.defence_statement makes.

import { canonicalBytes } from "../../tendering/sealing/canonical.js";
import { askSigner, forgetSigner } from "../sign_dialog.js";

async function sign(form) {
  const signer = await askSigner();
  if (!signer) return false;
  const text = form.elements.defence.value.replaceAll("\r\n", "\n").trim();
  const statement = { case: form.dataset.defence, format: "yangguang-defence/1", text };
  form.elements.signature.value = await signer.signBase64(canonicalBytes(statement));
  forgetSigner();
  return true;
}

for (const form of document.querySelectorAll("form[data-defence]")) {
  const status = form.querySelector("[role=status]");
  form.querySelector("button[type=submit]").disabled = false;
  form.elements.signature.value = "";
  form.elements.defence.addEventListener("input", () => { form.elements.signature.value = ""; });
  form.addEventListener("submit", (event) => {
    if (form.elements.signature.value) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    status.textContent = form.elements.defence.value.trim() ? "" : gettext("请先写明陈述申辩的内容。");
    if (status.textContent) return;
    sign(form).then((signed) => signed && form.submit()).catch(() => {
      status.textContent = gettext("签名没有完成，请重试。");
    });
  });
}
