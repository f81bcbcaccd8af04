"""`manage.py trust_authority NAME DIR`: accept a CA, from a folder of its certificates and revocation lists."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from runtime.actor import Actor
from runtime.refusal import Refusal
from signing.actions.trust_authority import trust_authority
from signing.rules.certificates import NumberRule, load_anchors

STAFF = Actor(role="staff", name="命令行")


class Command(BaseCommand):
    help = "accepts a certificate authority (roots, intermediates and lists of a folder, as `--anchors DIR` reads them)"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")
        parser.add_argument("folder", type=Path)
        parser.add_argument("--number-in", choices=("serialNumber", "OU", "extension"), required=True)
        parser.add_argument("--prefix", default="", help="stands before the number, e.g. USCC:")
        parser.add_argument("--oid", action="append", default=[], help="of the extension; GM/T 0015's when not given")
        parser.add_argument("--crl-url", action="append", default=[], help="fetched every six hours")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            store = load_anchors(options["folder"])
            authority = trust_authority(
                name=options["name"],
                certificates=[*store.anchors, *store.intermediates],
                crls=store.crls,
                crl_urls=options["crl_url"],
                number_rule=NumberRule.from_data(
                    {"place": options["number_in"], "prefix": options["prefix"], "oids": options["oid"]}
                ),
                actor=STAFF,
            )
        except (OSError, ValueError, Refusal) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{authority.name}: {len(store.anchors)} roots, {len(store.crls)} lists")
