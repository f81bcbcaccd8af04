"""Amounts in Chinese capital words (大写金额), because words prevail over figures (87号令 59, ENG document standard)."""

from decimal import Decimal

_ROWS = ["零〇", "壹一", "贰二两", "叁三", "肆四", "伍五", "陆六", "柒七", "捌八", "玖九"]
_DIGITS = {word: value for value, words in enumerate(_ROWS) for word in words}
_PLACES = {"拾": 10, "十": 10, "佰": 100, "百": 100, "仟": 1000, "千": 1000}


def amount_in_words(text: str) -> Decimal:
    """ "壹万贰仟伍佰元整" → 12500 yuan. Raises ValueError on anything that is not such an amount."""
    plain = text.strip().removeprefix("人民币").replace("圆", "元").replace("億", "亿").replace("萬", "万")
    whole, mark, cents = plain.removesuffix("整").removesuffix("正").partition("元")
    if not mark or not whole:
        raise ValueError(f"not an amount in words: {text!r}")
    return Decimal(_whole(whole)) + _cents(cents)


def _whole(text: str) -> int:
    for mark, unit in (("亿", 10**8), ("万", 10**4)):
        head, found, tail = text.rpartition(mark)
        if found:
            return _whole(head) * unit + _whole(tail.removeprefix("零") or "零")
    return _below_ten_thousand(text)


def _below_ten_thousand(text: str) -> int:
    """ "贰仟零伍拾" → 2050: places must fall, a zero may stand between them."""
    total, digit, least = 0, None, 10**4
    for word in text:
        if word in _PLACES:
            place = _PLACES[word]
            if place >= least or (digit is None and place != 10):
                raise ValueError(f"places out of order in {text!r}")
            total, digit, least = total + (1 if digit is None else digit) * place, None, place
        elif word in _DIGITS and not digit:
            digit = _DIGITS[word]
        else:
            raise ValueError(f"unexpected {word!r} in {text!r}")
    if not text:
        raise ValueError("an amount with nothing before its unit")
    return total + (digit or 0)


def _cents(text: str) -> Decimal:
    value, rest = Decimal("0.00"), text.removeprefix("零")
    for mark, worth in (("角", Decimal("0.10")), ("分", Decimal("0.01"))):
        if rest[1:2] == mark and rest[0] in _DIGITS:
            value, rest = value + _DIGITS[rest[0]] * worth, rest[2:].removeprefix("零")
    if rest:
        raise ValueError(f"unexpected {rest!r} after the yuan")
    return value
