from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Submitted(models.Model):
    """Who made a row of the tendering scheme, and who submitted it when; after that it is no longer edited or deleted."""

    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(_("提交时间"), null=True, blank=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        abstract = True


class Project(Submitted):
    """What is to be built or bought (项目)."""

    centre = models.ForeignKey("prequalified.Centre", models.PROTECT, related_name="projects")
    code = models.CharField(_("项目代码"), max_length=40, unique=True)
    name = models.CharField(_("项目名称"), max_length=200)
    tenderer = models.ForeignKey("prequalified.Party", models.PROTECT, related_name="tendered_projects")
    agency = models.ForeignKey(
        "prequalified.Party", models.PROTECT, null=True, blank=True, related_name="agency_projects"
    )
    region = models.CharField(_("行政区划代码"), max_length=12, help_text="GB/T 2260")
    industry = models.CharField(_("行业代码"), max_length=12, blank=True, help_text="GB/T 4754")
    approval = models.CharField(_("批准文件"), max_length=200, blank=True)
    funds = models.CharField(_("资金来源"), max_length=200, blank=True)
    overview = models.TextField(_("项目概况"), blank=True)
    state_controlled = models.BooleanField(_("国有资金控股或主导"), default=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("项目")

    def __str__(self) -> str:
        return self.name


class TenderingProject(Submitted):
    """One tendering of a project (招标项目), under one regime, with one or more sections."""

    class Regime(models.TextChoices):
        ENG = "ENG", _("工程招标")
        GP = "GP", _("政府采购")
        SMALL = "SMALL", _("限额以下")

    class Kind(models.TextChoices):
        WORKS = "works", _("工程")
        GOODS = "goods", _("货物")
        SERVICES = "services", _("服务")

    project = models.ForeignKey(Project, models.PROTECT, related_name="tendering_projects")
    code = models.CharField(_("招标项目编号"), max_length=40, unique=True)
    name = models.CharField(_("招标项目名称"), max_length=200)
    regime = models.CharField(_("交易制度"), max_length=8, choices=Regime.choices)
    kind = models.CharField(_("采购类别"), max_length=8, choices=Kind.choices)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("招标项目")

    def __str__(self) -> str:
        return self.name
