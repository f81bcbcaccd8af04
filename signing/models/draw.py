"""Verifiable draws (可验证抽取, protocol §6). Commitments, openings and shares are append-only; a draw only moves forward."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DrawState(models.TextChoices):
    COMMITTING = "committing", _("承诺阶段")
    REVEALING = "revealing", _("公开阶段")
    FINISHED = "finished", _("已完成")
    FAILED = "failed", _("已作废")


class Draw(models.Model):
    """One draw. Its number, purpose, pool and plan are fixed when it is frozen; numbers have no gaps."""

    number = models.CharField(_("抽取编号"), max_length=40, unique=True)
    purpose = models.CharField(_("抽取事项"), max_length=200)
    subject = models.CharField(max_length=120)
    state = models.CharField(max_length=12, choices=DrawState.choices, default=DrawState.COMMITTING)
    pool = models.JSONField(help_text="numbered items: labels and the salted hash of who it is; public")
    pool_sha256 = models.CharField(max_length=64)
    names = models.JSONField(help_text="who is behind each number, with the salts; shown as the caller allows")
    plan = models.JSONField(help_text="steps: take so many where the labels are so")
    parties = models.JSONField(default=list, help_text="who may commit: number, name, role; empty: any party")
    recipients = models.JSONField(default=list, help_text="the trustees' age recipients, in the order of their shares")
    k = models.PositiveSmallIntegerField(default=0, help_text="so many trustees open a party's value; 0: no escrow")
    replaces = models.ForeignKey("self", models.PROTECT, null=True, related_name="replaced_by")
    reason = models.CharField(max_length=400, blank=True, help_text="why it replaces another draw, or why it failed")
    outcome = models.JSONField(null=True, help_text="seed, order, chosen")
    frozen_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("可验证抽取")

    def __str__(self) -> str:
        return self.number


class DrawCommitment(models.Model):
    """A party's hidden value: SHA-256(salt ‖ value), escrowed to the trustees."""

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="commitments")
    party_number = models.CharField(max_length=64)
    party_name = models.CharField(max_length=200)
    role = models.CharField(max_length=12)
    value = models.CharField(max_length=64, help_text="the commitment, hex")
    escrow = models.JSONField(default=list)
    secret = models.BinaryField(null=True, help_text="only for the platform's own: salt ‖ value")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["draw", "party_number"], name="a_party_commits_once"),
            models.UniqueConstraint(fields=["draw", "value"], name="no_commitment_is_copied"),
        ]


class DrawShare(models.Model):
    """A trustee's share of a party's opening, checked against its hash; k of them open it."""

    commitment = models.ForeignKey(DrawCommitment, models.PROTECT, related_name="shares")
    share = models.BinaryField()
    trustee = models.CharField(max_length=64, help_text="the number of who released it")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["commitment", "share"], name="a_share_is_released_once")]


class DrawOpening(models.Model):
    """What a commitment hid, given by the party itself or recovered from the escrow."""

    class Origin(models.TextChoices):
        PARTY = "party", _("当事人公开")
        ESCROW = "escrow", _("受托人恢复")

    commitment = models.OneToOneField(DrawCommitment, models.PROTECT, related_name="opening")
    salt = models.CharField(max_length=64)
    value = models.CharField(max_length=64)
    origin = models.CharField(max_length=8, choices=Origin.choices)
    at = models.DateTimeField()
