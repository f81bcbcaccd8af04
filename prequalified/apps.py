from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class PrequalifiedConfig(AppConfig):
    name = "prequalified"

    def ready(self) -> None:
        from prequalified.queries.conduct.tasks import tasks as conduct_tasks
        from prequalified.queries.directories.tasks import tasks as directory_tasks
        from prequalified.queries.draws.tasks import tasks as draw_tasks
        from prequalified.queries.exchange.tasks import tasks as exchange_tasks
        from prequalified.queries.people.tasks import tasks as people_tasks
        from prequalified.queries.sanctions.tasks import tasks as sanction_tasks
        from prequalified.queries.tasks import tasks
        from runtime.todo import provide

        post_migrate.connect(_load_lists, sender=self)
        post_migrate.connect(_load_categories, sender=self)
        provide(tasks)
        provide(people_tasks)
        provide(exchange_tasks)
        provide(directory_tasks)
        provide(sanction_tasks)
        provide(conduct_tasks)
        provide(draw_tasks)


def _load_lists(using: str, **kwargs: Any) -> None:
    """The kinds of list are part of the program's data: they stand wherever their table stands."""
    from prequalified.actions.sanctions.load_lists import load_lists
    from prequalified.models import ListKind

    if ListKind._meta.db_table in connections[using].introspection.table_names():
        load_lists()


def _load_categories(using: str, **kwargs: Any) -> None:
    """So is the tree of what directories are for."""
    from prequalified.actions.directories.load_categories import load_categories
    from prequalified.models import Category

    if Category._meta.db_table in connections[using].introspection.table_names():
        load_categories()
