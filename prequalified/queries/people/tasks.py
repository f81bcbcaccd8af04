"""What waits: for a party its people, papers and suspended roles, for staff what is to be verified."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from prequalified.models import Paper, Party, PartyRole, Person, RoleStatus
from prequalified.queries.directory import centres_of
from prequalified.rules.binding import SOON
from prequalified.rules.timing import day_of, day_over
from runtime.actor import Actor
from runtime.clock import now
from runtime.todo import Task

_MOST = 20  # of each sort; the lists show all


def tasks(actor: Actor) -> Iterable[Task]:
    """Four queries for a party, two for staff."""
    if actor.party_id:
        yield from _suspended(actor.party_id)
        yield from _entries(actor.party_id)
        yield from _expiring_people(actor.party_id)
        yield from _expiring_papers(actor.party_id)
    if actor.role == "staff":
        yield from _to_verify(actor)


def _suspended(party_id: int) -> Iterator[Task]:
    for row in PartyRole.objects.filter(party_id=party_id, status=RoleStatus.SUSPENDED).order_by("pk"):
        title = _("“%(role)s”身份已被暂停：%(reason)s") % {
            "role": row.get_role_display(),
            "reason": row.switch_reason[:80],
        }
        yield Task(title, "/registration/", otherwise=_("恢复前不能以该身份办理业务"))


def _entries(party_id: int) -> Iterator[Task]:
    titles = {
        Person.Status.REFUSED: _("人员登记被退回，请更正后重新提交：%(name)s"),
        Person.Status.DRAFT: _("人员登记尚未提交：%(name)s"),
    }
    for row in Person.objects.filter(party_id=party_id, status__in=titles).order_by("pk")[:_MOST]:
        otherwise = _("该人员或变更不生效")
        yield Task(titles[Person.Status(row.status)] % {"name": row.name}, f"/people/{row.pk}/", otherwise=otherwise)


def _expiring_people(party_id: int) -> Iterator[Task]:
    today = day_of(now())
    rows = Person.objects.filter(party_id=party_id, status=Person.Status.VERIFIED, valid_until__lte=today + SOON)
    for row in rows.order_by("valid_until")[:_MOST]:
        over = row.valid_until is not None and row.valid_until < today
        title = _("人员证书已过期：%(name)s") if over else _("人员证书即将到期：%(name)s")
        until = day_over(row.valid_until) if row.valid_until else None
        named = {"name": f"{row.name} {row.qualification}"}
        yield Task(title % named, f"/people/{row.pk}/", until, _("到期后不再计入人员条件"))


def _expiring_papers(party_id: int) -> Iterator[Task]:
    """Those that run out soon; what ran out long ago is history, a newer one follows it."""
    today = day_of(now())
    rows = Paper.objects.filter(party_id=party_id, valid_until__gte=today, valid_until__lte=today + SOON)
    for row in rows.order_by("valid_until")[:_MOST]:
        until = day_over(row.valid_until) if row.valid_until else None
        title = _("证明材料即将到期：%(title)s") % {"title": row.title}
        yield Task(title, f"/papers/{row.public_id}/", until, _("到期后不再作为证明"))


def _to_verify(actor: Actor) -> Iterator[Task]:
    rows = Person.objects.filter(party__in=Party.objects.filter(centre__in=centres_of(actor)))
    count = rows.filter(status=Person.Status.SUBMITTED).count()
    if count:
        yield Task(_("待核验的人员：%(count)s 人") % {"count": count}, "/staff/people/?status=submitted")
