"""Public numbers of calls, requests and admissions."""

import secrets

from prequalified.models import Admission, Directory
from prequalified.rules.timing import day_of
from runtime.clock import now
from runtime.dispatch import demand_transaction

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # without characters that are read for one another


def random_number(prefix: str) -> str:
    """`SQ-20261121-7hk2m9`: the day is told, how many there are is not."""
    return f"{prefix}-{day_of(now()):%Y%m%d}-{''.join(secrets.choice(_ALPHABET) for _ in range(6))}"


def next_admission_number(directory: Directory) -> str:
    """The next in the directory's row, which this locks: `ROAD-2026-00017`."""
    demand_transaction()
    Directory.objects.select_for_update().get(pk=directory.pk)
    start = f"{directory.code.upper()}-"[:32]
    last = Admission.objects.filter(directory=directory, number__startswith=start).order_by("-pk").first()
    told = last.number.removeprefix(start) if last else "0"
    serial = int(told) + 1 if told.isdigit() else directory.admissions.count() + 1
    while Admission.objects.filter(number=f"{start}{serial:05d}").exists():
        serial += 1
    return f"{start}{serial:05d}"
