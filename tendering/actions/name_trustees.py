"""The tenderer names the opening trustees (开标受托人) of a section, by place."""

from collections.abc import Sequence

from django.db import transaction

from prequalified.models import Party
from runtime.actor import Actor
from runtime.refusal import Blocker, gettext_noop, refuse_if
from signing.actions.append_entry import append_entry
from tendering.actions.lock_section import lock_section
from tendering.models import Section, TenderTrustee
from tendering.permissions import demand, runs
from tendering.rules import lifecycle


def name_trustees(*, section: Section, numbers: Sequence[str], actor: Actor) -> list[TenderTrustee]:
    """`numbers` of verified parties with the role trustee; place i is the i-th. Replaces those named before; who stays at
    the same place keeps a registration. Only while the section is being drawn up.
    """
    demand(runs(actor, section))
    with transaction.atomic():
        locked = lock_section(section)
        parties = {party.number: party for party in Party.objects.filter(number__in=numbers, **_VERIFIED)}
        refuse_if([*lifecycle.state_blockers(locked.state, {lifecycle.State.DRAFT}), *_blockers(numbers, parties)])
        kept = {each.party.number: each for each in section.trustees.select_related("party")}
        for number, trustee in kept.items():
            if number not in numbers or trustee.place != list(numbers).index(number) + 1:
                trustee.delete()
        for place, number in enumerate(numbers, 1):
            TenderTrustee.objects.get_or_create(
                section=section, party=parties[number], defaults={"place": place, "slug": f"trustee-{place}"}
            )
        append_entry(
            kind="trustees.named",
            subject=f"section:{section.code}",
            body={"trustees": [{"place": place, "number": number} for place, number in enumerate(numbers, 1)]},
            actor=actor,
            readers="party",
        )
    return list(section.trustees.order_by("place"))


_VERIFIED = {"roles__role": "trustee", "roles__status": "verified"}


def _blockers(numbers: Sequence[str], known: dict[str, Party]) -> list[Blocker]:
    found = [
        Blocker(
            "trustee.unknown",
            gettext_noop("“%(number)s”不是已核验的开标受托人"),
            rule="docs/protocol.md §4",
            params={"number": str(number)[:60]},
            place=f"trustees.{place}",
        )
        for place, number in enumerate(numbers, 1)
        if number not in known
    ]
    if len(set(numbers)) != len(numbers):
        message = gettext_noop("同一受托人不能持有两份")
        found.append(Blocker("trustee.repeated", message, rule="docs/protocol.md §4", place="trustees"))
    return found
