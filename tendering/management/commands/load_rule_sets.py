from typing import Any

from django.core.management.base import BaseCommand

from tendering.actions.load_rule_sets import load_rule_sets


class Command(BaseCommand):
    help = "Takes the rule sets of tendering/rules/data/ into the database; what is there already stays."

    def handle(self, *args: Any, **options: Any) -> None:
        for made in load_rule_sets():
            self.stdout.write(f"{made.code} {made.valid_from} {made.sha256[:12]}")
