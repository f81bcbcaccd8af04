from django.db import models
from django.utils.translation import gettext_lazy as _


class SanctionImport(models.Model):
    """An outside list taken in (外部名单导入): looked at first, then confirmed, and it can be undone."""

    class State(models.TextChoices):
        READING = "reading", _("读取中")
        PREVIEW = "preview", _("待确认")
        BROKEN = "broken", _("无法读取")
        TAKING = "taking", _("导入中")
        TAKEN = "taken", _("已导入")
        UNDONE = "undone", _("已撤销")
        DROPPED = "dropped", _("已放弃")

    kind = models.ForeignKey("prequalified.ListKind", models.PROTECT, related_name="imports")
    name = models.CharField(max_length=200, help_text="what the file was called")
    source = models.CharField(_("来源"), max_length=200)
    format = models.CharField(max_length=8)
    path = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=12, choices=State.choices, default=State.READING)
    rows = models.PositiveIntegerField(default=0, help_text="read so far")
    total = models.PositiveIntegerField(default=0, help_text="0: not known yet")
    good = models.PositiveIntegerField(default=0)
    bad = models.PositiveIntegerField(default=0)
    taken = models.PositiveIntegerField(default=0)
    error = models.JSONField(default=list, help_text="blockers as data, for a broken file")
    by = models.ForeignKey("prequalified.Account", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    confirmed_by = models.ForeignKey("prequalified.Account", models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey("prequalified.Account", models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undo_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]


class ImportedRow(models.Model):
    """One row of an outside list: what it said, what is wrong with it, whom it means."""

    sanction_import = models.ForeignKey(SanctionImport, models.CASCADE, related_name="imported")
    place = models.PositiveIntegerField(help_text="the row's number in the file")
    said = models.JSONField()
    errors = models.JSONField(default=list, help_text="blockers as data")
    party = models.ForeignKey("prequalified.Party", models.PROTECT, null=True, related_name="+")
    key = models.CharField(
        max_length=64, blank=True, help_text="SHA-256 of number, decision and days: one entry of a list"
    )
    duplicate = models.BooleanField(default=False, help_text="this list has it already")

    class Meta:
        ordering = ["place"]
        indexes = [models.Index(fields=["sanction_import", "key"], name="imported_rows_by_key")]
        constraints = [
            models.UniqueConstraint(fields=["sanction_import", "place"], name="one_row_a_place_of_an_import")
        ]
