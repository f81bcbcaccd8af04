import secrets

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


def new_record() -> str:
    """The number of a record that goes out: never used again, even by a platform restored from a backup."""
    return secrets.token_hex(16)


class ExchangePeer(models.Model):
    """A platform with which verified data is exchanged (交换对端): the public service platform or another centre's."""

    code = models.SlugField(_("平台代码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=160)
    address = models.URLField(
        _("接口地址"), blank=True, help_text="where records are pushed; empty: it only sends to us"
    )
    certificate = models.TextField(help_text="PEM: the peer signs with it")
    active = models.BooleanField(default=True)
    added_by = models.ForeignKey("prequalified.Account", models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class OutgoingRecord(models.Model):
    """A verified fact on its way to a peer; pushed until it is acknowledged, in order (数据推送)."""

    peer = models.ForeignKey(ExchangePeer, models.PROTECT, related_name="outgoing")
    record = models.CharField(
        max_length=40, unique=True, default=new_record, help_text="our number of it, random: the peer knows it again"
    )
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=160, help_text="what it is about; a newer version follows an older one")
    body = models.JSONField()
    made_at = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    acknowledged_at = models.DateTimeField(null=True)
    receipt = models.JSONField(null=True, help_text="the peer's signed acknowledgement")

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["peer", "id"], condition=Q(acknowledged_at=None), name="records_still_to_push")]


class IncomingRecord(models.Model):
    """What a peer sent: compared with ours, de-duplicated, confirmed by staff before it counts (数据接收、比对)."""

    class State(models.TextChoices):
        SAME = "same", _("与本地一致")
        NEW = "new", _("本地没有，待确认")
        DIFFERENT = "different", _("与本地不一致，待确认")
        CONFIRMED = "confirmed", _("已确认入库")
        REJECTED = "rejected", _("不予采纳")

    peer = models.ForeignKey(ExchangePeer, models.PROTECT, related_name="incoming")
    record = models.CharField(max_length=80, help_text="the peer's number of it: the same twice is one")
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=160)
    body = models.JSONField(help_text="the whole record as the peer signed it")
    signature = models.BinaryField()
    differences = models.JSONField(default=list, help_text="field, ours, theirs")
    corrected = models.JSONField(null=True, help_text="what staff confirmed, where it differs from what came")
    party = models.ForeignKey("prequalified.Party", models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=12, choices=State.choices)
    received_at = models.DateTimeField()
    decided_by = models.ForeignKey("prequalified.Account", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reasons = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["peer", "record"], name="an_incoming_record_is_taken_once")]
