"""Identity files: an age identity under a passphrase (age scrypt), readable by stock `age -d -i FILE`, which asks for it."""

import datetime as dt
from pathlib import Path

import pyrage

from client.output import Unusable, read_bytes, write_whole
from runtime.clock import stamp
from signing.rules.age_file import is_identity

_LARGEST = 1 << 20


def keep_identity(path: Path, identity: str, passphrase: str, words: str, at: dt.datetime) -> None:
    """Write the identity; readable by the owner alone. Raises Unusable for an empty passphrase or an existing file."""
    if not passphrase:
        raise Unusable("密钥文件必须有口令（证书没有口令时，用 --identity-passphrase-file 给出）")
    if path.exists():
        raise Unusable(f"{path}：已存在，不覆盖密钥文件")
    text = f"# {words}\n# {stamp(at)}\n{identity}\n"
    write_whole(path, pyrage.passphrase.encrypt(text.encode(), passphrase), mode=0o600)


def read_identity(path: Path, passphrase: str) -> str:
    """The identity in a file, with or without passphrase. Raises Unusable for a wrong passphrase or another file."""
    data = read_bytes(path, _LARGEST)
    if data.startswith(b"age-encryption.org/"):
        try:
            data = pyrage.passphrase.decrypt(data, passphrase)
        except pyrage.DecryptError as error:
            raise Unusable(f"{path}：口令不对，或不是密钥文件") from error
    lines = [line.strip() for line in data.decode("utf-8", "replace").splitlines()]
    found = [line for line in lines if line and not line.startswith("#")]
    if len(found) != 1 or not is_identity(found[0]):
        raise Unusable(f"{path}：不是密钥文件")
    return found[0]


def is_protected(path: Path) -> bool:
    return read_bytes(path, _LARGEST).startswith(b"age-encryption.org/")
