"""Every reason why a container is refused on its form: stable code, rule, sentence, remedy."""

from runtime.refusal import Blocker, gettext_noop

SEALED = "20号令 26"
REMEDY = gettext_noop("请用投标工具重新制作、密封并签名后再递交。")


def _fault(code: str, message: str, place: str = "", **params: str) -> Blocker:
    return Blocker(
        code=f"container.{code}",
        message=message,
        rule=SEALED,
        remedy=REMEDY,
        params={"member": place, **params},
        place=place,
    )


def not_zip() -> Blocker:
    return _fault("not_zip", gettext_noop("文件不是 ASiC-E 容器：开头不是 ZIP 成员。"))


def prepended() -> Blocker:
    return _fault("prepended", gettext_noop("容器前面有不属于它的内容。"))


def trailing() -> Blocker:
    return _fault("trailing", gettext_noop("容器末尾之后还有多余内容。"))


def truncated() -> Blocker:
    return _fault("truncated", gettext_noop("容器不完整：文件在中途结束。"))


def too_large(limit: int) -> Blocker:
    return _fault("too_large", gettext_noop("容器超过允许的 %(limit)s 字节。"), limit=str(limit))


def too_many(limit: int) -> Blocker:
    return _fault("too_many", gettext_noop("容器成员超过 %(limit)s 个。"), limit=str(limit))


def mimetype() -> Blocker:
    return _fault(
        "mimetype",
        gettext_noop("容器的第一个成员必须是 mimetype，内容为 application/vnd.etsi.asic-e+zip。"),
        "mimetype",
    )


def garbage(place: str) -> Blocker:
    return _fault("garbage", gettext_noop("成员 %(member)s 之后不是 ZIP 记录：声明的大小与内容不符。"), place)


def size_lies(place: str) -> Blocker:
    return _fault("size_lies", gettext_noop("成员 %(member)s 声明了互相矛盾的大小。"), place)


def duplicate(place: str) -> Blocker:
    return _fault("duplicate", gettext_noop("成员 %(member)s 重复出现。"), place)


def absolute(place: str) -> Blocker:
    return _fault("absolute", gettext_noop("成员 %(member)s 是绝对路径。"), place)


def parent(place: str) -> Blocker:
    return _fault("parent", gettext_noop("成员 %(member)s 的路径含有 . 或 .. 。"), place)


def backslash(place: str) -> Blocker:
    return _fault("backslash", gettext_noop("成员 %(member)s 的路径含有反斜杠。"), place)


def name(place: str) -> Blocker:
    return _fault(
        "name",
        gettext_noop("成员名 %(member)s 不合格：须为不超过 255 字节的 UTF-8（NFC），不含控制字符和空段。"),
        place,
    )


def directory(place: str) -> Blocker:
    return _fault("directory", gettext_noop("成员 %(member)s 是目录；容器只能含有文件。"), place)


def symlink(place: str) -> Blocker:
    return _fault("symlink", gettext_noop("成员 %(member)s 是符号链接。"), place)


def encrypted(place: str) -> Blocker:
    return _fault("encrypted", gettext_noop("成员 %(member)s 使用了 ZIP 加密。"), place)


def compressed(place: str) -> Blocker:
    return _fault("compressed", gettext_noop("成员 %(member)s 被压缩；成员必须原样存放。"), place)


def data_descriptor(place: str) -> Blocker:
    return _fault("data_descriptor", gettext_noop("成员 %(member)s 使用了数据描述符，大小未在前面声明。"), place)


def zip64(place: str) -> Blocker:
    return _fault("zip64", gettext_noop("成员 %(member)s 使用了 ZIP64；容器不得超过 4 GiB。"), place)


def extra_field(place: str) -> Blocker:
    return _fault("extra_field", gettext_noop("成员 %(member)s 带有附加字段。"), place)


def comment(place: str) -> Blocker:
    return _fault("comment", gettext_noop("容器或成员 %(member)s 带有注释。"), place)


def header(place: str) -> Blocker:
    return _fault("header", gettext_noop("成员 %(member)s 的文件头不是规定的写法。"), place)


def directory_differs(place: str) -> Blocker:
    return _fault("directory_differs", gettext_noop("中央目录与成员 %(member)s 的文件头不一致。"), place)


def overlap(place: str) -> Blocker:
    return _fault("overlap", gettext_noop("中央目录给出的成员 %(member)s 的位置不对，成员重叠或隐藏。"), place)


def checksum(place: str) -> Blocker:
    return _fault("checksum", gettext_noop("成员 %(member)s 的内容与校验和不符，文件已损坏或被改动。"), place)


def missing(place: str) -> Blocker:
    return _fault("missing", gettext_noop("容器缺少成员 %(member)s。"), place)


def unlisted(place: str) -> Blocker:
    return _fault("unlisted", gettext_noop("成员 %(member)s 未列入签名清单。"), place)


def digest(place: str) -> Blocker:
    return _fault("digest", gettext_noop("成员 %(member)s 的摘要与签名清单不符，内容在签名后被改动。"), place)


def manifest() -> Blocker:
    return _fault(
        "manifest",
        gettext_noop("签名清单 META-INF/ASiCManifest.xml 无法按 ETSI EN 319 162-1 读取。"),
        "META-INF/ASiCManifest.xml",
    )
