from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Relation(models.Model):
    """How two parties, or a party and a person, belong together (关联关系): a warning, a bar only where a rule says so."""

    class Kind(models.TextChoices):
        LEGAL_REPRESENTATIVE = "legal_representative", _("同一法定代表人")
        CONTROL = "control", _("控股或管理")
        HOLDING = "holding", _("持股")
        CONTROLLER = "controller", _("同一实际控制人")

    one = models.ForeignKey("prequalified.Party", models.PROTECT, related_name="relations")
    other = models.ForeignKey("prequalified.Party", models.PROTECT, related_name="related_to")
    kind = models.CharField(max_length=24, choices=Kind.choices)
    person = models.CharField(max_length=120, blank=True, help_text="through whom, by name")
    share = models.DecimalField(_("持股比例"), max_digits=6, decimal_places=2, null=True, blank=True)
    source = models.CharField(max_length=200)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    noted_by = models.ForeignKey("prequalified.Account", models.PROTECT, null=True, related_name="+")
    noted_at = models.DateTimeField()

    class Meta:
        ordering = ["one_id", "other_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["one", "other", "kind", "person"], condition=Q(until=None), name="a_relation_is_noted_once"
            ),
            models.CheckConstraint(condition=~Q(one=models.F("other")), name="nobody_is_related_to_itself"),
        ]
