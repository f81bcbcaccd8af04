from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class PrequalifiedConfig(AppConfig):
    name = "prequalified"

    def ready(self) -> None:
        from prequalified.queries.tasks import tasks
        from runtime.todo import provide

        post_migrate.connect(_load_lists, sender=self)
        provide(tasks)


def _load_lists(using: str, **kwargs: Any) -> None:
    """The kinds of list are part of the program's data: they stand wherever their table stands."""
    from prequalified.actions.sanctions.load_lists import load_lists
    from prequalified.models import ListKind

    if ListKind._meta.db_table in connections[using].introspection.table_names():
        load_lists()
