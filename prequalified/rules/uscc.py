"""The unified social credit code (统一社会信用代码, GB 32100-2015): 18 signs, the last a check digit."""

from runtime.refusal import Blocker, gettext_noop

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I, O, S, V, Z
_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))


def check_digit(body: str) -> str:
    """The 18th sign for 17 signs of the alphabet. Raises ValueError for another sign."""
    total = sum(ALPHABET.index(sign) * weight for sign, weight in zip(body, _WEIGHTS, strict=True))
    return ALPHABET[(31 - total % 31) % 31]


def normal(code: str) -> str:
    """Upper case without blanks, full-width signs made plain."""
    return "".join(
        chr(ord(sign) - 0xFEE0) if "！" <= sign <= "～" else sign for sign in code if not sign.isspace()
    ).upper()


def check(code: str) -> list[Blocker]:
    """Why this is no USCC, or nothing."""
    if len(code) != 18 or any(sign not in ALPHABET for sign in code):
        return [_blocker("uscc.form", gettext_noop("统一社会信用代码须为 18 位数字或大写字母（不含 I、O、S、V、Z）。"))]
    if check_digit(code[:17]) != code[17]:
        message = gettext_noop("统一社会信用代码 %(number)s 的校验位不正确，应为 %(digit)s。")
        return [_blocker("uscc.check_digit", message, number=code, digit=check_digit(code[:17]))]
    return []


def _blocker(code: str, message: str, **params: str) -> Blocker:
    remedy = gettext_noop("请对照营业执照核对。")
    return Blocker(code, message, "GB 32100-2015", remedy, params, place="number")
