// An opening trustee's identity, made in the browser: the recipient goes into the form, the identity into a file of this
// machine, protected by a passphrase (age scrypt; `age -d` and `yangguang` read it).

import { Encrypter, generateX25519Identity, identityToRecipient } from "../vendor/sealing/libraries.js";

async function make(tender, passphrase) {
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  const text = `# ${tender} ${recipient}\n# ${new Date().toISOString()}\n${identity}\n`;
  return { recipient, file: await encrypter.encrypt(text) };
}

function save(bytes, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

for (const form of document.querySelectorAll("form[data-make-identity]")) {
  const button = form.querySelector("[data-make]");
  const secret = form.querySelector("[data-passphrase]");
  const status = form.querySelector("[role=status]");
  button.disabled = false;
  button.addEventListener("click", async () => {
    if (secret.value.length < 8) {
      status.textContent = gettext("密钥文件的口令至少8位。");
      secret.focus();
      return;
    }
    button.disabled = true;
    status.textContent = gettext("正在生成…");
    const { recipient, file } = await make(form.dataset.makeIdentity, secret.value);
    form.elements.recipient.value = recipient;
    save(file, `${form.dataset.makeIdentity}.identity.age`);
    secret.value = "";
    status.textContent = gettext("密钥文件已下载，请妥善保管；公钥已填好，请继续下一步。");
    button.disabled = false;
  });
}
