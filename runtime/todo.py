"""To-do lists: what waits for a person. Apps provide, the home page gathers; nobody imports upwards."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from runtime.actor import Actor
from runtime.clock import now

URGENT = dt.timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Task:
    """`otherwise`: what happens if nothing is done until `until`."""

    title: str
    url: str
    until: dt.datetime | None = None
    otherwise: str = ""

    @property
    def urgent(self) -> bool:
        return self.until is not None and self.until - now() < URGENT


Provider = Callable[[Actor], Iterable[Task]]
_providers: list[Provider] = []


def provide(provider: Provider) -> Provider:
    """Register a provider, from an app's `ready`; a provider answers in a bounded number of queries."""
    if provider not in _providers:
        _providers.append(provider)
    return provider


def tasks_of(actor: Actor) -> list[Task]:
    """All tasks, what runs out first at the top, without a term last."""
    found = [task for provider in _providers for task in provider(actor)]
    return sorted(found, key=lambda task: (task.until is None, task.until or now()))
