"""`manage.py withdraw_authority NAME [--at TIME]`: accept nothing more of a CA; what was signed before stays good."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from runtime import clock
from runtime.actor import Actor
from runtime.refusal import Refusal
from signing.actions.trust_authority import withdraw_authority
from signing.models import TrustedAuthority

STAFF = Actor(role="staff", name="命令行")


class Command(BaseCommand):
    help = "withdraws a certificate authority from a moment on"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--at", default="", help="RFC 3339 with a zone; now when not given")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            authority = TrustedAuthority.objects.get(name=options["name"])
            at = clock.read_stamp(options["at"]) if options["at"] else clock.now()
            withdraw_authority(authority=authority, at=at, actor=STAFF)
        except (TrustedAuthority.DoesNotExist, ValueError, Refusal) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{authority.name}: {clock.stamp(at)}")
