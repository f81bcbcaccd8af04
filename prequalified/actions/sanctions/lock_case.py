"""What all steps of a case have in common: the lock, the rules' facts, the step itself with its journal entry."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from prequalified.actions.tell_party import tell_party
from prequalified.models import CaseStep, Paper, SanctionCase
from prequalified.queries.sanctions.cases import cases_seen, facts_of
from prequalified.rules.sanctions.cases import STEPS, CaseFacts
from runtime.actor import Actor
from runtime.clock import now
from runtime.dispatch import demand_transaction
from runtime.refusal import Blocker, Refusal, gettext_noop
from signing.actions.append_entry import append_entry

UNKNOWN = Blocker("case.unknown", gettext_noop("没有这个案件。"))


def lock_case(number: str, actor: Actor) -> tuple[SanctionCase, CaseFacts]:
    """The case with its facts as this actor stands to them; Refusal 404 where the actor may not even see it."""
    demand_transaction()
    seen = cases_seen(actor).filter(number=number).values_list("pk", flat=True).first()
    if seen is None:
        raise Refusal(UNKNOWN, 404)
    rows = SanctionCase.objects.select_for_update(of=("self",)).select_related("kind", "party")
    case = rows.get(pk=seen)
    return case, facts_of(case, actor)


def add_step(
    case: SanctionCase,
    kind: str,
    body: dict[str, Any],
    actor: Actor,
    *,
    until: dt.datetime | None = None,
    papers: Iterable[Paper] = (),
    signature: bytes | None = None,
    certificate: str = "",
    sha256: str = "",
) -> CaseStep:
    """Append the step, move the case where the table says, journal it, tell the party by mail what concerns it."""
    step = CaseStep.objects.create(
        case=case, kind=kind, body=body, until=until, signature=signature, certificate=certificate, sha256=sha256,
        by_id=actor.account_id, at=now(),
    )  # fmt: skip
    step.papers.set(papers)
    if kind != "filed":
        case.state = STEPS[case.state][kind]
        case.save(update_fields=["state"])
    entry = {"case": case.number, "step": kind, "list": case.kind.code, "state": case.state, "sha256": sha256}
    subject = f"party:{case.party_id}"
    append_entry(
        kind=f"case.{kind}", subject=subject, body={**entry, **_told(kind, body)}, actor=actor, readers="party"
    )
    if kind not in ("filed", "defended", "hearing_asked"):
        title = f"案件 {case.number}：{step.get_kind_display()}"
        tell_party(case.party_id, title, f"{title}\n请登录平台查看：/cases/{case.number}/")
    return step


def _told(kind: str, body: dict[str, Any]) -> dict[str, Any]:
    """Figures and days stand in the journal, prose by the step's own row."""
    return {key: value for key, value in body.items() if key in {"months", "starts", "ends", "held_at", "until"}}


def papers_of(case: SanctionCase, keys: Iterable[str]) -> list[Paper]:
    """The accused party's own papers by their public ids; unknown ones are refused."""
    wanted = [key for key in keys if key]
    found = list(Paper.objects.filter(party=case.party_id, public_id__in=wanted))
    if len(found) != len(set(wanted)):
        message = gettext_noop("所附材料不存在，或不是本单位的材料。")
        raise Refusal(Blocker("case.papers", message, place="papers"), 422)
    return found
