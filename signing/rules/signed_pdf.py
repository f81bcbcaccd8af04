"""Checking a signed PDF paper: whole, unaltered since, and by whom (PAdES, ETSI EN 319 142-1)."""

import io
from dataclasses import dataclass

from asn1crypto import cms
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from signing.rules.cades import SignatureVerdict, verify_detached
from signing.rules.certificates import TrustStore


@dataclass(frozen=True, slots=True)
class PdfVerdict:
    """`ok`: one signature over the whole file that holds. `code` is "ok", `pdf.unsigned`, `pdf.altered`, `pdf.unreadable`
    or one of the signature's own codes."""

    ok: bool
    code: str
    signature: SignatureVerdict | None = None


def verify_pdf(data: bytes, trust: TrustStore) -> PdfVerdict:
    """Never raises for bad input. The signature must cover every byte of the file but itself."""
    try:
        signatures = PdfFileReader(io.BytesIO(data), strict=False).embedded_signatures
        if not signatures:
            return PdfVerdict(False, "pdf.unsigned")
        last: EmbeddedPdfSignature = signatures[-1]
        covered, contents = _covered(data, last)
    except (PdfReadError, SignatureValidationError, ValueError, KeyError, TypeError, IndexError, RecursionError):
        return PdfVerdict(False, "pdf.unreadable")
    if covered is None:
        return PdfVerdict(False, "pdf.altered")
    verdict = verify_detached(covered, contents, trust)
    return PdfVerdict(verdict.ok, verdict.code, verdict)


def _covered(data: bytes, signature: EmbeddedPdfSignature) -> tuple[bytes | None, bytes]:
    """The signed bytes and the signature (DER), if what is left out is exactly the signature's own hexadecimal string,
    filled up with zeros, and nothing follows; None where anything could hide there."""
    start, first, second, rest = (int(number) for number in signature.byte_range)
    gap = data[first:second]
    if start != 0 or second + rest != len(data) or gap[:1] != b"<" or gap[-1:] != b">":
        return None, b""
    raw = bytes.fromhex(gap[1:-1].decode("ascii"))
    contents = cms.ContentInfo.load(raw, strict=False).dump()
    spelled = gap[1:-1] in (raw.hex().encode(), raw.hex().upper().encode())
    if not spelled or raw[: len(contents)] != contents or any(raw[len(contents) :]):
        return None, b""
    return data[:first] + data[second:], contents
