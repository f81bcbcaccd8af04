from django.db import models

from tendering.models.bid import Bid
from tendering.models.public_id import public_id


class Receipt(models.Model):
    """The signed receipt of a delivery (投标回执): canonical JSON, the platform's signature with its timestamp, the PDF."""

    public_id = models.CharField(max_length=20, unique=True, default=public_id, editable=False)
    bid = models.OneToOneField(Bid, models.PROTECT, related_name="receipt")
    text = models.BinaryField(help_text="yangguang-receipt/1, RFC 8785")
    sha256 = models.CharField(max_length=64, help_text="of `text`, hex")
    signature = models.BinaryField(help_text="CAdES-B-T over `text`, detached, by the platform")
    pdf_path = models.CharField(max_length=300, blank=True, help_text="below settings.STORE; made when first wanted")
    issued_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.public_id
