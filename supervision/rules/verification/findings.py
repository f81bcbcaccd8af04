"""What a verification step says: one line a step, with every finding that speaks against it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from runtime.refusal import Blocker, Refusal, filled, gettext_noop


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not hold. `place` is the bundle's member, or the bidder, evaluator or entry it is about."""

    code: str
    message: str
    place: str = ""
    params: Mapping[str, str] = field(default_factory=dict)

    def text(self) -> str:
        return filled(self.message, self.params)


@dataclass(frozen=True, slots=True)
class Note:
    """Something a reader should know that speaks neither for nor against."""

    message: str
    params: Mapping[str, str] = field(default_factory=dict)

    def text(self) -> str:
        return filled(self.message, self.params)


@dataclass(slots=True)
class Step:
    """A numbered step of `yangguang verify`. `reached` False: the section has not come so far, nothing was judged."""

    number: int
    code: str
    title: str
    looked_at: int = 0
    reached: bool = True
    broken: bool = False  # ended before everything was looked at
    findings: list[Finding] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.findings

    def demand(self, true: object, code: str, message: str, place: str = "", /, **params: object) -> bool:
        """Count one thing looked at; add a finding where it is not true. Returns whether it was."""
        self.looked_at += 1
        if not true:
            self.findings.append(Finding(code, message, place, {key: str(value) for key, value in params.items()}))
        return bool(true)

    def note(self, message: str, /, **params: object) -> None:
        self.notes.append(Note(message, {key: str(value) for key, value in params.items()}))

    def found(self, blockers: Iterable[Blocker], place: str = "") -> None:
        for blocker in blockers:
            self.findings.append(Finding(blocker.code, blocker.message, place or blocker.place, blocker.params))

    def unreadable(self, error: Exception) -> None:
        """A malformed member speaks against the step that needed it; the other steps go on."""
        self.broken = True
        if isinstance(error, Refusal):
            self.found(error.blockers)
            return
        shown = {"error": f"{type(error).__name__}: {error}"[:300]}
        self.findings.append(Finding("bundle.unreadable", gettext_noop("内容无法读取：%(error)s"), "", shown))
