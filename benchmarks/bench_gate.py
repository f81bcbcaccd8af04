"""The gate's question against the same three bare queries, with 10,000 firms (issue's figure: at most three queries).

    python -m benchmarks.bench_gate

1. `ask_gate` about one firm after another: a firm in ten is sanctioned, each has a related firm. The bare side sends the
   same statements as text; what ours costs above it is Django's building of them, a few milliseconds.
2. `bars_of` all 10,000 at once, as a draw's frozen list asks, against reading the three tables bare.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable

from benchmarks.figures import Goal, report

FIRMS, ASKED, WARM = 10_000, 400, 20


def main() -> bool:
    from django.db import connection
    from django.test.runner import DiscoverRunner

    runner = DiscoverRunner(verbosity=0, interactive=False)
    kept = runner.setup_databases()
    try:
        parties = _firms()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        return _one_by_one(parties) & _all_at_once(parties)
    finally:
        runner.teardown_databases(kept)


def _firms() -> list:
    """Verified bidders in pairs; every tenth has a ban of a year."""
    from prequalified.models import Party, PartyRole, Relation, Sanction
    from runtime.clock import now
    from tests.factories.directories import make_list_kind
    from tests.factories.parties import make_centre, uscc

    centre, kind, moment = make_centre(), make_list_kind(), now()
    names = [f"在册建设有限公司{serial}" for serial in range(FIRMS)]
    parties = Party.objects.bulk_create(
        Party(name=name, name_key=name, number=uscc(serial + 1), centre=centre) for serial, name in enumerate(names)
    )
    PartyRole.objects.bulk_create(PartyRole(party=party, role="bidder", status="verified") for party in parties)
    Relation.objects.bulk_create(
        Relation(one=parties[at], other=parties[at + 1], kind="control", source="x", noted_at=moment)
        for at in range(0, FIRMS, 2)
    )
    today = moment.date()
    Sanction.objects.bulk_create(
        Sanction(
            kind=kind, party=party, name=party.name, number=party.number, conduct="串通投标", basis="政府采购法 77",
            authority="某市财政局", decided_on=today, starts=today, ends=today.replace(year=today.year + 1, day=1),
        )
        for party in parties[::10]
    )  # fmt: skip
    return list(parties)


def _one_by_one(parties: list) -> bool:
    from prequalified.actions.ask_gate import ask_gate
    from prequalified.models import GateAnswer
    from prequalified.rules.timing import day_of
    from runtime.actor import SYSTEM
    from runtime.clock import now

    asked = parties[:: FIRMS // ASKED]
    before = GateAnswer.objects.count()
    ours = _each(asked, lambda party: ask_gate(gate="deliver", party=party, actor=SYSTEM, regime="GP"))
    assert GateAnswer.objects.count() == before + len(asked) + WARM
    day = day_of(now())
    peer = _each(asked, lambda party: _bare(party, day))
    return report("the gate's question, one firm of 10,000", ours, peer, ours / peer, Goal(6), "ms", "bare")


def _each(parties: list, act: Callable[[object], object]) -> float:
    """The median in milliseconds, after a warm-up."""
    for party in parties[:WARM]:
        act(party)
    taken = []
    for party in parties:
        start = time.perf_counter()
        act(party)
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken)


def _bare(party: object, day: object) -> None:
    """The same three statements as text: roles, entries in force of the firm and of those near it, the insert."""
    from django.db import connection

    near = "SELECT other_id FROM prequalified_relation WHERE one_id = %s UNION SELECT one_id FROM prequalified_relation WHERE other_id = %s"
    key = party.pk  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        cursor.execute("SELECT role, status FROM prequalified_partyrole WHERE party_id = %s", [key])
        cursor.fetchall()
        cursor.execute(
            "SELECT s.*, k.data FROM prequalified_sanction s JOIN prequalified_listkind k ON k.id = s.kind_id "
            "LEFT JOIN prequalified_sanctionend e ON e.sanction_id = s.id "
            f"WHERE (s.party_id = %s OR s.party_id IN ({near})) AND s.starts <= %s AND (s.ends IS NULL OR s.ends >= %s) "
            "AND (e.id IS NULL OR e.effective > %s)",
            [key, key, key, day, day, day],
        )
        cursor.fetchall()
        cursor.execute(
            "INSERT INTO prequalified_gateanswer (public_id, gate, party_id, name, number, subject, regime, day, allowed, "
            "reasons, warnings, asked_role, at) VALUES (%s, 'deliver', %s, '', '', '', 'GP', %s, %s, '[]', '[]', 'system', %s)",
            [os.urandom(16).hex(), key, day, True, "2026-01-01 00:00:00+00:00"],
        )


def _all_at_once(parties: list) -> bool:
    from django.db import connection

    from prequalified.queries.sanctions.standing import bars_of
    from prequalified.rules.timing import day_of
    from runtime.clock import now

    ids, day = [party.pk for party in parties], day_of(now())

    def ours(_party: object) -> None:
        found = bars_of(ids, "deliver", "GP", day)
        assert sum(bool(reasons) for reasons in found.values()) == FIRMS // 10

    def bare(_party: object) -> None:
        with connection.cursor() as cursor:
            for table in ("partyrole", "relation"):
                cursor.execute(f"SELECT * FROM prequalified_{table}")
                cursor.fetchall()
            cursor.execute(
                "SELECT s.*, k.data FROM prequalified_sanction s JOIN prequalified_listkind k ON k.id = s.kind_id "
                "WHERE s.starts <= %s AND s.ends >= %s",
                [day, day],
            )
            cursor.fetchall()

    turns = [None] * 9
    mine, theirs = _each(turns, ours), _each(turns, bare)
    return report("all 10,000 at once, as a draw asks", mine, theirs, mine / theirs, Goal(6, later=5), "ms", "bare")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("YANGGUANG_TESTING", "1")
    import django

    django.setup()
    sys.exit(0 if main() else 1)
