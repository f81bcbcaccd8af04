"""What all commands share: speed of start, passphrases from a terminal, lightness."""

import os
import pty
import subprocess
import sys
import time
from pathlib import Path

from signing.rules.cades import verify_detached
from tests.client.test_cms_command import ROOT, run
from tests.factories.certificates import NOW, holder, trust


def test_a_terminal_is_asked_and_shows_nothing_of_the_passphrase(tmp_path):
    (tmp_path / "file").write_text("x")
    (tmp_path / "my.p12").write_bytes(holder("ecdsa").to_p12("geheim"))
    words = ["cms", "sign", str(tmp_path / "file"), "--p12", str(tmp_path / "my.p12"), "-o", str(tmp_path / "s")]
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(ROOT)
        os.execv(sys.executable, [sys.executable, "-m", "client", *words])
    shown = b""
    while "口令".encode() not in shown:
        shown += os.read(terminal, 1024)
    time.sleep(0.2)
    os.write(terminal, b"geheim\n")
    try:
        while part := os.read(terminal, 1024):
            shown += part
    except OSError:
        pass  # the terminal of an ended program
    _pid, status = os.waitpid(child, 0)

    assert os.waitstatus_to_exitcode(status) == 0
    assert b"geheim" not in shown
    assert verify_detached(tmp_path / "file", (tmp_path / "s").read_bytes(), trust(), NOW).ok


def test_no_command_imports_django_and_verifying_needs_no_http():
    program = (
        "import sys\nfrom client.__main__ import parser_for\nparser_for(['cms', 'verify'])\n"
        "assert 'httpx' not in sys.modules\nparser_for(['--help'])\n"
        "bad = {'django', 'celery', 'channels', 'pyhanko'} & set(sys.modules)\nassert not bad, bad\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, cwd=ROOT)


def test_the_help_names_every_group_and_only_the_asked_one_is_imported():
    from client.commands import MODULES

    shown = run("--help").stdout
    assert all(f"    {name}" in shown for name in MODULES)
    program = (
        "import sys\nfrom client.__main__ import parser_for\nparser_for(['chain', 'verify'])\n"
        "loaded = {n for n in sys.modules if n.startswith('client.commands.')}\n"
        "assert loaded == {'client.commands.chain'}, loaded\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, cwd=ROOT)


def test_a_reader_that_leaves_early_causes_no_traceback():
    program = f"{sys.executable} -m client --help | head -c 1"
    done = subprocess.run(["bash", "-c", program], capture_output=True, text=True, check=True, cwd=Path(ROOT))

    assert "Traceback" not in done.stderr
