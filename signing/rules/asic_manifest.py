"""META-INF/ASiCManifest.xml (ETSI EN 319 162-1, annex A): which members a signature stands for, with their digests.

The signature is over this file's bytes. Every member is listed but `mimetype` (whose bytes are fixed), the manifest
itself and the signature. Parsed with expat; a document type, an entity or an unknown element is refused.
"""

import base64
import binascii
from collections.abc import Mapping
from urllib.parse import quote, unquote
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from runtime.refusal import Refusal
from signing.rules import container_faults as faults
from signing.rules.containers import Container
from signing.rules.zip_profile import MIMETYPE_NAME

MANIFEST = "META-INF/ASiCManifest.xml"
SIGNATURE = "META-INF/signature.p7s"
ASIC = "http://uri.etsi.org/02918/v1.2.1#"
DSIG = "http://www.w3.org/2000/09/xmldsig#"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
_UNSIGNED = frozenset({MIMETYPE_NAME, MANIFEST, SIGNATURE})
_PATHS = {
    (f"{ASIC} ASiCManifest",),
    (f"{ASIC} ASiCManifest", f"{ASIC} SigReference"),
    (f"{ASIC} ASiCManifest", f"{ASIC} DataObjectReference"),
    (f"{ASIC} ASiCManifest", f"{ASIC} DataObjectReference", f"{DSIG} DigestMethod"),
    (f"{ASIC} ASiCManifest", f"{ASIC} DataObjectReference", f"{DSIG} DigestValue"),
}
_MEDIA = {
    ".json": "application/json",
    ".pdf": "application/pdf",
    ".asice": "application/vnd.etsi.asic-e+zip",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xml": "application/xml",
}


def media_of(name: str) -> str:
    return next((media for end, media in _MEDIA.items() if name.endswith(end)), "application/octet-stream")


def write_manifest(digests: Mapping[str, str]) -> bytes:
    """The manifest's bytes for members and their SHA-256 in hex; fixed members are left out."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<asic:ASiCManifest xmlns:asic="{ASIC}" xmlns:ds="{DSIG}">',
        f'<asic:SigReference URI="{SIGNATURE}" MimeType="application/pkcs7-signature"/>',
    ]
    for name, digest in digests.items():
        if name not in _UNSIGNED:
            value = base64.b64encode(bytes.fromhex(digest)).decode()
            lines += [
                f"<asic:DataObjectReference URI={quoteattr(quote(name))} MimeType={quoteattr(media_of(name))}>",
                f'<ds:DigestMethod Algorithm="{SHA256}"/><ds:DigestValue>{value}</ds:DigestValue>',
                "</asic:DataObjectReference>",
            ]
    return ("\n".join([*lines, "</asic:ASiCManifest>"]) + "\n").encode()


class _Reader:
    """Collects `digests` (name → hex) while expat walks through the file; ValueError for anything unexpected."""

    def __init__(self) -> None:
        self.digests: dict[str, str] = {}
        self.signatures: list[str] = []
        self._path: tuple[str, ...] = ()
        self._name = self._text = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._path = (*self._path, tag)
        if self._path not in _PATHS:
            raise ValueError(f"unexpected element {tag}")
        self._text = ""
        local = tag.partition(" ")[2]
        if local == "SigReference":
            self.signatures.append(attributes.get("URI", ""))
        elif local == "DataObjectReference":
            self._name, self._digest, self._method = self._read_name(attributes.get("URI", "")), "", ""
        elif local == "DigestMethod":
            self._method = attributes.get("Algorithm", "")

    def _read_name(self, uri: str) -> str:
        name = unquote(uri, errors="strict")
        if name in self.digests or quote(name) != uri or name in _UNSIGNED:
            raise ValueError(f"{uri} is listed twice, oddly spelled or not to be listed")
        return name

    def text(self, data: str) -> None:
        self._text += data

    def end(self, tag: str) -> None:
        local = tag.partition(" ")[2]
        if local == "DigestValue":
            self._digest = base64.b64decode(self._text.strip(), validate=True).hex()
        elif self._text.strip():
            raise ValueError(f"text in {tag}")
        if local == "DataObjectReference":
            if self._method != SHA256 or len(self._digest) != 64:
                raise ValueError(f"{self._name} has no SHA-256")
            self.digests[self._name] = self._digest
        self._text = ""
        self._path = self._path[:-1]


def _no_doctype(*_: object) -> None:
    raise ValueError("a document type is not allowed")


def read_manifest(data: bytes) -> dict[str, str]:
    """Name → SHA-256 (hex) of every member that the signature stands for; raises Refusal `container.manifest`."""
    reader = _Reader()
    parser = expat.ParserCreate(encoding="UTF-8", namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = reader.text, _no_doctype
    parser.buffer_text = True
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, binascii.Error) as error:
        raise Refusal(faults.manifest()) from error
    if reader.signatures != [SIGNATURE]:
        raise Refusal(faults.manifest())
    return reader.digests


def check_manifest(container: Container) -> bytes:
    """Compare the manifest with what was read: nothing missing, nothing unlisted, every digest the same.

    Returns the manifest's bytes, whose signature is still to be verified; raises Refusal naming each member at fault.
    """
    manifest, _ = container.content(MANIFEST), container.content(SIGNATURE)
    listed, found = read_manifest(manifest), container.members
    blockers = [faults.missing(name) for name in listed if name not in found]
    blockers += [faults.unlisted(name) for name in found if name not in listed and name not in _UNSIGNED]
    blockers += [faults.digest(name) for name in listed if name in found and found[name].sha256 != listed[name]]
    if blockers:
        raise Refusal(blockers)
    return manifest
