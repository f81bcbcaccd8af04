"""What waits for whom around the directories: at most seven queries, whatever waits."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Min, Q
from django.utils.translation import gettext as _

from prequalified.models import (
    Admission,
    AdmissionChange,
    AdmissionObjection,
    AdmissionRequest,
    Commitment,
    YearlyReview,
)
from prequalified.queries.directory import centres_of
from prequalified.rules.directories.lifecycle import Status
from prequalified.rules.directories.settings import figure
from prequalified.rules.timing import day_of, day_over
from runtime.actor import Actor
from runtime.clock import now
from runtime.todo import Task

MOST = 30
TOLD = dt.timedelta(days=30)  # how long a change of one's standing stays on the list


def tasks(actor: Actor) -> Iterator[Task]:
    if actor.role == "staff":
        centres = centres_of(actor)
        yield from _reviews_of_requests(centres)
        yield from _objections(centres)
        yield from _commitments(centres)
        yield from _yearly(centres)
    if actor.party_id is not None:
        yield from _requests(actor.party_id)
        yield from _standing(actor.party_id)
        yield from _own_reviews(actor.party_id)


def _reviews_of_requests(centres: set[int]) -> Iterator[Task]:
    rows = AdmissionRequest.objects.filter(status=Status.REVIEW, call__directory__centre__in=centres)
    for row in rows.select_related("party").order_by("review_until")[:MOST]:
        late = row.review_until is not None and row.review_until <= now()
        title = _("入库审核已超期：%(name)s") if late else _("待审核的入库申请：%(name)s")
        yield Task(
            title % {"name": row.party.name},
            f"/staff/requests/{row.number}/",
            row.review_until,
            _("超期未办结将记录在案"),
        )


def _objections(centres: set[int]) -> Iterator[Task]:
    rows = AdmissionObjection.objects.filter(answered_at=None, request__call__directory__centre__in=centres)
    for row in rows.select_related("request__party").order_by("answer_until")[:MOST]:
        title = _("待答复的入库公示异议：%(name)s") % {"name": row.request.party.name}
        yield Task(title, f"/staff/requests/{row.request.number}/", row.answer_until, _("答复之前不能入库"))


def _commitments(centres: set[int]) -> Iterator[Task]:
    rows = Commitment.objects.filter(checked_at=None, request__call__directory__centre__in=centres)
    for row in rows.filter(due__lte=now() + TOLD).select_related("request__party").order_by("due")[:MOST]:
        title = _("待核查的承诺：%(name)s") % {"name": row.request.party.name}
        yield Task(title, f"/staff/commitments/#commitment-{row.pk}", row.due, _("承诺未经核查"))


def _yearly(centres: set[int]) -> Iterator[Task]:
    """Handed in, or not handed in by their day: both wait for the staff."""
    rows = YearlyReview.objects.filter(Q(submitted_at__isnull=False) | Q(due__lt=day_of(now())), decided_at=None)
    found = rows.filter(admission__directory__centre__in=centres).aggregate(first=Min("due"))
    if found["first"]:
        yield Task(_("待办理的年度复核"), "/staff/reviews/", day_over(found["first"]))


def _requests(party_id: int) -> Iterator[Task]:
    open_ones = (Status.DRAFT, Status.RETURNED, Status.SUPPLEMENT)
    rows = AdmissionRequest.objects.filter(party_id=party_id, status__in=open_ones).select_related("call__directory")
    titles = {
        Status.DRAFT: _("入库申请尚未提交：%(name)s"),
        Status.RETURNED: _("入库申请被退回，请更正后重新提交：%(name)s"),
        Status.SUPPLEMENT: _("入库申请缺少材料，请在期限内补正：%(name)s"),
    }
    for row in rows.order_by("pk")[:MOST]:
        until = row.supplement_until if row.status != Status.DRAFT else row.call.closes_at
        otherwise = _("逾期申请失效") if row.status == Status.SUPPLEMENT else _("不能入库")
        title = titles[Status(row.status)] % {"name": row.call.directory.name}
        yield Task(title, f"/my/requests/{row.number}/", until, otherwise)


def _standing(party_id: int) -> Iterator[Task]:
    """What changed of late, and what expires soon."""
    moment = now()
    today = day_of(moment)
    changes = AdmissionChange.objects.filter(admission__party_id=party_id, at__gte=moment - TOLD).exclude(before="")
    for change in changes.select_related("admission__directory").order_by("-pk")[:MOST]:
        words = {"state": change.get_after_display(), "name": change.admission.directory.name}
        title = _("在册状态已变更为“%(state)s”：%(name)s") % words
        yield Task(title, f"/my/admissions/{change.admission.number}/", None, change.reason[:200])
    soon = Admission.objects.filter(party_id=party_id, state="active", valid_until__gte=today)
    soon = soon.filter(valid_until__lte=today + dt.timedelta(days=365)).exclude(
        renewals__status__in=(Status.SUPPLEMENT, Status.REVIEW, Status.PUBLICITY)
    )
    for row in soon.select_related("directory").order_by("valid_until")[:MOST]:
        if row.valid_until - dt.timedelta(days=figure(row.directory.figures, "renewal_days")) <= today:
            title = _("入库即将到期，可申请续期：%(name)s") % {"name": row.directory.name}
            yield Task(
                title, f"/my/admissions/{row.number}/", day_over(row.valid_until), _("到期后不再在册，不能参加抽取")
            )


def _own_reviews(party_id: int) -> Iterator[Task]:
    rows = YearlyReview.objects.filter(admission__party_id=party_id, submitted_at=None, decided_at=None)
    for row in rows.select_related("admission__directory").order_by("due")[:MOST]:
        title = _("年度复核须确认并签名：%(name)s") % {"name": row.admission.directory.name}
        yield Task(title, f"/my/reviews/{row.pk}/", day_over(row.due), _("逾期可判定复核不合格，并提出暂停"))
