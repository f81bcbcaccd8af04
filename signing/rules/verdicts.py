"""Every reason why a certificate, a signature or a timestamp is not accepted: stable code, Chinese sentence, rule, remedy.

One table, so that page, API, socket, command line and the evidence verifier say the same thing.
"""

from collections.abc import Mapping

from runtime.refusal import Blocker, Refusal, gettext_noop

_RFC5280 = "RFC 5280 6.1"
_REVOCATION = "RFC 5280 6.3"
_USAGE = "RFC 5280 4.2.1.3"
_CMS = "RFC 5652 5"
_CADES = "ETSI EN 319 122-1 6.3"
_TSP = "RFC 3161 2.4.2"
_SIGNATURE_LAW = "电子签名法 13"
_ASK_CA = gettext_noop("请向签发机构申请有效的数字证书后重新签名。")
_SIGN_AGAIN = gettext_noop("请用原文件和本单位的有效证书重新签名。")
_STAMP_AGAIN = gettext_noop("请向受认可的时间戳服务重新申请时间戳。")
_ASK_CRL = gettext_noop("请更新签发机构的证书吊销列表后再验证。")

# code: (message, rule, remedy)
CATALOGUE: Mapping[str, tuple[str, str, str]] = {
    "certificate.unreadable": (gettext_noop("证书或证书链无法读取。"), "RFC 5280 4.1", _ASK_CA),
    "certificate.unknown_ca": (
        gettext_noop("证书“%(subject)s”不是由受认可的证书颁发机构签发。"),
        _RFC5280,
        gettext_noop("请使用本平台互认的证书颁发机构签发的证书。"),
    ),
    "certificate.expired": (
        gettext_noop("证书“%(subject)s”在 %(at)s 已过有效期。"),
        "RFC 5280 6.1.3(a)(2)",
        _ASK_CA,
    ),
    "certificate.not_yet_valid": (
        gettext_noop("证书“%(subject)s”在 %(at)s 尚未生效。"),
        "RFC 5280 6.1.3(a)(2)",
        gettext_noop("请在证书生效之后签名。"),
    ),
    "certificate.revoked": (
        gettext_noop("证书“%(subject)s”或其签发机构的证书在 %(at)s 之前已被吊销。"),
        "RFC 5280 6.1.3(a)(3)",
        _ASK_CA,
    ),
    "certificate.crl_missing": (
        gettext_noop("没有可用于核对证书“%(subject)s”是否被吊销的信息。"),
        _REVOCATION,
        _ASK_CRL,
    ),
    "certificate.crl_expired": (
        gettext_noop("证书“%(subject)s”的吊销信息在 %(at)s 已经过期。"),
        _REVOCATION,
        _ASK_CRL,
    ),
    "certificate.wrong_usage": (gettext_noop("证书“%(subject)s”不得用于此用途。"), _USAGE, _ASK_CA),
    "certificate.weak_algorithm": (
        gettext_noop("证书链使用了已不安全的算法或过短的密钥。"),
        "ETSI TS 119 312",
        _ASK_CA,
    ),
    "certificate.weak_key": (
        gettext_noop("证书的密钥不被接受：只接受 2048 位以上的 RSA 或 P-256。"),
        "ETSI TS 119 312",
        _ASK_CA,
    ),
    "certificate.path_invalid": (gettext_noop("证书链不符合规则：%(detail)s"), _RFC5280, _ASK_CA),
    "certificate.too_many": (
        gettext_noop("签名内嵌的证书多于 %(limit)s 张。"),
        _RFC5280,
        gettext_noop("请只内嵌签名证书及其签发机构的证书。"),
    ),
    "certificate.too_complex": (
        gettext_noop("证书链在 %(limit)s 秒内无法验证完毕，不予接受。"),
        _RFC5280,
        gettext_noop("请只内嵌签名证书及其签发机构的证书。"),
    ),
    "certificate.not_checked": (
        gettext_noop("证书链的验证未能完成，不予接受。"),
        _RFC5280,
        gettext_noop("请稍后重试。"),
    ),
    "certificate.authority_withdrawn": (
        gettext_noop("签发机构“%(authority)s”在 %(at)s 不在本平台的互认名单之内。"),
        _SIGNATURE_LAW,
        gettext_noop("请使用本平台互认的证书颁发机构签发的证书。"),
    ),
    "certificate.wrong_holder": (
        gettext_noop("证书的持有人号码是“%(found)s”，不是“%(expected)s”。"),
        _SIGNATURE_LAW,
        gettext_noop("请使用本单位自己的证书。"),
    ),
    "certificate.no_number": (
        gettext_noop("证书“%(subject)s”里没有持有人的统一社会信用代码或个人号码。"),
        "GB 32100-2015",
        _ASK_CA,
    ),
    "signature.unreadable": (gettext_noop("签名无法读取：不是完整的 CMS 签名数据。"), _CMS, _SIGN_AGAIN),
    "signature.too_large": (gettext_noop("签名超过 %(limit)s 字节。"), _CMS, _SIGN_AGAIN),
    "signature.not_detached": (gettext_noop("签名把原文包含在内，这里只接受分离式签名。"), _CMS, _SIGN_AGAIN),
    "signature.signers": (gettext_noop("签名必须恰有一个签名人。"), _CMS, _SIGN_AGAIN),
    "signature.no_certificate": (gettext_noop("签名里没有签名人的证书。"), _CADES, _SIGN_AGAIN),
    "signature.not_cades": (
        gettext_noop("签名缺少必备的签名属性：%(attribute)s。"),
        _CADES,
        _SIGN_AGAIN,
    ),
    "signature.wrong_certificate": (
        gettext_noop("签名所声明的证书与内嵌的证书不一致，证书已被调换。"),
        "RFC 5035 4",
        _SIGN_AGAIN,
    ),
    "signature.weak_digest": (
        gettext_noop("签名使用了不被接受的摘要算法 %(algorithm)s，只接受 SHA-256。"),
        "ETSI TS 119 312",
        _SIGN_AGAIN,
    ),
    "signature.unknown_algorithm": (
        gettext_noop("签名算法 %(algorithm)s 不被接受，只接受 RSA 或 ECDSA P-256 配 SHA-256。"),
        "ETSI TS 119 312",
        _SIGN_AGAIN,
    ),
    "signature.invalid": (gettext_noop("签名值与签名人的证书不符，签名无效。"), "RFC 5652 5.6", _SIGN_AGAIN),
    "signature.other_content": (
        gettext_noop("签名针对的不是这个文件，文件内容与签名时不同。"),
        "RFC 5652 5.4",
        _SIGN_AGAIN,
    ),
    "signature.no_moment": (
        gettext_noop("签名不带时间戳，也没有给出验证的时刻。"),
        "ETSI EN 319 102-1 5.5",
        gettext_noop("请给出验证的时刻，或使用带时间戳的签名。"),
    ),
    "timestamp.unreadable": (gettext_noop("时间戳无法读取。"), _TSP, _STAMP_AGAIN),
    "timestamp.invalid": (gettext_noop("时间戳的签名无效。"), _TSP, _STAMP_AGAIN),
    "timestamp.other_content": (gettext_noop("时间戳针对的不是这份数据。"), _TSP, _STAMP_AGAIN),
    "timestamp.weak_digest": (gettext_noop("时间戳使用了不被接受的摘要算法。"), _TSP, _STAMP_AGAIN),
    "timestamp.several": (gettext_noop("签名只能带一个时间戳。"), _CADES, _SIGN_AGAIN),
    "timestamp.untrusted": (gettext_noop("时间戳服务的证书不被接受：%(detail)s"), "RFC 3161 2.3", _STAMP_AGAIN),
    "timestamp.refused": (gettext_noop("时间戳服务拒绝了请求：%(detail)s"), _TSP, _STAMP_AGAIN),
    "timestamp.unreachable": (
        gettext_noop("时间戳服务无法访问：%(detail)s"),
        _TSP,
        gettext_noop("请检查时间戳服务的地址和网络后重试。"),
    ),
    "key.unreadable": (
        gettext_noop("证书文件（.p12）无法打开：口令不对或文件损坏。"),
        "RFC 7292",
        gettext_noop("请核对口令和文件。"),
    ),
}


def blocker(code: str, place: str = "", **params: str) -> Blocker:
    """The catalogue's entry as a Blocker; `params` fill the places of its sentence."""
    message, rule, remedy = CATALOGUE[code]
    return Blocker(code=code, message=message, rule=rule, remedy=remedy, params=params, place=place)


def refusal(code: str, **params: str) -> Refusal:
    return Refusal(blocker(code, **params))


def sentence(code: str, params: Mapping[str, str]) -> str:
    """The Chinese sentence with its places filled; empty for the code of success (`ok`)."""
    return CATALOGUE[code][0] % dict(params) if code in CATALOGUE else ""
