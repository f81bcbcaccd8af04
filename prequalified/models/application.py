from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from prequalified.models.party import PartyRole


class Application(models.Model):
    """A registration, or a change of verified details, on its way through verification. Its past is never rewritten."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("草稿")
        SUBMITTED = "submitted", _("待核验")
        REFUSED = "refused", _("已退回")
        VERIFIED = "verified", _("已核验")

    party_role = models.ForeignKey(PartyRole, models.PROTECT, related_name="applications")
    name = models.CharField(max_length=200, blank=True, help_text="the party's new name; empty: unchanged")
    details = models.JSONField(default=dict)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.DRAFT)
    terms = models.CharField(max_length=20, blank=True, help_text="version of the terms of use that were accepted")
    created_at = models.DateTimeField(auto_now_add=True)
    applied_by = models.ForeignKey("prequalified.Account", models.PROTECT, null=True, related_name="+")
    applied_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("prequalified.Account", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reasons = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["party_role"], condition=~Q(status="verified"), name="one_open_application_per_role",
                violation_error_message=_("该身份已有一份未办结的申请。"),
            )
        ]  # fmt: skip

    @property
    def open_to_change(self) -> bool:
        return self.status in (self.Status.DRAFT, self.Status.REFUSED)
