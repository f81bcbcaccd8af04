"""Electing the chair (评标委员会负责人): every member votes, a unique maximum wins, a tie is re-run among the tied."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ballot:
    """Where a ballot stands. `chair` is set when somebody has won; `tied` are the candidates of the next ballot."""

    waiting: frozenset[int]  # seats that have not voted
    counts: Mapping[int, int]
    chair: int | None = None
    tied: frozenset[int] = frozenset()


def candidates(seats: Mapping[int, str], regime: str, tied: Collection[int] = ()) -> frozenset[int]:
    """Who may be voted for: in procurement not the purchaser's representative (87号令 45); after a tie only the tied."""
    allowed = {seat for seat, kind in seats.items() if regime != "GP" or kind != "tenderer"}
    return frozenset(allowed & set(tied) if tied else allowed)


def count(seats: Collection[int], votes: Mapping[int, int]) -> Ballot:
    """`votes`: voter's seat → seat voted for. Nothing is decided before everybody has voted."""
    counted = Counter(seat for voter, seat in votes.items() if voter in set(seats))
    waiting = frozenset(set(seats) - set(votes))
    if waiting or not counted:
        return Ballot(waiting, dict(counted))
    most = max(counted.values())
    best = frozenset(seat for seat, number in counted.items() if number == most)
    if len(best) == 1:
        return Ballot(waiting, dict(counted), chair=next(iter(best)))
    return Ballot(waiting, dict(counted), tied=best)
