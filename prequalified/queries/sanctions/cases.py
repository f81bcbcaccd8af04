"""Cases of misconduct as far as an actor may see them, and as the rules want them."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from prequalified.models import CaseStep, Party, SanctionCase
from prequalified.queries.directory import centres_of
from prequalified.rules.sanctions.cases import CaseFacts, Step
from runtime.actor import Actor

QUIET = ("filed",)  # a party learns of a case when it is told


def cases_seen(actor: Actor) -> QuerySet[SanctionCase]:
    """Supervisors see all, staff those of their centres' parties, a party its own once it has been told."""
    rows = SanctionCase.objects.select_related("kind", "party__centre", "filed_by")
    if actor.role == "supervisor":
        return rows
    if actor.role == "staff":
        return rows.filter(party__centre__in=centres_of(actor))
    if actor.party_id is None:
        return rows.none()
    told = CaseStep.objects.filter(kind="told").values("case")
    return rows.filter(party=actor.party_id).filter(Q(pk__in=told))


def parties_in_reach(actor: Actor) -> QuerySet[Party]:
    """Whom this actor may file a case against."""
    if actor.role == "supervisor":
        return Party.objects.all()
    return Party.objects.filter(centre__in=centres_of(actor))


def facts_of(case: SanctionCase, actor: Actor) -> CaseFacts:
    """One query."""
    steps = [Step(row.kind, row.at, row.body) for row in case.steps.order_by("id")]
    return CaseFacts(case.state, steps, actor.role, case.party_id == actor.party_id)


def line_of(case: SanctionCase) -> list[dict[str, Any]]:
    """The case as a line for `config/_life.html`: what is done, when, what is next."""
    at = {row.kind: row.at for row in case.steps.order_by("id")}
    titles = {
        "filed": _("立案"), "told": _("告知"), "decided": _("决定"), "served": _("送达"), "published": _("公布"),
    }  # fmt: skip
    kinds = list(titles)
    done = max((kinds.index(kind) for kind in at if kind in titles), default=0)
    over = case.state in ("closed", "overturned")
    return [
        {
            "title": title,
            "state": "done" if place <= done else "now" if place == done + 1 and not over else "next",
            "at": at.get(kind),
            "url": "",
        }
        for place, (kind, title) in enumerate(titles.items())
    ]
