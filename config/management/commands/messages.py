"""`manage.py messages [app…]`: collect what is to be translated into locale/<app>/en, compile what is there."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from config.catalogues import compile_all
from config.collecting import APPS, DOMAINS, path_of, update


class Command(BaseCommand):
    help = "collects the strings to translate and says how many lack their English"
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("apps", nargs="*", default=APPS, metavar="app")

    def handle(self, *args: Any, **options: Any) -> None:
        for app in options["apps"]:
            for domain in DOMAINS:
                words, lacking = update(app, domain)
                if words:
                    self.stdout.write(f"{path_of(app, domain)}: {words} messages, {lacking} without English")
        compile_all()
