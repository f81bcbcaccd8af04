"""Codes of projects, tendering projects and sections: readable, dated, and not countable."""

import datetime as dt
import re
import secrets

from runtime.clock import BEIJING

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # without characters that are read for one another
CODE = re.compile(r"[A-Z]{2,4}(-[A-Z0-9]{1,12}){2,4}")
PROJECT, TENDERING_PROJECT, SECTION = "PRJ", "TP", "BSC"


def new_code(prefix: str, moment: dt.datetime) -> str:
    """`BSC-20261121-7K3Q9X2M`: the day in Beijing and 39 random bits; a running number would tell how many there are."""
    day = moment.astimezone(BEIJING).strftime("%Y%m%d")
    return f"{prefix}-{day}-{''.join(secrets.choice(ALPHABET) for _ in range(8))}"
