// A sealed bid made in the browser (docs/protocol/sealed-bid.md): the same container as `yangguang bid make` and `bid seal`.
// Everything streams through files of the browser's private file system (OPFS); nothing leaves the machine here.

import { Decrypter, Encrypter, createSHA256, generateX25519Identity, identityToRecipient, split } from "../../vendor/sealing/libraries.js";
import { canonicalBytes } from "./canonical.js";
import { ContainerWriter, hex } from "./container.js";
import { MANIFEST, SIGNATURE, manifest } from "./manifest.js";

export const CLIENT = "yangguang 0.1.0 browser";
const PIECE = 1 << 20;
const text = new TextEncoder();

export const stamp = () => new Date().toISOString(); // UTC, milliseconds, Z

export async function sha256(bytes) {
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

async function* piecesOfFile(file, onRead) {
  for (let at = 0; at < file.size; at += PIECE) {
    const piece = new Uint8Array(await file.slice(at, at + PIECE).arrayBuffer());
    onRead(piece.length);
    yield piece;
  }
}

function* piecesOfHandle(handle, onRead) {
  const size = handle.getSize();
  for (let at = 0; at < size; at += PIECE) {
    const piece = new Uint8Array(Math.min(PIECE, size - at));
    handle.read(piece, { at });
    onRead(piece.length);
    yield piece;
  }
}

async function* piecesOfStream(stream) {
  const reader = stream.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
}

function streamOf(pieces, onPiece) {
  const source = pieces[Symbol.iterator]();
  return new ReadableStream({
    pull(controller) {
      const { done, value } = source.next();
      if (done) return controller.close();
      onPiece(value);
      return controller.enqueue(value);
    },
  });
}

/** Close a container: the manifest of its members and the bidder's signature over it. */
async function close(writer, sign) {
  const bytes = manifest(writer.members);
  await writer.add(MANIFEST, [bytes]);
  await writer.add(SIGNATURE, [await sign(bytes)]);
  return writer.finish();
}

/** What env.json says of this machine; the page shows it to the bidder. */
export function machine() {
  const { platform, hardwareConcurrency, language } = navigator;
  return { system: `browser ${platform}`.slice(0, 200), processors: String(hardwareConcurrency ?? ""), language: language ?? "" };
}

/** The plain inner container. `parts`: [{path, file}]; `opening`: the items to be read out. */
export async function makeInner({ handle, tender, bidder, opening, parts, sign, onRead }) {
  const writer = await ContainerWriter.begin(handle);
  const about = { tender: tender.tender, section: tender.section, round: tender.round };
  await writer.add("opening.json", [
    canonicalBytes({ format: "yangguang-opening/1", ...about, bidder, items: opening }),
  ]);
  for (const { path, file } of parts) await writer.add(path, piecesOfFile(file, onRead));
  await writer.add("env.json", [canonicalBytes({ format: "yangguang-env/1", client: CLIENT, machine: machine() })]);
  return close(writer, sign);
}

/** Share i of the identity for the trustee at place i, sealed to that trustee alone. */
async function sealedShares(tender, identity) {
  const { mode, k, n } = tender.decryption;
  if (mode === "bidder") return [];
  const places = [...tender.trustees].sort((a, b) => a.place - b.place);
  if (places.length !== n) throw new RangeError("seal.trustees");
  const shares = await split(text.encode(identity), n, k);
  return Promise.all(
    places.map(async ({ place, slug, recipient }, index) => {
      const encrypter = new Encrypter();
      encrypter.addRecipient(recipient);
      const sealed = await encrypter.encrypt(shares[index]);
      return { place, slug, recipient, share_sha256: await sha256(shares[index]), sealed };
    }),
  );
}

/** The payload: the inner container under age, to an identity that belongs to this bid alone. */
async function addPayload(writer, inner, identity, onRead) {
  const salt = new Uint8Array(await crypto.subtle.digest("SHA-256", text.encode(`yangguang-inner-salt/1\n${identity}`)));
  const salted = (await createSHA256()).init();
  salted.update(salt);
  const encrypter = new Encrypter();
  encrypter.addRecipient(await identityToRecipient(identity));
  const sealed = await encrypter.encrypt(streamOf(piecesOfHandle(inner, onRead), (piece) => salted.update(piece)));
  const member = await writer.add("payload.age", piecesOfStream(sealed));
  return { member, inner: salted.digest("hex") };
}

/** Seal a plain inner container. Returns {size, identity}; `identity` is the bidder's own key to this bid. */
export async function sealBid({ handle, inner, tender, bidder, suite, sign, onRead }) {
  const identity = await generateX25519Identity();
  const writer = await ContainerWriter.begin(handle);
  const payload = await addPayload(writer, inner, identity, onRead);
  const shares = await sealedShares(tender, identity);
  const { mode, k, n } = tender.decryption;
  const opening = mode === "bidder" ? { mode, k: 0, n: 0 } : { mode, k, n };
  const seal = {
    format: "yangguang-seal/1",
    suite,
    tender: tender.tender,
    section: tender.section,
    round: tender.round,
    document: tender.version,
    bidder,
    made_at: stamp(),
    client: CLIENT,
    payload: { name: "payload.age", size: payload.member.size, sha256: payload.member.sha256 },
    inner: { sha256: payload.inner },
    opening: {
      ...opening,
      identity_sha256: await sha256(text.encode(identity)),
      trustees: shares.map(({ sealed, ...share }) => share),
    },
  };
  await writer.add("seal.json", [canonicalBytes(seal)]);
  for (const share of shares) await writer.add(`shares/${share.slug}.age`, [share.sealed]);
  return { size: await close(writer, sign), identity, seal };
}

/** The identity under the bidder's passphrase, as the command line client keeps it too (an age file). */
export async function protectedIdentity(identity, passphrase) {
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  return encrypter.encrypt(text.encode(`${identity}\n`));
}

/** The plain inner container of a bid of one's own: `sealed` is its payload.age, `identity` AGE-SECRET-KEY-1…. */
export async function openPayload(sealed, identity) {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  return decrypter.decrypt(sealed);
}
