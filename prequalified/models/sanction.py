import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from prequalified.models.party import Party


class ListKind(models.Model):
    """A kind of misconduct list with its legal ground (名单种类); none without one. Read from rules/data/lists.json."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=160)
    name_en = models.CharField(max_length=160, blank=True)
    ground = models.CharField(_("依据"), max_length=200, default="", help_text="the law that lets this list exist")
    data = models.JSONField(
        help_text="yangguang-lists/1: ground, gates barred, shortest and longest ban, publication, repair"
    )
    sha256 = models.CharField(max_length=64)
    loaded_at = models.DateTimeField()

    class Meta:
        ordering = ["code"]
        constraints = [models.CheckConstraint(condition=~Q(ground=""), name="no_list_without_a_legal_ground")]

    def __str__(self) -> str:
        return self.name


class SanctionCase(models.Model):
    """A case of misconduct against a party (失信行为案件). Each step is a CaseStep of its own; the state only sums them up."""

    class Source(models.TextChoices):
        SUPERVISION = "supervision", _("监督检查")
        COMPLAINT = "complaint", _("投诉")
        INSPECTION = "inspection", _("双随机检查")
        COURT = "court", _("司法裁判")
        OTHER_LIST = "other_list", _("其他名单")

    class State(models.TextChoices):
        FILED = "filed", _("已立案")
        TOLD = "told", _("已告知")
        HEARING = "hearing", _("听证中")
        DECIDED = "decided", _("已决定")
        SERVED = "served", _("已送达")
        PUBLISHED = "published", _("已公布")
        CLOSED = "closed", _("已结案")
        OVERTURNED = "overturned", _("已撤销")

    number = models.CharField(_("案号"), max_length=40, unique=True)
    kind = models.ForeignKey(ListKind, models.PROTECT, related_name="cases")
    party = models.ForeignKey(Party, models.PROTECT, related_name="sanction_cases")
    source = models.CharField(max_length=12, choices=Source.choices)
    subject = models.CharField(max_length=120, blank=True, help_text="what it is about: section:…, contract:…")
    act_on = models.DateField(_("违法行为发生日"), null=True, blank=True, help_text="limitation is counted from here")
    state = models.CharField(max_length=12, choices=State.choices, default=State.FILED)
    filed_by = models.ForeignKey("prequalified.Account", models.PROTECT, related_name="+")
    filed_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.number


class CaseStep(models.Model):
    """One fact of a case: told, defended, hearing asked for, heard, decided, served, published, repaired, overturned … Append-only."""

    class Kind(models.TextChoices):
        FILED = "filed", _("立案")
        TOLD = "told", _("告知事实、理由、依据和权利")
        DEFENDED = "defended", _("陈述申辩")
        HEARING_ASKED = "hearing_asked", _("要求听证")
        HEARING_SET = "hearing_set", _("通知听证")
        HEARD = "heard", _("听证笔录")
        DECIDED = "decided", _("决定")
        SERVED = "served", _("送达")
        PUBLISHED = "published", _("公布")
        DROPPED = "dropped", _("不予认定")
        OVERTURNED = "overturned", _("撤销决定")
        RETRACTED = "retracted", _("撤下公布")

    case = models.ForeignKey(SanctionCase, models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    body = models.JSONField(default=dict)
    until = models.DateTimeField(null=True, help_text="the term that this step starts")
    papers = models.ManyToManyField("prequalified.Paper", blank=True, related_name="case_steps")
    signature = models.BinaryField(null=True)
    certificate = models.CharField(max_length=64, blank=True)
    path = models.CharField(max_length=200, blank=True, help_text="the PDF made of it, below settings.STORE")
    sha256 = models.CharField(max_length=64, blank=True)
    by = models.ForeignKey("prequalified.Account", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]


class Sanction(models.Model):
    """An entry of a list: from when until when, made public when (名单记录). How it ended is said by a SanctionEnd."""

    kind = models.ForeignKey(ListKind, models.PROTECT, related_name="sanctions")
    case = models.OneToOneField(SanctionCase, models.PROTECT, null=True, related_name="sanction")
    imported = models.OneToOneField("prequalified.ImportedRow", models.PROTECT, null=True, related_name="sanction")
    party = models.ForeignKey(
        Party, models.PROTECT, null=True, related_name="sanctions", help_text="null: not registered here"
    )
    name = models.CharField(_("名称"), max_length=200)
    number = models.CharField(_("统一社会信用代码"), max_length=64, db_index=True)
    conduct = models.TextField(_("失信行为"))
    basis = models.TextField(_("依据"))
    authority = models.CharField(_("决定机关"), max_length=200)
    decision = models.CharField(_("决定文号"), max_length=120, blank=True)
    decided_on = models.DateField(_("决定日期"))
    starts = models.DateField(_("生效日期"))
    ends = models.DateField(_("届满日期"), null=True, blank=True, help_text="the last day; null: no end is set")
    bans = models.BooleanField(_("限制参加"), default=True, help_text="False: a record without a ban bars nobody")
    published_at = models.DateTimeField(null=True)
    public_until = models.DateField(null=True, help_text="the last day it is shown to the public")

    class Meta:
        ordering = ["-starts", "-id"]
        indexes = [models.Index(fields=["party", "starts", "ends"], name="sanctions_of_a_party")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends=None) | Q(ends__gte=models.F("starts")), name="a_sanction_ends_after_it_starts"
            ),
            models.CheckConstraint(condition=~Q(basis=""), name="no_sanction_without_a_basis"),
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.kind_id}"

    def covers(self, day: dt.date) -> bool:
        """By its dates alone; whether it ended early is for SanctionEnd to say."""
        return self.starts <= day and (self.ends is None or day <= self.ends)


class SanctionEnd(models.Model):
    """Why a sanction ended before its day: repaired, overturned, its import undone; a fact of its own."""

    class Kind(models.TextChoices):
        REPAIRED = "repaired", _("信用修复")
        OVERTURNED = "overturned", _("决定撤销")
        UNDONE = "undone", _("导入撤销")

    sanction = models.OneToOneField(Sanction, models.PROTECT, related_name="end")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    effective = models.DateField(help_text="from this day on it no longer bars")
    reason = models.TextField()
    by = models.ForeignKey("prequalified.Account", models.PROTECT, related_name="+")
    at = models.DateTimeField()


class Repair(models.Model):
    """A party asks for credit repair with its proof (信用修复申请)."""

    class State(models.TextChoices):
        ASKED = "asked", _("待审核")
        GRANTED = "granted", _("同意修复")
        REFUSED = "refused", _("不予修复")

    sanction = models.ForeignKey(Sanction, models.PROTECT, related_name="repairs")
    statement = models.TextField(_("整改说明"))
    papers = models.ManyToManyField("prequalified.Paper", blank=True, related_name="repairs")
    signature = models.BinaryField()
    certificate = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    asked_by = models.ForeignKey("prequalified.Account", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey("prequalified.Account", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reasons = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["sanction"], condition=Q(state="asked"), name="one_open_repair_a_sanction")
        ]
