// A certificate in the browser: opened from a .p12 file on this machine, it signs here; the private key never leaves the page.

import {
  Attribute, Certificate, ContentInfo, EncapsulatedContentInfo, IssuerAndSerialNumber, PFX, SignedAndUnsignedAttributes,
  SignedData, SignerInfo, asn1js,
} from "../vendor/pkijs/pkijs.js";

const OID = {
  data: "1.2.840.113549.1.7.1",
  signedData: "1.2.840.113549.1.7.2",
  contentType: "1.2.840.113549.1.9.3",
  messageDigest: "1.2.840.113549.1.9.4",
  signingTime: "1.2.840.113549.1.9.5",
  signingCertificateV2: "1.2.840.113549.1.9.16.2.47",
  certBag: "1.2.840.113549.1.12.10.1.3",
  shroudedKeyBag: "1.2.840.113549.1.12.10.1.2",
  keyBag: "1.2.840.113549.1.12.10.1.1",
  commonName: "2.5.4.3",
  serialNumber: "2.5.4.5",
  organisation: "2.5.4.10",
  unit: "2.5.4.11",
  organisationCode: "1.2.156.10260.4.1.4",
  identityCode: "1.2.156.10260.4.1.1",
  rsa: "1.2.840.113549.1.1.1",
};

/** Why a file cannot be used; `code` chooses the words: p12.unreadable, .passphrase, .algorithm, .no_key, .insecure. */
export class CertificateFault extends Error {
  constructor(code, detail = "") {
    super(`${code} ${detail}`.trim());
    this.code = code;
  }
}

const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
const digest = (bytes) => crypto.subtle.digest("SHA-256", bytes);
const named = (certificate, oid) =>
  certificate.subject.typesAndValues.find((pair) => pair.type === oid)?.value.valueBlock.value ?? "";

/** The holder's USCC or personal number, where Chinese authorities write it: an extension, serialNumber or OU (GM/T 0015). */
function numberOf(certificate) {
  const extensions = (certificate.extensions ?? []).filter(({ extnID }) => [OID.organisationCode, OID.identityCode].includes(extnID));
  const subject = certificate.subject.typesAndValues;
  const texts = [
    ...extensions.map(({ extnValue }) => new TextDecoder().decode(extnValue.valueBlock.valueHexView)),
    ...[OID.serialNumber, OID.unit].flatMap((oid) => subject.filter(({ type }) => type === oid).map(({ value }) => value.valueBlock.value)),
  ];
  for (const text of texts) {
    const number = /[0-9A-Z]{15,18}$/.exec(text.trim().toUpperCase());
    if (number) return number[0];
  }
  return "";
}

export class Signer {
  constructor(key, certificates) {
    this.key = key;
    [this.certificate] = certificates;
    this.certificates = certificates;
    this.name = named(this.certificate, OID.organisation) || named(this.certificate, OID.commonName);
    this.number = numberOf(this.certificate);
    this.notAfter = this.certificate.notAfter.value;
    this.isRsa = this.certificate.subjectPublicKeyInfo.algorithm.algorithmId === OID.rsa;
    this.suite = this.isRsa ? "rsa-sha256" : "ecdsa-p256-sha256";
  }

  async fingerprint() {
    return hex(await digest(this.certificate.toSchema().toBER()));
  }

  /** Detached CAdES (ETSI EN 319 122-1, B-B) over the bytes; DER. */
  async sign(bytes) {
    const der = this.certificate.toSchema().toBER();
    const attributes = [
      attribute(OID.contentType, new asn1js.ObjectIdentifier({ value: OID.data })),
      attribute(OID.signingTime, new asn1js.UTCTime({ valueDate: new Date() })),
      attribute(OID.messageDigest, new asn1js.OctetString({ valueHex: await digest(bytes) })),
      attribute(OID.signingCertificateV2, essCertificate(await digest(der))),
    ];
    const signed = new SignedData({
      version: 1,
      encapContentInfo: new EncapsulatedContentInfo({ eContentType: OID.data }),
      signerInfos: [
        new SignerInfo({
          version: 1,
          sid: new IssuerAndSerialNumber({ issuer: this.certificate.issuer, serialNumber: this.certificate.serialNumber }),
          signedAttrs: new SignedAndUnsignedAttributes({ type: 0, attributes }),
        }),
      ],
      certificates: this.certificates.filter((one) => !one.subject.isEqual(one.issuer)),
    });
    await signed.sign(this.key, 0, "SHA-256", bytes);
    const content = new ContentInfo({ contentType: OID.signedData, content: signed.toSchema(true) });
    return new Uint8Array(content.toSchema().toBER());
  }

  async signBase64(bytes) {
    return base64(await this.sign(bytes));
  }
}

export function base64(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

const attribute = (type, value) => new Attribute({ type, values: [value] });

function essCertificate(hash) {
  const one = new asn1js.Sequence({ value: [new asn1js.OctetString({ valueHex: hash })] });
  return new asn1js.Sequence({ value: [new asn1js.Sequence({ value: [one] })] });
}

/** Open a PKCS #12 file (RFC 7292; PBES2 with AES, as current programs write it). `bytes`: ArrayBuffer. */
export async function openP12(bytes, passphrase) {
  if (!globalThis.crypto?.subtle) throw new CertificateFault("p12.insecure"); // browsers sign only over HTTPS or on localhost
  const secret = new TextEncoder().encode(passphrase).buffer;
  const pfx = read(bytes);
  try {
    await pfx.parseInternalValues({ password: secret, checkIntegrity: true });
  } catch (error) {
    throw new CertificateFault(/integrity/i.test(error.message) ? "p12.passphrase" : "p12.algorithm", error.message);
  }
  const safe = pfx.parsedValue.authenticatedSafe;
  try {
    await safe.parseInternalValues({ safeContents: safe.safeContents.map(() => ({ password: secret })) });
  } catch (error) {
    throw new CertificateFault("p12.algorithm", error.message);
  }
  const bags = safe.parsedValue.safeContents.flatMap((contents) => contents.value.safeBags);
  return signerOf(await privateKeyInfo(bags, secret), certificatesOf(bags));
}

function read(bytes) {
  const parsed = asn1js.fromBER(bytes);
  if (parsed.offset === -1) throw new CertificateFault("p12.unreadable");
  try {
    return new PFX({ schema: parsed.result });
  } catch (error) {
    throw new CertificateFault("p12.unreadable", error.message);
  }
}

async function privateKeyInfo(bags, secret) {
  const plain = bags.find((bag) => bag.bagId === OID.keyBag);
  if (plain) return plain.bagValue;
  const shrouded = bags.find((bag) => bag.bagId === OID.shroudedKeyBag);
  if (!shrouded) throw new CertificateFault("p12.no_key");
  try {
    await shrouded.bagValue.parseInternalValues({ password: secret });
  } catch (error) {
    throw new CertificateFault("p12.algorithm", error.message);
  }
  return shrouded.bagValue.parsedValue;
}

const certificatesOf = (bags) =>
  bags.filter((bag) => bag.bagId === OID.certBag).map((bag) => bag.bagValue.parsedValue).filter((one) => one instanceof Certificate);

async function signerOf(info, certificates) {
  const der = info.toSchema().toBER();
  for (const certificate of certificates) {
    const rsa = certificate.subjectPublicKeyInfo.algorithm.algorithmId === OID.rsa;
    const algorithm = rsa ? { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" } : { name: "ECDSA", namedCurve: "P-256" };
    try {
      const key = await crypto.subtle.importKey("pkcs8", der, algorithm, false, ["sign"]);
      if (await belongs(key, certificate)) return new Signer(key, [certificate, ...certificates.filter((one) => one !== certificate)]);
    } catch (error) {
      if (!(error instanceof DOMException)) throw error; // a key of the other kind: try the next certificate
    }
  }
  throw new CertificateFault("p12.no_key");
}

/** Whether the key is the certificate's: what one signs the other verifies. */
async function belongs(key, certificate) {
  const probe = crypto.getRandomValues(new Uint8Array(32));
  const algorithm = { ...key.algorithm, hash: "SHA-256" };
  const signature = await crypto.subtle.sign(algorithm, key, probe);
  const open = await crypto.subtle.importKey("spki", certificate.subjectPublicKeyInfo.toSchema().toBER(), key.algorithm, false, ["verify"]);
  return crypto.subtle.verify(algorithm, open, signature, probe);
}
