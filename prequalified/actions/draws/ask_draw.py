"""Somebody asks for a draw from a directory. What law forbids is refused, and the refusal stays for everybody to see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import transaction

from prequalified.actions.conduct.rules_in_force import rules_in_force
from prequalified.actions.directories.numbers import random_number
from prequalified.models import Directory, DirectoryDraw, Party, PartyRole
from prequalified.queries.directory import centres_of
from prequalified.rules.conduct.scheme import read_scheme
from prequalified.rules.draws.course import reason_blockers
from prequalified.rules.draws.regime import Asked, form_blockers, law_blockers
from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import Blocker, Refusal, gettext_noop, refuse_if
from signing.actions.append_entry import append_entry

NO_DIRECTORY = Blocker("directory.unknown", gettext_noop("没有这个名录。"), place="directory")
NO_TENDERER = Blocker("draw.tenderer", gettext_noop("没有这个已核验的招标人。"), place="tenderer")
NO_PARTY = Blocker("draw.recused_unknown", gettext_noop("回避名单中有不认识的代码。"), place="recused")
MOST_RECUSED = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """`recused`: numbers of parties that must not be drawn, each with its reason; `grades`, `regions`: filters."""

    directory: str
    tenderer: str
    title: str
    regime: str
    budget: Decimal
    method: str
    quantity: int
    weighted: bool = False
    grades: Sequence[str] = ()
    regions: Sequence[str] = ()
    recused: Mapping[str, str] = field(default_factory=dict)


def ask_draw(*, wanted: Wanted, actor: Actor) -> DirectoryDraw:
    """In state asked. What is wrong with the form is refused and not kept (422); what law or the directory's rules forbid
    is kept in state refused, in the journal and the public list, and then raised: its blockers carry the draw's number.
    """
    directory = Directory.objects.select_related("category").filter(code=wanted.directory).first()
    if directory is None or (actor.role == "staff" and directory.centre_id not in centres_of(actor)):
        raise Refusal(NO_DIRECTORY, 404)
    tenderer = _tenderer(wanted.tenderer, actor)
    with transaction.atomic():
        weights = read_scheme(rules_in_force(directory).rules).weighted_draws
        asked = Asked(
            wanted.regime, directory.category.kind, wanted.method, wanted.quantity, wanted.budget, wanted.weighted,
            actor.role == "tenderer", directory.active, weights,
        )  # fmt: skip
        refuse_if(form_blockers(asked, wanted.title) + _recused_blockers(wanted.recused), 422)
        refusal = law_blockers(asked, directory.figures)
        draw = _write(wanted, directory, tenderer, refusal, actor)
    if refusal:
        raise Refusal([_numbered(reason, draw.number) for reason in refusal])
    return draw


def _numbered(reason: Blocker, number: str) -> Blocker:
    return Blocker(
        reason.code, reason.message, reason.rule, reason.remedy, {**reason.params, "number": number}, reason.place
    )


def _tenderer(number: str, actor: Actor) -> Party:
    """A tenderer asks for itself; staff for any verified tenderer."""
    if actor.role == "tenderer":
        return Party.objects.get(pk=actor.party_id or 0)
    held = PartyRole.objects.filter(role="tenderer", status="verified", party__number=number.strip().upper())
    found = held.select_related("party").first()
    if found is None:
        raise Refusal(NO_TENDERER, 422)
    return found.party


def _recused_blockers(recused: Mapping[str, str]) -> list[Blocker]:
    found = [blocker for reason in recused.values() for blocker in reason_blockers(reason)][:1]
    known = Party.objects.filter(number__in=list(recused)).count() if len(recused) <= MOST_RECUSED else -1
    return found + ([NO_PARTY] if known != len(recused) else [])


def _write(
    wanted: Wanted, directory: Directory, tenderer: Party, refusal: Sequence[Blocker], actor: Actor
) -> DirectoryDraw:
    names = dict(Party.objects.filter(number__in=list(wanted.recused)).values_list("number", "name"))
    draw = DirectoryDraw.objects.create(
        number=random_number("CQ"), directory=directory, tenderer=tenderer, title=wanted.title.strip(),
        regime=wanted.regime, budget=wanted.budget, method=wanted.method, quantity=wanted.quantity,
        filters={"grades": list(wanted.grades), "regions": list(wanted.regions)}, weighted=wanted.weighted,
        excluded_parties=[
            {"number": number, "name": names.get(number, ""), "reason": reason.strip()}
            for number, reason in sorted(wanted.recused.items())
        ],
        state="refused" if refusal else "asked", refusal=[reason.as_data() for reason in refusal],
        asked_by_id=actor.account_id or 0, asked_at=now(),
    )  # fmt: skip
    body = {
        "directory": directory.code, "tenderer": tenderer.number, "title": draw.title, "regime": draw.regime,
        "budget": f"{draw.budget:.2f}", "method": draw.method, "quantity": draw.quantity, "weighted": draw.weighted,
        "filters": draw.filters, "recused": draw.excluded_parties, "reasons": [reason.code for reason in refusal],
    }  # fmt: skip
    append_entry(kind=f"directory_draw.{draw.state}", subject=f"directory_draw:{draw.number}", body=body, actor=actor)
    return draw
