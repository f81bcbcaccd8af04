"""An expert is proposed for the base, by staff or by himself or herself (A-217, A-223)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from evaluation.models import Expert, ExpertStatus, ExpertTie, Specialty
from evaluation.permissions import demand_nominator
from evaluation.rules.admission import nomination_blockers
from prequalified.models import Party
from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import Blocker, Refusal, gettext_noop, refuse_if
from signing.actions.append_entry import append_entry


@dataclass(frozen=True, slots=True)
class TieRow:
    """An organisation the expert is bound to; `kind` as in ExpertTie.Kind."""

    number: str
    name: str
    kind: str
    since: dt.date | None = None
    until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Nomination:
    specialties: tuple[str, ...]
    region: str
    title: str
    years: int
    grade: str = ""
    ties: tuple[TieRow, ...] = ()


def nominate_expert(*, party: Party, nomination: Nomination, actor: Actor) -> Expert:
    """A new row in state nominated; a refused expert's row is used again. Raises Refusal with every fault."""
    demand_nominator(actor, party)
    known = list(Specialty.objects.filter(code__in=nomination.specialties))
    refuse_if(_blockers(party, nomination, [specialty.code for specialty in known]))
    with transaction.atomic():
        expert = Expert.objects.select_for_update().filter(party=party).first()
        if expert and expert.status != ExpertStatus.REFUSED:
            raise Refusal(Blocker("expert.exists", gettext_noop("该人员已在专家库中或正在审核"), "CTS A-217"))
        expert = _write(expert or Expert(party=party, centre=party.centre), nomination, actor)
        expert.specialties.set(known)
        _replace_ties(expert, nomination.ties)
        body = {
            "number": party.number,
            "specialties": sorted(nomination.specialties),
            "region": nomination.region,
            "self": expert.self_nominated,
        }
        append_entry(
            kind="expert.nominated", subject=f"expert:{party.number}", body=body, actor=actor, readers="supervisor"
        )
    return expert


def _blockers(party: Party, nomination: Nomination, known: Sequence[str]) -> list[Blocker]:
    return nomination_blockers(
        person=party.kind == Party.Kind.PERSON,
        specialties=nomination.specialties,
        known=known,
        region=nomination.region,
        title=nomination.title,
        years=nomination.years,
        tie_kinds=[(tie.number, tie.kind) for tie in nomination.ties],
        known_kinds=set(ExpertTie.Kind.values),
    )


def _write(expert: Expert, nomination: Nomination, actor: Actor) -> Expert:
    expert.region, expert.title = nomination.region, nomination.title.strip()
    expert.grade, expert.years = nomination.grade, nomination.years
    expert.status, expert.reasons = ExpertStatus.NOMINATED, ""
    expert.self_nominated = actor.party_id == expert.party_id
    expert.nominated_by_id, expert.nominated_at = actor.account_id, now()
    expert.save()
    return expert


def _replace_ties(expert: Expert, ties: Sequence[TieRow]) -> None:
    expert.ties.all().delete()
    ExpertTie.objects.bulk_create(
        ExpertTie(expert=expert, number=tie.number, name=tie.name, kind=tie.kind, since=tie.since, until=tie.until)
        for tie in ties
    )
