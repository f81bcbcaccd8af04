"""The strict container: what we write stock programs read, what is not exactly that is refused with its reason."""

import hashlib
import io
import json
import random
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.refusal import Refusal
from signing.rules.asic_manifest import MANIFEST, SIGNATURE, check_manifest, read_manifest, write_manifest
from signing.rules.container_index import read_index, read_small
from signing.rules.container_layout import Limits
from signing.rules.container_writer import ContainerWriter
from signing.rules.containers import ContainerHasher, copy_members, read_container
from signing.rules.member_names import name_fault
from signing.rules.strands import PIECE

BAD = Path(__file__).parents[1] / "artefacts/bids"
EXPECTED = json.loads((BAD / "expected.json").read_text(encoding="utf-8"))
MEMBERS = {
    "seal.json": b'{"a":1}',
    "documents/技术文件 & 附图.pdf": bytes(range(256)) * 40,
    "documents/空.txt": b"",
    "bill.xlsx": b"PK" * 999,
}


def write(path: Path) -> Path:
    with ContainerWriter(path) as container:
        for name, data in MEMBERS.items():
            container.add(name, data)
        container.sign(lambda manifest: b"signature of " + hashlib.sha256(manifest).digest())
    return path


def codes(data: bytes) -> list[str]:
    hasher = ContainerHasher()
    with pytest.raises(Refusal) as refused:
        hasher.feed(data)
        check_manifest(hasher.finish())
    assert all(blocker.message % dict(blocker.params) and blocker.rule for blocker in refused.value.blockers)
    return [blocker.code for blocker in refused.value.blockers]


def test_what_is_written_is_read_with_every_digest(tmp_path):
    path = write(tmp_path / "a.asice")
    container = read_container(path)
    assert container.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert container.size == path.stat().st_size
    for name, data in MEMBERS.items():
        member = container.members[name]
        assert (member.size, member.sha256) == (len(data), hashlib.sha256(data).hexdigest())
        assert path.read_bytes()[member.offset : member.offset + member.size] == data
        assert read_index(path)[name] == (member.offset, member.size)
    assert container.content("seal.json") == MEMBERS["seal.json"]
    assert read_small(path, ["seal.json"]) == {"seal.json": MEMBERS["seal.json"]}
    assert check_manifest(container) == container.content(MANIFEST)
    copied = copy_members(path, container, tmp_path / "out")
    assert {name: copied[name].read_bytes() for name in MEMBERS} == MEMBERS


def test_stock_programs_read_the_container(tmp_path):
    path = write(tmp_path / "a.asice")
    with zipfile.ZipFile(path) as stock:
        assert stock.testzip() is None
        assert {name: stock.read(name) for name in MEMBERS} == MEMBERS
        first = stock.infolist()[0]
        assert (first.filename, first.compress_type, first.extra) == ("mimetype", zipfile.ZIP_STORED, b"")
    assert path.read_bytes()[30:69] == b"mimetypeapplication/vnd.etsi.asic-e+zip"
    if shutil.which("unzip"):
        assert subprocess.run(["unzip", "-tqq", str(path)], check=False).returncode == 0


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_container_with_a_trick_is_refused_with_its_reason(name):
    assert codes((BAD / name).read_bytes()) == [EXPECTED[name]]


def test_containers_of_other_zip_programs_are_refused():
    """Stock writers use another date, other attributes or compression: one layout is accepted, byte for byte."""
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as stock:
        stock.writestr("mimetype", "application/vnd.etsi.asic-e+zip")
    assert codes(other.getvalue()) == ["container.header"]


def test_every_single_byte_counts(tmp_path):
    """One bit flipped at each position in turn: headers, names, contents, manifest, directory, end."""
    data = write(tmp_path / "a.asice").read_bytes()
    signature = data.index(b"signature of ")
    chance = random.Random(1)
    for position in range(0, len(data), 1 if len(data) < 5000 else 3):
        if signature <= position < signature + 45:
            continue  # the signature's own bytes are CMS's affair; their checksum is tested below
        altered = bytearray(data)
        altered[position] ^= 1 << chance.randrange(8)
        assert codes(bytes(altered)), position
    altered = bytearray(data)
    altered[signature] ^= 1
    assert codes(bytes(altered)) == ["container.checksum"]


@settings(deadline=None, max_examples=40)
@given(cuts=st.lists(st.integers(1, 12_000), max_size=30))
def test_bytes_may_arrive_in_any_pieces(cuts):
    path = BAD.parent / "bids" / "altered.bid"
    data = path.read_bytes()
    hasher, start = ContainerHasher(), 0
    for end in [*sorted({cut for cut in cuts if cut < len(data)}), len(data)]:
        hasher.feed(data[start:end])
        start = end
    assert hasher.finish() == read_container(path)


def test_large_pieces_hashed_beside_give_the_same(tmp_path):
    path = tmp_path / "large.asice"
    block = random.Random(2).randbytes(PIECE + 77)
    with ContainerWriter(path) as container:
        with container.member("documents/a.pdf") as member:
            for _ in range(5):
                member.write(block)
        container.sign(lambda manifest: b"s")
    whole = path.read_bytes()
    here, beside, prefixed = ContainerHasher(), ContainerHasher(), ContainerHasher(prefix=b"salt")
    here.feed(whole)
    for start in range(0, len(whole), 700_001):
        beside.feed_beside(whole[start : start + 700_001])
        prefixed.feed_beside(whole[start : start + 700_001])
    assert here.finish() == beside.finish() == read_container(path)
    assert here.finish().members["documents/a.pdf"].sha256 == hashlib.sha256(block * 5).hexdigest()
    assert prefixed.finish().sha256 == hashlib.sha256(b"salt" + whole).hexdigest()


def test_a_refusal_in_another_thread_reaches_the_caller_and_stays():
    data = (BAD / "wrong-crc.bid").read_bytes() + bytes(4 * PIECE)
    hasher = ContainerHasher()
    for _ in range(2):
        with pytest.raises(Refusal, match=r"container\.checksum"):
            for start in range(0, len(data), PIECE):
                hasher.feed_beside(data[start : start + PIECE])
            hasher.finish()
    with pytest.raises(Refusal, match=r"container\.checksum"):
        hasher.feed(b"more")


def test_hashing_goes_on_after_a_restart_from_what_lies_on_the_disk(tmp_path):
    path = write(tmp_path / "a.asice")
    hasher = ContainerHasher()
    hasher.feed_file(path, 4000)
    hasher.feed(path.read_bytes()[4000:])
    assert hasher.finish() == read_container(path)


def test_sizes_beyond_the_limit_are_refused_before_they_arrive(tmp_path):
    data = write(tmp_path / "a.asice").read_bytes()
    hasher = ContainerHasher(Limits(size=3000))
    with pytest.raises(Refusal, match=r"container\.too_large"):
        hasher.feed(data[:1000])


def test_nothing_is_left_where_writing_fails(tmp_path):
    path = tmp_path / "a.asice"
    with pytest.raises(Refusal, match=r"container\.duplicate"), ContainerWriter(path) as container:
        container.add("a.pdf", b"1")
        container.add("A.pdf", b"2")
    with pytest.raises(Refusal, match=r"container\.too_large"), ContainerWriter(path, Limits(size=5000)) as container:
        container.add("a.pdf", bytes(6000))
    with pytest.raises(RuntimeError), ContainerWriter(path) as container:
        container.sign(lambda manifest: (_ for _ in ()).throw(RuntimeError("no card in the reader")))
    assert list(tmp_path.iterdir()) == []


@given(name=st.text(min_size=1, max_size=40))
def test_a_name_that_is_accepted_stays_inside_the_folder(name):
    if name_fault(name.encode("utf-8", "surrogatepass")) is None:
        target = Path("/store/inner").joinpath(*name.split("/"))
        assert target.is_relative_to("/store/inner")
        assert ".." not in target.parts
        assert not set(name) & set("\\:\0\n")


@given(
    names=st.lists(
        st.text(min_size=1, max_size=20).filter(lambda name: name_fault(name.encode("utf-8", "replace")) is None),
        unique=True,
        max_size=5,
    )
)
def test_a_manifest_is_read_as_it_was_written(names):
    digests = {
        name: hashlib.sha256(name.encode()).hexdigest()
        for name in names
        if name not in ("mimetype", MANIFEST, SIGNATURE)
    }
    assert read_manifest(write_manifest(digests)) == digests
