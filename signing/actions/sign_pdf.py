"""The platform signs a PDF paper (PAdES B-T, ETSI EN 319 142-1), with its timestamp."""

import asyncio
import io

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.signers.pdf_byterange import PreparedByteRangeDigest
from pyhanko.sign.signers.pdf_cms import ExternalSigner

from signing.actions.open_platform_authority import open_platform_authority
from signing.actions.timestamp_digest import timestamp_digest
from signing.rules.cades import sign_detached

FIELD = "Yangguang"
ROOM = 32 * 1024  # bytes kept free in the file for the signature with its chain and timestamp


def sign_pdf(pdf: bytes, name: str) -> bytes:
    """The PDF with the platform's signature; `name` is what the signature says it signs. Raises Refusal `timestamp.…`.

    pyHanko prepares the file, our own CAdES goes into the place it keeps free.
    """
    signer = open_platform_authority().signer
    metadata = PdfSignatureMetadata(
        field_name=FIELD, name=name, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES
    )
    nobody = ExternalSigner(signing_cert=None, cert_registry=None, signature_value=256)
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    prepared: PreparedByteRangeDigest
    prepared, _, out = asyncio.run(
        PdfSigner(metadata, nobody).async_digest_doc_for_signing(writer, bytes_reserved=ROOM)
    )
    signature = sign_detached(None, signer, timestamp_digest, digest=prepared.document_digest, claim_time=False)
    prepared.fill_with_cms(out, signature)
    out.seek(0)
    return bytes(out.read())
