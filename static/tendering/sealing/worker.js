// Makes and seals a bid off the page's thread. Files lie in the browser's private file system while they are worked on;
// the plain inner container is deleted as soon as the sealed one stands.

import { CertificateFault, openP12 } from "../../prequalified/certificate.js";
import { createSHA256 } from "../../vendor/sealing/libraries.js";
import { makeInner, protectedIdentity, sealBid } from "./sealed_bid.js";

const PIECE = 1 << 20;

self.addEventListener("message", (event) => {
  work(event.data)
    .then((result) => self.postMessage({ type: "sealed", ...result }))
    .catch((error) => self.postMessage({ type: "failed", code: error instanceof CertificateFault ? error.code : "", message: String(error.message ?? error) }));
});

async function open(folder, name) {
  const file = await folder.getFileHandle(name, { create: true });
  return file.createSyncAccessHandle();
}

async function work({ tender, opening, parts, p12, passphrase, identityPassphrase, name }) {
  const signer = await openP12(p12, passphrase);
  const bidder = { name: signer.name, number: signer.number };
  const sign = (bytes) => signer.sign(bytes);
  const total = parts.reduce((sum, part) => sum + part.file.size, 0);
  const folder = await navigator.storage.getDirectory();
  const inner = await open(folder, `${name}.inner`);
  try {
    await makeInner({ handle: inner, tender, bidder, opening, parts, sign, onRead: progress("making", total) });
    const handle = await open(folder, `${name}.bid`);
    try {
      const onRead = progress("sealing", inner.getSize());
      const sealed = await sealBid({ handle, inner, tender, bidder, suite: signer.suite, sign, onRead });
      const sha256 = await digest(handle, progress("checking", sealed.size));
      const identity = await protectedIdentity(sealed.identity, identityPassphrase || passphrase);
      return { name: `${name}.bid`, size: sealed.size, sha256, identity, bidder };
    } finally {
      handle.close();
    }
  } finally {
    inner.close();
    await folder.removeEntry(`${name}.inner`);
  }
}

function progress(stage, total) {
  let done = 0;
  return (bytes) => {
    done += bytes;
    self.postMessage({ type: "progress", stage, done, total });
  };
}

async function digest(handle, onRead) {
  const sha256 = (await createSHA256()).init();
  const size = handle.getSize();
  for (let at = 0; at < size; at += PIECE) {
    const piece = new Uint8Array(Math.min(PIECE, size - at));
    handle.read(piece, { at });
    sha256.update(piece);
    onRead(piece.length);
  }
  return sha256.digest("hex");
}
