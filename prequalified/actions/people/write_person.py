"""What a party says about one of its people, onto a row that is not verified: shared by registering, editing, changing."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from prequalified.models import Paper, Person
from prequalified.queries.people.numbers import number_key
from prequalified.rules import names
from prequalified.rules.people.numbers import masked, normal, number_blockers
from prequalified.rules.people.persons import FIELDS, draft_blockers
from runtime.actor import Actor
from runtime.refusal import Blocker, gettext_noop, refuse_if
from signing.actions.append_entry import append_entry


@dataclass(frozen=True)
class PersonDetails:
    """`words`: by the keys of rules.people.persons.FIELDS. An empty `number` leaves the one that stands, which nobody can
    read back; `papers` are public numbers of the party's papers.
    """

    duty: str
    words: Mapping[str, str] = field(default_factory=dict)
    number: str = ""
    valid_until: dt.date | None = None
    since: dt.date | None = None
    papers: Sequence[str] = ()


def write_person(row: Person, details: PersonDetails) -> Person:
    """Saves the row with what is told. Raises Refusal (422) with every fault at once."""
    words = {key: str(details.words.get(key, "")).strip() for key in FIELDS}
    number = normal(details.number)
    papers = list(Paper.objects.filter(party_id=row.party_id, public_id__in=list(details.papers)[:50]))
    found = draft_blockers(details.duty, words) + (number_blockers(number) if number else [])
    if len(papers) != len(set(details.papers)):
        found.append(Blocker("person.paper_unknown", gettext_noop("所选材料不属于本单位。"), place="papers"))
    refuse_if(found, 422)
    row.duty, row.valid_until, row.since = details.duty, details.valid_until, details.since
    for key, value in words.items():
        setattr(row, key, names.tidy(value))
    if number:
        row.number_key, row.number_shown = number_key(number), masked(number)
    row.save()
    row.papers.set(papers)
    return row


def journal_person(kind: str, row: Person, actor: Actor, **more: object) -> None:
    """Who and which duty; the number only as pages show it. Supervisors read it, the public does not."""
    body = {"person": row.pk, "name": row.name, "duty": row.duty, "number": row.number_shown, **more}
    append_entry(kind=kind, subject=f"party:{row.party_id}", body=body, actor=actor, readers="supervisor")
