from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from evaluation.models.committee import Committee, CommitteeMember, PhaseName


class PreliminaryVerdict(models.Model):
    """A member's pass or fail for one item of the preliminary review of one bid."""

    member = models.ForeignKey(CommitteeMember, models.PROTECT, related_name="verdicts")
    bid = models.ForeignKey("tendering.OpenedBid", models.PROTECT, related_name="verdicts")
    item = models.CharField(max_length=40)
    passed = models.BooleanField()
    reason = models.TextField(_("不通过的理由"), blank=True)
    version = models.PositiveIntegerField(default=1)
    at = models.DateTimeField()

    class Meta:
        ordering = ["member", "bid", "item"]
        constraints = [
            models.UniqueConstraint(fields=["member", "bid", "item"], name="one_verdict_per_member_bid_and_item"),
            models.CheckConstraint(
                condition=Q(passed=True) | ~Q(reason=""),
                name="a_fail_has_a_reason",
                violation_error_message=_("不通过应写明理由"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}/{self.bid_id}/{self.item}"  # type: ignore[attr-defined]


class BidStanding(models.Model):
    """What the committee found out about a bid besides its scores: rejected or not, deductions, omissions, corrections."""

    committee = models.ForeignKey(Committee, models.PROTECT, related_name="standings")
    bid = models.ForeignKey("tendering.OpenedBid", models.PROTECT, related_name="standings")
    rejected = models.TextField(_("否决理由"), blank=True)
    findings = models.JSONField(default=dict, help_text="a bid's optional fields of a score file (docs/methods.md)")
    found_by = models.ForeignKey(CommitteeMember, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["committee", "bid"]
        constraints = [models.UniqueConstraint(fields=["committee", "bid"], name="one_standing_per_committee_and_bid")]

    def __str__(self) -> str:
        return f"{self.committee_id}/{self.bid_id}"  # type: ignore[attr-defined]


class DraftScore(models.Model):
    """A member's own score, kept on every change until the hand-in. `version` counts the changes: two tabs collide on it."""

    member = models.ForeignKey(CommitteeMember, models.PROTECT, related_name="drafts")
    bid = models.ForeignKey("tendering.OpenedBid", models.PROTECT, related_name="drafts")
    item = models.CharField(max_length=40)
    score = models.DecimalField(max_digits=6, decimal_places=2, null=True, help_text="null: taken back")
    version = models.PositiveIntegerField(default=1)
    at = models.DateTimeField()

    class Meta:
        ordering = ["member", "bid", "item"]
        constraints = [
            models.UniqueConstraint(fields=["member", "bid", "item"], name="one_draft_per_member_bid_and_item"),
            models.CheckConstraint(
                condition=Q(score=None) | Q(score__gte=0),
                name="no_score_below_zero",
                violation_error_message=_("评分不得小于0"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}/{self.bid_id}/{self.item} v{self.version}"  # type: ignore[attr-defined]


class HandIn(models.Model):
    """All verdicts and scores of a member, signed as one file. Voided by a roll-back or a replacement, never changed."""

    member = models.ForeignKey(CommitteeMember, models.PROTECT, related_name="hand_ins")
    number = models.PositiveSmallIntegerField(default=1)
    content = models.BinaryField(help_text="canonical JSON, yangguang-hand-in/1")
    sha256 = models.CharField(max_length=64)
    signature = models.BinaryField(help_text="CAdES over `content`, detached")
    certificate = models.CharField(max_length=64)
    at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["member", "number"]
        constraints = [
            models.UniqueConstraint(fields=["member", "number"], name="hand_ins_are_numbered_once"),
            models.UniqueConstraint(
                fields=["member"], condition=Q(voided_at=None), name="one_standing_hand_in_per_member"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}/{self.number}"  # type: ignore[attr-defined]


class RollBack(models.Model):
    """The chair asks to go back, with reasons; the supervisor decides (回退)."""

    committee = models.ForeignKey(Committee, models.PROTECT, related_name="roll_backs")
    target = models.CharField(max_length=12, choices=PhaseName.choices)
    reason = models.TextField(_("理由"))
    asked_by = models.ForeignKey(CommitteeMember, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    granted = models.BooleanField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.TextField(_("答复"), blank=True)

    class Meta:
        ordering = ["committee", "asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["committee"], condition=Q(decided_at=None), name="one_open_roll_back_per_committee"
            )
        ]

    def __str__(self) -> str:
        return f"{self.committee_id} → {self.target}"  # type: ignore[attr-defined]
