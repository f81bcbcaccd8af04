from django.db import models
from django.utils.translation import gettext_lazy as _

from prequalified.models.admission import Admission
from prequalified.models.directory import Directory


class DirectoryDraw(models.Model):
    """A draw from a directory (名录抽取): who could be drawn, who not and why, and how it ended. Never deleted."""

    class Method(models.TextChoices):
        CONTRACTOR = "contractor", _("直接抽取")
        COMPARISON = "comparison", _("抽取若干家比选")
        ROTATION = "rotation", _("轮候")

    class State(models.TextChoices):
        ASKED = "asked", _("待确认")
        REFUSED = "refused", _("不予抽取")
        FROZEN = "frozen", _("名单已冻结")
        FINISHED = "finished", _("已完成")
        VOID = "void", _("已作废")

    number = models.CharField(_("编号"), max_length=40, unique=True)
    directory = models.ForeignKey(Directory, models.PROTECT, related_name="draws")
    tenderer = models.ForeignKey("prequalified.Party", models.PROTECT, related_name="directory_draws")
    title = models.CharField(_("项目名称"), max_length=200)
    regime = models.CharField(_("交易类型"), max_length=8)
    budget = models.DecimalField(_("预算金额（元）"), max_digits=18, decimal_places=2)
    method = models.CharField(_("抽取方式"), max_length=12, choices=Method.choices)
    quantity = models.PositiveIntegerField(_("抽取家数"))
    filters = models.JSONField(default=dict, help_text="grade, region … beyond being in force")
    weighted = models.BooleanField(_("按信用评价加权"), default=False)
    excluded_parties = models.JSONField(default=list, help_text="recused: party ids with reasons")
    state = models.CharField(max_length=12, choices=State.choices, default=State.ASKED)
    refusal = models.JSONField(default=list, help_text="the blockers, as data")
    exclusions = models.JSONField(
        default=list, help_text="who stands in the directory and could not be drawn, with every reason"
    )
    eligible_sha256 = models.CharField(max_length=64, blank=True)
    draw = models.OneToOneField("signing.Draw", models.PROTECT, null=True, related_name="directory_draw")
    replaces = models.ForeignKey("self", models.PROTECT, null=True, related_name="replaced_by")
    reason = models.TextField(blank=True, help_text="of a re-draw, or why it was voided")
    left_out = models.JSONField(default=list, help_text="numbers of parties that may not commit: they withheld a value")
    asked_by = models.ForeignKey("prequalified.Account", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    frozen_by = models.ForeignKey("prequalified.Account", models.PROTECT, null=True, related_name="+")
    frozen_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.number


class Drawn(models.Model):
    """A firm that a draw took, in order; what became of it afterwards is said, not overwritten."""

    directory_draw = models.ForeignKey(DirectoryDraw, models.PROTECT, related_name="drawn")
    admission = models.ForeignKey(Admission, models.PROTECT, related_name="draws")
    place = models.PositiveIntegerField(help_text="in the order in which firms were taken; successors come last")
    ticket = models.PositiveIntegerField(default=0, help_text="the number in the pool by which the draw took it")
    instead_of = models.OneToOneField("self", models.PROTECT, null=True, related_name="successor")
    passed_over = models.BooleanField(
        default=False, help_text="could not be engaged any more when the draw was finished"
    )
    declined_at = models.DateTimeField(null=True)
    decline_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["directory_draw_id", "place"]
        constraints = [
            models.UniqueConstraint(fields=["directory_draw", "place"], name="one_firm_a_place_of_a_draw"),
            models.UniqueConstraint(fields=["directory_draw", "admission"], name="a_firm_is_drawn_once_a_draw"),
        ]
