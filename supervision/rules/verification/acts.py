"""The journal's entries as the other steps ask for them. That they stand in the journal's tree is step `entries`."""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from runtime.clock import read_stamp
from signing.rules.journal_entry import SEALED_ENTRY, EntryError, read_entry
from supervision.rules.bundle import Bundle
from supervision.rules.verification.findings import Step

ENTRY = re.compile(r"journal/entries/(0|[1-9][0-9]{0,18})\.json")
# An act's own moment is taken a little before its entry is written.
SLACK = dt.timedelta(seconds=60)
Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """`sealed`: it stood in a section's own tree until the deadline."""

    index: int
    kind: str
    subject: str
    body: Body
    actor: Mapping[str, str]
    time: dt.datetime
    sealed: bool

    @property
    def place(self) -> str:
        return f"journal/entries/{self.index}.json"

    def is_about(self, moment: dt.datetime) -> bool:
        """Whether `moment` can be the act's own."""
        return moment <= self.time <= moment + SLACK


@dataclass
class Acts:
    """Entries of the bundle's section by index. `unread` are the names of those that cannot be read."""

    entries: list[Entry] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    first: int = 0  # index from which on entries are of the bundle's round
    used: set[int] = field(default_factory=set)

    def of(self, kind: str, where: Callable[[Body], bool] | None = None, /, **equal: object) -> list[Entry]:
        """Entries of this round of one kind whose body has these values, in the journal's order."""
        return [
            entry for entry in self._of_round(kind) if _fits(entry.body, equal) and (not where or where(entry.body))
        ]

    def all(self, kind: str) -> list[Entry]:
        """Of every round."""
        return self._use(entry for entry in self.entries if entry.kind == kind)

    def last(self, kind: str, /, **equal: object) -> Entry | None:
        found = self.of(kind, None, **equal)
        return found[-1] if found else None

    def _of_round(self, kind: str) -> list[Entry]:
        return self._use(entry for entry in self.entries if entry.kind == kind and entry.index >= self.first)

    def _use(self, entries: Iterator[Entry]) -> list[Entry]:
        found = list(entries)
        self.used.update(entry.index for entry in found)
        return found

    def one(self, step: Step, kind: str, place: str, /, **equal: object) -> Entry | None:
        """The single entry of an act that happens once; None with a finding where there is none or more than one."""
        found = self.of(kind, None, **equal)
        message = "日志中应有且只有一条 %(kind)s，实有 %(count)s 条。"
        step.demand(len(found) == 1, "journal.act_missing", message, place, kind=kind, count=len(found))
        return found[0] if len(found) == 1 else None


def _fits(body: Body, equal: Mapping[str, object]) -> bool:
    return all(body.get(key) == value for key, value in equal.items())


def read_acts(bundle: Bundle) -> Acts:
    """Every entry that can be read; the others are for step `entries` to name."""
    acts = Acts()
    for name in bundle.names("journal/entries/", ".json"):
        match = ENTRY.fullmatch(name)
        try:
            index = int(match[1]) if match else -1
            acts.entries.append(_read(read_entry(bundle.bytes(name), index), index))
        except (EntryError, ValueError, TypeError, KeyError):
            acts.unread.append(name)
    acts.entries.sort(key=lambda entry: entry.index)
    retendered = [entry.index for entry in acts.entries if entry.kind == "section.retendered"]
    acts.first = retendered[-1] + 1 if retendered else 0
    return acts


def _read(data: Mapping[str, Any], index: int) -> Entry:
    texts = data["kind"], data["subject"]
    sealed = data["format"] == SEALED_ENTRY
    return Entry(index, *texts, data["body"], data["actor"], read_stamp(data["time"]), sealed)
