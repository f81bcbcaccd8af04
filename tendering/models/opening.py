from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tendering.models.bid import Bid
from tendering.models.document import TenderTrustee
from tendering.models.public_id import public_id
from tendering.models.section import Section
from tendering.rules.opening import Stage


class Opening(models.Model):
    """One opening (开标) of one round of a section. Rows say what is next; any process may look at the clock and go on.

    The terms are the tender document's, copied when it starts, so that nothing moves them afterwards.
    """

    class State(models.TextChoices):
        SIGN_IN = Stage.SIGN_IN.value, _("签到")
        DECRYPTING = Stage.DECRYPTING.value, _("解密")
        READ_OUT = Stage.READ_OUT.value, _("唱标、确认与异议")
        RECORD = Stage.RECORD.value, _("签署开标记录")
        CLOSED = Stage.CLOSED.value, _("开标结束")
        NOT_OPENED = Stage.NOT_OPENED.value, _("不予开标")

    section = models.ForeignKey(Section, models.PROTECT, related_name="openings")
    round = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.SIGN_IN)
    terms = models.JSONField(help_text="the tender document's `decryption` object and `opening_items`")
    deadline = models.DateTimeField(_("投标截止及开标时间"))
    started_at = models.DateTimeField(help_text="when the platform did what the deadline demanded")
    sign_in_until = models.DateTimeField(_("签到截止"))
    decrypt_until = models.DateTimeField(_("解密截止"))
    object_until = models.DateTimeField(_("异议截止"), null=True)
    sign_until = models.DateTimeField(_("签署截止"), null=True)
    closed_at = models.DateTimeField(null=True)
    cause = models.CharField(max_length=60, blank=True, help_text="code of the rule under which it was not opened")
    record = models.BinaryField(null=True, help_text="yangguang-opening-record/1, RFC 8785")
    record_sha256 = models.CharField(max_length=64, blank=True)
    platform_signature = models.BinaryField(null=True, help_text="CAdES-B-T over `record`, detached")
    pdf_path = models.CharField(max_length=300, blank=True, help_text="the signed PDF, below settings.STORE")
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["section", "round"], name="a_round_is_opened_once"),
            models.CheckConstraint(
                condition=~Q(state__in=["record", "closed"]) | Q(record__isnull=False),
                name="a_closed_opening_has_its_record",
            ),
            models.CheckConstraint(
                condition=Q(started_at__gte=models.F("deadline")),
                name="no_opening_before_the_deadline",
                violation_error_message=_("投标截止前不得开标(招标投标法 34)"),
            ),
        ]
        ordering = ["section", "round"]

    def __str__(self) -> str:
        return f"{self.section_id}/{self.round}"  # type: ignore[attr-defined]


class Attendance(models.Model):
    """A bidder who signed in to the opening (签到) and perhaps confirmed what was read out."""

    opening = models.ForeignKey(Opening, models.PROTECT, related_name="attendances")
    party = models.ForeignKey("prequalified.Party", models.PROTECT, related_name="attendances")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    signed_in_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["opening", "party"], name="a_party_signs_in_once")]
        ordering = ["signed_in_at", "pk"]

    def __str__(self) -> str:
        return f"{self.opening_id}: {self.party_id}"  # type: ignore[attr-defined]


class Release(models.Model):
    """What somebody handed over so that a bid can be opened: a trustee its share, or the bidder the bid's identity.

    Signed by its giver and kept as it came, good or bad: it is the evidence of who is to blame.
    """

    class Kind(models.TextChoices):
        SHARE = "share", _("受托人份额")
        IDENTITY = "identity", _("投标人密钥")

    class Verdict(models.TextChoices):
        GOOD = "good", _("与承诺一致")
        BIDDER = "bidder", _("不符，责任在投标人")
        TRUSTEE = "trustee", _("不符，责任在受托人")
        UNPROVED = "unproved", _("不符，责任未定")

    opening = models.ForeignKey(Opening, models.PROTECT, related_name="releases")
    bid = models.ForeignKey(Bid, models.PROTECT, related_name="releases")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    trustee = models.ForeignKey(TenderTrustee, models.PROTECT, null=True, related_name="releases")
    party = models.ForeignKey("prequalified.Party", models.PROTECT, related_name="releases")
    verdict = models.CharField(max_length=12, choices=Verdict.choices)
    reason = models.CharField(max_length=60, blank=True, help_text="code of the fault, of signing.rules.bid_faults")
    statement = models.BinaryField(help_text="the signed JSON as received")
    signature = models.BinaryField(help_text="CMS, detached, over `statement`")
    certificate = models.CharField(max_length=64, help_text="fingerprint of the signer's certificate")
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="share", trustee__isnull=False) | Q(kind="identity", trustee=None),
                name="a_share_has_its_trustee",
            ),
            models.UniqueConstraint(
                fields=["bid", "trustee"],
                condition=Q(kind="share", verdict="good"),
                name="one_good_share_per_bid_and_trustee",
            ),
            models.UniqueConstraint(
                fields=["bid"], condition=Q(kind="identity", verdict="good"), name="one_good_identity_per_bid"
            ),
        ]
        ordering = ["received_at", "pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.bid_id} {self.verdict}"  # type: ignore[attr-defined]


class OpeningObjection(models.Model):
    """An objection raised at the opening (开标异议) and its answer on the spot (条例 44)."""

    public_id = models.CharField(max_length=20, unique=True, default=public_id, editable=False)
    opening = models.ForeignKey(Opening, models.PROTECT, related_name="objections")
    party = models.ForeignKey("prequalified.Party", models.PROTECT, related_name="opening_objections")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    text = models.TextField(_("异议"))
    raised_at = models.DateTimeField()
    answer = models.TextField(_("答复"), blank=True)
    answered_by = models.ForeignKey("prequalified.Party", models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None) | ~Q(answer=""), name="an_answered_opening_objection_has_an_answer"
            )
        ]
        ordering = ["raised_at", "pk"]

    def __str__(self) -> str:
        return self.public_id


class RecordSignature(models.Model):
    """A bidder's signature under the opening record (开标记录签署)."""

    opening = models.ForeignKey(Opening, models.PROTECT, related_name="signatures")
    party = models.ForeignKey("prequalified.Party", models.PROTECT, related_name="record_signatures")
    signature = models.BinaryField(help_text="CAdES over Opening.record, detached")
    certificate = models.CharField(max_length=64)
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["opening", "party"], name="a_party_signs_a_record_once")]
        ordering = ["signed_at", "pk"]

    def __str__(self) -> str:
        return f"{self.opening_id}: {self.party_id}"  # type: ignore[attr-defined]
