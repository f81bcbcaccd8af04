"""What acts wrote into the journal, as data."""

import json
from typing import Any

from signing.models import JournalInbox


def written() -> list[dict[str, Any]]:
    return [json.loads(row.head + row.tail) for row in JournalInbox.objects.order_by("id")]


def kinds() -> list[str]:
    return [entry["kind"] for entry in written()]
