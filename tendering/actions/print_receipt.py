"""The receipt's PDF, made and signed when it is first wanted: paper must not hold up a delivery at the last minute."""

import json
import secrets
from pathlib import Path

from django.conf import settings

from runtime.store import in_store
from signing.actions.sign_pdf import sign_pdf
from tendering.models import Receipt
from tendering.queries.store import receipt_relative
from tendering.reports.receipt import receipt_pdf


def print_receipt(receipt: Receipt) -> Path:
    """The signed PDF's path. Made twice at once, one of the two stands; both show the same signed data."""
    if not receipt.pdf_path:
        content = json.loads(bytes(receipt.text))
        issuer = receipt.bid.section.tendering_project.project.centre.name
        check_url = f"{settings.PUBLIC_URL}/check/?sha256={receipt.sha256}"
        pdf = sign_pdf(receipt_pdf(content, receipt.sha256, issuer, check_url), name=f"{receipt.public_id}.pdf")
        relative = receipt_relative(receipt.bid)
        write_whole(in_store(relative), pdf)
        Receipt.objects.filter(pk=receipt.pk).update(pdf_path=relative)
        receipt.pdf_path = relative
    return in_store(receipt.pdf_path)


def write_whole(path: Path, data: bytes) -> None:
    """The file appears complete or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        part.write_bytes(data)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
