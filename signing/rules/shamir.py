"""Shamir's secret sharing over GF(2^8), byte for byte compatible with npm shamir-secret-sharing.

A share is the y values of every byte of the secret followed by its own x, one byte, never 0. The field's polynomial is
0x11B (AES). Any k shares give the secret; fewer give a wrong one *silently*, so whoever combines compares the result
with a hash (protocol §4).
"""

import secrets
from collections.abc import Callable, Sequence

POLYNOMIAL = 0x11B
GENERATOR = 0x03


def _tables() -> tuple[bytes, bytes]:
    exp, log, value = bytearray(510), bytearray(256), 1
    for power in range(255):
        exp[power] = exp[power + 255] = value
        log[value] = power
        doubled = value << 1
        value ^= doubled ^ (POLYNOMIAL if doubled & 0x100 else 0)  # times 3 = times 2, plus once
    return bytes(exp), bytes(log)


_EXP, _LOG = _tables()


def _times(a: int, b: int) -> int:
    return _EXP[_LOG[a] + _LOG[b]] if a and b else 0


def _over(a: int, b: int) -> int:
    return _EXP[_LOG[a] + 255 - _LOG[b]] if a else 0


def _value_at(coefficients: Sequence[int], x: int) -> int:
    """Horner, constant term first in `coefficients`."""
    result = 0
    for coefficient in reversed(coefficients):
        result = _times(result, x) ^ coefficient
    return result


def split(secret: bytes, k: int, n: int, random: Callable[[int], bytes] = secrets.token_bytes) -> list[bytes]:
    """Shares 1..n of `secret`, any k of which restore it; `random(size)` gives the polynomials' coefficients.

    Raises ValueError unless 2 ≤ k ≤ n ≤ 255 and the secret has at least one byte.
    """
    if not secret:
        raise ValueError("nothing to split")
    if not 2 <= k <= n <= 255:
        raise ValueError(f"{k} of {n} is no threshold: 2 <= k <= n <= 255")
    noise = random((k - 1) * len(secret))
    shares = [bytearray() for _ in range(n)]
    for place, byte in enumerate(secret):
        coefficients = (byte, *noise[place * (k - 1) : (place + 1) * (k - 1)])
        for x, share in enumerate(shares, start=1):
            share.append(_value_at(coefficients, x))
    return [bytes(share) + bytes([x]) for x, share in enumerate(shares, start=1)]


def combine(shares: Sequence[bytes]) -> bytes:
    """The secret that the shares were split from, if they are k or more of the same splitting; otherwise noise.

    Raises ValueError for fewer than two shares, unequal lengths, a repeated x or x = 0.
    """
    if not 2 <= len(shares) <= 255:
        raise ValueError("between 2 and 255 shares are needed")
    if len({len(share) for share in shares}) != 1 or len(shares[0]) < 2:
        raise ValueError("the shares are not of one length")
    places = [share[-1] for share in shares]
    if len(set(places)) != len(places) or 0 in places:
        raise ValueError("a share's number is repeated or zero")
    weights = [_weight_at_zero(x, places) for x in places]
    secret = bytearray(len(shares[0]) - 1)
    for share, weight in zip(shares, weights, strict=True):
        for index in range(len(secret)):
            secret[index] ^= _times(share[index], weight)
    return bytes(secret)


def _weight_at_zero(x: int, places: Sequence[int]) -> int:
    """Lagrange's basis polynomial of `x` at 0; in characteristic two subtraction is exclusive or."""
    weight = 1
    for other in places:
        if other != x:
            weight = _times(weight, _over(other, other ^ x))
    return weight
