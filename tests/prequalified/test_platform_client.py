"""The command line client at the door of the running platform: log-in, refusals, and what it will not sign."""

import http.server
import json
import threading

import pytest

from client.http import Platform, demand_own_challenge
from client.output import Unusable
from prequalified.models import AccessToken
from prequalified.rules import challenge
from runtime.clock import now
from runtime.refusal import Refusal
from tests.client.commands import PASSPHRASE, yangguang
from tests.factories.parties import demo_ca, make_party
from tests.prequalified.api import NAME

WORDS = challenge.text("log-in", "https://platform.example", "0" * 64, now())


def test_the_client_logs_in_acts_and_switches_the_role(platform):
    kit = make_party(NAME, 1, ["bidder", "tenderer"], "ecdsa")
    with Platform(platform.url, kit.signing_key, "tenderer") as connection:
        assert connection.session["role"] == "tenderer"
        assert connection.call("POST", "/api/v1/role", json={"role": "bidder"}) == {"role": "bidder"}
        assert connection.call("GET", "/api/v1/me")["role"] == "bidder"
        with pytest.raises(Refusal) as refused:
            connection.call("POST", "/api/v1/role", json={"role": "staff"})
    assert refused.value.blockers[0].code == "role.not_held"


def test_the_command_says_who_one_is_and_leaves_nothing_open(platform, tmp_path):
    kit = make_party(NAME, 1)
    (tmp_path / "key.p12").write_bytes(kit.signing_key.to_p12(PASSPHRASE))
    done = yangguang(tmp_path, "login", platform.url, "--p12", "key.p12", "--json")
    assert (done.status, done.data["name"], done.data["roles"]) == (0, NAME, ["bidder"])
    assert AccessToken.objects.get().revoked_at is not None
    (tmp_path / "other.p12").write_bytes(demo_ca().issue(NAME, kit.party.number).to_p12(PASSPHRASE))
    done = yangguang(tmp_path, "login", platform.url, "--p12", "other.p12", "--json")
    assert (done.status, done.codes) == (1, ["certificate.not_bound"])
    done = yangguang(tmp_path, "login", "http://127.0.0.1:9", "--p12", "key.p12")
    assert done.status == 2 and "无法连接" in done.err


@pytest.mark.parametrize(
    "words",
    [
        "撤回投标 BSC-1",
        WORDS.replace("log in", "sign contract"),
        WORDS + "并同意撤回投标\n",
        WORDS.replace("0" * 64, "approve"),
        challenge.text("bind", "https://platform.example", "0" * 64, now()),
        WORDS.replace("Yangguang", "Other"),
        "",
    ],
    ids=["text", "contract", "more words", "no nonce", "bind", "other", "empty"],
)
def test_the_client_signs_nothing_but_a_log_in(words):
    with pytest.raises(Unusable, match="不是登录挑战码"):
        demand_own_challenge(words, "https://platform.example")


@pytest.mark.parametrize("url", ["https://evil.example", "http://platform.example", "https://platform.example:444"])
def test_the_client_signs_no_challenge_of_another_platform(url):
    with pytest.raises(Unusable, match="挑战码属于平台"):
        demand_own_challenge(WORDS, url)


def test_the_client_signs_its_own_platforms_challenge():
    demand_own_challenge(WORDS, "https://platform.example/")
    local = challenge.text("log-in", "http://127.0.0.1:8000", "0" * 64, now())
    demand_own_challenge(local, "http://localhost:8000")


class FalsePlatform(http.server.BaseHTTPRequestHandler):
    """Passes a challenge of the true platform on, and keeps what it is sent."""

    received: list[bytes] = []

    def do_POST(self) -> None:
        self.received.append(self.rfile.read(int(self.headers["Content-Length"] or 0)))
        body = json.dumps({"id": "1", "text": WORDS}).encode()
        self.send_response(201)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def test_a_false_platform_that_passes_a_challenge_on_gets_no_signature():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), FalsePlatform)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with pytest.raises(Unusable, match="挑战码属于平台"):
            Platform(f"http://127.0.0.1:{server.server_address[1]}", demo_ca().issue(NAME, "91110000000000001H"))
    finally:
        server.shutdown()
    assert FalsePlatform.received == [b""]
