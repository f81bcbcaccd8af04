"""tus 1.0.0 as pure reading: what a request's headers say, and what may not be said.

https://tus.io/protocols/resumable-upload: core, creation, creation-with-upload, termination, checksum, expiration.
Header names are lower case, as ASGI gives them. Every fault is a TusFault with the status that the protocol names.
"""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from runtime.refusal import Blocker, Refusal, gettext_noop

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,termination,checksum,expiration"
ALGORITHMS = {"sha1": hashlib.sha1, "sha256": hashlib.sha256}
MEDIA = "application/offset+octet-stream"
METADATA_LIMIT = 1000
_DIGITS = 15  # 999 TB: nobody means more


@dataclass(frozen=True, slots=True)
class Creation:
    """A POST: how many bytes will come, and the client's metadata (`section` is ours, `filename` for display)."""

    length: int
    metadata: Mapping[str, str]
    text: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A PATCH: where its bytes belong, how many there are (None: not said), and their checksum if one was sent."""

    offset: int
    size: int | None
    algorithm: str
    digest: bytes

    def hasher(self) -> Any:
        return ALGORITHMS[self.algorithm]() if self.algorithm else None


def fault(status: int, code: str, message: str, remedy: str = "", **params: str) -> Refusal:
    return Refusal(Blocker(f"upload.{code}", message, "tus 1.0.0", remedy, params), status=status)


def headers_of(raw: list[tuple[bytes, bytes]]) -> dict[str, str]:
    """ASGI headers by name; of a repeated one the first, which is what the checks below then see."""
    found: dict[str, str] = {}
    for name, value in raw:
        found.setdefault(name.decode("latin-1").lower(), value.decode("latin-1"))
    return found


def method_of(method: str, headers: Mapping[str, str]) -> str:
    """X-HTTP-Method-Override, for clients behind proxies that know only GET and POST."""
    override = headers.get("x-http-method-override", "").upper()
    return override if method == "POST" and override in {"PATCH", "DELETE", "HEAD"} else method


def demand_version(headers: Mapping[str, str]) -> None:
    if headers.get("tus-resumable") != VERSION:
        raise fault(412, "version", gettext_noop("此上传接口只支持 tus %(version)s"), version=VERSION)


def _number(headers: Mapping[str, str], name: str) -> int:
    text = headers.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        raise fault(400, "header", gettext_noop("请求头 %(name)s 缺失或不是非负整数"), name=name)
    return int(text)


def read_creation(headers: Mapping[str, str], limit: int) -> Creation:
    """Raises 400 for a missing or malformed length or metadata, 413 for more than `limit` bytes."""
    if "upload-defer-length" in headers or "upload-concat" in headers:
        raise fault(400, "extension", gettext_noop("不支持延后声明长度和分段合并；请在创建时给出 Upload-Length"))
    length = _number(headers, "upload-length")
    if length == 0:
        raise fault(400, "empty", gettext_noop("不能上传空文件"))
    if length > limit:
        raise fault(413, "too_large", gettext_noop("文件超过允许的 %(limit)s 字节"), limit=str(limit))
    text = headers.get("upload-metadata", "")
    return Creation(length, read_metadata(text), text)


def read_metadata(text: str) -> dict[str, str]:
    """`key base64,key base64`; a key may stand alone. Raises 400 on anything else, on repeats and on more than 1,000 bytes."""
    bad = fault(400, "metadata", gettext_noop("Upload-Metadata 不符合 tus 的写法"))
    if len(text) > METADATA_LIMIT or not text.isascii():
        raise bad
    found: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        key, _, value = pair.partition(" ")
        try:
            decoded = base64.b64decode(value.strip(), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as error:
            raise bad from error
        if not key or key in found:
            raise bad
        found[key] = decoded
    return found


def read_piece(headers: Mapping[str, str]) -> Piece:
    """Raises 415 for another media type, 400 for a malformed offset, size or checksum, or an unknown algorithm."""
    if headers.get("content-type", "").partition(";")[0].strip().lower() != MEDIA:
        raise fault(415, "media", gettext_noop("内容类型必须是 %(media)s"), media=MEDIA)
    offset = _number(headers, "upload-offset")
    return Piece(offset, _size(headers), *_checksum(headers))


def read_first_piece(headers: Mapping[str, str]) -> Piece | None:
    """creation-with-upload: the body of a POST is the piece at offset 0; None where the POST has no body."""
    if headers.get("content-type", "").partition(";")[0].strip().lower() != MEDIA:
        return None
    return Piece(0, _size(headers), *_checksum(headers))


def _size(headers: Mapping[str, str]) -> int | None:
    return _number(headers, "content-length") if "content-length" in headers else None


def _checksum(headers: Mapping[str, str]) -> tuple[str, bytes]:
    text = headers.get("upload-checksum")
    if text is None:
        return "", b""
    algorithm, _, value = text.strip().partition(" ")
    if algorithm not in ALGORITHMS:
        known = ", ".join(ALGORITHMS)
        raise fault(400, "algorithm", gettext_noop("不支持的校验算法；支持：%(known)s"), known=known)
    try:
        digest = base64.b64decode(value.strip(), validate=True)
    except binascii.Error:
        digest = b""
    if len(digest) != ALGORITHMS[algorithm]().digest_size:
        raise fault(400, "checksum_header", gettext_noop("Upload-Checksum 不是该算法的 Base64 摘要"))
    return algorithm, digest


def check_place(piece: Piece, offset: int, length: int) -> None:
    """409 where the piece does not begin at the true offset, 413 where it announces more than is missing."""
    if piece.offset != offset:
        raise fault(
            409,
            "offset",
            gettext_noop("偏移量 %(given)s 与服务器已收到的 %(offset)s 不一致"),
            gettext_noop("请先用 HEAD 查询偏移量，再从该处继续"),
            given=str(piece.offset),
            offset=str(offset),
        )
    if piece.size is not None and piece.offset + piece.size > length:
        raise overlong(length)


def overlong(length: int) -> Refusal:
    return fault(413, "overlong", gettext_noop("内容超出创建时声明的 %(length)s 字节"), length=str(length))


def mismatch() -> Refusal:
    return fault(
        460, "checksum", gettext_noop("这一段内容的校验和不符，已丢弃"), gettext_noop("请从同一偏移量重新发送这一段")
    )


def wrong_method(method: str) -> Refusal:
    return fault(405, "method", gettext_noop("上传接口不支持 %(method)s"), method=method)


def busy() -> Refusal:
    return fault(423, "busy", gettext_noop("这个上传正在另一个请求中接收"), gettext_noop("请稍候再继续"))


def unknown() -> Refusal:
    """The same for what never was and what belongs to somebody else."""
    return fault(404, "unknown", gettext_noop("没有这个上传"))


def gone() -> Refusal:
    return fault(410, "gone", gettext_noop("这个上传已结束，字节已销毁"), gettext_noop("请重新创建上传"))


def full() -> Refusal:
    return fault(
        507,
        "full",
        gettext_noop("平台存储空间不足，这一段内容没有写入"),
        gettext_noop("已收到的内容仍然保留；请稍后从同一偏移量继续，并通知交易中心"),
    )
