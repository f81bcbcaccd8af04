import subprocess
from base64 import b64decode, b64encode
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from signing.rules.checkpoint import (
    TreeHead,
    check_cosignature,
    cosign,
    cosignatures,
    open_checkpoint,
    parse_checkpoint,
    sign_checkpoint,
    witness_key,
)
from signing.rules.merkle import ProofError, leaf_hash, root_of
from signing.rules.notes import NoteError, NoteSigner, VerifierKey, open_note, parse_note, sign_note
from signing.rules.proofs import check_proof, parse_proof

FOLDER = Path(__file__).parent.parent / "artefacts" / "journal"
LOG = VerifierKey.parse((FOLDER / "log.vkey").read_text())
WITNESS = VerifierKey.parse((FOLDER / "witness.vkey").read_text())
ENTRIES = (FOLDER / "entries.txt").read_bytes().splitlines()
GOOD = (FOLDER / "good.checkpoint").read_text()


def files(pattern):
    found = sorted(FOLDER.glob(pattern))
    assert found
    return [pytest.param(path, id=path.stem) for path in found]


def test_a_checkpoint_says_origin_size_and_root():
    head = open_checkpoint(GOOD, LOG)
    assert head == TreeHead("journal.example/log", 7, root_of(leaf_hash(entry) for entry in ENTRIES))


def test_the_key_id_is_that_of_the_specification():
    _dash, name, signature = GOOD.splitlines()[-1].split(" ")
    expected = sha256(name.encode() + b"\x0a\x01" + LOG.public).digest()[:4]
    assert b64decode(signature)[:4] == LOG.key_id == expected
    assert witness_key(LOG).key_id == sha256(name.encode() + b"\x0a\x04" + LOG.public).digest()[:4]


@pytest.mark.needs("openssl")
def test_openssl_accepts_the_signature_over_the_note(tmp_path):
    text, line = GOOD.split("\n\n")
    (tmp_path / "text").write_text(text + "\n")
    (tmp_path / "signature").write_bytes(b64decode(line.split()[2])[4:])
    private = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)
    pem = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "key").write_bytes(pem)
    asked = "openssl pkeyutl -verify -rawin -pubin -inkey key -in text -sigfile signature"
    ran = subprocess.run(asked.split(), cwd=tmp_path, capture_output=True, text=True)
    assert (ran.returncode, ran.stdout.strip()) == (0, "Signature Verified Successfully")


def test_extension_lines_are_allowed():
    assert open_checkpoint((FOLDER / "good-extension-line.checkpoint").read_text(), LOG).size == 7


@pytest.mark.parametrize("path", files("bad-*.checkpoint"))
def test_a_bad_checkpoint_is_refused(path):
    with pytest.raises(NoteError):
        open_checkpoint(path.read_bytes(), LOG)


def test_a_swollen_note_is_refused_before_it_is_read():
    with pytest.raises(NoteError, match="larger than"):
        open_checkpoint(GOOD + "— stranger.example AAAAAAAA\n" * 10_000, LOG)


def test_signatures_of_strangers_are_passed_over():
    stranger = NoteSigner("stranger.example", Ed25519PrivateKey.generate())
    note = GOOD + stranger.line(parse_note(GOOD).text)
    assert open_checkpoint(note, LOG).size == 7
    with pytest.raises(NoteError, match="no trusted key"):
        open_note(sign_note("text\n", stranger), [LOG])


def test_a_verifier_key_reads_back_and_a_changed_one_is_refused():
    assert str(VerifierKey.parse(str(LOG))) == str(LOG)
    changed = [str(LOG).replace("journal", "yournal"), str(LOG)[:-4], "", "a+b", str(LOG).replace("+A", "+B", 1)]
    for text in changed:
        with pytest.raises(NoteError):
            VerifierKey.parse(text)


def test_a_private_key_reads_back_and_a_broken_one_does_not_show_itself():
    signer = NoteSigner("name.example", Ed25519PrivateKey.generate())
    assert NoteSigner.parse(signer.secret()).verifier == signer.verifier
    secret = signer.secret().rsplit("+", 1)[1]
    for text in (signer.secret()[:-8], signer.secret().replace("name", "game"), "", secret):
        with pytest.raises(NoteError) as caught:
            NoteSigner.parse(text)
        assert secret[:20] not in str(caught.value)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u3000b", "a\nb"])
def test_a_key_name_has_neither_spaces_nor_plus(name):
    with pytest.raises(NoteError):
        VerifierKey(name, b"\x00" * 32)


@pytest.mark.parametrize("text", ["no newline", "tab\t\n", "return\r\n", "\x00\n"])
def test_a_text_with_control_characters_is_not_signed(text):
    with pytest.raises(NoteError):
        sign_note(text, NoteSigner("name.example", Ed25519PrivateKey.generate()))


def test_a_cosignature_says_when_the_witness_saw_the_checkpoint():
    found = cosignatures((FOLDER / "good-cosigned.checkpoint").read_text(), [WITNESS])
    assert [(one.key.name, one.time) for one in found] == [("supervisor.example/witness", 1_790_000_000)]


def test_the_cosigned_message_is_that_of_the_specification():
    witness = NoteSigner("supervisor.example/witness", Ed25519PrivateKey.from_private_bytes(b"\x02" * 32))
    material = b64decode(cosign(GOOD, witness, 1_790_000_000).split()[2])
    text = GOOD.split("\n\n")[0] + "\n"
    message = f"cosignature/v1\ntime 1790000000\n{text}".encode()
    witness.private.public_key().verify(material[12:], message)
    assert material[4:12] == (1_790_000_000).to_bytes(8, "big")


@pytest.mark.parametrize("path", files("bad-*.cosigned"))
def test_a_bad_cosignature_is_refused(path):
    with pytest.raises(NoteError):
        cosignatures(path.read_bytes(), [WITNESS])


def test_a_cosignature_of_an_unknown_witness_does_not_count():
    note = (FOLDER / "good-cosigned.checkpoint").read_text()
    assert cosignatures(note, [LOG, witness_key(LOG)]) == []
    with pytest.raises(NoteError, match="no witness known"):
        check_cosignature(parse_note(note).text, note.splitlines()[-1], [LOG])


def test_the_logs_own_key_cannot_pass_as_a_witness():
    log = NoteSigner("journal.example/log", Ed25519PrivateKey.from_private_bytes(b"\x01" * 32))
    assert cosignatures(sign_checkpoint(parse_checkpoint(GOOD), log), [witness_key(LOG)]) == []


@pytest.mark.parametrize("name", ["good.tlog-proof", "good-extra.tlog-proof"])
def test_a_proof_shows_the_entry_in_the_log(name):
    proof = (FOLDER / name).read_text()
    proven = check_proof(proof, ENTRIES[3], LOG)
    assert (proven.index, proven.head.size) == (3, 7)
    assert str(parse_proof(proof)) == proof


@pytest.mark.parametrize("path", files("bad-*.tlog-proof"))
def test_a_bad_proof_is_refused(path):
    with pytest.raises((ProofError, NoteError)):
        check_proof(path.read_bytes(), ENTRIES[3], LOG)


def test_a_proof_of_another_entry_is_refused():
    with pytest.raises(ProofError):
        check_proof((FOLDER / "good.tlog-proof").read_text(), ENTRIES[4], LOG)


def test_no_byte_of_a_proof_can_be_changed():
    proof = (FOLDER / "good.tlog-proof").read_bytes()
    accepted = []
    for at in range(len(proof)):
        changed = proof[:at] + bytes([proof[at] ^ 1]) + proof[at + 1 :]
        try:
            check_proof(changed, ENTRIES[3], LOG)
        except (ProofError, NoteError):
            continue
        accepted.append(at)
    assert accepted == []


def test_base64_has_one_spelling():
    root = parse_checkpoint(GOOD).root
    loose = b64encode(root).decode()[:-2] + "9="  # the same bytes to a careless reader
    with pytest.raises(NoteError):
        parse_checkpoint(GOOD.replace(b64encode(root).decode(), loose))
