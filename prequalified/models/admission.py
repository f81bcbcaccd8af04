import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from prequalified.models.directory import Call, Directory
from prequalified.models.party import Party


class AdmissionRequest(models.Model):
    """A firm asks to be let into a directory, or to stay in it (入库申请、续期申请)."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("草稿")
        SUPPLEMENT = "supplement", _("容缺待补正")
        REVIEW = "review", _("审核中")
        RETURNED = "returned", _("已退回")
        PUBLICITY = "publicity", _("公示中")
        ADMITTED = "admitted", _("已入库")
        REFUSED = "refused", _("不予入库")
        WITHDRAWN = "withdrawn", _("已撤回")
        LAPSED = "lapsed", _("逾期未补正")

    number = models.CharField(_("编号"), max_length=40, unique=True)
    call = models.ForeignKey(Call, models.PROTECT, related_name="requests")
    party = models.ForeignKey(Party, models.PROTECT, related_name="admission_requests")
    renews = models.ForeignKey("prequalified.Admission", models.PROTECT, null=True, related_name="renewals")
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.DRAFT)
    grade = models.CharField(_("申请等级"), max_length=40, blank=True)
    facts = models.JSONField(default=dict, help_text="what the firm states, by condition: text and papers")
    papers = models.ManyToManyField("prequalified.Paper", blank=True, related_name="requests")
    committed = models.JSONField(default=list, help_text="keys of conditions proved by a commitment (承诺制)")
    statement = models.JSONField(null=True, help_text="what was signed: facts, paper digests, commitments")
    signature = models.BinaryField(null=True, help_text="detached CAdES over the canonical statement")
    certificate = models.CharField(max_length=64, blank=True)
    findings = models.JSONField(default=list, help_text="the automatic check: a verdict for every condition")
    created_by = models.ForeignKey("prequalified.Account", models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    submitted_by = models.ForeignKey("prequalified.Account", models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    supplement_until = models.DateTimeField(null=True, help_text="missing papers are due (容缺受理)")
    review_until = models.DateTimeField(null=True, help_text="the staff's clock (限时办结)")
    warned_at = models.DateTimeField(null=True, help_text="the staff were told that the clock runs out")
    late_at = models.DateTimeField(null=True, help_text="the staff were told that it has run out")
    reviewed_by = models.ForeignKey("prequalified.Account", models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    reasons = models.TextField(blank=True)
    publicity_from = models.DateTimeField(null=True)
    publicity_until = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("prequalified.Account", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["call", "party"],
                condition=Q(status__in=["draft", "supplement", "review", "returned", "publicity"]),
                name="one_open_admission_request_per_call",
                violation_error_message=_("贵单位在本次征集中已有一份未办结的申请。"),
            )
        ]
        indexes = [models.Index(fields=["status", "review_until"], name="admission_requests_by_clock")]

    def __str__(self) -> str:
        return self.number


class AdmissionObjection(models.Model):
    """Somebody objects to an admission while it is made public (公示异议); answered before the admission goes on."""

    request = models.ForeignKey(AdmissionRequest, models.PROTECT, related_name="objections")
    by = models.ForeignKey("prequalified.Account", models.PROTECT, related_name="+")
    text = models.TextField(_("异议内容"))
    at = models.DateTimeField()
    answer_until = models.DateTimeField(null=True)
    answer = models.TextField(_("答复"), blank=True)
    upheld = models.BooleanField(null=True)
    answered_by = models.ForeignKey("prequalified.Account", models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]


class Commitment(models.Model):
    """A condition that a commitment stands for instead of proof (承诺制), and the later check that it falls due for."""

    class Outcome(models.TextChoices):
        KEPT = "kept", _("已兑现")
        BROKEN = "broken", _("未兑现")

    request = models.ForeignKey(AdmissionRequest, models.PROTECT, related_name="commitments")
    key = models.CharField(max_length=40, help_text="of the condition")
    text = models.TextField(help_text="the condition's words, as committed to")
    due = models.DateTimeField(help_text="the proof is checked by then")
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    note = models.TextField(blank=True)
    checked_by = models.ForeignKey("prequalified.Account", models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["due", "id"]
        constraints = [models.UniqueConstraint(fields=["request", "key"], name="one_commitment_a_condition")]


class Admission(models.Model):
    """A firm stands in a directory (在册); its state changes only through an AdmissionChange."""

    class State(models.TextChoices):
        ACTIVE = "active", _("在册")
        SUSPENDED = "suspended", _("暂停")
        REMOVED = "removed", _("清退")
        EXPIRED = "expired", _("到期")
        LEFT = "left", _("自愿退出")

    number = models.CharField(_("入库编号"), max_length=40, unique=True)
    directory = models.ForeignKey(Directory, models.PROTECT, related_name="admissions")
    party = models.ForeignKey(Party, models.PROTECT, related_name="admissions")
    request = models.OneToOneField(AdmissionRequest, models.PROTECT, null=True, related_name="admission")
    grade = models.CharField(_("等级"), max_length=40, blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.ACTIVE)
    admitted_at = models.DateTimeField()
    valid_until = models.DateField(_("有效期至"))
    suspended_until = models.DateField(_("暂停至"), null=True, blank=True)
    waits_until = models.DateField(_("可重新申请日期"), null=True, blank=True, help_text="after removal")
    points = models.IntegerField(_("积分"), help_text="the sum of the ledger; PointEntry is the truth")
    rating = models.CharField(_("信用评价"), max_length=8, blank=True)
    running = models.PositiveIntegerField(_("在履约合同数"), default=0)
    drawn_at = models.DateTimeField(null=True, help_text="when a draw last gave it work (rotation)")
    certificate_path = models.CharField(max_length=200, blank=True)
    certificate_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-admitted_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["directory", "party"],
                condition=Q(state__in=["active", "suspended"]),
                name="a_firm_stands_once_in_a_directory",
                violation_error_message=_("该单位已在册。"),
            )
        ]
        indexes = [models.Index(fields=["directory", "state", "valid_until"], name="admissions_in_force")]

    def __str__(self) -> str:
        return self.number

    def in_force(self, day: dt.date) -> bool:
        """Beijing's day; a suspension that has run out is lifted by its own act, not by the calendar alone."""
        return self.state == self.State.ACTIVE and self.valid_until >= day


class AdmissionChange(models.Model):
    """One change of an admission's state, with its basis; the past is never rewritten."""

    admission = models.ForeignKey(Admission, models.PROTECT, related_name="changes")
    before = models.CharField(max_length=12, blank=True)
    after = models.CharField(max_length=12, choices=Admission.State.choices)
    reason = models.TextField()
    basis = models.CharField(max_length=200, blank=True)
    until = models.DateField(null=True)
    case = models.ForeignKey("prequalified.ConductCase", models.PROTECT, null=True, related_name="changes")
    by = models.ForeignKey(
        "prequalified.Account", models.PROTECT, null=True, related_name="+", help_text="null: a term ran out"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]


class YearlyReview(models.Model):
    """The yearly look at a firm's admission (年度复核): the conditions are checked again on what it hands in."""

    class Outcome(models.TextChoices):
        PASSED = "passed", _("合格")
        FAILED = "failed", _("不合格")

    admission = models.ForeignKey(Admission, models.PROTECT, related_name="yearly_reviews")
    year = models.PositiveIntegerField()
    due = models.DateField()
    facts = models.JSONField(default=dict, help_text="as of a request")
    committed = models.JSONField(default=list)
    statement = models.JSONField(null=True)
    signature = models.BinaryField(null=True)
    certificate = models.CharField(max_length=64, blank=True)
    findings = models.JSONField(default=list)
    submitted_by = models.ForeignKey("prequalified.Account", models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    reasons = models.TextField(blank=True)
    decided_by = models.ForeignKey("prequalified.Account", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["admission_id", "-year"]
        constraints = [models.UniqueConstraint(fields=["admission", "year"], name="one_yearly_review_a_year")]
