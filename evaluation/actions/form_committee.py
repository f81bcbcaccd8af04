"""The committee is laid out: size, tenderer's seats, specialties, venues, hours (A-129, B-020..022)."""

import datetime as dt
from dataclasses import dataclass, field

from django.db import transaction

from evaluation.actions.write_journal import write_journal
from evaluation.models import Committee, PhaseName, Specialty, Venue
from evaluation.permissions import demand_host
from evaluation.queries.experts import venues_for_remote
from evaluation.rules import composition
from evaluation.rules.phases import ENDED
from runtime.actor import Actor
from runtime.clock import now, stamp
from runtime.refusal import Blocker, gettext_noop, refuse_if
from tendering.actions.lock_section import lock_section
from tendering.models import Section
from tendering.rules.lifecycle import State, state_blockers

FORMED_IN = frozenset({State.OPENED, State.EVALUATING})  # states of the section


@dataclass(frozen=True, slots=True)
class Layout:
    """`sub_seats` experts sit in a sub venue that is drawn; 0: everybody sits in the main venue."""

    size: int
    window_from: dt.datetime
    window_until: dt.datetime
    tenderer_members: int = 0
    specialties: tuple[str, ...] = field(default=())
    sub_seats: int = 0
    complex_matter: bool = False
    water_works: bool = False


def form_committee(*, section: Section, layout: Layout, main_venue: Venue, actor: Actor) -> Committee:
    """The committee in phase forming. Only after the deadline, for conflicts with bidders must be known for the draw."""
    demand_host(actor, section)
    refuse_if(_blockers(section, layout, main_venue))
    with transaction.atomic():
        section = lock_section(section)
        refuse_if(_blockers(section, layout, main_venue))
        committee = Committee.objects.create(
            section=section,
            round=section.round,
            number=Committee.objects.filter(section=section, round=section.round).count() + 1,
            phase=PhaseName.FORMING,
            size=layout.size,
            tenderer_members=layout.tenderer_members,
            specialties=sorted(layout.specialties),
            main_venue=main_venue,
            sub_seats=layout.sub_seats,
            window_from=layout.window_from,
            window_until=layout.window_until,
            formed_by_id=actor.account_id,
            formed_at=now(),
        )
        write_journal(committee, "committee.formed", _body(committee), actor)
    return committee


def _body(committee: Committee) -> dict[str, object]:
    return {
        "size": committee.size,
        "tenderer_members": committee.tenderer_members,
        "specialties": committee.specialties,
        "main_venue": committee.main_venue.code,
        "sub_seats": committee.sub_seats,
        "window": [stamp(committee.window_from), stamp(committee.window_until)],
    }


def _blockers(section: Section, layout: Layout, main_venue: Venue) -> list[Blocker]:
    found = state_blockers(section.state, FORMED_IN)
    sitting = Committee.objects.filter(section=section).exclude(phase__in=ENDED)
    if sitting.exists():
        found.append(Blocker("committee.exists", gettext_noop("本标段已经有评标委员会")))
    facts = composition.Composition(
        regime=section.regime,
        size=layout.size,
        tenderer_members=layout.tenderer_members,
        budget=section.budget,
        complex_matter=layout.complex_matter,
        water_works=layout.water_works,
    )
    found += composition.blockers(facts)
    if not 0 <= layout.sub_seats <= layout.size - layout.tenderer_members:
        message = gettext_noop("副场专家人数应在0至专家总数之间")
        found.append(Blocker("committee.bad_sub_seats", message, place="sub_seats"))
    if layout.sub_seats and not venues_for_remote(main_venue):
        message = gettext_noop("没有其他地区的评标场所可作副场")
        found.append(Blocker("committee.no_sub_venue", message, place="sub_seats"))
    if layout.window_from >= layout.window_until:
        message = gettext_noop("评标截止时间应晚于开始时间")
        found.append(Blocker("committee.bad_window", message, place="window_until"))
    unknown = set(layout.specialties) - set(
        Specialty.objects.filter(code__in=layout.specialties).values_list("code", flat=True)
    )
    for code in sorted(unknown):
        message = gettext_noop("没有代码为%(code)s的专业")
        found.append(Blocker("expert.unknown_specialty", message, params={"code": code}, place="specialties"))
    return found
