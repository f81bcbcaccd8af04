// META-INF/ASiCManifest.xml (ETSI EN 319 162-1): the member that the signature is over, with the digests of all others.
// The same bytes as signing/rules/asic_manifest.py writes.

export const MANIFEST = "META-INF/ASiCManifest.xml";
export const SIGNATURE = "META-INF/signature.p7s";
const UNSIGNED = new Set(["mimetype", MANIFEST, SIGNATURE]);
const MEDIA = {
  json: "application/json",
  pdf: "application/pdf",
  asice: "application/vnd.etsi.asic-e+zip",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  xml: "application/xml",
};

const media = (name) => MEDIA[name.split(".").pop()] ?? "application/octet-stream";

// Python's quote(): everything but letters, digits, "_.-~" and "/" is escaped.
const quoted = (name) =>
  encodeURIComponent(name)
    .replace(/%2F/g, "/")
    .replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

const base64 = (hex) => btoa(hex.match(/../g).map((pair) => String.fromCharCode(parseInt(pair, 16))).join(""));

/** The manifest's bytes for members `{name, sha256}` in the container's order. */
export function manifest(members) {
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<asic:ASiCManifest xmlns:asic="http://uri.etsi.org/02918/v1.2.1#" xmlns:ds="http://www.w3.org/2000/09/xmldsig#">',
    `<asic:SigReference URI="${SIGNATURE}" MimeType="application/pkcs7-signature"/>`,
  ];
  for (const { name, sha256 } of members.filter((member) => !UNSIGNED.has(member.name))) {
    lines.push(
      `<asic:DataObjectReference URI="${quoted(name)}" MimeType="${media(name)}">`,
      `<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue>${base64(sha256)}</ds:DigestValue>`,
      "</asic:DataObjectReference>",
    );
  }
  return new TextEncoder().encode(`${[...lines, "</asic:ASiCManifest>"].join("\n")}\n`);
}
