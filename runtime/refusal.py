"""Refusals are data: which rule, what was found, what to do. Page, API, socket and command line show the same."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from runtime.clock import readable


def gettext_noop(message: str) -> str:
    """Marks a Chinese sentence for translation where Django may not be imported; the edge translates it."""
    return message


@dataclass(frozen=True, slots=True)
class Blocker:
    """One reason why an act may not happen.

    `code` is stable and machine-readable (`bid.late`), `rule` the citation (`20号令 27`), `message` and `remedy`
    Chinese sentences with `%(name)s` places that `params` fill (all strings).
    """

    code: str
    message: str
    rule: str = ""
    remedy: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    place: str = ""  # the form field or file member the reason is about

    def told(self) -> str:
        """The message in Chinese, filled in; moments in Beijing's time. Where Django is, runtime.spoken also translates."""
        return filled(self.message, self.params)

    def advice(self) -> str:
        """The remedy, likewise."""
        return filled(self.remedy, self.params)

    def as_data(self) -> dict[str, object]:
        return {**asdict(self), "params": dict(self.params)}


def filled(sentence: str, params: Mapping[str, str]) -> str:
    """A sentence with its places filled; moments as people read them."""
    return sentence % {key: readable(value) for key, value in params.items()}


class Refusal(Exception):
    """An act that was refused, with every reason at once. `status` is what an HTTP edge answers."""

    status = 409

    def __init__(self, blockers: Sequence[Blocker] | Blocker, status: int | None = None) -> None:
        self.blockers = (blockers,) if isinstance(blockers, Blocker) else tuple(blockers)
        if status is not None:
            self.status = status
        super().__init__("; ".join(f"{b.code}: {b.told()}" for b in self.blockers))


def refuse_if(blockers: Sequence[Blocker], status: int | None = None) -> None:
    """Raise one Refusal with all blockers, or do nothing."""
    if blockers:
        raise Refusal(blockers, status)
