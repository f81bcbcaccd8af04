from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tendering.models.notice import Notice
from tendering.models.public_id import public_id
from tendering.models.section import Section


class Question(models.Model):
    """A bidder's question on the tender document (提问). Who asked stays hidden until the deadline; the answer goes to all."""

    public_id = models.CharField(max_length=20, unique=True, default=public_id, editable=False)
    section = models.ForeignKey(Section, models.PROTECT, related_name="questions")
    round = models.PositiveSmallIntegerField(default=1)
    version = models.PositiveSmallIntegerField(help_text="of the document that was asked about")
    asker = models.ForeignKey("prequalified.Party", models.PROTECT, related_name="questions")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    text = models.TextField(_("问题"))
    asked_at = models.DateTimeField()
    restated = models.TextField(_("公开的问题表述"), blank=True, help_text=_("公开答复时使用，不得透露提问人"))
    answer = models.TextField(_("答复"), blank=True)
    affects_bids = models.BooleanField(_("影响投标文件编制"), default=False)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    notice = models.ForeignKey(Notice, models.PROTECT, null=True, related_name="questions")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None) | ~Q(answer=""), name="an_answered_question_has_an_answer"
            )
        ]
        ordering = ["asked_at", "pk"]

    def __str__(self) -> str:
        return self.public_id


class Amendment(models.Model):
    """A change of the published document (澄清、修改): the next version, why, and whether the deadline moved."""

    public_id = models.CharField(max_length=20, unique=True, default=public_id, editable=False)
    section = models.ForeignKey(Section, models.PROTECT, related_name="amendments")
    document = models.OneToOneField("tendering.TenderDocument", models.PROTECT, related_name="amendment")
    notice = models.OneToOneField(Notice, models.PROTECT, null=True, related_name="amendment")
    reason = models.TextField(_("变更原因"))
    changes = models.JSONField(default=list, help_text="[{path, old, new}] found by comparing the two versions")
    affects_bids = models.BooleanField(_("影响投标文件编制"), default=True)
    old_deadline = models.DateTimeField(null=True)
    new_deadline = models.DateTimeField(null=True)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    drafted_at = models.DateTimeField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True, help_text="when every holder's mail was handed over")

    class Meta:
        ordering = ["section", "drafted_at"]

    def __str__(self) -> str:
        return self.public_id


class Objection(models.Model):
    """An objection (异议) or query (质疑) to the document or the result. Those of the opening live in the hall (models/opening.py)."""

    class About(models.TextChoices):
        DOCUMENT = "document", _("对招标文件")
        RESULT = "result", _("对评标结果")

    public_id = models.CharField(max_length=20, unique=True, default=public_id, editable=False)
    section = models.ForeignKey(Section, models.PROTECT, related_name="objections")
    round = models.PositiveSmallIntegerField(default=1)
    about = models.CharField(max_length=10, choices=About.choices)
    party = models.ForeignKey("prequalified.Party", models.PROTECT, related_name="objections")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    text = models.TextField(_("异议内容及依据"))
    filed_at = models.DateTimeField()
    answer_by = models.DateTimeField(_("答复期限"))
    rule = models.CharField(max_length=120)
    answer = models.TextField(_("答复"), blank=True)
    upheld = models.BooleanField(_("异议成立"), null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["filed_at", "pk"]

    def __str__(self) -> str:
        return self.public_id
