from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from evaluation.models.expert import Expert, Venue
from evaluation.rules.phases import Phase


class PhaseName(models.TextChoices):
    FORMING = Phase.FORMING.value, _("组建评标委员会")
    GATHERING = Phase.GATHERING.value, _("签到、回避与承诺")
    CHAIR = Phase.CHAIR.value, _("推选组长")
    READY = Phase.READY.value, _("等待开始")
    PRELIMINARY = Phase.PRELIMINARY.value, _("初步评审")
    FEW = Phase.FEW.value, _("有效投标不足三家")
    SCORING = Phase.SCORING.value, _("详细评审")
    SUMMARY = Phase.SUMMARY.value, _("汇总")
    REPORT = Phase.REPORT.value, _("评标报告签署")
    CLOSED = Phase.CLOSED.value, _("评标结束")
    STOPPED = Phase.STOPPED.value, _("否决全部投标")


class Committee(models.Model):
    """The committee (评标委员会) of one round of a section and the room it sits in. Its row is the lock of the room's acts."""

    section = models.ForeignKey("tendering.Section", models.PROTECT, related_name="committees")
    round = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField(default=1, help_text="2 and on after a re-evaluation")
    phase = models.CharField(max_length=12, choices=PhaseName.choices, default=PhaseName.FORMING)
    size = models.PositiveSmallIntegerField(_("人数"))
    tenderer_members = models.PositiveSmallIntegerField(_("招标人代表人数"), default=0)
    specialties = models.JSONField(_("专业"), default=list, help_text="codes of Specialty; empty: any")
    main_venue = models.ForeignKey(Venue, models.PROTECT, related_name="+")
    sub_venue = models.ForeignKey(Venue, models.PROTECT, null=True, related_name="+")
    sub_seats = models.PositiveSmallIntegerField(_("副场专家人数"), default=0)
    window_from = models.DateTimeField(_("评标开始时间"))
    window_until = models.DateTimeField(_("评标截止时间"))
    chair = models.ForeignKey("evaluation.CommitteeMember", models.PROTECT, null=True, related_name="+")
    ballot = models.PositiveSmallIntegerField(default=1)
    tied = models.JSONField(default=list, help_text="seats that the running ballot is among; empty: all")
    method_sha256 = models.CharField(max_length=64, blank=True, help_text="of the canonical method, at the start")
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    formed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    formed_at = models.DateTimeField()

    class Meta:
        ordering = ["section", "round", "number"]
        constraints = [
            models.UniqueConstraint(fields=["section", "round", "number"], name="committees_are_numbered_once"),
            models.UniqueConstraint(
                fields=["section"], condition=~Q(phase__in=["closed", "stopped"]), name="one_sitting_committee"
            ),
            models.CheckConstraint(
                condition=Q(window_from__lt=models.F("window_until")),
                name="a_window_ends_after_it_began",
                violation_error_message=_("评标截止时间应晚于开始时间"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.section_id}/{self.round}/{self.number}"  # type: ignore[attr-defined]


class MemberKind(models.TextChoices):
    EXPERT = "expert", _("评标专家")
    TENDERER = "tenderer", _("招标人代表")


class CommitteeMember(models.Model):
    """A seat (席位) of a committee and who takes it. A replaced member keeps the row: history stays."""

    class Status(models.TextChoices):
        STANDING = "standing", _("在席")
        RECUSED = "recused", _("已回避")
        REPLACED = "replaced", _("已更换")

    committee = models.ForeignKey(Committee, models.PROTECT, related_name="members")
    seat = models.PositiveSmallIntegerField(_("席位"))
    kind = models.CharField(max_length=10, choices=MemberKind.choices)
    party = models.ForeignKey("prequalified.Party", models.PROTECT, related_name="committee_seats")
    expert = models.ForeignKey(Expert, models.PROTECT, null=True, related_name="seats")
    venue = models.ForeignKey(Venue, models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.STANDING)
    drawn_as = models.PositiveSmallIntegerField(null=True, help_text="number in the draw's pool")
    signed_in_at = models.DateTimeField(null=True)
    address = models.CharField(max_length=60, blank=True)
    certificate = models.CharField(max_length=64, blank=True, help_text="fingerprint used to sign in")
    undertaken_at = models.DateTimeField(null=True)
    review_finished_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["committee", "seat", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["committee", "seat"], condition=Q(status="standing"), name="one_standing_member_per_seat"
            ),
            models.UniqueConstraint(fields=["committee", "party"], name="a_person_sits_once"),
            models.CheckConstraint(
                condition=Q(undertaken_at=None) | Q(signed_in_at__isnull=False),
                name="who_undertakes_has_signed_in",
            ),
            models.CheckConstraint(
                condition=Q(kind="tenderer") | Q(expert__isnull=False), name="an_expert_seat_has_its_expert"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.committee_id}#{self.seat}"  # type: ignore[attr-defined]


class CommitteeDraw(models.Model):
    """What a verifiable draw (protocol §6) was for. Pool, commitments and outcome stand in `signing.Draw`."""

    class Purpose(models.TextChoices):
        VENUE = "venue", _("抽取副场")
        EXPERTS = "experts", _("抽取专家")
        FLOAT = "float", _("抽取下浮系数")
        TIE = "tie", _("同分抽签")

    committee = models.ForeignKey(Committee, models.PROTECT, related_name="draws")
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    draw = models.OneToOneField("signing.Draw", models.PROTECT, related_name="committee_draw")
    excluded = models.JSONField(
        default=dict, help_text="{expert's number: [blockers]}: who was left out of the pool and why"
    )
    passed = models.JSONField(default=list, help_text="numbers of the pool already called, alternates included")
    applied_at = models.DateTimeField(null=True, help_text="when the outcome took effect here")
    at = models.DateTimeField()

    class Meta:
        ordering = ["committee", "pk"]

    def __str__(self) -> str:
        return f"{self.purpose} {self.draw_id}"  # type: ignore[attr-defined]


class Recusal(models.Model):
    """A member steps back or is replaced (回避、更换): who asked, on which ground, who came in."""

    member = models.OneToOneField(CommitteeMember, models.PROTECT, related_name="recusal")
    ground = models.TextField(_("事由"))
    own = models.BooleanField(_("主动回避"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    successor = models.OneToOneField(CommitteeMember, models.PROTECT, null=True, related_name="predecessor")

    def __str__(self) -> str:
        return f"{self.member_id}"  # type: ignore[attr-defined]


class Undertaking(models.Model):
    """The signed undertaking (承诺书): impartial, no private contact, confidential."""

    member = models.OneToOneField(CommitteeMember, models.PROTECT, related_name="undertaking")
    text = models.BinaryField(help_text="canonical JSON, yangguang-undertaking/1")
    signature = models.BinaryField(help_text="CAdES over `text`, detached")
    certificate = models.CharField(max_length=64)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.member_id}"  # type: ignore[attr-defined]


class ChairVote(models.Model):
    """One vote of one ballot for the chair."""

    committee = models.ForeignKey(Committee, models.PROTECT, related_name="chair_votes")
    ballot = models.PositiveSmallIntegerField()
    voter = models.ForeignKey(CommitteeMember, models.PROTECT, related_name="chair_votes")
    choice = models.ForeignKey(CommitteeMember, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["committee", "ballot", "voter"]
        constraints = [models.UniqueConstraint(fields=["ballot", "voter"], name="one_vote_per_ballot_and_member")]

    def __str__(self) -> str:
        return f"{self.ballot}: {self.voter_id} → {self.choice_id}"  # type: ignore[attr-defined]


class PhaseEntry(models.Model):
    """One move of the room between two phases. Rows are only ever added."""

    committee = models.ForeignKey(Committee, models.PROTECT, related_name="phase_entries")
    left = models.CharField(max_length=12, choices=PhaseName.choices)
    entered = models.CharField(max_length=12, choices=PhaseName.choices)
    act = models.CharField(max_length=40)
    reason = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["committee", "at", "pk"]

    def __str__(self) -> str:
        return f"{self.left} → {self.entered}"
