from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tendering.models.public_id import public_id
from tendering.models.section import Section


class BidStatus(models.TextChoices):
    DELIVERED = "delivered", _("已递交")
    REPLACED = "replaced", _("已替换")
    WITHDRAWN = "withdrawn", _("已撤回")


class Bid(models.Model):
    """A sealed bid that was accepted before the deadline (投标文件). A replaced or withdrawn bid keeps its row, not its bytes."""

    public_id = models.CharField(max_length=20, unique=True, default=public_id, editable=False)
    section = models.ForeignKey(Section, models.PROTECT, related_name="bids")
    round = models.PositiveSmallIntegerField(default=1)
    bidder = models.ForeignKey("prequalified.Party", models.PROTECT, related_name="bids")
    status = models.CharField(max_length=12, choices=BidStatus.choices, default=BidStatus.DELIVERED)
    sha256 = models.CharField(max_length=64, help_text="of the whole container")
    size = models.BigIntegerField()
    path = models.CharField(max_length=300, help_text="below settings.STORE; empty once the bytes are destroyed")
    seal = models.JSONField(help_text="seal.json as received")
    certificate = models.CharField(max_length=64, help_text="fingerprint of the signer's certificate")
    received_at = models.DateTimeField(help_text="server time inside the transaction that took the section's lock")
    entry = models.ForeignKey(
        "signing.JournalInbox", models.PROTECT, related_name="+", help_text="bid.delivered in the journal"
    )
    ended_at = models.DateTimeField(null=True, help_text="replaced or withdrawn at")
    ended_statement = models.BinaryField(null=True, help_text="the signed request for withdrawal")
    ended_signature = models.BinaryField(null=True, help_text="CMS, detached, over `ended_statement`")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["section", "round", "bidder"],
                condition=Q(status="delivered"),
                name="one_standing_bid_per_bidder",
            ),
            models.CheckConstraint(
                condition=Q(status="delivered", ended_at=None) | (~Q(status="delivered") & Q(ended_at__isnull=False)),
                name="an_ended_bid_says_when",
            ),
        ]
        ordering = ["received_at", "pk"]

    def __str__(self) -> str:
        return self.public_id


class OpenedBid(models.Model):
    """What came of a standing bid at the opening: opened, or failed by whose cause."""

    class Outcome(models.TextChoices):
        OPENED = "opened", _("解密成功")
        REVOKED = "revoked", _("视为撤销")  # by the bidder's cause, 20号令 31
        WITHDRAWN = "withdrawn", _("视为撤回")  # by another's cause

    bid = models.OneToOneField(Bid, models.PROTECT, related_name="opened")
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    cause = models.CharField(max_length=60, blank=True, help_text="code of rules/decryption.py: CAUSES")
    detail = models.JSONField(default=dict, help_text="{places, blockers}: which shares, which faults")
    inner_sha256 = models.CharField(max_length=64, blank=True)
    inner_path = models.CharField(max_length=300, blank=True, help_text="the inner container, below settings.STORE")
    opening = models.JSONField(default=dict, help_text="opening.json: what is read out")
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="opened", cause="") & ~Q(inner_path="")
                | ~Q(outcome="opened") & ~Q(cause="") & Q(inner_path=""),
                name="an_opened_bid_has_its_inner_container",
            )
        ]
        ordering = ["bid__received_at", "pk"]

    def __str__(self) -> str:
        return f"{self.bid_id} {self.outcome}"  # type: ignore[attr-defined]
