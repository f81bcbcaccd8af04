"""List pages over 10,000 firms, 60,000 people and 40,000 admissions: how many queries, and how long against the queries alone.

    python -m benchmarks.bench_lists

Each page is asked with its ordinary order and its last page, by a visitor or by the centre's staff. The peer runs the very
statements of the page again and reads their rows: what is above it is templates and Python. Queries are bounded by fifteen.
"""

import datetime as dt
import logging
import os
import statistics
import sys
import tempfile
import time
import warnings

from benchmarks.figures import Goal, report

FIRMS, PEOPLE, DIRECTORIES, TURNS, MOST = 10_000, 6, 4, 5, 15
PUBLIC = (
    "/firms/", "/firms/?role=bidder&region=11&clear=yes", "/firms/?sort=-amount&page=500", "/directories/",
    "/directories/bench-0/", "/directories/bench-0/?q=单位9&sort=-points", "/directories/bench-0/?page=500",
    "/directories/publicity/", "/directory-draws/", "/blacklist/",
)  # fmt: skip
STAFF = ("/staff/parties/", "/staff/people/?status=submitted", "/staff/requests/", "/staff/conduct/cases/")


def fill() -> object:
    """Rows straight into the tables; the client of a member of staff."""
    from django.test import Client

    from prequalified.models import Admission, Party, PartyRole, Person
    from runtime.clock import now
    from tests.factories.directories import make_directory
    from tests.factories.parties import log_in, make_centre, make_party, uscc

    centre, at = make_centre(), now()
    firms = Party.objects.bulk_create(
        [
            Party(name=f"预选单位{n}", name_key=f"预选单位{n}", number=uscc(n + 1000), centre=centre)
            for n in range(FIRMS)
        ],
        1000,
    )
    PartyRole.objects.bulk_create(
        [PartyRole(party=firm, role="bidder", status="verified", verified_at=at) for firm in firms], 1000
    )
    for n in range(DIRECTORIES):
        directory = make_directory(f"bench-{n}")
        Admission.objects.bulk_create(
            [
                Admission(
                    number=f"RK-{n}-{i:06d}", directory=directory, party=firm, grade="一级" if i % 3 else "二级",
                    admitted_at=at, valid_until=at.date() + dt.timedelta(days=700), points=100 - i % 40, rating="B",
                )
                for i, firm in enumerate(firms)
            ],
            1000,
        )  # fmt: skip
    people = (
        Person(
            party=firm, duty="professional", name=f"人员{n}", number_key=f"{firm.pk}-{n}", number_shown="11****",
            qualification="注册建造师", status="submitted" if n == 0 else "verified", applied_at=at,
        )
        for firm in firms
        for n in range(PEOPLE)
    )  # fmt: skip
    Person.objects.bulk_create(people, 1000)
    return log_in(Client(), make_party("交易中心", 99, ["staff"]))


def look(client: object, address: str) -> tuple[int, float, float]:
    """Queries, seconds of the page, seconds of its statements alone."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        start = time.perf_counter()
        answer = client.get(address)  # type: ignore[attr-defined]
        spent = time.perf_counter() - start
    assert answer.status_code == 200, (address, answer.status_code)
    start = time.perf_counter()
    with connection.cursor() as cursor:
        for query in queries.captured_queries:
            if query["sql"].startswith("SELECT"):
                cursor.execute(query["sql"].replace("%", "%%"), [])
                cursor.fetchall()
    return len(queries), spent, time.perf_counter() - start


def main() -> bool:
    with tempfile.TemporaryDirectory(dir=os.environ.get("YANGGUANG_HOME")) as home:
        os.environ |= {"YANGGUANG_HOME": home, "LOG_LEVEL": "ERROR", "DJANGO_SETTINGS_MODULE": "config.settings"}
        import django

        django.setup()
        from django.core.management import call_command
        from django.test import Client
        from django.test.utils import setup_test_environment

        setup_test_environment()
        warnings.simplefilter("ignore")
        logging.disable(logging.WARNING)
        call_command("migrate", verbosity=0)
        staff, reached = fill(), True
        for client, addresses in ((Client(), PUBLIC), (staff, STAFF)):
            for address in addresses:
                rounds = [look(client, address) for _ in range(TURNS)][1:]
                queries = max(count for count, _, _ in rounds)
                spent, alone = (statistics.median(turn[at] for turn in rounds) * 1000 for at in (1, 2))
                reached &= report(address, queries, MOST, queries / MOST, Goal(1), "queries", "bound")
                print(f"    {spent:8.1f} ms, its statements alone {alone:8.1f} ms, ratio {spent / alone:.2f}")
    return reached


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
