from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class RuleSet(models.Model):
    """The numbers of the law for a region, in force between two dates (规则集), as read from tendering/rules/data/*.json.

    No centre: the country's set, which stands where no centre above the section has one of its own.
    A row is never changed: a new text is a new row with a later `valid_from`.
    """

    code = models.CharField(_("代码"), max_length=40)
    name = models.CharField(_("名称"), max_length=120)
    centre = models.ForeignKey("prequalified.Centre", models.PROTECT, null=True, blank=True, related_name="rule_sets")
    demonstration = models.BooleanField(_("演示中心适用"), default=False)
    valid_from = models.DateField(_("生效日期"))
    valid_until = models.DateField(_("失效日期"), null=True, blank=True)
    data = models.JSONField(help_text="yangguang-rules/1")
    sha256 = models.CharField(max_length=64, help_text="of the canonical JSON of `data`")
    loaded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from", "sha256"], name="a_rule_set_is_loaded_once"),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=models.F("valid_from")),
                name="rule_set_ends_after_start",
            ),
        ]
        ordering = ["code", "-valid_from", "-pk"]

    def __str__(self) -> str:
        return f"{self.name} ({self.valid_from})"
