from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tendering.models.document import TenderDocument
from tendering.models.public_id import public_id
from tendering.models.section import Section


class Notice(models.Model):
    """A public notice (公告、公示) of a section: written, reviewed inside, verified by the centre, published.

    `body` holds the notice's fields in the order of the standard form: [{"title": …, "text": …}]; frozen while in review.
    """

    class Kind(models.TextChoices):
        TENDER = "tender", _("招标公告")
        PREQUALIFICATION = "prequalification", _("资格预审公告")
        CLARIFICATION = "clarification", _("澄清答疑公告")
        AMENDMENT = "amendment", _("变更公告")
        CANDIDATES = "candidates", _("中标候选人公示")
        RESULT = "result", _("中标结果公告")
        FAILURE = "failure", _("流标公告")
        TERMINATION = "termination", _("终止公告")

    class State(models.TextChoices):
        DRAFT = "draft", _("编制中")
        SUBMITTED = "submitted", _("内部审核中")
        APPROVED = "approved", _("待中心核验")
        VERIFIED = "verified", _("已核验")
        PUBLISHED = "published", _("已发布")
        RETURNED = "returned", _("已退回")

    public_id = models.CharField(max_length=20, unique=True, default=public_id, editable=False)
    section = models.ForeignKey(Section, models.PROTECT, related_name="notices")
    document = models.ForeignKey(TenderDocument, models.PROTECT, null=True, blank=True, related_name="notices")
    round = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    title = models.CharField(_("标题"), max_length=300)
    body = models.JSONField(_("正文"), default=list)
    sha256 = models.CharField(max_length=64, blank=True, help_text="of the canonical JSON of what was published")
    search = models.TextField(blank=True, editable=False, help_text="space-joined bigrams, for the full-text index")
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    verified_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    verified_at = models.DateTimeField(null=True)
    returned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    returned_at = models.DateTimeField(null=True)
    return_reason = models.TextField(_("退回原因"), blank=True)
    published_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(_("公示截止时间"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-published_at", "-pk"]
        indexes = [
            models.Index(fields=["state", "-published_at"], name="notices_by_publication"),
            models.Index(fields=["kind", "state", "-published_at"], name="notices_by_kind"),
        ]

    def __str__(self) -> str:
        return self.title


class MediumDelivery(models.Model):
    """One notice on its way to one designated medium (指定媒介, the public service platform among them): same bytes for all."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="deliveries")
    medium = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    address = models.CharField(max_length=300, blank=True, help_text="empty: the medium fetches from our exchange port")
    sha256 = models.CharField(max_length=64)
    queued_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "medium"], name="a_medium_gets_a_notice_once")]
        ordering = ["queued_at", "pk"]

    def __str__(self) -> str:
        return f"{self.medium} {self.notice_id}"  # type: ignore[attr-defined]
