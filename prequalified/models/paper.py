from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Paper(models.Model):
    """A document that proves something about a party (证明材料), signed by it; never changed, only followed by a newer one."""

    class Kind(models.TextChoices):
        LICENCE = "licence", _("营业执照")
        QUALIFICATION = "qualification", _("资质证书")
        PERSONAL = "personal", _("人员证书")
        EMPLOYMENT = "employment", _("劳动合同或社保证明")
        TRACK_RECORD = "track_record", _("业绩证明")
        CREDIT = "credit", _("信用证明")
        CAPITAL = "capital", _("资本证明")
        COMMITMENT = "commitment", _("承诺书")
        OTHER = "other", _("其他材料")

    public_id = models.CharField(max_length=32, unique=True)
    party = models.ForeignKey("prequalified.Party", models.PROTECT, related_name="papers")
    kind = models.CharField(_("种类"), max_length=16, choices=Kind.choices)
    title = models.CharField(_("名称"), max_length=200)
    number = models.CharField(_("证书编号"), max_length=80, blank=True)
    issuer = models.CharField(_("签发机关"), max_length=200, blank=True)
    facts = models.JSONField(_("载明事项"), default=dict, help_text="what conditions ask: trade, grade, amount, date …")
    valid_from = models.DateField(_("有效期自"), null=True, blank=True)
    valid_until = models.DateField(_("有效期至"), null=True, blank=True)
    media = models.CharField(max_length=80)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=200, help_text="below settings.STORE")
    signature = models.BinaryField(help_text="detached CAdES by the party's certificate over the file")
    certificate = models.CharField(max_length=64, help_text="fingerprint of the signer's certificate")
    added_by = models.ForeignKey("prequalified.Account", models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["valid_until"], name="papers_by_expiry")]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise TypeError("a paper is never changed")
        super().save(*args, **kwargs)
