from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from evaluation.models.committee import Committee, CommitteeMember


class Summary(models.Model):
    """What the machine computed from the hand-ins (汇总). `score_file` is what `yangguang score` reads; `result` what it prints."""

    committee = models.ForeignKey(Committee, models.PROTECT, related_name="summaries")
    number = models.PositiveSmallIntegerField()
    score_file = models.JSONField()
    result = models.JSONField()
    at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["committee", "number"]
        constraints = [
            models.UniqueConstraint(fields=["committee", "number"], name="summaries_are_numbered_once"),
            models.UniqueConstraint(
                fields=["committee"], condition=Q(voided_at=None), name="one_standing_summary_per_committee"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.committee_id}/{self.number}"  # type: ignore[attr-defined]


class Report(models.Model):
    """A version of the evaluation report (评标报告). Its members sign `content`; making it anew voids their signatures."""

    committee = models.ForeignKey(Committee, models.PROTECT, related_name="reports")
    number = models.PositiveSmallIntegerField()
    content = models.BinaryField(help_text="canonical JSON, yangguang-report/1")
    sha256 = models.CharField(max_length=64, help_text="of `content`")
    remarks = models.TextField(_("评标委员会意见"), blank=True)
    pdf_path = models.CharField(
        max_length=300, blank=True, help_text="the PDF with all signatures, below settings.STORE"
    )
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["committee", "number"]
        constraints = [
            models.UniqueConstraint(fields=["committee", "number"], name="reports_are_numbered_once"),
            models.UniqueConstraint(
                fields=["committee"], condition=Q(voided_at=None), name="one_standing_report_per_committee"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.committee_id}/{self.number}"  # type: ignore[attr-defined]


class ReportSignature(models.Model):
    """A member's signature under the report, with the dissent if there is one, or the agreement the law deems (条例 53)."""

    class Kind(models.TextChoices):
        SIGNED = "signed", _("已签名")
        DEEMED = "deemed", _("拒签且未说明理由，视为同意")
        DISSENT = "dissent", _("签名并附不同意见")

    report = models.ForeignKey(Report, models.PROTECT, related_name="signatures")
    member = models.ForeignKey(CommitteeMember, models.PROTECT, related_name="report_signatures")
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.SIGNED)
    statement = models.BinaryField(
        null=True, help_text="what was signed: the report's content, or dissent with its hash"
    )
    signature = models.BinaryField(null=True, help_text="CAdES, detached")
    certificate = models.CharField(max_length=64, blank=True)
    opinion = models.TextField(_("不同意见或说明"), blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["report", "member__seat"]
        constraints = [
            models.UniqueConstraint(fields=["report", "member"], name="a_member_signs_a_report_once"),
            models.CheckConstraint(
                condition=Q(kind="deemed") | Q(signature__isnull=False), name="a_signed_report_has_its_signature"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id}/{self.member_id}"  # type: ignore[attr-defined]
