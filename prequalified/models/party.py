from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from prequalified.rules import names


class Role(models.TextChoices):
    TENDERER = "tenderer", _("招标人")
    AGENCY = "agency", _("招标代理机构")
    BIDDER = "bidder", _("投标人")
    EVALUATOR = "evaluator", _("评标专家")
    TRUSTEE = "trustee", _("开标受托人")
    SUPERVISOR = "supervisor", _("监督人员")
    STAFF = "staff", _("中心工作人员")


class RoleStatus(models.TextChoices):
    DRAFT = "draft", _("草稿")
    SUBMITTED = "submitted", _("待核验")
    VERIFIED = "verified", _("已核验")
    REFUSED = "refused", _("已退回")
    SUSPENDED = "suspended", _("已暂停")


class Party(models.Model):
    """An organisation or a person that takes part in trading; may hold several roles, each verified by itself."""

    class Kind(models.TextChoices):
        ORGANISATION = "organisation", _("法人或其他组织")
        PERSON = "person", _("个人")

    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.ORGANISATION)
    name = models.CharField(_("名称"), max_length=200)
    name_key = models.CharField(max_length=200, db_index=True, editable=False, help_text="rules.names.key of the name")
    number = models.CharField(
        _("统一社会信用代码或个人编号"), max_length=64, unique=True, help_text=_("单位填统一社会信用代码（GB 32100）")
    )
    centre = models.ForeignKey("prequalified.Centre", models.PROTECT, related_name="parties")
    details = models.JSONField(_("已核验资料"), default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("主体")
        constraints = [
            # Two persons may well have one name; two organisations may not (CTS ).
            models.UniqueConstraint(
                fields=["name_key"],
                condition=Q(kind="organisation"),
                name="an_organisations_name_is_unique",
                violation_error_message=_("该名称已经注册（全角、空格、括号不同视为同名）。"),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name_key = names.key(self.name)
        super().save(*args, **kwargs)


class PartyRole(models.Model):
    """One role of one party, and how far its registration has come (注册、核验)."""

    party = models.ForeignKey(Party, models.PROTECT, related_name="roles")
    role = models.CharField(max_length=12, choices=Role.choices)
    status = models.CharField(max_length=12, choices=RoleStatus.choices, default=RoleStatus.DRAFT)
    verified_at = models.DateTimeField(null=True)
    switched_at = models.DateTimeField(null=True, help_text="last suspended or restored")
    switched_by = models.ForeignKey("prequalified.Account", models.PROTECT, null=True, related_name="+")
    switch_reason = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["party", "role"], name="one_row_per_party_and_role")]

    def __str__(self) -> str:
        return f"{self.party} ({self.get_role_display()})"

    @property
    def was_verified(self) -> bool:
        """In force, or suspended: a new application leaves the status as it is."""
        return self.status in (RoleStatus.VERIFIED, RoleStatus.SUSPENDED)


class PartyCertificate(models.Model):
    """A CA certificate bound to a party by the number in its subject (数字证书绑定)."""

    party = models.ForeignKey(Party, models.PROTECT, related_name="certificates")
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of the DER, hex")
    der = models.BinaryField()
    holder = models.CharField(max_length=200, blank=True, help_text="the holder's name as the certificate has it")
    subject = models.CharField(max_length=500)
    issuer = models.CharField(max_length=500)
    serial = models.CharField(max_length=80)
    not_before = models.DateTimeField()
    not_after = models.DateTimeField()
    bound_at = models.DateTimeField()
    bound_by = models.ForeignKey("prequalified.Account", models.PROTECT, null=True, related_name="+")
    unbound_at = models.DateTimeField(null=True)
    expiry_announced_at = models.DateTimeField(null=True, help_text="when the holder was last told that it expires")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["fingerprint"], condition=Q(unbound_at=None), name="a_certificate_is_bound_to_one_party"
            )
        ]
        indexes = [
            models.Index(fields=["not_after"], condition=Q(unbound_at=None), name="bound_certificates_by_expiry")
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def bears_other_name(self) -> bool:
        """The party was renamed since: the holder is warned until a certificate with the new name is bound (CTS A-12)."""
        return bool(self.holder) and names.key(self.holder) != self.party.name_key
