"""Credit repair: asked by the party with proof and signature, decided by a supervisor; the end is a fact of its own."""

from collections.abc import Sequence

from django.db import IntegrityError, transaction

from prequalified.actions.tell_party import tell_party
from prequalified.models import Paper, PartyCertificate, Repair, Sanction, SanctionEnd
from prequalified.queries.sanctions.held import rule_of
from prequalified.rules.binding import NOT_BOUND_HERE
from prequalified.rules.sanctions.cases import fault, repair_blockers, text_blockers
from prequalified.rules.timing import day_of
from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import Blocker, Refusal, gettext_noop, refuse_if
from signing.actions.append_entry import append_entry
from signing.actions.verify_signature import verify_signature
from signing.rules.canonical import canonical
from signing.rules.certificates import fingerprint

FORMAT = "yangguang-repair/1"
UNKNOWN = Blocker("sanction.unknown", gettext_noop("没有这条名单记录。"))
OPEN = Blocker("case.repair_open", gettext_noop("已有一份信用修复申请正在审核。"))


def repair_text(*, sanction_id: int, statement: str, papers: Sequence[str], actor: Actor) -> bytes:
    """What the party signs: canonical JSON of its statement and of its papers' digests. Raises Refusal as asking would."""
    sanction = _own(sanction_id, actor)
    proof = _proof(sanction, papers)
    end = SanctionEnd.objects.filter(sanction=sanction).exists()
    today = day_of(now())
    over = end or (sanction.ends is not None and sanction.ends < today)
    rule = rule_of(sanction.kind)
    refuse_if(repair_blockers(rule, sanction.published_at, today, over, statement, len(proof)), 422)
    return canonical(
        {
            "format": FORMAT,
            "list": sanction.kind.code,
            "decision": sanction.decision,
            "number": sanction.number,
            "statement": statement.strip(),
            "papers": sorted(paper.sha256 for paper in proof),
        }
    )


def ask_repair(*, sanction_id: int, statement: str, papers: Sequence[str], signature: bytes, actor: Actor) -> Repair:
    """Raises Refusal: too early, no proof, another's entry, a signature that is not over these words."""
    text = repair_text(sanction_id=sanction_id, statement=statement, papers=papers, actor=actor)
    verdict = verify_signature(text, signature, now(), actor.number, place="signature")
    known = fingerprint(verdict.signer_cert_der)
    if not PartyCertificate.objects.filter(party=actor.party_id, fingerprint=known, unbound_at=None).exists():
        raise Refusal(NOT_BOUND_HERE)
    sanction = _own(sanction_id, actor)
    try:
        with transaction.atomic():
            repair = Repair.objects.create(
                sanction=sanction, statement=statement.strip(), signature=signature, certificate=known,
                asked_by_id=actor.account_id or 0, asked_at=now(),
            )  # fmt: skip
            repair.papers.set(_proof(sanction, papers))
            _journal("repair.asked", repair, {}, actor)
    except IntegrityError as error:
        raise Refusal(OPEN) from error
    return repair


def decide_repair(*, repair_id: int, granted: bool, reasons: str, actor: Actor) -> Repair:
    """By a supervisor, not about their own party. Granted, the entry bars nobody from today; it stays readable as a fact."""
    with transaction.atomic():
        rows = Repair.objects.select_for_update(of=("self",)).select_related("sanction__kind")
        repair = rows.filter(pk=repair_id).first()
        if repair is None:
            raise Refusal(Blocker("repair.unknown", gettext_noop("没有这份信用修复申请。")), 404)
        refuse_if(_deciding(repair, reasons, actor))
        repair.state = Repair.State.GRANTED if granted else Repair.State.REFUSED
        repair.decided_by_id, repair.decided_at, repair.reasons = actor.account_id, now(), reasons.strip()
        repair.save()
        if granted:
            SanctionEnd.objects.create(
                sanction=repair.sanction, kind=SanctionEnd.Kind.REPAIRED, effective=day_of(now()),
                reason=reasons.strip(), by_id=actor.account_id or 0, at=now(),
            )  # fmt: skip
        _journal(f"repair.{repair.state}", repair, {"reasons": repair.reasons}, actor)
        if repair.sanction.party_id:
            title = "信用修复申请已同意" if granted else "信用修复申请未获同意"
            tell_party(repair.sanction.party_id, title, f"{title}：{repair.reasons}\n请登录平台查看：/my-record/")
    return repair


def _deciding(repair: Repair, reasons: str, actor: Actor) -> list[Blocker]:
    found = []
    if repair.sanction.party_id is not None and repair.sanction.party_id == actor.party_id:
        found.append(fault("own", gettext_noop("不能办理涉及本单位的案件。"), "行政处罚法 43"))
    if repair.state != Repair.State.ASKED:
        found.append(fault("repair_decided", gettext_noop("该申请已经办结。")))
    elif SanctionEnd.objects.filter(sanction=repair.sanction).exists():
        found.append(fault("over", gettext_noop("该记录已经届满、修复或者撤销，不需要修复。")))
    return found + text_blockers(reasons, "reasons", gettext_noop("请写明理由。"))


def _own(sanction_id: int, actor: Actor) -> Sanction:
    rows = Sanction.objects.select_related("kind").filter(party=actor.party_id or 0)
    found = rows.filter(pk=sanction_id).first()
    if found is None:
        raise Refusal(UNKNOWN, 404)
    return found


def _proof(sanction: Sanction, keys: Sequence[str]) -> list[Paper]:
    return list(Paper.objects.filter(party=sanction.party_id, public_id__in=[key for key in keys if key]))


def _journal(kind: str, repair: Repair, more: dict[str, str], actor: Actor) -> None:
    body = {"sanction": repair.sanction_id, "repair": repair.pk, "certificate": repair.certificate, **more}
    subject = f"party:{repair.sanction.party_id}"
    append_entry(kind=kind, subject=subject, body=body, actor=actor, readers="party")
