"""Why a witness's cosignature is not taken."""

from runtime.refusal import Blocker, gettext_noop

_SOURCE = "C2SP tlog-cosignature"


def malformed(detail: str) -> Blocker:
    message = gettext_noop("这不是检查点的签名文本：%(detail)s")
    return Blocker("cosignature.malformed", message, "C2SP signed-note", params={"detail": detail})


def foreign_checkpoint(origin: str, size: int) -> Blocker:
    return Blocker(
        "cosignature.foreign_checkpoint",
        gettext_noop("%(origin)s 的第 %(size)s 号检查点不是本日志的检查点"),
        _SOURCE,
        gettext_noop("若该检查点带有本平台的签名，说明存在两份历史，请立即报告监督部门"),
        {"origin": origin, "size": str(size)},
    )


def no_witness() -> Blocker:
    message = gettext_noop("文本中没有本平台登记的见证人的联署")
    return Blocker("cosignature.no_witness", message, _SOURCE, gettext_noop("请先由监督部门登记见证人的公钥"))


def wrong(detail: str) -> Blocker:
    return Blocker("cosignature.wrong", gettext_noop("联署无效：%(detail)s"), _SOURCE, params={"detail": detail})


def key_malformed(detail: str) -> Blocker:
    message = gettext_noop("见证人公钥无法识别：%(detail)s")
    return Blocker("witness.key_malformed", message, "C2SP signed-note", params={"detail": detail}, place="key")


def known(name: str) -> Blocker:
    message = gettext_noop("见证人 %(name)s 已经登记")
    return Blocker("witness.known", message, _SOURCE, params={"name": name}, place="key")
