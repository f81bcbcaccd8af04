from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ExpertStatus(models.TextChoices):
    NOMINATED = "nominated", _("待审核")
    ADMITTED = "admitted", _("在库")
    REFUSED = "refused", _("未通过")
    SUSPENDED = "suspended", _("已暂停")
    REMOVED = "removed", _("已出库")


class Specialty(models.Model):
    """A field of expertise (评标专业), by the code of the national classification (公共资源交易评标专家专业分类标准)."""

    code = models.CharField(_("专业代码"), max_length=20, unique=True)
    name = models.CharField(_("专业名称"), max_length=120)

    class Meta:
        ordering = ["code"]
        verbose_name = _("专业")

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Expert(models.Model):
    """A person in the expert base of a centre (评标专家): who proposed, who decided, and when."""

    party = models.OneToOneField("prequalified.Party", models.PROTECT, related_name="expert")
    centre = models.ForeignKey("prequalified.Centre", models.PROTECT, related_name="experts")
    specialties = models.ManyToManyField(Specialty, related_name="experts", verbose_name=_("专业"))
    region = models.CharField(_("所在地区"), max_length=6, help_text=_("GB/T 2260 行政区划代码"))
    title = models.CharField(_("职称"), max_length=60)
    grade = models.CharField(_("等级"), max_length=20, blank=True)
    years = models.PositiveSmallIntegerField(_("从事专业年限"))
    status = models.CharField(_("状态"), max_length=10, choices=ExpertStatus.choices, default=ExpertStatus.NOMINATED)
    reasons = models.TextField(_("理由"), blank=True)
    self_nominated = models.BooleanField(_("自荐"), default=False)
    nominated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    nominated_at = models.DateTimeField(_("申报时间"))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("审核时间"), null=True)

    class Meta:
        ordering = ["party__name"]
        verbose_name = _("评标专家")
        constraints = [
            models.CheckConstraint(
                condition=Q(status="nominated") | Q(decided_at__isnull=False),
                name="a_decided_expert_says_when",
                violation_error_message=_("审核过的专家应有审核时间"),
            )
        ]

    def __str__(self) -> str:
        return str(self.party)


class ExpertTie(models.Model):
    """What binds an expert to an organisation: employers past and present, kin, interests (回避名单)."""

    class Kind(models.TextChoices):
        EMPLOYEE = "employee", _("任职")
        DIRECTOR = "director", _("担任董事")
        SUPERVISOR = "supervisor", _("担任监事")
        CONTROLLER = "controller", _("控股或实际控制")
        RELATIVE = "relative", _("近亲属任职")
        INTEREST = "interest", _("有经济利益")
        SUPERVISING = "supervising", _("主管或监督部门人员")
        OTHER = "other", _("其他应当回避的")

    expert = models.ForeignKey(Expert, models.CASCADE, related_name="ties")
    number = models.CharField(_("统一社会信用代码"), max_length=64)
    name = models.CharField(_("单位名称"), max_length=200)
    kind = models.CharField(_("关系"), max_length=12, choices=Kind.choices)
    since = models.DateField(_("起"), null=True, blank=True)
    until = models.DateField(_("止"), null=True, blank=True)

    class Meta:
        ordering = ["expert", "number", "kind"]
        verbose_name = _("任职与回避关系")
        constraints = [
            models.CheckConstraint(
                condition=Q(since=None) | Q(until=None) | Q(since__lte=models.F("until")),
                name="a_tie_ends_after_it_began",
                violation_error_message=_("结束日期不得早于开始日期"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.name}"  # type: ignore[attr-defined]


class Venue(models.Model):
    """A place where members sit during an evaluation (评标场所): main or sub venue of a remote evaluation (主场、副场)."""

    centre = models.ForeignKey("prequalified.Centre", models.PROTECT, related_name="venues")
    code = models.SlugField(_("代码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=120)
    region = models.CharField(_("行政区划代码"), max_length=6)
    accepts_remote = models.BooleanField(_("可作副场"), default=True)
    active = models.BooleanField(_("启用"), default=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("评标场所")

    def __str__(self) -> str:
        return self.name
