from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Person(models.Model):
    """Somebody who works for a party (人员): what was verified stands, a change is a new row that follows the old one."""

    class Duty(models.TextChoices):
        LEGAL_REPRESENTATIVE = "legal_representative", _("法定代表人")
        CONTROLLER = "controller", _("实际控制人")
        STAFF = "staff", _("工作人员")
        PROJECT_MANAGER = "project_manager", _("项目负责人")
        PROFESSIONAL = "professional", _("执业人员")

    class Status(models.TextChoices):
        DRAFT = "draft", _("草稿")
        SUBMITTED = "submitted", _("待核验")
        VERIFIED = "verified", _("已核验")
        REFUSED = "refused", _("已退回")
        REPLACED = "replaced", _("已变更")
        LEFT = "left", _("已离职")

    party = models.ForeignKey("prequalified.Party", models.PROTECT, related_name="people")
    duty = models.CharField(_("岗位"), max_length=24, choices=Duty.choices)
    name = models.CharField(_("姓名"), max_length=120)
    number_key = models.CharField(
        max_length=64, db_index=True, help_text="keyed hash of the personal number: equal for one person"
    )
    number_shown = models.CharField(_("证件号码"), max_length=24, help_text="masked, as pages show it")
    title = models.CharField(_("职称"), max_length=80, blank=True)
    qualification = models.CharField(_("执业资格"), max_length=80, blank=True)
    grade = models.CharField(_("等级"), max_length=40, blank=True)
    specialty = models.CharField(_("专业"), max_length=80, blank=True)
    certificate_number = models.CharField(_("证书编号"), max_length=80, blank=True)
    valid_until = models.DateField(_("证书有效期至"), null=True, blank=True)
    since = models.DateField(_("任职日期"), null=True, blank=True)
    papers = models.ManyToManyField("prequalified.Paper", blank=True, related_name="people")
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.DRAFT)
    replaces = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="followers")
    created_at = models.DateTimeField(auto_now_add=True)
    applied_by = models.ForeignKey("prequalified.Account", models.PROTECT, null=True, related_name="+")
    applied_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("prequalified.Account", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reasons = models.TextField(blank=True)
    left_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["party_id", "duty", "name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["party", "number_key", "duty"], condition=Q(status="verified"),
                name="a_person_stands_once_per_duty", violation_error_message=_("该人员已登记此岗位。"),
            )
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["status", "applied_at"], name="people_by_waiting"),
            models.Index(fields=["valid_until"], condition=Q(status="verified"), name="people_by_expiry"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.get_duty_display()})"
