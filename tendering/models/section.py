from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tendering.models.project import Submitted, TenderingProject
from tendering.rules.lifecycle import State


class SectionState(models.TextChoices):
    """The life of a section; the moves between the states are `tendering/rules/lifecycle.py`."""

    DRAFT = State.DRAFT.value, _("编制中")
    REVIEW = State.REVIEW.value, _("审核中")
    PUBLISHED = State.PUBLISHED.value, _("招标中")
    OPENING = State.OPENING.value, _("开标中")
    OPENED = State.OPENED.value, _("已开标")
    EVALUATING = State.EVALUATING.value, _("评标中")
    EVALUATED = State.EVALUATED.value, _("已评标")
    PUBLICITY = State.PUBLICITY.value, _("候选人公示")
    AWARDED = State.AWARDED.value, _("已定标")
    FAILED = State.FAILED.value, _("流标")
    TERMINATED = State.TERMINATED.value, _("已终止")


class Section(Submitted):
    """A section or lot (标段): the thing that is bid for, opened, evaluated and awarded. Its row is the lock of all its acts."""

    tendering_project = models.ForeignKey(TenderingProject, models.PROTECT, related_name="sections")
    code = models.CharField(_("标段编号"), max_length=40, unique=True)
    name = models.CharField(_("标段名称"), max_length=200)
    scope = models.TextField(_("招标范围"), blank=True)
    place = models.CharField(_("实施地点"), max_length=200, blank=True)
    period = models.CharField(_("工期或交货期"), max_length=100, blank=True)
    round = models.PositiveSmallIntegerField(_("招标轮次"), default=1)
    budget = models.DecimalField(_("预算(元)"), max_digits=18, decimal_places=2)
    ceiling = models.DecimalField(_("最高投标限价(元)"), max_digits=18, decimal_places=2, null=True, blank=True)
    bond = models.DecimalField(_("投标保证金(元)"), max_digits=18, decimal_places=2, default=0)
    state = models.CharField(max_length=12, choices=SectionState.choices, default=SectionState.DRAFT)
    rule_set = models.ForeignKey("tendering.RuleSet", models.PROTECT, null=True, blank=True, related_name="sections")
    terms = models.JSONField(
        default=dict, blank=True, help_text="the rule set's terms for the regime, frozen at publication"
    )
    published_at = models.DateTimeField(_("发布时间"), null=True, blank=True)
    sale_until = models.DateTimeField(_("文件获取截止时间"), null=True, blank=True)
    questions_until = models.DateTimeField(_("提问截止时间"), null=True, blank=True)
    deadline = models.DateTimeField(_("投标截止及开标时间"), null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("标段")
        constraints = [
            models.CheckConstraint(
                condition=Q(ceiling=None) | Q(ceiling__lte=F("budget")),
                name="ceiling_within_budget",
                violation_error_message=_("最高投标限价不得高于预算"),
            ),
            models.CheckConstraint(
                condition=Q(deadline=None) | Q(published_at__lt=F("deadline")),
                name="deadline_after_publication",
                violation_error_message=_("投标截止时间必须晚于发布时间"),
            ),
            models.CheckConstraint(
                condition=Q(budget__gt=0), name="budget_above_zero", violation_error_message=_("预算必须大于零")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"

    @property
    def regime(self) -> str:
        return self.tendering_project.regime

    @property
    def kind(self) -> str:
        return self.tendering_project.kind


class SectionMove(models.Model):
    """One move of a section's state: what the life line shows with its time. Rows are only ever added."""

    section = models.ForeignKey(Section, models.PROTECT, related_name="moves")
    round = models.PositiveSmallIntegerField()
    left = models.CharField(max_length=12, choices=SectionState.choices)
    entered = models.CharField(max_length=12, choices=SectionState.choices)
    act = models.CharField(max_length=40)
    by = models.CharField(max_length=200)
    reason = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["section", "at", "pk"]

    def __str__(self) -> str:
        return f"{self.section_id}: {self.left} → {self.entered}"  # type: ignore[attr-defined]


class SectionException(models.Model):
    """What went otherwise than planned (异常): failure, termination, re-tender, re-evaluation, change of method."""

    class Kind(models.TextChoices):
        FAILED = "failed", _("流标")
        TERMINATED = "terminated", _("终止招标")
        RETENDERED = "retendered", _("重新招标")
        REEVALUATED = "reevaluated", _("重新评标")
        OTHER_METHOD = "other_method", _("变更采购方式")

    section = models.ForeignKey(Section, models.PROTECT, related_name="exceptions")
    round = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    reason = models.TextField(_("原因"))
    basis = models.CharField(_("依据"), max_length=200, blank=True)
    result = models.TextField(_("结果"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        ordering = ["section", "at"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.section_id}"  # type: ignore[attr-defined]
