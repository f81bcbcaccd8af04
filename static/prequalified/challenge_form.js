// Forms that carry a signature over a fresh challenge: log-in and binding a certificate.
// <form data-challenge="/api/v1/challenges"> with hidden inputs `challenge` and `signature`.

import { askSigner, forgetSigner } from "./sign_dialog.js";

const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

async function freshChallenge(address) {
  const answer = await fetch(address, { method: "POST", headers: { "X-CSRFToken": token() } });
  if (answer.ok) return answer.json();
  const told = await answer.json().catch(() => null);
  throw new Error(told?.blockers?.map((blocker) => blocker.message).join(" ") || gettext("未能取得挑战码，请刷新后重试。"));
}

async function fill(form) {
  const signer = await askSigner();
  if (!signer) return false;
  const challenge = await freshChallenge(form.dataset.challenge);
  form.elements.challenge.value = challenge.id;
  form.elements.signature.value = await signer.signBase64(new TextEncoder().encode(challenge.text));
  forgetSigner();
  return true;
}

for (const form of document.querySelectorAll("form[data-challenge]")) {
  form.querySelector("button[type=submit]").disabled = false;
  form.addEventListener("submit", (event) => {
    if (form.elements.signature.value) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const status = form.querySelector("[role=status]");
    status.textContent = "";
    fill(form)
      .then((filled) => filled && form.submit())
      .catch((error) => {
        status.textContent = error instanceof TypeError ? gettext("网络不通，请检查后重试。") : error.message;
      });
  });
}
