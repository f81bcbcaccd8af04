"""One whole tender from the first command to the verified bundle, and nothing lost over a restart.

The demonstration is the journey: everybody acts by the command line client, HTTP and sockets on the running platform.
"""

import json
import os
import re
import time
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import httpx
import pytest

from client.http import Platform
from config.demonstration.cast import EVERYBODY, PASSPHRASE, STAFF, SUPERVISOR
from signing.rules.signing_key import SigningKey
from tests.journeys.whole_platform import Terminal, own_database

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demonstration"), pytest.mark.django_db]
STARTS, PLAYS = 180.0, 1500.0  # seconds, on a machine that does much else


@dataclass
class Played:
    """What stood on the screen after the first start, and what the platform holds then."""

    screen: str
    code: str
    journal: str
    bundle: str


@pytest.fixture(scope="module")
def terminal(tmp_path_factory, django_db_setup, django_db_blocker):
    folder = tmp_path_factory.mktemp("whole")
    with django_db_blocker.unblock(), own_database(f"yangguang_journey_{os.getpid()}") as database:
        running = Terminal(folder / "home", database)
        yield running
        running.give_up()


@pytest.fixture(scope="module")
def played(terminal) -> Played:
    """Up, stopped with Ctrl+C in the middle of the first steps, up again, the demonstration played; still up."""
    terminal.up("--quick")
    terminal.said("[ 1/", within=STARTS)
    wait_for_somebody_registered(terminal)
    assert terminal.control_c() == 0
    terminal.up("--quick")
    terminal.said("ready: ", within=STARTS)
    ended = terminal.said("the demonstration is over", "the demonstration broke off", within=PLAYS)
    assert ended == "the demonstration is over", f"{terminal.screen}\n{terminal.logs()}"
    terminal.said("log-in/)", within=10)
    found = re.search(r"BSC-[0-9A-Z-]+", terminal.screen)
    assert found
    code = found[0]
    return Played(terminal.screen, code, checkpoint(terminal), downloaded(terminal, code))


def wait_for_somebody_registered(terminal: Terminal) -> None:
    """Far enough that the next start meets half of everybody."""
    until = time.monotonic() + STARTS
    while len(list((terminal.home / "demonstration" / "people").glob("*.p12"))) < 6:
        assert time.monotonic() < until, terminal.screen
        time.sleep(0.1)


def checkpoint(terminal: Terminal) -> str:
    return httpx.get(f"{terminal.url}/log/checkpoint", timeout=30).raise_for_status().text


def entries(note: str) -> int:
    return int(note.splitlines()[1])


def person(terminal: Terminal, key: str, role: str = "") -> Platform:
    """Logged in by the .p12 that the demonstration made."""
    p12 = (terminal.home / "demonstration" / "people" / f"{key}.p12").read_bytes()
    return Platform(terminal.url, SigningKey.from_p12(p12, PASSPHRASE), role)


def downloaded(terminal: Terminal, code: str) -> str:
    """SHA-256 of the evidence bundle as the platform gives it out."""
    with person(terminal, SUPERVISOR.key, "supervisor") as supervisor:
        answer = supervisor.http.get(f"/api/v1/sections/{code}/bundles/1/file")
    return sha256(answer.raise_for_status().content).hexdigest()


def step(screen: str, title: str) -> str:
    """The progress line of a step."""
    lines = [line for line in screen.splitlines() if title in line]
    assert len(lines) == 1, (title, lines)
    return lines[0]


def test_every_step_is_told_in_order_and_none_is_left_out(played):
    numbers = [(int(n), int(of)) for n, of in re.findall(r"^\s+\[ ?(\d+)/(\d+)\]", played.screen, re.MULTILINE)]
    assert numbers == [(number, len(numbers)) for number in range(1, len(numbers) + 1)]


@pytest.mark.cts("A-12", "A-92", "A-93", "A-99", "A-112")
def test_what_must_be_refused_was_refused_with_its_rule_and_the_damaged_shares_attributed(played):
    assert "吊销" in step(played.screen, "昨日吊销的证书:拒收").split("拒收", 1)[1]
    late = step(played.screen, "截止后一秒完成递交:拒收")
    assert "示范长河市政建设有限公司" in late
    assert "27" in late.rpartition("[")[2], "the rule stands behind the refusal"
    fates = step(played.screen, "替换、断点续传、撤回")
    assert all(word in fates for word in ("替换一次", "断点续传", "撤回"))
    opened = step(played.screen, "释放份额")
    assert "开启 4 份" in opened
    assert "示范滨江建筑工程有限公司 的份额由其自身损坏" in opened


def test_the_verifier_s_summary_is_printed_and_every_step_holds(played):
    lines = re.findall(r"^\s+(\d+)\. (.+)$", played.screen.partition("证据包;yangguang verify")[2], re.MULTILINE)
    assert [int(number) for number, _ in lines] == list(range(1, len(lines) + 1))
    assert len(lines) >= 12
    assert all("：成立" in line for _, line in lines), lines
    assert "结论：全部成立" in played.screen
    assert "不成立" not in played.screen


def test_every_account_on_the_list_can_log_in(played, terminal):
    accounts = json.loads((terminal.home / "accounts.json").read_text(encoding="utf-8"))
    assert {account["username"] for account in accounts} == {part.key for part in (STAFF, *EVERYBODY)}
    for account in accounts:
        assert f"{account['username']} " in played.screen
        body = {"username": account["username"], "password": account["password"]}
        answer = httpx.post(f"{terminal.url}/api/v1/sessions", json=body, timeout=60)
        assert answer.status_code == 201, (account, answer.text)
    for key, role in (
        ("centre", "staff"),
        ("tenderer", "tenderer"),
        ("bidder-4", "bidder"),
        ("expert-01", "evaluator"),
    ):
        with person(terminal, key, role) as logged_in:
            assert logged_in.session["role"] == role


def test_control_c_and_up_again_is_ready_at_once_and_nothing_is_lost(played, terminal, tmp_path):
    before = checkpoint(terminal)
    (tmp_path / "before").write_text(before)
    assert terminal.control_c() == 0
    assert "stopped; nothing is lost" in terminal.screen
    with pytest.raises(httpx.ConnectError):
        httpx.get(terminal.url)
    terminal.up("--quick")
    terminal.said("log-in/)", within=STARTS)
    assert "playing the demonstration" not in terminal.screen
    assert "migrations" not in terminal.screen
    after = checkpoint(terminal)
    # A ten-minute commitment or an hourly timestamp may fall due while it starts; nothing else happens by itself.
    assert entries(before) <= entries(after) <= entries(before) + 2
    assert downloaded(terminal, played.code) == played.bundle
    assert_the_same_history(terminal, tmp_path / "before")
    home = terminal.home / "demonstration"
    again = terminal.yangguang("verify", home / f"{played.code}.bundle", "--anchors", home / "anchors")
    assert again.returncode == 0, again.stdout
    assert sha256((home / f"{played.code}.bundle").read_bytes()).hexdigest() == played.bundle
    assert terminal.control_c() == 0


def assert_the_same_history(terminal: Terminal, kept: Path) -> None:
    """What stood before the stop is the beginning of what stands now, shown by the journal's own proofs."""
    checked = terminal.yangguang("journal", "verify", f"{terminal.url}/log", "--since", kept, "--json")
    assert checked.returncode == 0, checked.stdout + checked.stderr
