from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tendering.models.notice import Notice
from tendering.models.public_id import public_id
from tendering.models.section import Section


class Ranking(models.Model):
    """The committee's result as evaluation handed it over (评标结果): all bidders in order, and the report it stands in."""

    section = models.ForeignKey(Section, models.PROTECT, related_name="rankings")
    round = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField(default=1, help_text="2 and on after a re-evaluation")
    rows = models.JSONField(help_text='[{"rank", "bidder", "name", "price", "total", "valid", "reason"}]')
    report_sha256 = models.CharField(max_length=64)
    reported_at = models.DateTimeField(help_text="when the report was complete: T54 and 87-68 count from here")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["section", "round", "number"], name="rankings_are_numbered_once")
        ]
        ordering = ["section", "round", "number"]

    def __str__(self) -> str:
        return f"{self.section_id} #{self.number}"  # type: ignore[attr-defined]


class Candidate(models.Model):
    """A ranked candidate for the award (中标候选人), at most three."""

    ranking = models.ForeignKey(Ranking, models.PROTECT, related_name="candidates")
    section = models.ForeignKey(Section, models.PROTECT, related_name="candidates")
    party = models.ForeignKey("prequalified.Party", models.PROTECT, related_name="candidacies")
    rank = models.PositiveSmallIntegerField(_("名次"))
    price = models.DecimalField(_("投标报价(元)"), max_digits=18, decimal_places=2)
    total = models.CharField(_("综合得分或评标价"), max_length=40, blank=True)
    out_reason = models.TextField(_("失去资格的原因"), blank=True)
    out_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ranking", "rank"], name="one_candidate_per_rank"),
            models.UniqueConstraint(fields=["ranking", "party"], name="a_party_is_a_candidate_once"),
            models.CheckConstraint(
                condition=Q(rank__gte=1, rank__lte=3),
                name="at_most_three_candidates",
                violation_error_message=_("中标候选人不得超过三名(条例 53)"),
            ),
        ]
        ordering = ["ranking", "rank"]

    def __str__(self) -> str:
        return f"{self.rank}. {self.party_id}"  # type: ignore[attr-defined]


class Award(models.Model):
    """The decision on the winner (定标): who decided, whom, why, and the result notice."""

    section = models.ForeignKey(Section, models.PROTECT, related_name="awards")
    round = models.PositiveSmallIntegerField()
    candidate = models.OneToOneField(Candidate, models.PROTECT, related_name="award")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField()
    reason = models.TextField(_("定标理由"))
    amount = models.DecimalField(_("中标金额(元)"), max_digits=18, decimal_places=2)
    contract_by = models.DateTimeField(_("合同签订期限"), null=True)
    notice = models.OneToOneField(Notice, models.PROTECT, null=True, related_name="award")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["section", "round"], name="one_award_per_round")]

    def __str__(self) -> str:
        return f"{self.section_id}: {self.candidate_id}"  # type: ignore[attr-defined]


class Letter(models.Model):
    """The award letter (中标通知书) to the winner, a result letter (结果通知书) to each other bidder: drafted, verified, issued signed."""

    class Kind(models.TextChoices):
        AWARD = "award", _("中标通知书")
        RESULT = "result", _("招标结果通知书")

    public_id = models.CharField(max_length=20, unique=True, default=public_id, editable=False)
    section = models.ForeignKey(Section, models.PROTECT, related_name="letters")
    award = models.ForeignKey(Award, models.PROTECT, related_name="letters")
    party = models.ForeignKey("prequalified.Party", models.PROTECT, related_name="letters")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    text = models.TextField(_("正文"))
    reasons = models.TextField(_("中标或未中标原因"), blank=True)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    drafted_at = models.DateTimeField()
    verified_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    verified_at = models.DateTimeField(null=True)
    issued_at = models.DateTimeField(null=True)
    path = models.CharField(max_length=300, blank=True, help_text="the signed PDF, below settings.STORE")
    sha256 = models.CharField(max_length=64, blank=True)
    received_at = models.DateTimeField(null=True, help_text="when the addressee first fetched it")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["award", "party"], name="one_letter_per_award_and_party")]
        ordering = ["section", "kind", "pk"]

    def __str__(self) -> str:
        return self.public_id
