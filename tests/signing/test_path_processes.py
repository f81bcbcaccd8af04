"""The validating processes: killed when they hang, replaced when they die, never shared."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from signing.rules import demo_ca, path_pool
from signing.rules.path_pool import Pool, TookTooLong, pool
from signing.rules.paths import validate_path
from tests.factories.certificates import DAY, NOW, NUMBER


@pytest.fixture(scope="module")
def ca() -> demo_ca.DemoCA:
    return demo_ca.make_ca("路径机构", "ecdsa", at=NOW)


def test_a_hanging_process_is_killed_in_time_and_replaced(ca, monkeypatch, tmp_path):
    script = tmp_path / "sleeper.py"
    script.write_text("import time\ntime.sleep(60)\n")
    hanging = Pool()
    monkeypatch.setattr(path_pool, "WORKER", script)
    began = time.monotonic()
    with pytest.raises(TookTooLong):
        hanging.ask(b"{}", b"{}", 0.3)
    assert time.monotonic() - began < 5
    monkeypatch.undo()

    request = b'{"trust": "none"}'
    assert (
        hanging.ask(
            request, b'{"trust": "none", "data": {"anchors": [], "intermediates": [], "crls": [], "ocsps": []}}', 10
        )["code"]
        == "unreadable"
    )
    hanging.close()


def test_a_process_killed_from_outside_is_replaced_and_the_question_answered(ca):
    key = ca.issue("甲", NUMBER)
    assert validate_path(key.cert_der, [], ca.trust_store(), NOW).ok
    for worker in pool()._idle:
        worker.process.kill()
        worker.process.wait()

    assert validate_path(ca.issue("乙", NUMBER).cert_der, [], ca.trust_store(), NOW).ok


def test_many_threads_get_their_own_answers(ca):
    store = ca.trust_store()
    good, bad = ca.issue("甲", NUMBER), ca.issue("乙", NUMBER, not_before=NOW - 9 * DAY, not_after=NOW - DAY)
    answers: list[tuple[str, str]] = []

    def ask(key, expected):
        answers.append((validate_path(key.cert_der, [], store, NOW).code, expected))

    threads = [threading.Thread(target=ask, args=pair) for pair in [(good, "ok"), (bad, "certificate.expired")] * 8]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 16
    assert all(got == expected for got, expected in answers)


def test_a_forked_child_uses_processes_of_its_own(ca):
    """Celery forks its workers: two users of one pipe would mix up their answers."""
    store, key = ca.trust_store(), ca.issue("甲", NUMBER)
    validate_path(key.cert_der, [], store, NOW)
    mine = {worker.process.pid for worker in pool()._idle}
    read, write = os.pipe()
    os.set_blocking(read, False)
    held, done = threading.Event(), threading.Event()

    def use_the_pool():
        with pool()._lock:
            held.set()
            done.wait()

    busy = threading.Thread(target=use_the_pool)  # it does not exist in the child, which nevertheless has its lock
    busy.start()
    held.wait()
    child = os.fork()
    if child == 0:
        signal.alarm(30)
        verdict = validate_path(ca.issue("乙", NUMBER).cert_der, [], store, NOW)
        theirs = {worker.process.pid for worker in pool()._idle}
        os.write(write, b"good" if verdict.ok and theirs and not theirs & mine else b"bad!")
        pool().close()
        os._exit(0)
    done.set()
    busy.join()
    os.waitpid(child, 0)
    assert os.read(read, 4) == b"good"
    assert validate_path(ca.issue("丙", NUMBER).cert_der, [], store, NOW).ok


def test_the_processes_end_with_their_program():
    program = (
        "from tests.factories.certificates import *\n"
        "from signing.rules.paths import validate_path\n"
        "from signing.rules.path_pool import pool\n"
        "assert validate_path(holder('ecdsa').cert_der, [], authority('ecdsa').trust_store(), NOW + 0 * DAY).ok\n"
        "print(pool()._idle[0].process.pid)\n"
    )
    out = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    with pytest.raises(ProcessLookupError):
        os.kill(int(out.stdout), 0)


def test_the_validating_process_imports_neither_django_nor_the_project():
    program = (
        "import runpy, sys; sys.argv=['w']; runpy.run_path(sys.argv[0], run_name='x') if 0 else None\n"
        f"runpy.run_path({str(path_pool.WORKER)!r}, run_name='x')\n"
        "bad = [n for n in sys.modules if n.split('.')[0] in ('django', 'signing', 'runtime')]\n"
        "assert not bad, bad\n"
    )
    subprocess.run([sys.executable, "-I", "-c", program], check=True)
