import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from runtime import clock
from signing.actions import open_platform_authority as opening
from signing.actions.open_platform_authority import open_platform_authority
from signing.actions.sign_paper import sign_detached_as_platform
from signing.actions.timestamp_digest import timestamp_digest
from signing.actions.verify_signature import verify_signature
from signing.keys import platform_identity
from signing.models import TrustedAuthority
from signing.queries import is_local, trust_store
from signing.rules.certificates import read_crls
from signing.rules.timestamps import verify_timestamp

PAPER = "回执：已收到投标文件".encode()


@pytest.fixture
def keys(tmp_path, settings):
    settings.KEYS = tmp_path / "keys"
    return settings.KEYS


@pytest.mark.django_db
def test_what_the_platform_signs_verifies_by_its_own_timestamp_and_is_shown_as_local(keys):
    verdict = verify_signature(PAPER, sign_detached_as_platform(PAPER))

    assert verdict.ok
    assert verdict.at == verdict.timestamp_time is not None
    assert verdict.holder.name == "阳光招标采购平台"
    assert verdict.authority is not None and is_local(verdict.authority)


@pytest.mark.django_db
def test_a_paper_whose_digest_is_known_is_signed_without_reading_it_again(keys):
    signature = sign_detached_as_platform(None, digest=sha256(PAPER).digest())

    assert verify_signature(PAPER, signature).ok


@pytest.mark.django_db
def test_the_local_authority_stamps_a_digest(keys):
    before = clock.now() - timedelta(milliseconds=1)
    digest = sha256(PAPER).digest()

    verdict = verify_timestamp(timestamp_digest(digest), digest, trust_store())

    assert verdict.ok
    assert verdict.time is not None and before <= verdict.time <= clock.now()


@pytest.mark.django_db
def test_keys_are_private_and_stay_the_same(keys):
    first = platform_identity()
    path = keys / "platform-identity.pem"

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(keys.stat().st_mode) == 0o700
    assert [p.name for p in keys.iterdir()] == [path.name]
    assert platform_identity() is first


def test_of_many_processes_at_once_all_get_the_same_keys(tmp_path):
    program = (
        "import os, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings'; django.setup()\n"
        "from signing.keys import platform_identity\n"
        "from signing.rules.certificates import fingerprint\n"
        "i = platform_identity(); print(fingerprint(i.root.der), fingerprint(i.tsa.cert_der))\n"
    )
    environment = {"YANGGUANG_HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}

    def run(_):
        words = [sys.executable, "-c", program]
        return subprocess.run(
            words, env=environment, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
        ).stdout

    with ThreadPoolExecutor(6) as pool:
        printed = set(pool.map(run, range(6)))
    assert len(printed) == 1
    assert len(printed.pop()) == 2 * 64 + 2


@pytest.mark.django_db
def test_the_authority_is_written_once_and_its_list_renewed_before_it_ages(keys, monkeypatch):
    open_platform_authority()
    open_platform_authority()
    row = TrustedAuthority.objects.get()
    first = row.crls
    assert TrustedAuthority.objects.count() == 1

    later = clock.now() + opening.LIST_GOOD_FOR - opening.RENEW_BEFORE + timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    open_platform_authority()

    row.refresh_from_db()
    assert row.crls != first
    assert len(read_crls(row.crls.encode())) == 1


@pytest.mark.django_db
def test_signing_again_costs_one_read(keys, django_assert_num_queries):
    sign_detached_as_platform(PAPER)

    with django_assert_num_queries(2):  # for the signature and for its timestamp
        sign_detached_as_platform(PAPER)
