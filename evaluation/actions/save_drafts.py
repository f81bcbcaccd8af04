"""Drafts of scores, saved on every change, many members' changes in one transaction (group commit, limits.md).

A change is acknowledged only after its commit. Two tabs: each change names the version it was made from; whoever comes
second gets both values back and decides. The same change sent twice (a lost acknowledgement) is saved once.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import transaction

from evaluation.models import BidStanding, Committee, CommitteeMember, DraftScore
from evaluation.queries.facts import room_facts
from evaluation.queries.rooms import handed_in, methods_of
from evaluation.rules.hand_in import spell_score
from evaluation.rules.sitting import MemberFacts, draft_blockers
from runtime.clock import now
from runtime.refusal import Blocker, gettext_noop
from tendering.rules.methods import Method, score_blockers


@dataclass(frozen=True, slots=True)
class Change:
    """`bid`: the bid's public id; `score` None takes the score back; `version`: the one this was made from, 0 for none."""

    member_id: int
    bid: str
    item: str
    score: str | None
    version: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a change. `saved` False without blockers is a conflict: `score` and `version` are what stands."""

    saved: bool
    version: int = 0
    score: str | None = None
    at: dt.datetime | None = None
    blockers: tuple[Blocker, ...] = ()


@dataclass
class _Desk:
    """Everything the batch needs, read at once."""

    at: dt.datetime
    members: dict[int, CommitteeMember]
    committees: dict[int, Committee]
    methods: dict[int, Method]
    bids: dict[tuple[int, str], int]  # (committee, public id) → opened bid
    drafts: dict[tuple[int, int, str], DraftScore]
    handed_in: set[int]
    changed: dict[tuple[int, int, str], DraftScore] = field(default_factory=dict)


def save_drafts(changes: Sequence[Change]) -> list[Outcome]:
    """One outcome per change, in order; all of them are durable when this returns. One bad change spoils no other."""
    if not changes:
        return []
    with transaction.atomic():
        desk = _read(changes)
        outcomes = [_save(desk, change) for change in changes]
        DraftScore.objects.bulk_create(
            desk.changed.values(),
            update_conflicts=True,
            unique_fields=["member", "bid", "item"],
            update_fields=["score", "version", "at"],
        )
    return outcomes


def save_draft(change: Change) -> Outcome:
    return save_drafts([change])[0]


def _read(changes: Sequence[Change]) -> _Desk:
    keys = sorted({change.member_id for change in changes})
    # The member's row is the lock: a hand-in, a replacement or a roll-back of this member waits for us, or we for it.
    members = {m.pk: m for m in CommitteeMember.objects.select_for_update().filter(pk__in=keys).order_by("pk")}
    committees = {
        c.pk: c
        for c in Committee.objects.filter(pk__in={m.committee_id for m in members.values()}).select_related("section")
    }
    standing = BidStanding.objects.filter(committee_id__in=committees, rejected="")
    bids = {
        (c, public): bid for c, public, bid in standing.values_list("committee_id", "bid__bid__public_id", "bid_id")
    }
    drafts = DraftScore.objects.filter(member_id__in=keys, item__in={change.item for change in changes})
    return _Desk(
        at=now(),
        members=members,
        committees=committees,
        methods=methods_of({c.section_id for c in committees.values()}),
        bids=bids,
        drafts={(draft.member_id, draft.bid_id, draft.item): draft for draft in drafts},
        handed_in=handed_in(keys),
    )


def _save(desk: _Desk, change: Change) -> Outcome:
    found = _blockers(desk, change)
    if found:
        return Outcome(False, blockers=tuple(found))
    bid = desk.bids[(desk.members[change.member_id].committee_id, change.bid)]
    key = (change.member_id, bid, change.item)
    score = None if change.score is None else Decimal(change.score)
    draft = desk.drafts.get(key)
    standing = draft.version if draft else 0
    if change.version != standing:
        repeated = draft is not None and change.version == standing - 1 and draft.score == score
        return _outcome(draft, saved=repeated)
    if draft is None:
        draft = desk.drafts[key] = DraftScore(member_id=change.member_id, bid_id=bid, item=change.item, version=0)
    draft.score, draft.version, draft.at = score, standing + 1, desk.at
    desk.changed[key] = draft
    return _outcome(draft, saved=True)


def _outcome(draft: DraftScore | None, saved: bool) -> Outcome:
    if draft is None:
        return Outcome(saved)
    return Outcome(saved, draft.version, None if draft.score is None else spell_score(draft.score), draft.at)


def _blockers(desk: _Desk, change: Change) -> list[Blocker]:
    member = desk.members.get(change.member_id)
    committee = desk.committees.get(member.committee_id) if member else None
    if member is None or committee is None:
        return [Blocker("room.not_a_member", gettext_noop("您不是本项目评标委员会成员"), "条例 48")]
    facts = MemberFacts(
        standing=member.status == CommitteeMember.Status.STANDING,
        signed_in=member.signed_in_at is not None,
        undertaken=member.undertaken_at is not None,
        handed_in=member.pk in desk.handed_in,
    )
    found = draft_blockers(room_facts(committee, desk.at), facts)
    if (committee.pk, change.bid) not in desk.bids:
        found.append(Blocker("score.unknown_bid", gettext_noop("没有这个投标，或者它已被否决"), place="bid"))
    item = desk.methods[committee.section_id].item(change.item)
    if item is None:
        message = gettext_noop("评标办法没有评分项“%(item)s”")
        found.append(Blocker("score.unknown_item", message, params={"item": change.item[:40]}, place="item"))
    elif change.score is not None:
        found += score_blockers(item, change.score, "score")
    return found
