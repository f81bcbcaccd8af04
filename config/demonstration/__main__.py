"""Plays the demonstration tender on a running platform: `python -m config.demonstration --to http://127.0.0.1:8000`.

An operator's ground is laid in the database (config.demonstration.ground); everything else goes the public ways: command
line client, HTTP, sockets. Nothing is faked: terms are those of the demonstration centre's rule set, in seconds.
"""

import argparse
import json
import os
import sys
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.conf import settings  # noqa: E402

from config.demonstration.bids import QUICK, Scale  # noqa: E402
from config.demonstration.play import play  # noqa: E402


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", default="http://127.0.0.1:8000", metavar="URL")
    parser.add_argument("--quick", action="store_true", help="the same steps with smaller files and shorter terms")
    args = parser.parse_args()
    home = Path(settings.HOME)
    accounts = play(args.to.rstrip("/"), home / "demonstration", QUICK if args.quick else Scale())
    (home / "accounts.json").write_text(json.dumps(accounts, ensure_ascii=False, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
