"""What is verified about a firm, as the automatic check wants it."""

import datetime as dt
from decimal import Decimal, InvalidOperation

from prequalified.models import Admission, Directory, Party, PartyRole, Person, RoleStatus
from prequalified.queries.sanctions.standing import bars_of
from prequalified.rules.directories.checking import Firm, PersonFacts

TEN_THOUSAND = Decimal(10_000)  # 注册资本 is registered in 万元


def firm_facts(party: Party, directory: Directory, day: dt.date) -> Firm:
    """Six queries: roles, people, ratings in the centre's directories, and what the lists say."""
    roles = PartyRole.objects.filter(party=party, status=RoleStatus.VERIFIED).values_list("role", flat=True)
    people = Person.objects.filter(party=party, status=Person.Status.VERIFIED)
    rows = people.values_list("duty", "qualification", "grade", "specialty", "valid_until")
    ratings = Admission.objects.filter(party=party, directory__centre=directory.centre).exclude(rating="")
    return Firm(
        day=day,
        roles=frozenset(roles),
        region=party.number[2:8] if len(party.number) == 18 else "",
        capital=_capital(party),
        people=[PersonFacts(*row) for row in rows],
        ratings=frozenset(ratings.filter(state__in=["active", "suspended"]).values_list("rating", flat=True)),
        bars=bars_of([party.pk], "admit", "", day)[party.pk],
    )


def _capital(party: Party) -> Decimal | None:
    """In yuan, from the verified registration."""
    stated = str((party.details.get("bidder") or {}).get("capital", "")).replace(",", "").strip()
    try:
        amount = Decimal(stated) * TEN_THOUSAND
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and amount >= 0 else None
