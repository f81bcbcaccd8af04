import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _


def new_id() -> str:
    """Not to be guessed: whoever holds the paper may look it up."""
    return secrets.token_hex(16)


class GateAnswer(models.Model):
    """The one question, asked and answered: may this party take part in this, on this day? Kept as it was answered (87-20)."""

    class Gate(models.TextChoices):
        REGISTER = "register", _("注册")
        ADMIT = "admit", _("入库")
        DRAW = "draw", _("抽取")
        DELIVER = "deliver", _("递交投标文件")
        OPEN = "open", _("开标")
        EVALUATE = "evaluate", _("评标")
        AWARD = "award", _("定标")
        CONTRACT = "contract", _("签订合同")
        SUBCONTRACT = "subcontract", _("分包")
        MANAGER = "manager", _("变更项目负责人")

    public_id = models.CharField(max_length=32, unique=True, default=new_id, editable=False)
    gate = models.CharField(max_length=12, choices=Gate.choices)
    party = models.ForeignKey("prequalified.Party", models.PROTECT, null=True, related_name="gate_answers")
    name = models.CharField(max_length=200)
    number = models.CharField(max_length=64)
    subject = models.CharField(
        max_length=120, blank=True, help_text="what it wants to take part in: section:…, directory:…"
    )
    regime = models.CharField(max_length=8, blank=True)
    day = models.DateField(help_text="Beijing's day that was asked about")
    allowed = models.BooleanField()
    reasons = models.JSONField(default=list, help_text="blockers as data")
    warnings = models.JSONField(default=list, help_text="related parties' sanctions: shown, not barring")
    asked_by = models.ForeignKey("prequalified.Account", models.PROTECT, null=True, related_name="+")
    asked_role = models.CharField(max_length=12)
    at = models.DateTimeField()
    shown_from = models.DateTimeField(
        null=True, help_text="until then nobody but the party itself sees it: who delivers is secret (20号令 21)"
    )

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["party", "-id"], name="gate_answers_of_a_party")]
