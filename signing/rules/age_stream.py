"""Decrypts the payload of an age v1 file while it passes: STREAM over chunks of 64 KiB (age-encryption.org/v1).

pyrage gives up its speed at Python's file objects (8 KiB a call, each with the interpreter's lock); this reads whole
pieces through OpenSSL's ChaCha20-Poly1305. Files are still written by pyrage, and the tests hold the two and stock `age`
against each other. See docs/decisions/0111.
"""

from collections.abc import Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from signing.rules.age_file import CHUNK, NotAge, file_key, payload_key, read_header

SEALED_CHUNK = CHUNK + 16
LONGEST_HEADER = 16 * 1024
_LAST, _MORE = b"\x01", b"\x00"


def decrypted(source: Iterator[bytes], identity: str) -> Iterator[memoryview]:
    """The plain text, piece by piece, of an age file that `source` brings; the whole of `source` is the file.

    A piece is only to be believed once it came out (each chunk is authenticated), the whole only at the end of the
    iteration: raises NotAge where the file is for another identity, altered, cut off or continued.
    """
    held = b""
    for piece in source:
        held += piece
        if len(held) > LONGEST_HEADER:
            break
    header = read_header(held)
    nonce = held[header.end : header.end + 16]
    if len(nonce) < 16:
        raise NotAge("cut off")
    chunks = _Chunks(ChaCha20Poly1305(payload_key(held, header, file_key(held, identity))))
    held = held[header.end + 16 :]
    for piece in source:
        whole = (len(held) + len(piece) - 1) // SEALED_CHUNK * SEALED_CHUNK  # the last chunk is known by the end only
        data = held + piece
        yield chunks.open(memoryview(data)[:whole], _MORE)
        held = data[whole:]
    while len(held) > SEALED_CHUNK:
        yield chunks.open(memoryview(held)[:SEALED_CHUNK], _MORE)
        held = held[SEALED_CHUNK:]
    if len(held) <= 16 and chunks.count:
        raise NotAge("an empty last chunk")
    yield chunks.open(memoryview(held), _LAST)


class _Chunks:
    def __init__(self, cipher: ChaCha20Poly1305) -> None:
        self._cipher, self.count = cipher, 0

    def open(self, sealed: memoryview, mark: bytes) -> memoryview:
        """Plain text of the chunks in `sealed`; all are full but the file's last one."""
        number = -(-len(sealed) // SEALED_CHUNK) or (mark == _LAST)
        plain = memoryview(bytearray(max(0, len(sealed) - 16 * number)))
        try:
            for place in range(number):
                nonce = self.count.to_bytes(11, "big") + mark
                chunk = sealed[place * SEALED_CHUNK : (place + 1) * SEALED_CHUNK]
                self._cipher.decrypt_into(nonce, chunk, None, plain[place * CHUNK : (place + 1) * CHUNK])
                self.count += 1
        except (InvalidTag, ValueError) as error:
            raise NotAge("the payload is damaged") from error
        return plain
