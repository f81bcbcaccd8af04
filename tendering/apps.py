from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class TenderingConfig(AppConfig):
    name = "tendering"
    verbose_name = "招标投标"

    def ready(self) -> None:
        from runtime.todo import provide
        from tendering.queries.tasks import tasks

        post_migrate.connect(_load_rule_sets, sender=self)
        provide(tasks)


def _load_rule_sets(using: str, **kwargs: Any) -> None:
    """The rule sets are part of the program's data: they stand wherever their table stands."""
    from tendering.actions.load_rule_sets import load_rule_sets
    from tendering.models import RuleSet

    if RuleSet._meta.db_table in connections[using].introspection.table_names():
        load_rule_sets()
