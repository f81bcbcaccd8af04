import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tendering.models.section import Section


class Upload(models.Model):
    """Bytes on their way (上传): a tus 1.0 upload that may become a bid of one section.

    How far it has come is the length of its file, never a column: after a kill -9 the file cannot disagree with itself.
    The random key is its address and says nothing to anybody else (protocol §3).
    """

    class State(models.TextChoices):
        RECEIVING = "receiving", _("接收中")
        DELIVERED = "delivered", _("已成为投标文件")
        REFUSED = "refused", _("已拒绝并销毁")
        TERMINATED = "terminated", _("已由上传人取消")
        EXPIRED = "expired", _("已过期并销毁")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    section = models.ForeignKey(Section, models.PROTECT, related_name="uploads")
    round = models.PositiveSmallIntegerField()
    party = models.ForeignKey("prequalified.Party", models.PROTECT, related_name="uploads")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    length = models.BigIntegerField(help_text="bytes, as announced at creation")
    metadata = models.CharField(max_length=1000, blank=True, help_text="Upload-Metadata as given, for HEAD")
    state = models.CharField(max_length=12, choices=State.choices, default=State.RECEIVING)
    digests = models.JSONField(default=dict, help_text="what was hashed while the bytes arrived, once all are there")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(help_text="the section's deadline ends it too, where that is earlier")
    ended_at = models.DateTimeField(null=True)
    bid = models.OneToOneField("tendering.Bid", models.PROTECT, null=True, related_name="upload")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(length__gt=0), name="an_upload_has_a_length"),
            models.CheckConstraint(
                condition=Q(state="delivered", bid__isnull=False) | (~Q(state="delivered") & Q(bid=None)),
                name="a_delivered_upload_has_its_bid",
            ),
        ]
        indexes = [models.Index(fields=["state", "expires_at"], name="uploads_to_sweep")]

    def __str__(self) -> str:
        return str(self.id)
