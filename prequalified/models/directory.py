from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Category(models.Model):
    """What a directory is for (名录类别): contractors by trade and grade, agencies, other intermediaries; a tree."""

    class Kind(models.TextChoices):
        CONTRACTOR = "contractor", _("承包商")
        AGENCY = "agency", _("招标代理机构")
        INTERMEDIARY = "intermediary", _("中介服务机构")

    code = models.SlugField(_("代码"), max_length=40, unique=True)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    name = models.CharField(_("名称"), max_length=120)
    name_en = models.CharField(_("英文名称"), max_length=120, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=240, db_index=True, help_text="codes from the root, each followed by a slash")
    active = models.BooleanField(_("启用"), default=True)

    class Meta:
        ordering = ["path"]
        verbose_name = _("名录类别")

    def __str__(self) -> str:
        return self.name


class Directory(models.Model):
    """A centre's directory of preselected firms of one category (预选名录)."""

    code = models.SlugField(_("代码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=160)
    name_en = models.CharField(_("英文名称"), max_length=160, blank=True)
    centre = models.ForeignKey("prequalified.Centre", models.PROTECT, related_name="directories")
    category = models.ForeignKey(Category, models.PROTECT, related_name="directories")
    terms = models.JSONField(help_text="review, supplement, publicity, defence … as terms of prequalified.rules.timing")
    figures = models.JSONField(help_text="opening points, suspend and remove below, capacity, comparison range …")
    active = models.BooleanField(_("启用"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("预选名录")
        verbose_name_plural = _("预选名录")

    def __str__(self) -> str:
        return self.name


class ConditionSet(models.Model):
    """The admission conditions of a directory, as data; published versions never change (入库条件)."""

    directory = models.ForeignKey(Directory, models.PROTECT, related_name="condition_sets")
    version = models.PositiveIntegerField()
    conditions = models.JSONField(help_text="yangguang-conditions/1: see prequalified.rules.directories.conditions")
    sha256 = models.CharField(max_length=64, blank=True, help_text="of the canonical JSON, once published")
    drafted_by = models.ForeignKey("prequalified.Account", models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    published_by = models.ForeignKey("prequalified.Account", models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["directory_id", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["directory", "version"], name="one_condition_set_per_version"),
            models.UniqueConstraint(
                fields=["directory"], condition=Q(published_at=None), name="one_draft_of_conditions_per_directory"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.directory} v{self.version}"


class Call(models.Model):
    """An open call for admission under one version of the conditions (入库征集公告); no end: open the whole year."""

    number = models.CharField(_("编号"), max_length=40, unique=True)
    directory = models.ForeignKey(Directory, models.PROTECT, related_name="calls")
    condition_set = models.ForeignKey(ConditionSet, models.PROTECT, related_name="calls")
    title = models.CharField(_("标题"), max_length=200)
    text = models.TextField(_("正文"), blank=True)
    opens_at = models.DateTimeField(_("开始受理"))
    closes_at = models.DateTimeField(_("截止受理"), null=True, blank=True)
    published_by = models.ForeignKey("prequalified.Account", models.PROTECT, related_name="+")
    published_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, help_text="closed early by staff, with a reason")
    close_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-published_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at=None) | Q(closes_at__gt=models.F("opens_at")), name="a_call_ends_after_it_begins"
            )
        ]

    def __str__(self) -> str:
        return self.title
