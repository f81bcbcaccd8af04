"""The header of an age v1 file (age-encryption.org/v1), read so far that the opening of a share can be proved.

Payloads are encrypted and decrypted by pyrage. But when a share does not match its commitment, two can be at fault: the
bidder that sealed it or the trustee that posts it. The trustee therefore posts the *file key* of its share file too: 16
bytes that open this one file and nothing else. The header's MAC binds the key to the file, so anybody sees what lies in
the bid without the trustee's identity (protocol §4).
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

VERSION = b"age-encryption.org/v1"
CHUNK = 64 * 1024
IDENTITY_PREFIX = "AGE-SECRET-KEY-"
RECIPIENT_PREFIX = "age"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


class NotAge(ValueError):
    """The bytes are no age file of the expected kind, or the key does not belong to them."""


@dataclass(frozen=True, slots=True)
class Stanza:
    arguments: tuple[str, ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class Header:
    """`signed`: the bytes that the MAC covers; `end`: where the payload begins."""

    stanzas: tuple[Stanza, ...]
    signed: bytes
    mac: bytes
    end: int


def read_header(data: bytes) -> Header:
    """The header at the start of `data`; raises NotAge."""
    lines, position = _lines(data), len(VERSION) + 1
    if next(lines, b"") != VERSION:
        raise NotAge("no age v1 file")
    stanzas: list[Stanza] = []
    for line in lines:
        start, position = position, position + len(line) + 1
        if line.startswith(b"--- "):
            return Header(tuple(stanzas), data[: start + 3], _unpad(line[4:]), position)
        if not line.startswith(b"-> "):
            break
        body = bytearray()
        for part in lines:
            position += len(part) + 1
            body += _unpad(part)
            if len(part) < 64:
                break
        stanzas.append(Stanza(tuple(line[3:].decode("ascii", "replace").split(" ")), bytes(body)))
    raise NotAge("the header has no end")


def _lines(data: bytes) -> Iterator[bytes]:
    start = 0
    while (end := data.find(b"\n", start, start + 4096)) >= 0:
        yield data[start:end]
        start = end + 1


def _unpad(text: bytes) -> bytes:
    """Base64 without padding, canonical, as age demands."""
    try:
        value = base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except binascii.Error as error:
        raise NotAge("base64") from error
    if base64.b64encode(value).rstrip(b"=") != text:
        raise NotAge("base64 is not canonical")
    return value


def _derive(key: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt or None, info).derive(key)


def file_key(data: bytes, identity: str) -> bytes:
    """The 16 bytes that open this age file, unwrapped with an X25519 identity; raises NotAge where it is for another."""
    header = read_header(data)
    own = X25519PrivateKey.from_private_bytes(_bech32_data(identity, IDENTITY_PREFIX))
    recipient = own.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    for stanza in header.stanzas:
        if stanza.arguments[0] == "X25519" and len(stanza.arguments) == 2 and len(stanza.body) == 32:
            ephemeral = _unpad(stanza.arguments[1].encode())
            try:
                shared = own.exchange(X25519PublicKey.from_public_bytes(ephemeral))
                wrap = _derive(shared, ephemeral + recipient, b"age-encryption.org/v1/X25519")
                return ChaCha20Poly1305(wrap).decrypt(bytes(12), stanza.body, None)
            except (InvalidTag, ValueError):
                continue
    raise NotAge("no stanza for this identity")


def payload_key(data: bytes, header: Header, key: bytes) -> bytes:
    """The key of the payload. Raises NotAge where `key` is not the file key that the header's MAC was made with."""
    mac = hmac.digest(_derive(key, b"", b"header"), header.signed, hashlib.sha256)
    if len(key) != 16 or not hmac.compare_digest(mac, header.mac):
        raise NotAge("the key does not belong to this file")
    return _derive(key, data[header.end : header.end + 16], b"payload")


def open_small(data: bytes, key: bytes) -> bytes:
    """The plain text of an age file of at most 64 KiB, opened with its file key.

    Raises NotAge where the key is not this file's, or the payload is not whole.
    """
    header = read_header(data)
    cipher, sealed = ChaCha20Poly1305(payload_key(data, header, key)), data[header.end + 16 :]
    if len(sealed) > CHUNK + 16:
        raise NotAge("too large")
    try:
        return cipher.decrypt(bytes(11) + b"\x01", sealed, None)
    except InvalidTag as error:
        raise NotAge("the payload is damaged") from error


def is_recipient(text: str) -> bool:
    """Whether `text` is an X25519 recipient (`age1…`), spelled canonically."""
    try:
        return text == text.lower() and len(_bech32_data(text, RECIPIENT_PREFIX)) == 32
    except NotAge:
        return False


def is_identity(text: str) -> bool:
    """Whether `text` is an X25519 identity (`AGE-SECRET-KEY-1…`), spelled canonically."""
    try:
        return text == text.upper() and len(_bech32_data(text, IDENTITY_PREFIX)) == 32
    except NotAge:
        return False


def _bech32_data(text: str, prefix: str) -> bytes:
    """The bytes of a Bech32 string (BIP 173) of any length; raises NotAge on a wrong prefix, letter or checksum."""
    lower = text.lower()
    human, _, letters = lower.rpartition("1")
    if human != prefix.lower() or any(c not in _BECH32 for c in letters) or len(letters) < 6:
        raise NotAge("not such a key")
    values = [_BECH32.index(c) for c in letters]
    expanded = [ord(c) >> 5 for c in human] + [0] + [ord(c) & 31 for c in human]
    if _polymod(expanded + values) != 1:
        raise NotAge("checksum")
    number, bits = 0, 5 * (len(values) - 6)
    for value in values[:-6]:
        number = number << 5 | value
    if bits % 8 >= 5 or number & ((1 << bits % 8) - 1):
        raise NotAge("padding")
    return (number >> bits % 8).to_bytes(bits // 8, "big")


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for place, generator in enumerate(_GENERATOR):
            check ^= generator if top >> place & 1 else 0
    return check
