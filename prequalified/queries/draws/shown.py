"""Draws from directories as everybody sees them: the file that is replayed, who stands, who may still commit."""

from typing import Any

from django.db.models import QuerySet

from prequalified.models import Centre, DirectoryDraw, Drawn, Party, PartyRole, Role, RoleStatus
from prequalified.queries.directory import centres_of
from runtime.actor import Actor
from signing.queries.draws import draw_file

_WITH = ("directory__centre", "directory__category", "tenderer", "draw", "replaces", "asked_by", "frozen_by")


def all_draws() -> QuerySet[DirectoryDraw]:
    """Every draw there ever was, refused and voided ones too: public."""
    return DirectoryDraw.objects.select_related(*_WITH)


def draws_for_staff(actor: Actor) -> QuerySet[DirectoryDraw]:
    return all_draws().filter(directory__centre__in=centres_of(actor))


def taken(draw: DirectoryDraw) -> list[Drawn]:
    """In the order of their places; successors come after those they follow."""
    rows = draw.drawn.select_related("admission__party", "instead_of__admission__party", "successor")
    return list(rows.order_by("place"))


def standing(draw: DirectoryDraw) -> list[Drawn]:
    return [row for row in taken(draw) if row.declined_at is None]


def exhausted(draw: DirectoryDraw) -> bool:
    """Finished, and everybody gave way."""
    return draw.state == "finished" and not draw.drawn.filter(declined_at=None).exists()


def succession(draw: DirectoryDraw) -> list[dict[str, Any]]:
    """Who gave way, in the sequence in which it happened: as `yangguang-draw/1` has it."""
    rows = sorted((row for row in taken(draw) if row.declined_at), key=lambda row: (row.declined_at, row.place))
    after = {row.instead_of_id: row.ticket for row in taken(draw) if row.instead_of_id}
    return [{"passed": row.ticket, "successor": after.get(row.pk), "reason": row.decline_reason} for row in rows]


def proof(draw: DirectoryDraw) -> dict[str, Any]:
    """The draw file with every name of the frozen list, who gave way, and what the directory adds; replays with `yangguang draw`."""
    if draw.draw is None:
        return {}
    file = draw_file(draw.draw, [entry["number"] for entry in draw.draw.names])
    gone = succession(draw)
    about = {
        "number": draw.number, "directory": draw.directory.code, "tenderer": draw.tenderer.number, "title": draw.title,
        "regime": draw.regime, "budget": f"{draw.budget:.2f}", "method": draw.method, "quantity": draw.quantity,
        "weighted": draw.weighted, "filters": draw.filters, "recused": draw.excluded_parties,
        "eligible_sha256": draw.eligible_sha256, "exclusions": draw.exclusions,
    }  # fmt: skip
    return {**file, **({"succession": gone} if gone else {}), "directory_draw": about}


def draw_parties(draw: DirectoryDraw) -> list[dict[str, Any]]:
    """Who may commit: the tenderer, the supervisors of the centre and those above, and any firm of the frozen list."""
    supervisors = Party.objects.filter(
        pk__in=PartyRole.objects.filter(
            role=Role.SUPERVISOR, status=RoleStatus.VERIFIED, party__centre__in=_line(draw.directory.centre)
        ).values("party")
    )
    found = [{"number": draw.tenderer.number, "name": draw.tenderer.name, "role": "tenderer"}]
    found += [{"number": one.number, "name": one.name, "role": "supervisor"} for one in supervisors.order_by("number")]
    left_out = set(draw.left_out)
    pool = {"number": "pool", "name": "名单内单位", "role": "bidder", "except": sorted(left_out)}
    return [*(party for party in found if party["number"] not in left_out), pool]


def _line(centre: Centre) -> list[int]:
    """The centre and those above it."""
    keys: list[int] = []
    step: Centre | None = centre
    while step is not None and step.pk not in keys:
        keys.append(step.pk)
        step = step.parent
    return keys
