"""Tell parties that a paper or a person's certificate runs out: 30, 7 and 1 day before, by mail and in the journal.

The to-do list says the same without any mail.
"""

import datetime as dt
from collections.abc import Iterable, Iterator

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from prequalified.models import ExpiryAnnouncement, Paper, Person
from prequalified.rules.binding import SOON, announcement_due
from prequalified.rules.timing import day_of, day_over
from runtime.actor import SYSTEM
from runtime.clock import now
from signing.actions.append_entry import append_entry

Expiring = Paper | Person


def announce_papers() -> int:
    """How many were announced. A second call finds nothing due; a crash after the mail sends it once more."""
    due = [row for row in _expiring() if _due(row)]
    by_party: dict[int, list[Expiring]] = {}
    for row in due:
        by_party.setdefault(row.party_id, []).append(row)
    for rows in by_party.values():
        _mail(rows)
        _record(rows)
    return len(due)


def _expiring() -> Iterator[Expiring]:
    """Memory is bounded by what runs out within thirty days, not by what there is."""
    people = Person.objects.filter(status=Person.Status.VERIFIED)
    yield from _within(Paper.objects.all())
    yield from _within(people)


def _within(rows: QuerySet) -> QuerySet:  # type: ignore[type-arg]
    today = day_of(now())
    soon = rows.filter(valid_until__gte=today, valid_until__lte=today + SOON)
    return soon.select_related("party").annotate(announced=Max("announcements__announced_at")).order_by("pk")


def _due(row: Expiring) -> bool:
    assert row.valid_until is not None  # noqa: S101  (filtered)
    return announcement_due(day_over(row.valid_until), row.announced, now())  # type: ignore[union-attr]


def named(row: Expiring) -> str:
    """`执业证书：张三 一级建造师`, or the paper's title."""
    return row.title if isinstance(row, Paper) else f"{row.name} {row.qualification} {row.certificate_number}".strip()


def _mail(rows: Iterable[Expiring]) -> None:
    """One letter a party, outside the transaction: a mail server may be slow."""
    rows = list(rows)
    party = rows[0].party
    addresses = party.accounts.filter(is_active=True).exclude(email="").values_list("email", flat=True)
    with override(settings.LANGUAGE_CODE):
        subject = _("材料或人员证书即将到期：%(name)s") % {"name": party.name}
        lines = "\n".join(f"{row.valid_until:%Y-%m-%d}　{named(row)}" for row in rows)
        sentence = _(
            "%(name)s：\n\n以下材料或人员证书即将到期，到期后不再作为证明：\n%(lines)s\n\n请及时换发并在平台更新：\n%(address)s\n"
        )
        text = sentence % {"name": party.name, "lines": lines, "address": f"{settings.PUBLIC_URL}/people/"}
    messages = [EmailMessage(subject, text, settings.DEFAULT_FROM_EMAIL, [address]) for address in addresses]
    get_connection().send_messages(messages)


def _record(rows: Iterable[Expiring]) -> None:
    with transaction.atomic():
        for row in rows:
            about = {"paper": row} if isinstance(row, Paper) else {"person": row}
            ExpiryAnnouncement.objects.create(announced_at=now(), **about)
            kind = "paper.expiring" if isinstance(row, Paper) else "person.certificate_expiring"
            body = {"name": named(row), "valid_until": _iso(row.valid_until)}
            append_entry(kind=kind, subject=f"party:{row.party_id}", body=body, actor=SYSTEM, readers="supervisor")


def _iso(day: dt.date | None) -> str:
    return day.isoformat() if day else ""
