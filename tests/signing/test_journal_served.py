"""The journal as the world reads it: HTTP, the command line, a witness; all against the real server."""

import contextlib
import io
import json
import subprocess
import sys
from hashlib import sha256

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction

from client.__main__ import main
from runtime.actor import SYSTEM, Actor
from runtime.refusal import Refusal
from signing.actions.add_cosignature import add_cosignature, trust_witness
from signing.actions.append_entry import append_entry
from signing.actions.disclose_section import await_disclosure, disclose_section
from signing.actions.journal_key import journal_key
from signing.actions.publish_checkpoint import publish_checkpoint
from signing.actions.publish_commitment import publish_commitment
from signing.actions.seal_journal import seal_journal
from signing.models import Checkpoint, CheckpointCosignature, CheckpointTimestamp, JournalEntry
from signing.permissions import may_read
from signing.queries import trust_store
from signing.queries.journal import NoCheckpoint, latest_checkpoint
from signing.rules.checkpoint import cosign, open_checkpoint, sign_checkpoint, witness_key
from signing.rules.merkle import check_consistency, leaf_hash
from signing.rules.notes import NoteSigner, VerifierKey
from signing.rules.proofs import check_proof
from signing.rules.tiles import Tile, unpack_bundle
from signing.rules.timestamps import verify_timestamp
from signing.tasks import timestamp_checkpoint, timestamp_disclosures
from tests.running import ROOT
from tests.signing.journal_kit import BIDDER, write

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def quiet(monkeypatch):
    monkeypatch.setattr("signing.actions.append_entry.wake_sealer", lambda: None)


@pytest.fixture
def log(quiet, platform):
    """A journal of 300 entries, some of them not public, and its address."""
    write(298)
    write(1, kind="party.act", actor=BIDDER, readers="party")
    write(1, kind="supervisor.act", actor=BIDDER, readers="supervisor")
    seal_journal()
    return f"{platform.url}/log"


def get(url, status=200):
    answer = httpx.get(url)
    assert answer.status_code == status, answer.text
    return answer


def yangguang(*arguments, status=0):
    """The command line client, in this process (starting Python fifty times is slow); its JSON answer."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(io.StringIO()):
        ended = main([*map(str, arguments), "--json"])
    assert ended == status, printed.getvalue()
    return json.loads(printed.getvalue())


def program(*arguments):
    """(exit status, output) of the real program."""
    command = [sys.executable, "-m", "client", *map(str, arguments)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    return ran.returncode, ran.stdout


def test_the_checkpoint_is_served_as_a_signed_note(log):
    answer = get(f"{log}/checkpoint")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    key = VerifierKey.parse(get(f"{log}/key").text)
    assert open_checkpoint(answer.content, key).size == 300
    assert key == journal_key()


def test_an_empty_journal_has_no_checkpoint(platform):
    get(f"{platform.url}/log/checkpoint", 404)
    with pytest.raises(NoCheckpoint):
        latest_checkpoint()


def test_tiles_are_served_at_the_addresses_of_the_specification(log):
    full, partial, above = (get(f"{log}/tile/{path}") for path in ("0/000", "0/001.p/44", "1/000.p/1"))
    assert [len(answer.content) for answer in (full, partial, above)] == [8192, 44 * 32, 32]
    assert "immutable" in full.headers["cache-control"]
    leaves = [bytes(leaf) for leaf in JournalEntry.objects.order_by("index").values_list("leaf", flat=True)]
    assert full.content + partial.content == b"".join(leaves)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("0/001", 404),
        ("0/001.p/45", 404),
        ("0/002", 404),
        ("1/000", 404),
        ("2/000.p/1", 404),
        ("entries/001", 404),
        ("0/0", 400),
        ("0/000.p/256", 400),
        ("64/000", 400),
        ("%2e%2e/checkpoint", 400),
        ("0/000%00", 400),
    ],
)
def test_tiles_that_no_checkpoint_covers_and_other_addresses_are_refused(log, path, status):
    get(f"{log}/tile/{path}", status)


def test_a_bundle_shows_what_is_public_and_says_what_is_not(log):
    first, second = (get(f"{log}/tile/entries/{path}").content for path in ("000", "001.p/44"))
    entries = unpack_bundle(first, 256) + unpack_bundle(second, 44)
    assert entries[298:] == [None, None]
    tile = get(f"{log}/tile/0/000").content
    assert [leaf_hash(entry) for entry in entries[:256]] == [tile[at : at + 32] for at in range(0, 8192, 32)]
    assert "第七建设" not in (first + second).decode(errors="replace")


def test_the_hash_of_a_withheld_entry_is_public_and_its_content_is_not(log, platform):
    seen = get(f"{platform.url}/api/v1/journal/entries/298").json()
    entry = JournalEntry.objects.get(index=298)
    assert (seen["leaf"], seen["entry"], seen["readers"]) == (bytes(entry.leaf).hex(), None, "party")
    check_proof(seen["proof"], entry.entry(), journal_key())
    refusal = get(f"{platform.url}/api/v1/journal/entries/298/raw", 403).json()
    assert refusal["blockers"][0]["code"] == "journal.not_readable"


def test_who_reads_what(log):
    public, party, supervisor = (JournalEntry.objects.get(index=index) for index in (0, 298, 299))
    readers = {
        "citizen": Actor("citizen"),
        "other bidder": Actor("bidder", number="811100000000000000"),
        "the bidder": BIDDER,
        "supervisor": Actor("supervisor", number="1"),
        "staff": Actor("staff", number="2"),
    }
    seen = {name: [may_read(entry, actor) for entry in (public, party, supervisor)] for name, actor in readers.items()}
    assert seen == {
        "citizen": [True, False, False],
        "other bidder": [True, False, False],
        "the bidder": [True, True, False],
        "supervisor": [True, True, True],
        "staff": [True, False, False],
    }


def test_a_party_named_in_the_body_reads_the_entry_too(quiet):
    with transaction.atomic():
        append_entry(
            kind="question.answered", subject="s", body={"parties": [BIDDER.number]}, actor=SYSTEM, readers="party"
        )
    seal_journal()
    assert may_read(JournalEntry.objects.get(), BIDDER)


@pytest.mark.cts("A-200")
def test_records_are_found_by_kind_and_by_what_they_are_about(quiet, platform):
    write(3, kind="bid.delivered", subject="section:BSC-1")
    write(2, kind="bid.withdrawn", subject="section:BSC-2")
    write(2, kind="notice.published", subject="section:BSC-1")
    seal_journal()
    url = f"{platform.url}/api/v1/journal/entries"

    def found(**asked):
        return [entry["index"] for entry in httpx.get(url, params=asked).json()["entries"]]

    assert found(kind="bid.") == [0, 1, 2, 3, 4]
    assert found(kind="bid.withdrawn") == [3, 4]
    assert found(subject="section:BSC-1") == [0, 1, 2, 5, 6]
    assert found(subject="section:BSC-1", kind="notice.published") == [5, 6]
    assert found(subject="section:BSC-3") == []
    page = httpx.get(url, params={"limit": 3}).json()
    assert ([entry["index"] for entry in page["entries"]], page["next"]) == ([0, 1, 2], 2)
    assert httpx.get(url, params={"limit": 5, "after": 2}).json()["next"] is None


def test_lists_ask_the_database_as_often_for_three_rows_as_for_one(quiet, client, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for number in (1, 3):
        write(number, subject=f"s:{number}")
        seal_journal()
        with CaptureQueriesContext(connection) as queries:
            assert len(client.get("/api/v1/journal/entries", {"subject": f"s:{number}"}).json()["entries"]) == number
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_consistency_is_proved_over_the_api(log, platform):
    old = open_checkpoint(latest_checkpoint().note, journal_key())
    write(5)
    seal_journal()
    answer = get(f"{platform.url}/api/v1/journal/consistency?old=300").json()
    head = open_checkpoint(answer["checkpoint"], journal_key())
    check_consistency(300, old.root, 305, head.root, [bytes.fromhex(step) for step in answer["path"]])
    for asked in ("old=306", "old=-1", "old=300&new=303"):
        refusal = get(f"{platform.url}/api/v1/journal/consistency?{asked}", 404).json()
        assert refusal["blockers"][0]["code"] == "journal.no_proof"
    get(f"{platform.url}/api/v1/journal/entries/305", 404)


@pytest.mark.cts("A-200")
def test_anybody_checks_the_whole_journal_with_the_command_line(log, platform, tmp_path):
    (tmp_path / "key").write_text(f"{journal_key()}\n")
    for source in (log, platform.url):
        answer = yangguang("journal", "verify", source, "--key", tmp_path / "key")
        assert (answer["ok"], answer["size"], answer["origin"]) == (True, 300, journal_key().name)
    assert [step["step"] for step in answer["steps"]] == ["检查点签名", "整棵树", "逐条内容", "密封日志"]
    assert "298 条与散列相符，2 条内容不公开" in answer["steps"][2]["found"]


def test_a_copy_of_the_journal_is_checked_without_the_network(log, platform, tmp_path):
    folder = tmp_path / "copy"
    assert program("journal", "fetch", log, "-o", folder)[0] == 0
    platform.kill()
    status, output = program("journal", "verify", folder, "--key", journal_key())
    assert (status, output.splitlines()[0]) == (0, f"1. 检查点签名：{journal_key().name}，300 条")
    flip(folder / "tile/0/000", 7)
    status, output = program("journal", "verify", folder, "--key", journal_key())
    assert (status, output.splitlines()[1].startswith("2. 整棵树：不成立：")) == (1, True)


@pytest.fixture
def copy(log, tmp_path):
    yangguang("journal", "fetch", log, "-o", tmp_path / "copy")
    return tmp_path / "copy"


def flip(path, at):
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("path", "at", "step"),
    [
        ("checkpoint", 5, "检查点签名"),
        ("checkpoint", -10, "检查点签名"),
        ("tile/0/000", 100, "整棵树"),
        ("tile/0/001.p/44", 0, "整棵树"),
        ("tile/1/000.p/1", 31, "整棵树"),
        ("tile/entries/000", 1, "逐条内容"),
        ("tile/entries/000", 50, "逐条内容"),
        ("tile/entries/001.p/44", -1, "逐条内容"),
    ],
)
def test_a_changed_byte_anywhere_is_found_and_the_step_named(copy, path, at, step):
    flip(copy / path, at)
    answer = yangguang("journal", "verify", copy, "--key", str(journal_key()), status=1)
    assert answer["failed"]["step"] == step


@pytest.mark.parametrize("path", ["tile/0/000", "tile/0/001.p/44", "tile/entries/000", "checkpoint"])
def test_a_truncated_file_is_found(copy, path):
    (copy / path).write_bytes((copy / path).read_bytes()[:-3])
    assert yangguang("journal", "verify", copy, "--key", str(journal_key()), status=1)["ok"] is False


def test_a_missing_file_or_folder_is_unreadable_and_not_wrong(copy, tmp_path):
    (copy / "tile/0/000").unlink()
    assert "error" in yangguang("journal", "verify", copy, "--key", str(journal_key()), status=2)
    assert "error" in yangguang("journal", "verify", tmp_path / "nowhere", status=2)
    assert "error" in yangguang("journal", "verify", "http://127.0.0.1:9/log", status=2)


def test_another_logs_key_is_refused(log):
    stranger = NoteSigner(journal_key().name, Ed25519PrivateKey.generate()).verifier
    assert yangguang("journal", "verify", log, "--key", str(stranger), status=1)["failed"]["step"] == "检查点签名"


def test_since_an_older_checkpoint_only_what_is_new_is_read_and_both_must_agree(log, tmp_path):
    old = tmp_path / "old"
    yangguang("journal", "verify", log, "-o", old)
    write(10)
    seal_journal()
    answer = yangguang("journal", "verify", log, "--since", old)
    assert answer["steps"][1] == {"step": "与以前的检查点一致", "found": "300 条之后增加 10 条，没有改写"}
    assert "10 条与散列相符" in answer["steps"][3]["found"]


def test_a_rewritten_a_shortened_and_a_foreign_history_are_refused(log, tmp_path):
    from signing.keys import journal_signer
    from signing.rules.checkpoint import TreeHead

    signer = journal_signer()
    stranger = NoteSigner("another.example/log", Ed25519PrivateKey.generate())
    faults = {
        "rewritten": sign_checkpoint(TreeHead(signer.name, 200, bytes(32)), signer),
        "forked": sign_checkpoint(TreeHead(signer.name, 300, bytes(32)), signer),
        "shortened": sign_checkpoint(TreeHead(signer.name, 301, bytes(32)), signer),
        "foreign": sign_checkpoint(TreeHead(stranger.name, 200, bytes(32)), stranger),
        "malformed": "no note",
    }
    for name, note in faults.items():
        (tmp_path / name).write_text(note)
        answer = yangguang("journal", "verify", log, "--since", tmp_path / name, status=1)
        assert answer["failed"]["step"] == "与以前的检查点一致", name


@pytest.mark.cts("A-200", "A-201")
def test_the_command_line_checks_the_sealed_journal_against_its_commitments(quiet, platform, monkeypatch, tmp_path):
    import datetime as dt

    from runtime import clock

    start = clock.now() - dt.timedelta(hours=2)
    for minute in (0, 11, 22):
        monkeypatch.setattr(clock, "now", lambda minute=minute: start + dt.timedelta(minutes=minute))
        write(minute % 3 + 1, kind="bid.delivered", actor=BIDDER, readers="party", sealed_until="BSC-1")
        seal_journal()
        publish_commitment()
        seal_journal()
    with transaction.atomic():
        disclose_section("BSC-1")
    await_disclosure("BSC-1")
    answer = yangguang("journal", "verify", platform.url)
    assert answer["steps"][-1] == {"step": "密封日志", "found": "1 个标段与事先的承诺相符"}
    folder = tmp_path / "copy"
    yangguang("journal", "fetch", platform.url, "-o", folder)
    shown = folder / "disclosures" / "BSC-1.1.json"
    document = json.loads(shown.read_text())
    for change in ({"size": 1}, {"place": 3}, {"path": []}):
        changed = {**document, "openings": [*document["openings"][:-1], {**document["openings"][-1], **change}]}
        shown.write_text(json.dumps(changed))
        assert yangguang("journal", "verify", folder, status=1)["failed"]["step"] == "密封日志"
    for text in (json.dumps({**document, "openings": document["openings"][:-1]}), "{}", "no json"):
        shown.write_text(text)
        assert yangguang("journal", "verify", folder, status=1)["failed"]["step"] == "密封日志"
    shown.unlink()
    assert yangguang("journal", "verify", folder, status=1)["failed"]["step"] == "密封日志"


@pytest.fixture
def witness(tmp_path):
    """A key made by the program, trusted by the platform."""
    made = yangguang("journal", "witness", "supervisor.example/witness", "-o", tmp_path / "witness")
    trust_witness(name="公共资源交易监督", key=made["key"], actor=Actor("supervisor", number="1"))
    return tmp_path / "witness", made["key"]


def test_a_witness_checks_consistency_and_cosigns_and_readers_can_demand_it(log, witness):
    path, key = witness
    assert yangguang("journal", "verify", log, "--witness", key, status=1)["failed"]["step"] == "见证人联署"
    yangguang("journal", "verify", log, "--cosign", path)
    cosigned = CheckpointCosignature.objects.get(checkpoint=latest_checkpoint())
    assert cosigned.witness.name == "supervisor.example/witness"
    answer = yangguang("journal", "verify", log, "--witness", key)
    assert answer["steps"][-1]["step"] == "见证人联署"
    assert path.stat().st_mode & 0o077 == 0
    write(3)
    seal_journal()
    yangguang("journal", "verify", log, "--cosign", path)
    assert CheckpointCosignature.objects.count() == 2


def test_a_witness_never_cosigns_a_second_history(log, witness, monkeypatch):
    from signing.keys import journal_signer
    from signing.rules.checkpoint import TreeHead

    path, _key = witness
    yangguang("journal", "verify", log, "--cosign", path)
    seen = path.with_name("witness.seen")
    signer = journal_signer()
    for size in (300, 200, 400):
        other = sign_checkpoint(TreeHead(signer.name, size, bytes(32)), signer)
        seen.write_text(json.dumps({signer.name: other}))
        answer = yangguang("journal", "verify", log, "--cosign", path, status=1)
        assert answer["failed"]["step"] == "联署"
        assert json.loads(seen.read_text()) == {signer.name: other}
    seen.write_text("no json")
    assert "error" in yangguang("journal", "verify", log, "--cosign", path, status=2)


def test_a_witness_that_nobody_registered_is_refused_by_the_platform(log, tmp_path):
    yangguang("journal", "witness", "stranger.example/witness", "-o", tmp_path / "key")
    refusal = yangguang("journal", "verify", log, "--cosign", tmp_path / "key", status=1)
    assert refusal["blockers"][0]["code"] == "cosignature.no_witness"
    assert "error" in yangguang("journal", "witness", "again", "-o", tmp_path / "key", status=2)


def bad_cosignatures():
    note = latest_checkpoint().note
    signer = NoteSigner("w.example/1", Ed25519PrivateKey.generate())
    trust_witness(name="w", key=str(signer.verifier), actor=SYSTEM)
    stranger = NoteSigner("another.example/log", Ed25519PrivateKey.generate())
    from signing.rules.checkpoint import TreeHead

    foreign = sign_checkpoint(TreeHead("another.example/log", 300, bytes(32)), stranger)
    good = cosign(note, signer, 1_790_000_000)
    impostor = NoteSigner("w.example/1", Ed25519PrivateKey.generate())
    yield "malformed", b"\xff", 422
    yield "malformed", "", 422
    yield "malformed", note + "x" * 70_000, 422
    yield "foreign_checkpoint", foreign + cosign(foreign, signer, 1), 409
    yield "foreign_checkpoint", note.replace("\n300\n", "\n299\n") + good, 409
    yield "no_witness", note, 403
    yield "no_witness", note + cosign(note, impostor, 1), 403
    yield "wrong", note + cosign(note.replace("300", "301"), signer, 1), 422
    yield "wrong", note + cosign(note, signer, 9_999_999_999), 422


def test_a_bad_cosignature_is_refused_with_its_reason_and_not_kept(log):
    for code, body, status in bad_cosignatures():
        answer = httpx.post(f"{log}/cosignatures", content=body if isinstance(body, bytes) else body.encode())
        assert (answer.status_code, answer.json()["blockers"][0]["code"]) == (status, f"cosignature.{code}")
    assert CheckpointCosignature.objects.count() == 0
    assert httpx.get(f"{log}/cosignatures").status_code == 405


def test_a_cosignature_may_be_handed_in_twice_and_a_witness_registered_once(log):
    signer = NoteSigner("w.example/1", Ed25519PrivateKey.generate())
    trust_witness(name="w", key=str(witness_key(signer.verifier)), actor=SYSTEM)
    note = latest_checkpoint().note
    cosigned = note + cosign(note, signer, 1_790_000_000)
    assert [one.pk for one in add_cosignature(cosigned)] == [one.pk for one in add_cosignature(cosigned)]
    for key in (str(signer.verifier), "no key"):
        with pytest.raises(Refusal):
            trust_witness(name="w", key=key, actor=SYSTEM)


def test_checkpoints_are_timestamped_once_for_each_reason(quiet):
    assert publish_checkpoint() is None
    write(2)
    opening = publish_checkpoint("opening:BSC-1/1")
    write(1)
    assert publish_checkpoint("opening:BSC-1/1") == opening
    hour = publish_checkpoint()
    assert publish_checkpoint() == hour
    assert (opening.checkpoint.size, hour.checkpoint.size) == (2, 3)
    assert CheckpointTimestamp.objects.count() == 2
    digest = sha256(Checkpoint.objects.get(size=2).note.encode()).digest()
    assert verify_timestamp(bytes(opening.token), digest, trust_store()).ok


def test_each_opening_gets_its_timestamp_and_the_task_may_be_delivered_twice(quiet):
    write(2, sealed_until="BSC-1")
    with transaction.atomic():
        disclose_section("BSC-1")
    await_disclosure("BSC-1")
    assert [timestamp_disclosures(), timestamp_disclosures()] == [1, 0]
    assert CheckpointTimestamp.objects.get().reason == "opening:BSC-1/1"
    assert CheckpointTimestamp.objects.get().checkpoint.size == 3
    assert timestamp_checkpoint() == timestamp_checkpoint() != ""
    assert CheckpointTimestamp.objects.count() == 2


def test_the_tiles_path_is_the_one_the_server_takes(log):
    for tile in (Tile(0, 1, 44), Tile(None, 0)):
        assert get(f"{log}/tile/{tile.path}").content
