"""Staff decide about what a peer sent: confirmed as it is or corrected, and stored; or rejected with reasons (CTS A-11)."""

from collections.abc import Mapping

from django.db import IntegrityError, transaction

from prequalified.actions.exchange.store_party import store_party
from prequalified.models import IncomingRecord, Party
from prequalified.queries.exchange.records import UNDECIDED, incoming_of
from prequalified.queries.exchange.snapshot import snapshot
from prequalified.rules.exchange.records import confirm_blockers, differences, flat, merged
from prequalified.rules.registration import refusal_blockers
from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import Blocker, Refusal, gettext_noop, refuse_if
from signing.actions.append_entry import append_entry

_RULE = "CTS-EBS01 A-11"


def confirm_record(*, record_id: int, values: Mapping[str, str], actor: Actor) -> IncomingRecord:
    """`values`: corrections by field; what is not named is taken as the peer has it. Two of the staff at once: one decides.

    Refused `record.moved` when what stands here has changed since it was compared: the page then shows it anew.
    """
    try:
        with transaction.atomic():
            row = _locked(record_id, actor)
            party = Party.objects.select_for_update().filter(number=row.key).first()
            ours = snapshot(party) if party else None
            found = differences(ours, row.body["body"])
            refuse_if([_MOVED] if [each.as_data() for each in found] != row.differences else [])
            refuse_if(confirm_blockers(found, values), 422)
            wanted = merged(flat(ours) if ours else {}, found, values)
            row.party = store_party(party=party, number=row.key, wanted=wanted, peer=row.peer, actor=actor)
            row.corrected = {
                field: value for field, value in values.items() if value != _theirs(found).get(field)
            } or None
            _decide(row, IncomingRecord.State.CONFIRMED, "", actor)
    except IntegrityError as error:  # registered by itself, or under this name, at the same moment
        raise Refusal(_MOVED) from error
    return row


def reject_record(*, record_id: int, reasons: str, actor: Actor) -> IncomingRecord:
    """Ours stays as it is."""
    with transaction.atomic():
        row = _locked(record_id, actor)
        refuse_if(refusal_blockers(reasons), 422)
        _decide(row, IncomingRecord.State.REJECTED, reasons.strip()[:4000], actor)
    return row


def compare_again(*, record_id: int, actor: Actor) -> IncomingRecord:
    """An undecided record beside what stands here now; nothing else changes. A second call finds the same."""
    with transaction.atomic():
        row = _locked(record_id, actor)
        party = Party.objects.filter(number=row.key).first()
        found = differences(snapshot(party) if party else None, row.body["body"])
        row.differences, row.party = [each.as_data() for each in found], party
        undecided = IncomingRecord.State.DIFFERENT if party else IncomingRecord.State.NEW
        row.state = undecided if found else IncomingRecord.State.SAME
        row.save(update_fields=["differences", "party", "state"])
    return row


def _locked(record_id: int, actor: Actor) -> IncomingRecord:
    if not incoming_of(actor).filter(pk=record_id).exists():
        raise Refusal(_UNKNOWN, 404)
    row = IncomingRecord.objects.select_for_update(of=("self",)).select_related("peer").get(pk=record_id)
    refuse_if([] if row.state in UNDECIDED else [_DECIDED])
    return row


def _decide(row: IncomingRecord, state: str, reasons: str, actor: Actor) -> None:
    row.state, row.reasons, row.decided_by_id, row.decided_at = state, reasons, actor.account_id, now()
    row.save()
    body = {"peer": row.peer.code, "record": row.record, "key": row.key, "corrected": row.corrected, "reasons": reasons}
    subject = f"party:{row.party_id}" if row.party_id else f"peer:{row.peer.code}"
    append_entry(kind=f"exchange.{state}", subject=subject, body=body, actor=actor, readers="supervisor")


def _theirs(found: list) -> dict[str, str]:  # type: ignore[type-arg]
    return {each.field: each.theirs for each in found}


_UNKNOWN = Blocker("record.unknown", gettext_noop("没有这条记录。"), _RULE)
_DECIDED = Blocker("record.decided", gettext_noop("这条记录已经办结。"), _RULE, gettext_noop("请刷新后查看最新状态。"))
_MOVED = Blocker(
    "record.moved",
    gettext_noop("本地资料在比对之后有了变化，或名称、代码已被占用。"),
    _RULE,
    gettext_noop("请重新比对后再办理。"),
)
