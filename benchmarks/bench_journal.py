"""The journal against its two peers on the same database, in one run (limits.md, "journal").

    python benchmarks/bench_journal.py            SQLite; with DATABASE_URL also PostgreSQL (a scratch database, dropped again)

1. The act's append against a bare insert-and-commit of the same row. Once with the sealer at rest (each act's own cost)
   and once with the sealer's thread working beside it, as in a busy process.
2. Sealing in batches against an ORM chain that locks the last entry and writes one row a transaction.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

TURNS, ACTS = 80, 25
SEALED, CHAIN = 2_000, 200


def measure() -> None:
    """One database, set up by the environment."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from django.db import connection

    name = "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"
    act, insert = the_act_and_the_bare_insert()
    from signing.actions import append_entry as module

    wake, module.wake_sealer = module.wake_sealer, lambda: None
    report(name, "append by an act", insert, act, "goal: at least 0.70, later 0.85")
    module.wake_sealer = wake
    report(name, "append while this process seals", insert, act, "for information")
    drain()
    model = chained_model()
    rates = [(seal_rate(), chain_rate(model)) for _ in range(5)]
    batch, chain = (statistics.median(column) for column in zip(*rates, strict=True))
    ratio = statistics.median(fast / slow for fast, slow in rates)
    print(f"{name}: sealing {batch:,.0f}/s, ORM chain {chain:,.0f}/s, ratio {ratio:.1f} (goal: at least 10, later 25)")


def the_act_and_the_bare_insert() -> tuple[Callable[[], None], Callable[[], None]]:
    from django.db import connection, transaction

    from runtime.actor import Actor, Source
    from signing.actions.append_entry import append_entry
    from signing.actions.inbox_row import _INSERT
    from signing.models import JournalInbox

    actor = Actor(
        "bidder", "第七建设集团有限公司", number="91110000100000000X", source=Source("192.0.2.7", "s", "ab" * 32)
    )
    body = {"bid": "17", "sha256": "cd" * 32, "size": "209715200", "round": 1}

    def act() -> None:
        with transaction.atomic():
            append_entry(kind="bid.delivered", subject="section:BSC-2026-001", body=body, actor=actor)

    act()
    row = JournalInbox.objects.get()
    values = [row.head, row.tail, None]

    def insert() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_INSERT, values)

    return act, insert


def report(database: str, what: str, bare: Callable[[], None], act: Callable[[], None], goal: str) -> None:
    """A few of each by turns: on a machine that is never quiet only neighbours in time can be compared."""
    pairs = []
    for turn in range(TURNS):
        first, second = (bare, act) if turn % 2 else (act, bare)
        spent = {first: seconds(first), second: seconds(second)}
        pairs.append((spent[bare], spent[act]))
    rates = [ACTS / statistics.median(column) for column in zip(*pairs, strict=True)]
    ratio = statistics.median(a / b for a, b in pairs)
    print(f"{database}: {what} {rates[1]:,.0f}/s, bare insert and commit {rates[0]:,.0f}/s, ratio {ratio:.2f} ({goal})")


def seconds(call: Callable[[], None]) -> float:
    start = time.perf_counter()
    for _ in range(ACTS):
        call()
    return time.perf_counter() - start


def drain() -> None:
    """Let the sealer's thread finish, so that it does not work into the next figure."""
    from signing.actions.seal_journal import seal_journal

    time.sleep(0.6)
    seal_journal()


def seal_rate() -> float:
    """Entries a second, from waiting in the inbox to standing in the tree under a signed checkpoint."""
    from django.db import transaction

    from runtime.actor import SYSTEM
    from signing.actions.inbox_row import write_row
    from signing.actions.seal_journal import seal_journal
    from signing.rules.journal_entry import draft_entry

    with transaction.atomic():
        for number in range(SEALED):
            subject, body = f"section:BSC-{number % 40}", {"bid": str(number), "sha256": "cd" * 32}
            time_ = "2026-11-21T06:03:07.120Z"
            write_row(
                draft_entry(
                    kind="bid.delivered", subject=subject, body=body, actor=SYSTEM, readers="public", time=time_
                )
            )
    start = time.perf_counter()
    sealed = seal_journal()
    return sealed / (time.perf_counter() - start)


def chained_model():
    """A table shaped like the journal's, without its triggers, for the way it is usually written."""
    from django.db import connection, models

    class ChainedRow(models.Model):
        index = models.BigIntegerField(primary_key=True)
        text = models.TextField()
        leaf = models.BinaryField()
        kind = models.CharField(max_length=60)
        subject = models.CharField(max_length=120)
        time = models.DateTimeField(db_index=True)

        class Meta:
            app_label = "signing"

    with connection.schema_editor() as editor:
        editor.create_model(ChainedRow)
    return ChainedRow


def chain_rate(model) -> float:
    """Lock the last entry, hash, save: one row a transaction."""
    from django.db import transaction
    from django.utils import timezone

    text = '{"actor":{"name":"Yangguang"},"body":{"sha256":"' + "cd" * 32 + '"}}'
    start = time.perf_counter()
    for _ in range(CHAIN):
        with transaction.atomic():
            last = model.objects.select_for_update().order_by("-index").first()
            digest = sha256((bytes(last.leaf) if last else b"") + text.encode()).digest()
            index = last.index + 1 if last else 0
            about = {"kind": "bid.delivered", "subject": "section:BSC-1", "time": timezone.now()}
            model.objects.create(index=index, text=text, leaf=digest, **about)
    return CHAIN / (time.perf_counter() - start)


def scratch(url: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(urlunsplit(urlsplit(url)._replace(path="/postgres")), autocommit=True) as connection:
        connection.execute(statement)


def run(environment: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as home:
        env = {**os.environ, **environment, "YANGGUANG_HOME": home, "DJANGO_SETTINGS_MODULE": "config.settings"}
        subprocess.run([sys.executable, __file__, "--measure"], env=env, check=True)


def main() -> None:
    url = os.environ.get("DATABASE_URL", "")
    run({"DATABASE_URL": ""})
    if not url:
        return
    database = f"yangguang_bench_{os.getpid()}"
    scratch(url, f"CREATE DATABASE {database}")
    try:
        run({"DATABASE_URL": urlunsplit(urlsplit(url)._replace(path=f"/{database}"))})
    finally:
        scratch(url, f"DROP DATABASE {database} WITH (FORCE)")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    if "--measure" in sys.argv:
        measure()
    else:
        main()
