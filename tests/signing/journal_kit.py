"""What the journal's tests share: writing acts, running another process on the same test database."""

import os
import subprocess
import sys

from django.conf import settings
from django.db import transaction

from runtime.actor import SYSTEM, Actor
from signing.actions.append_entry import append_entry
from signing.models import Checkpoint, JournalEntry, JournalInbox
from signing.rules.merkle import leaf_hash, root_of
from tests.running import ROOT, database_url

BIDDER = Actor("bidder", "第七建设集团有限公司", number="911100000000000000")


def write(count=1, kind="test.act", subject="section:BSC-1", actor=SYSTEM, **more):
    """`count` acts in one transaction; their inbox rows."""
    with transaction.atomic():
        return [append_entry(kind=kind, subject=subject, body={"n": n}, actor=actor, **more) for n in range(count)]


def assert_whole():
    """Places without gaps, each inbox row in its place once, and the last checkpoint over exactly these entries."""
    entries = list(JournalEntry.objects.select_related("inbox").order_by("index"))
    assert [entry.index for entry in entries] == list(range(len(entries)))
    assert [bytes(entry.leaf) for entry in entries] == [leaf_hash(entry.entry()) for entry in entries]
    last = Checkpoint.objects.order_by("-size").first()
    assert (last.size if last else 0) == len(entries)
    if last:
        assert bytes(last.root) == root_of(bytes(entry.leaf) for entry in entries)
    assert not JournalInbox.objects.filter(chained=True, journal_entry=None, sealed_entry=None).exists()
    return entries


def process(code, *arguments):
    """Another Python on this test database, `code` running with Django set up."""
    lead = "import django; django.setup()\n"
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "YANGGUANG_HOME": str(settings.HOME),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    return subprocess.Popen(
        [sys.executable, "-c", lead + code, *map(str, arguments)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def ended(running):
    """(exit status, everything it printed)."""
    output, _nothing = running.communicate(timeout=60)
    return running.returncode, output
