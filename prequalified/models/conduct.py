from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from prequalified.models.admission import Admission
from prequalified.models.directory import Directory


class ConductRules(models.Model):
    """Which conduct changes a firm's points and what they lead to, as published data (积分规则)."""

    directory = models.ForeignKey(Directory, models.PROTECT, related_name="conduct_rules")
    version = models.PositiveIntegerField()
    rules = models.JSONField(help_text="yangguang-conduct/1: see prequalified.rules.conduct")
    sha256 = models.CharField(max_length=64)
    published_by = models.ForeignKey("prequalified.Account", models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField()

    class Meta:
        ordering = ["directory_id", "-version"]
        constraints = [models.UniqueConstraint(fields=["directory", "version"], name="one_conduct_rules_per_version")]


class ConductReport(models.Model):
    """What another floor or a person reports about a firm (履约情况报告): a lead, which changes nothing by itself."""

    key = models.CharField(max_length=160, unique=True, help_text="of the source: the same report twice is one")
    kind = models.CharField(max_length=40, help_text="late_performance, absent_manager, bad_rating, complaint_upheld …")
    party = models.ForeignKey("prequalified.Party", models.PROTECT, related_name="conduct_reports")
    subject = models.CharField(max_length=120, help_text="what it is about: contract:…, section:…")
    facts = models.JSONField(default=dict)
    source = models.CharField(max_length=40)
    reported_by = models.ForeignKey("prequalified.Account", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    dismissed_by = models.ForeignKey("prequalified.Account", models.PROTECT, null=True, related_name="+")
    dismissed_at = models.DateTimeField(null=True)
    dismissal = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]


class ConductCase(models.Model):
    """Proposed points for one admission: notice and defence first, then a decision (扣分、加分认定)."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("拟认定")
        NOTIFIED = "notified", _("已告知，待陈述申辩")
        DEFENDED = "defended", _("已陈述申辩")
        UPHELD = "upheld", _("已认定")
        DROPPED = "dropped", _("不予认定")

    class Measure(models.TextChoices):
        POINTS = "points", _("计分")
        SUSPEND = "suspend", _("暂停")
        REMOVE = "remove", _("清退")

    number = models.CharField(_("编号"), max_length=40, unique=True)
    admission = models.ForeignKey(Admission, models.PROTECT, related_name="cases")
    measure = models.CharField(_("措施"), max_length=8, choices=Measure.choices, default=Measure.POINTS)
    report = models.ForeignKey(ConductReport, models.PROTECT, null=True, related_name="cases")
    rules = models.ForeignKey(ConductRules, models.PROTECT, related_name="cases")
    rule = models.CharField(max_length=40, help_text="code of the rule")
    points = models.IntegerField(help_text="negative: deducted")
    facts = models.TextField(_("事实"))
    evidence = models.ManyToManyField("prequalified.Paper", blank=True, related_name="conduct_cases")
    state = models.CharField(max_length=12, choices=State.choices, default=State.PROPOSED)
    proposed_by = models.ForeignKey("prequalified.Account", models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    notified_by = models.ForeignKey("prequalified.Account", models.PROTECT, null=True, related_name="+")
    notified_at = models.DateTimeField(null=True)
    defence_until = models.DateTimeField(null=True)
    defence = models.TextField(_("陈述申辩"), blank=True)
    defence_signature = models.BinaryField(null=True)
    defended_by = models.ForeignKey("prequalified.Account", models.PROTECT, null=True, related_name="+")
    defended_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("prequalified.Account", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reasons = models.TextField(blank=True)
    until = models.DateField(null=True, help_text="a suspension's last day, or when a removed firm may apply again")
    notice_path = models.CharField(max_length=200, blank=True, help_text="the PDF of the notice, below settings.STORE")
    decision_path = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "defence_until"], name="conduct_cases_by_clock")]
        constraints = [
            models.UniqueConstraint(
                fields=["admission", "report", "rule"], condition=Q(report__isnull=False),
                name="a_report_leads_to_one_case_a_rule",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number


class RunningContract(models.Model):
    """A contract that a firm of the directory holds (在履约合同): counted against its capacity until it ends."""

    admission = models.ForeignKey(Admission, models.PROTECT, related_name="contracts")
    subject = models.CharField(max_length=120, unique=True, help_text="contract:…; the same told twice is one")
    title = models.CharField(max_length=200, blank=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]


class PointEntry(models.Model):
    """One line of a firm's points ledger (积分台账); append-only, the balance is its sum."""

    admission = models.ForeignKey(Admission, models.PROTECT, related_name="ledger")
    points = models.IntegerField()
    balance = models.IntegerField()
    reason = models.CharField(max_length=400)
    case = models.OneToOneField(ConductCase, models.PROTECT, null=True, related_name="entry")
    by = models.ForeignKey("prequalified.Account", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]


class Rating(models.Model):
    """A firm's rating for a period (信用评价), computed from the ledger and the ratings of contracts."""

    admission = models.ForeignKey(Admission, models.PROTECT, related_name="ratings")
    period = models.CharField(max_length=16)
    grade = models.CharField(max_length=8)
    score = models.DecimalField(max_digits=9, decimal_places=2)
    basis = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["admission", "period"], name="one_rating_a_period")]
