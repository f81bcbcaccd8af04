"""The authorities (互认 CA) whose certificates the platform accepts."""

import base64
import hashlib

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from signing.rules.certificates import Authority, NumberRule, read_certificates, read_crls, self_signed


class TrustedAuthority(models.Model):
    """Roots and intermediates of one CA, its revocation lists, and where it writes a holder's number.

    Withdrawing from a date keeps good what was signed before (protocol 1), so a row is never deleted.
    """

    name = models.CharField(_("名称"), max_length=200, unique=True)
    local = models.BooleanField(_("本平台自有"), default=False, help_text=_("本平台自己的签名和时间戳证书机构"))
    certificates = models.TextField(_("根证书和中级证书"), help_text=_("PEM 格式，可多张"))
    crls = models.TextField(_("证书吊销列表"), blank=True, help_text=_("PEM 格式，可多份"))
    ocsp_responses = models.TextField(_("OCSP 应答"), blank=True, help_text=_("每行一份 DER 应答的 Base64"))
    crl_urls = models.TextField(_("吊销列表的网址"), blank=True, help_text=_("每行一个网址，定时取用"))
    number_rule = models.JSONField(_("持有人号码的位置"), default=dict)
    valid_from = models.DateTimeField(_("互认起始"), null=True, blank=True)
    valid_until = models.DateTimeField(_("互认截止"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("撤销互认的时刻"), null=True, blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("互认证书机构")
        verbose_name_plural = _("互认证书机构")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True) | Q(valid_until__isnull=True) | Q(valid_from__lt=F("valid_until")),
                name="authority_valid_from_before_until",
                violation_error_message=_("互认起始必须早于互认截止。"),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if not any(self_signed(der) for der in read_certificates(self.certificates.encode())):
            raise ValidationError({"certificates": _("至少要有一张自签名的根证书。")})
        try:
            NumberRule.from_data(self.number_rule)
        except (ValueError, AttributeError, TypeError) as error:
            raise ValidationError({"number_rule": _("持有人号码的位置不认识。")}) from error

    def as_authority(self) -> Authority:
        """The same as plain data, for the rules."""
        ders = list(dict.fromkeys(read_certificates(self.certificates.encode())))
        return Authority(
            name=self.name,
            anchors=tuple(der for der in ders if self_signed(der)),
            intermediates=tuple(der for der in ders if not self_signed(der)),
            crls=tuple(read_crls(self.crls.encode())) if self.crls else (),
            ocsps=tuple(base64.b64decode(line) for line in self.ocsp_responses.split()),
            number_rule=NumberRule.from_data(self.number_rule),
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            withdrawn_at=self.withdrawn_at,
        )

    def digest(self) -> str:
        """SHA-256 of the certificates, hex: what the journal names."""
        ders = sorted(read_certificates(self.certificates.encode()))
        return hashlib.sha256(b"".join(ders)).hexdigest()
