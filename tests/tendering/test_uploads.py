"""tus 1.0 against the running platform: what the protocol promises, and what liars get."""

import base64
import hashlib
import secrets
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest
from django.conf import settings
from tusclient.client import TusClient

from signing.rules.container_writer import ContainerWriter
from tendering.models import Upload
from tests.factories.tendering import make_published_section
from tests.running import RunningPlatform
from tests.tendering.delivering import OCTETS, TUS, Tus, bearer, entries, metadata, new_bidder

pytestmark = pytest.mark.django_db(transaction=True)
MIB = 1 << 20


def stored() -> list[Path]:
    folder = Path(settings.STORE) / "uploads"
    return sorted(folder.iterdir()) if folder.exists() else []


@pytest.fixture
def tender():
    return make_published_section()


@pytest.fixture
def bidder():
    return new_bidder()


@pytest.fixture(autouse=True)
def empty_store():
    shutil.rmtree(Path(settings.STORE) / "uploads", ignore_errors=True)


@pytest.fixture
def connect(platform):
    """Connections to the platform that the test's end closes."""
    opened = []

    def to(headers):
        opened.append(Tus(platform.port, headers))
        return opened[-1]

    yield to
    for tus in opened:
        tus.connection.close()


@pytest.fixture
def tus(connect, bidder):
    return connect(bearer(bidder))


def file_of(upload: Upload) -> Path:
    return Path(settings.STORE) / "uploads" / upload.id.hex


def test_options_tells_what_the_server_can_do_without_log_in(connect):
    answer = connect({}).call("OPTIONS", "/uploads/", Tus_Resumable="")
    assert answer.status == 204
    assert answer.headers["tus-version"] == "1.0.0"
    assert set(answer.headers["tus-extension"].split(",")) == {
        "creation", "creation-with-upload", "termination", "checksum", "expiration",
    }  # fmt: skip
    assert answer.headers["tus-checksum-algorithm"] == "sha1,sha256"
    assert int(answer.headers["tus-max-size"]) == settings.BID_BYTES_LIMIT


def test_stock_tuspy_delivers_in_pieces_and_the_bytes_are_the_same(platform, tender, bidder, tmp_path):
    data = secrets.token_bytes(3 * MIB + 17)
    (tmp_path / "x.bid").write_bytes(data)
    client = TusClient(f"{platform.url}/uploads/", headers=bearer(bidder))
    uploader = client.uploader(
        str(tmp_path / "x.bid"),
        chunk_size=MIB,
        metadata={"section": tender.section.code, "filename": "x.bid"},
        upload_checksum=True,
    )
    uploader.upload()
    upload = Upload.objects.get()
    assert file_of(upload).read_bytes() == data
    assert upload.party == bidder.party
    wait_for(lambda: "refused" in Upload.objects.get().digests)  # random bytes are no container


def test_tuspy_with_its_default_of_one_piece_for_all_is_streamed(platform, tender, bidder, tmp_path):
    data = secrets.token_bytes(24 * MIB)
    (tmp_path / "x.bid").write_bytes(data)
    client = TusClient(f"{platform.url}/uploads/", headers=bearer(bidder))
    client.uploader(str(tmp_path / "x.bid"), metadata={"section": tender.section.code}).upload()
    assert file_of(Upload.objects.get()).read_bytes() == data


def test_a_container_is_hashed_whole_and_by_member_while_it_arrives(tus, tender, tmp_path):
    payload = secrets.token_bytes(9 * MIB)
    with ContainerWriter(tmp_path / "c.bid") as container:
        container.add("seal.json", b"{}")
        container.add("payload.age", payload)
    tus.send(tender.section.code, tmp_path / "c.bid", piece=MIB + 7)
    assert Upload.objects.get().digests["sha256"] == hashlib.sha256((tmp_path / "c.bid").read_bytes()).hexdigest()
    wait_for(lambda: "members" in Upload.objects.get().digests)
    digests = Upload.objects.get().digests
    assert digests["sha256"] == hashlib.sha256((tmp_path / "c.bid").read_bytes()).hexdigest()
    by_name = {member["name"]: member for member in digests["members"]}
    assert by_name["payload.age"]["sha256"] == hashlib.sha256(payload).hexdigest()
    assert base64.b64decode(by_name["seal.json"]["content"]) == b"{}"


def test_head_tells_offset_length_expiry_and_metadata_and_forbids_caching(tus, tender):
    created = tus.create(tender.section.code, 10)
    tus.patch(created.headers["location"], 0, b"abc")
    head = tus.head(created.headers["location"])
    assert (head.status, head.offset, head.headers["upload-length"]) == (200, 3, "10")
    assert head.headers["cache-control"] == "no-store"
    assert head.headers["upload-metadata"] == metadata(tender.section.code)
    assert head.headers["upload-expires"].endswith("GMT")


def test_creation_with_upload_takes_the_first_bytes_at_once(tus, tender):
    answer = tus.call(
        "POST", "/uploads/", b"abcdef", Upload_Length="10", Upload_Metadata=metadata(tender.section.code),
        Content_Type=OCTETS["Content-Type"],
    )  # fmt: skip
    assert (answer.status, answer.offset) == (201, 6)
    assert tus.head(answer.headers["location"]).offset == 6


def test_a_proxy_that_knows_only_post_may_override_the_method(tus, tender):
    address = tus.create(tender.section.code, 3).headers["location"]
    answer = tus.call(
        "POST", address, b"abc", Upload_Offset="0", Content_Type=OCTETS["Content-Type"], X_HTTP_Method_Override="PATCH"
    )
    assert (answer.status, answer.offset) == (204, 3)


def test_termination_destroys_the_bytes_and_the_address(tus, tender):
    address = tus.create(tender.section.code, 10).headers["location"]
    tus.patch(address, 0, b"abc")
    assert tus.call("DELETE", address).status == 204
    assert tus.head(address).status == 404
    assert stored() == []
    assert len(entries("upload.terminated")) == 1


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_right_checksum_is_accepted_and_a_wrong_one_takes_nothing(tus, tender, algorithm):
    address = tus.create(tender.section.code, 10).headers["location"]
    tus.patch(address, 0, b"abc")
    right = base64.b64encode(hashlib.new(algorithm, b"defg").digest()).decode()
    bad = tus.patch(address, 3, b"dexg", Upload_Checksum=f"{algorithm} {right}")
    assert (bad.status, bad.codes) == (460, ["upload.checksum"])
    assert tus.head(address).offset == 3
    good = tus.patch(address, 3, b"defg", Upload_Checksum=f"{algorithm} {right}")
    assert (good.status, good.offset) == (204, 7)


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Tus_Resumable": "0.2.2"}, 412, "upload.version"),
        ({"Upload_Offset": "5"}, 409, "upload.offset"),
        ({"Upload_Offset": "-1"}, 400, "upload.header"),
        ({"Upload_Offset": ""}, 400, "upload.header"),
        ({"Content_Type": "text/plain"}, 415, "upload.media"),
        ({"Upload_Checksum": "md5 AAAA"}, 400, "upload.algorithm"),
        ({"Upload_Checksum": "sha1 AAAA"}, 400, "upload.checksum_header"),
    ],
)
def test_a_malformed_piece_is_refused_and_nothing_is_written(tus, tender, headers, status, code):
    address = tus.create(tender.section.code, 10).headers["location"]
    answer = tus.patch(address, 0, b"abc", **headers)
    assert (answer.status, answer.codes) == (status, [code])
    assert tus.head(address).offset == 0


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Upload_Length": ""}, 400, "upload.header"),
        ({"Upload_Length": "12x"}, 400, "upload.header"),
        ({"Upload_Length": "0"}, 400, "upload.empty"),
        ({"Upload_Length": str(1 << 40)}, 413, "upload.too_large"),
        ({"Upload_Length": "10", "Upload_Defer_Length": "1"}, 400, "upload.extension"),
        ({"Upload_Length": "10", "Upload_Metadata": "section !!!"}, 400, "upload.metadata"),
        ({"Upload_Length": "10", "Upload_Metadata": metadata("BSC-NONE")}, 404, "section.not_found"),
    ],
)
def test_a_malformed_creation_is_refused_and_leaves_nothing(tus, headers, status, code):
    answer = tus.call("POST", "/uploads/", **headers)
    assert (answer.status, answer.codes) == (status, [code])
    assert Upload.objects.count() == 0
    assert stored() == []


def test_more_bytes_than_announced_are_refused_whole(tus, tender):
    address = tus.create(tender.section.code, 10).headers["location"]
    tus.patch(address, 0, b"abc")
    told = tus.patch(address, 3, b"x" * 8)
    assert (told.status, told.codes) == (413, ["upload.overlong"])
    hidden = tus.patch(address, 3, iter([b"x" * 4, b"y" * 4]), Transfer_Encoding="chunked")
    assert (hidden.status, hidden.codes) == (413, ["upload.overlong"])
    assert tus.head(address).offset == 3


def test_an_answer_before_the_end_of_a_large_body_leaves_the_connection_usable(tus, tender):
    address = tus.create(tender.section.code, 40 * MIB).headers["location"]
    refused = tus.patch(address, 1, bytes(12 * MIB))
    assert refused.status == 409
    assert tus.head(address).offset == 0


def test_a_second_writer_is_told_to_wait_and_disturbs_nothing(platform, tus, tender, bidder):
    address = tus.create(tender.section.code, 10).headers["location"]
    slow = half_sent(platform.port, address, bearer(bidder), b"abc", 6)
    wait_for(lambda: tus.head(address).offset == 3)
    answer = tus.patch(address, 3, b"xyz")
    assert (answer.status, answer.codes) == (423, ["upload.busy"])
    slow.sendall(b"def")
    assert b" 204 " in slow.recv(400)
    assert tus.head(address).offset == 6
    assert file_of(Upload.objects.get()).read_bytes() == b"abcdef"


def test_what_a_broken_line_brought_is_kept(platform, tus, tender, bidder):
    address = tus.create(tender.section.code, 1000).headers["location"]
    half_sent(platform.port, address, bearer(bidder), b"abc", 600).close()
    wait_for(lambda: tus.head(address).offset == 3)
    assert tus.patch(address, 3, b"def").offset == 6


def test_what_a_broken_line_brought_of_a_checksummed_piece_is_dropped(platform, tus, tender, bidder):
    address = tus.create(tender.section.code, 1000).headers["location"]
    tus.patch(address, 0, b"abc")
    digest = base64.b64encode(hashlib.sha1(b"defdef").digest()).decode()
    headers = {**bearer(bidder), "Upload-Checksum": f"sha1 {digest}"}
    half_sent(platform.port, address, headers, b"def", 6, offset=3).close()
    wait_for(lambda: tus.patch(address, 3, b"").status == 204)
    assert tus.head(address).offset == 3


def test_kill_9_in_the_middle_of_a_piece_continues_at_the_true_offset(platform, tender, bidder, tmp_path, connect):
    data = secrets.token_bytes(6 * MIB)
    tus = connect(bearer(bidder))
    address = tus.create(tender.section.code, len(data)).headers["location"]
    tus.patch(address, 0, data[:MIB])
    line = half_sent(platform.port, address, bearer(bidder), data[MIB : 4 * MIB], 5 * MIB, offset=MIB)
    upload = Upload.objects.get()
    wait_for(lambda: file_of(upload).stat().st_size >= 3 * MIB)
    platform.kill()
    line.close()
    platform.start()
    tus = connect(bearer(bidder))
    offset = tus.head(address).offset
    assert MIB < offset <= 4 * MIB
    assert tus.patch(address, offset, data[offset:]).offset == len(data)
    assert file_of(upload).read_bytes() == data


def test_kill_9_in_the_middle_of_a_checksummed_piece_drops_what_nobody_vouched_for(platform, tender, bidder, connect):
    data = secrets.token_bytes(4 * MIB)
    tus = connect(bearer(bidder))
    address = tus.create(tender.section.code, len(data)).headers["location"]
    tus.patch(address, 0, data[:MIB])
    digest = base64.b64encode(hashlib.sha256(data[MIB:]).digest()).decode()
    headers = {**bearer(bidder), "Upload-Checksum": f"sha256 {digest}"}
    line = half_sent(platform.port, address, headers, data[MIB : 3 * MIB], 3 * MIB, offset=MIB)
    upload = Upload.objects.get()
    wait_for(lambda: file_of(upload).stat().st_size > MIB)
    platform.kill()
    line.close()
    platform.start()
    tus = connect(bearer(bidder))
    assert tus.head(address).offset == MIB
    assert tus.patch(address, MIB, data[MIB:], Upload_Checksum=f"sha256 {digest}").offset == len(data)
    assert file_of(upload).read_bytes() == data


def test_an_upload_tells_nobody_else_that_it_exists(tus, tender, connect):
    address = tus.create(tender.section.code, 10).headers["location"]
    other = connect(bearer(new_bidder("ecdsa")))
    nowhere = f"/uploads/{secrets.token_hex(16)}"
    for method in ("HEAD", "PATCH", "DELETE"):
        headers = {"Upload_Offset": "0", "Content_Type": OCTETS["Content-Type"]}
        mine, none = (other.call(method, where, b"", **headers) for where in (address, nowhere))
        assert (mine.status, mine.body) == (none.status, none.body) == (404, none.body)
    assert tus.head(address).offset == 0
    tenderer = connect(bearer(tender.tenderer))
    assert tenderer.head(address).status == tenderer.head(nowhere).status == 403
    visitor = connect({})
    assert visitor.head(address).status == visitor.head(nowhere).status == 401


def test_a_password_log_in_may_read_but_not_deliver(tender, bidder, connect):
    reader = connect(bearer(bidder, certificate=False))
    answer = reader.create(tender.section.code, 10)
    assert (answer.status, answer.codes) == (403, ["login.certificate_needed"])


def test_a_browser_session_delivers_too(tender, bidder, connect):
    from django.test import Client

    from tests.factories.parties import log_in

    client = log_in(Client(), bidder)
    cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    tus = connect({"Cookie": cookie})
    assert tus.create(tender.section.code, 10).status == 201


def test_at_most_four_uploads_at_once_for_a_section(tus, tender):
    for _ in range(4):
        assert tus.create(tender.section.code, 10).status == 201
    fifth = tus.create(tender.section.code, 10)
    assert (fifth.status, fifth.codes) == (409, ["upload.too_many"])


def test_the_tenderer_and_the_trustees_may_not_bid(tender, connect):
    from prequalified.models import PartyRole, RoleStatus

    for kit in (tender.tenderer, tender.trustees[0].kit):
        PartyRole.objects.create(party=kit.party, role="bidder", status=RoleStatus.VERIFIED)
        answer = connect(bearer(kit, "bidder")).create(tender.section.code, 10)
        assert answer.codes == ["bid.own_tender"]


def test_an_expired_upload_is_gone(tus, tender):
    from runtime.clock import now

    address = tus.create(tender.section.code, 10).headers["location"]
    Upload.objects.update(expires_at=now())
    assert tus.head(address).status == 410
    assert tus.patch(address, 0, b"abc").status == 410


@pytest.mark.cts("A-93")
def test_a_transfer_that_is_not_complete_at_the_deadline_is_refused_and_destroyed(tus, tender):
    from runtime.clock import now
    from tendering.actions.end_upload import sweep_uploads

    address = tus.create(tender.section.code, 10).headers["location"]
    tus.patch(address, 0, b"abc")
    tender.section.deadline = now()
    tender.section.save(update_fields=["deadline"])
    assert tus.head(address).status == 410
    assert tus.patch(address, 3, b"def").status == 410
    assert sweep_uploads() == 1
    assert sweep_uploads() == 0
    assert stored() == []
    assert Upload.objects.get().state == Upload.State.EXPIRED
    assert len(entries("upload.late")) == 1


def half_sent(port: int, address: str, headers: dict, data: bytes, announced: int, offset: int = 0) -> socket.socket:
    """A PATCH whose body stays open: `data` of `announced` bytes are sent."""
    line = socket.create_connection(("127.0.0.1", port), timeout=10)
    head = {
        "Host": "127.0.0.1", "Content-Length": str(announced), "Upload-Offset": str(offset), **TUS, **OCTETS, **headers,
    }  # fmt: skip
    text = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    line.sendall(f"PATCH {address} HTTP/1.1\r\n{text}\r\n".encode() + data)
    return line


def wait_for(holds, seconds: float = 60.0) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "did not happen"
        time.sleep(0.05)


@pytest.fixture
def small_disk(tmp_path):
    """A real file system of 24 MiB; needs the right to mount, as in CI."""
    place = tmp_path / "small"
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(place)], check=False).returncode:
        pytest.skip("no right to mount a file system")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_full_disk_takes_nothing_half_and_the_upload_goes_on_when_there_is_room(
    transactional_db, tender, bidder, small_disk
):
    home = RunningPlatform(STORE_DIR=str(small_disk), STORE_RESERVE=str(MIB))
    home.start()
    try:
        tus = Tus(home.port, bearer(bidder))
        too_much = tus.create(tender.section.code, 30 * MIB)
        assert (too_much.status, too_much.codes) == (507, ["upload.full"])
        addresses = [tus.create(tender.section.code, 20 * MIB).headers["location"] for _ in range(2)]
        assert tus.patch(addresses[0], 0, bytes(16 * MIB)).offset == 16 * MIB
        answer = tus.patch(addresses[1], 0, bytes(12 * MIB))
        assert (answer.status, answer.codes) == (507, ["upload.full"])
        assert tus.head(addresses[1]).offset == 0
        assert tus.call("DELETE", addresses[0]).status == 204
        assert tus.patch(addresses[1], 0, bytes(12 * MIB)).offset == 12 * MIB
        tus.connection.close()
    finally:
        home.stop()
