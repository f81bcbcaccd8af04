// Forms whose content is signed in the browser: <form data-sign="address of the bytes"> with an input named `signature`.
import { askSigner } from "../prequalified/sign_dialog.js";

/** The exact bytes the server will check the signature over. */
export async function bytesToSign(address, opinion = "") {
  const url = new URL(address, location.href);
  if (opinion) url.searchParams.set("opinion", opinion);
  const answer = await fetch(url, { headers: { Accept: "application/json" }, cache: "no-store" });
  if (answer.ok) return new Uint8Array(await answer.arrayBuffer());
  throw await refusalOf(answer);
}

/** An Error with the server's own words. */
export async function refusalOf(answer) {
  try {
    const { blockers } = await answer.json();
    return new Error(blockers.map((blocker) => blocker.message).join(" "));
  } catch {
    return new Error(gettext("服务器没有受理，请稍后再试。"));
  }
}

export function startSigning(form) {
  form.addEventListener("submit", (event) => {
    if (form.elements.signature.value) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    sign(form).catch((error) => { form.querySelector("[role=status]").textContent = error.message; });
  });
}

async function sign(form) {
  const signer = await askSigner();
  if (!signer) return;
  form.elements.signature.value = await signer.signBase64(await bytesToSign(form.dataset.sign, form.elements.opinion?.value.trim()));
  form.requestSubmit();
}
