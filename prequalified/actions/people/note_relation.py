"""Staff note how a party belongs to another, with the source; and end what no longer holds. Rows are never deleted."""

from decimal import Decimal

from django.db import IntegrityError, transaction

from prequalified.models import Party, Relation
from prequalified.queries.directory import centres_of
from prequalified.rules.people.relations import noting_blockers
from prequalified.rules.timing import day_of
from prequalified.rules.uscc import normal
from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import Blocker, Refusal, gettext_noop, refuse_if
from signing.actions.append_entry import append_entry


def note_relation(
    *, party_id: int, other: str, kind: str, source: str, actor: Actor, share: Decimal | None = None, person: str = ""
) -> Relation:
    """`party_id` holds or controls the party whose number is `other`; `share` in per cent. Raises Refusal with all faults."""
    party = _party_of_staff(party_id, actor)
    whom = Party.objects.filter(number=normal(other)).first()
    refuse_if(noting_blockers(kind, share, source, bool(whom and whom.pk == party.pk), whom is not None), 422)
    assert whom is not None  # noqa: S101  (said by the blockers)
    try:
        with transaction.atomic():
            row = Relation.objects.create(
                one=party, other=whom, kind=kind, share=share, person=person.strip()[:120], source=source.strip(),
                since=day_of(now()), noted_by_id=actor.account_id, noted_at=now(),
            )  # fmt: skip
            _journal("relation.noted", row, actor)
    except IntegrityError as error:
        raise Refusal(_NOTED) from error
    return row


def end_relation(*, relation_id: int, actor: Actor) -> Relation:
    """From today it no longer holds. Refused (404) for another centre's, and when it has ended already."""
    with transaction.atomic():
        rows = Relation.objects.select_for_update().filter(one__centre__in=centres_of(actor), until=None)
        row = rows.filter(pk=relation_id).first()
        if row is None:
            raise Refusal(_UNKNOWN, 404)
        row.until = day_of(now())
        row.save(update_fields=["until"])
        _journal("relation.ended", row, actor)
    return row


def _party_of_staff(party_id: int, actor: Actor) -> Party:
    party = Party.objects.filter(pk=party_id, centre__in=centres_of(actor)).first()
    if party is None:
        raise Refusal(Blocker("party.unknown", gettext_noop("没有这个主体。")), 404)
    return party


def _journal(kind: str, row: Relation, actor: Actor) -> None:
    body = {
        "one": row.one_id, "other": row.other_id, "kind": row.kind, "share": str(row.share or ""), "source": row.source,
    }  # fmt: skip
    append_entry(kind=kind, subject=f"party:{row.one_id}", body=body, actor=actor, readers="supervisor")


_NOTED = Blocker("relation.noted", gettext_noop("这一关联关系已经登记。"))
_UNKNOWN = Blocker("relation.unknown", gettext_noop("没有这一关联关系，或已经结束。"))
