"""Every reason why a sealed bid, a share, an identity or an inner container is refused: stable code, rule, sentence."""

from collections.abc import Mapping

from runtime.refusal import Blocker, Refusal, gettext_noop

_SEALED = "20号令 26"  # unsealed bids are refused
_OPENING = "20号令 30"
_FAILED = "20号令 31"  # failure by the bidder: revoked; by another cause: withdrawn
_MADE = "20号令 26; 招标文件"
_SEAL_AGAIN = gettext_noop("请用投标工具按现行招标文件重新密封并签名。")
_MAKE_AGAIN = gettext_noop("请补正投标文件后重新生成、密封并递交。")
_ASK_TRUSTEE = gettext_noop("请受托人用登记的密钥重新解密并提交份额。")
_MORE_SHARES = gettext_noop("请其余受托人提交份额，或由投标人提交解密密钥。")

# code: (message, rule, remedy)
CATALOGUE: Mapping[str, tuple[str, str, str]] = {
    "bid.unsealed": (gettext_noop("%(member)s 没有加密，未密封的投标文件应当拒收。"), _SEALED, _SEAL_AGAIN),
    "bid.unexpected_member": (gettext_noop("密封的投标文件不应含有成员 %(member)s。"), _SEALED, _SEAL_AGAIN),
    "bid.missing_member": (gettext_noop("密封的投标文件缺少 seal.json 所列的成员 %(member)s。"), _SEALED, _SEAL_AGAIN),
    "bid.payload_differs": (gettext_noop("payload.age 的大小或摘要与 seal.json 不符。"), _SEALED, _SEAL_AGAIN),
    "bid.suite_differs": (gettext_noop("seal.json 声明的算法 %(found)s 与签名证书的密钥不符。"), _SEALED, _SEAL_AGAIN),
    "bid.signer_differs": (
        gettext_noop("签名证书的持有人是“%(found)s”，不是投标人“%(expected)s”。"),
        "电子签名法 13",
        gettext_noop("请用投标人自己的证书签名。"),
    ),
    "bid.wrong_tender": (
        gettext_noop("投标文件属于招标项目 %(found)s，不是 %(expected)s。"),
        _SEALED,
        _SEAL_AGAIN,
    ),
    "bid.wrong_section": (gettext_noop("投标文件属于标段 %(found)s，不是 %(expected)s。"), _SEALED, _SEAL_AGAIN),
    "bid.wrong_round": (
        gettext_noop("投标文件属于第 %(found)s 次招标，不是第 %(expected)s 次。"),
        _SEALED,
        _SEAL_AGAIN,
    ),
    "bid.wrong_bidder": (
        gettext_noop("投标文件属于投标人 %(found)s，不是递交人 %(expected)s。"),
        _SEALED,
        gettext_noop("请由投标人本人递交。"),
    ),
    "bid.wrong_mode": (
        gettext_noop("解密方式是 %(found)s，招标文件规定的是 %(expected)s。"),
        _MADE,
        _SEAL_AGAIN,
    ),
    "bid.wrong_trustees": (gettext_noop("密钥份额不是封给招标文件中的受托人。"), _MADE, _SEAL_AGAIN),
    "bid.stored_differs": (
        gettext_noop("存放的投标文件与收到时不同，平台的存储已损坏或被改动。"),
        _FAILED,
        gettext_noop("请平台从备份恢复收到的文件后重试；责任不在投标人。"),
    ),
    "share.too_few": (gettext_noop("只有 %(found)s 份有效份额，至少需要 %(expected)s 份。"), _OPENING, _MORE_SHARES),
    "share.no_place": (gettext_noop("投标文件中没有受托人 %(trustee)s 的份额。"), _OPENING, _ASK_TRUSTEE),
    "share.foreign": (gettext_noop("份额不属于这份投标文件。"), _OPENING, _ASK_TRUSTEE),
    "share.damaged": (gettext_noop("受托人 %(slug)s 的份额与投标文件中承诺的摘要不符。"), _OPENING, _ASK_TRUSTEE),
    "share.committed_wrongly": (
        gettext_noop("封给受托人 %(slug)s 的份额与投标人自己承诺的摘要不符，责任在投标人。"),
        _FAILED,
        _MORE_SHARES,
    ),
    "share.posted_otherwise": (
        gettext_noop("受托人 %(slug)s 提交的份额不是投标文件中封给它的那一份，责任在受托人。"),
        _FAILED,
        _ASK_TRUSTEE,
    ),
    "share.unproved": (
        gettext_noop("受托人 %(slug)s 提交的份额不对，且没有可验证的文件密钥，责任未定。"),
        _FAILED,
        _ASK_TRUSTEE,
    ),
    "share.unreadable": (
        gettext_noop("受托人 %(slug)s 声明封给它的份额无法解密。"),
        _FAILED,
        _MORE_SHARES,
    ),
    "release.unreadable": (gettext_noop("提交的解密材料不合格式，问题在字段 %(field)s。"), _OPENING, _ASK_TRUSTEE),
    "release.foreign": (
        gettext_noop("提交的解密材料针对另一份投标文件：%(field)s 不符。"),
        _OPENING,
        _ASK_TRUSTEE,
    ),
    "release.too_early": (
        gettext_noop("投标截止时间 %(deadline)s 未到，份额不得提交。"),
        "20号令 27",
        gettext_noop("请在投标截止时间之后再提交；无论谁要求，都不要提前解密。"),
    ),
    "recipient.unreadable": (
        gettext_noop("受托人的登记声明不合格式，问题在字段 %(field)s。"),
        _OPENING,
        gettext_noop("请用 yangguang trustee recipient 重新生成并签名。"),
    ),
    "recipient.foreign": (
        gettext_noop("受托人的登记声明与招标文件不一致：%(field)s。"),
        _OPENING,
        gettext_noop("请用 yangguang trustee recipient 重新生成并签名。"),
    ),
    "identity.mismatch": (
        gettext_noop("得到的解密密钥与投标人承诺的摘要不符。"),
        _FAILED,
        gettext_noop("请核对份额或密钥文件是否属于这份投标文件。"),
    ),
    "identity.committed_wrongly": (
        gettext_noop("所有份额都与承诺相符，合成的密钥却与投标人承诺的摘要不符，责任在投标人。"),
        _FAILED,
        gettext_noop("由投标人说明；其他投标文件继续解密。"),
    ),
    "payload.not_openable": (
        gettext_noop("payload.age 不能用投标人承诺的密钥解密，责任在投标人。"),
        _FAILED,
        gettext_noop("由投标人说明；其他投标文件继续解密。"),
    ),
    "payload.other_content": (
        gettext_noop("解密得到的内容与投标人密封时承诺的摘要不符，责任在投标人。"),
        _FAILED,
        gettext_noop("由投标人说明；其他投标文件继续解密。"),
    ),
    "inner.unreadable": (gettext_noop("%(member)s 不合格式，问题在字段 %(field)s。"), _MADE, _MAKE_AGAIN),
    "inner.unknown_format": (
        gettext_noop("%(member)s 的格式 %(found)s 不受支持。"),
        _MADE,
        gettext_noop("请更新投标工具。"),
    ),
    "inner.missing_part": (gettext_noop("缺少招标文件要求的“%(title)s”（%(member)s）。"), _MADE, _MAKE_AGAIN),
    "inner.unexpected_member": (gettext_noop("投标文件不应含有成员 %(member)s。"), _MADE, _MAKE_AGAIN),
    "inner.wrong_media": (gettext_noop("%(member)s 不是招标文件要求的文件类型 %(expected)s。"), _MADE, _MAKE_AGAIN),
    "inner.missing_item": (gettext_noop("opening.json 缺少开标项“%(title)s”（%(field)s）。"), _MADE, _MAKE_AGAIN),
    "inner.unexpected_item": (gettext_noop("opening.json 含有招标文件没有的开标项 %(field)s。"), _MADE, _MAKE_AGAIN),
    "inner.wrong_money": (
        gettext_noop("开标项“%(title)s”应为两位小数的金额文本，如 980000.00。"),
        _MADE,
        _MAKE_AGAIN,
    ),
    "inner.wrong_integer": (gettext_noop("开标项“%(title)s”应为不小于零的整数。"), _MADE, _MAKE_AGAIN),
    "inner.wrong_text": (gettext_noop("开标项“%(title)s”应为 1 到 500 字的文字。"), _MADE, _MAKE_AGAIN),
    "inner.foreign": (
        gettext_noop("%(member)s 的 %(field)s 是“%(found)s”，应为“%(expected)s”。"),
        _MADE,
        _MAKE_AGAIN,
    ),
}


def blocker(code: str, place: str = "", **params: str) -> Blocker:
    """The catalogue's entry as a Blocker; `place` is the member at fault and fills `%(member)s` too."""
    message, rule, remedy = CATALOGUE[code]
    return Blocker(
        code=code, message=message, rule=rule, remedy=remedy, params={"member": place, **params}, place=place
    )


def refusal(code: str, place: str = "", **params: str) -> Refusal:
    return Refusal(blocker(code, place, **params))
