"""Shamir's shares against a slow second implementation written from the definition, and against kept vectors."""

import itertools
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing.rules.shamir import combine, split

VECTORS = json.loads((Path(__file__).parents[1] / "artefacts/shamir.json").read_text(encoding="utf-8"))


def times(a: int, b: int) -> int:
    """Multiplication in GF(2)[x] modulo x^8+x^4+x^3+x+1, bit by bit."""
    product = 0
    for bit in range(8):
        if b >> bit & 1:
            product ^= a << bit
    for bit in range(14, 7, -1):
        if product >> bit & 1:
            product ^= 0x11B << (bit - 8)
    return product


def inverse(a: int) -> int:
    return next(b for b in range(1, 256) if times(a, b) == 1)


def slow_combine(shares: list[bytes]) -> bytes:
    """Lagrange at zero, term by term, nothing shared with the code under test."""
    secret = []
    for index in range(len(shares[0]) - 1):
        value = 0
        for share in shares:
            term = share[index]
            for other in shares:
                if other is not share:
                    term = times(term, times(other[-1], inverse(share[-1] ^ other[-1])))
            value ^= term
        secret.append(value)
    return bytes(secret)


@pytest.mark.parametrize("vector", VECTORS["shuffled"] + VECTORS["ordered"])
def test_kept_vectors_combine_from_any_shares(vector):
    shares = [bytes.fromhex(share) for share in vector["shares"]]
    for chosen in (shares[: vector["k"]], shares[-vector["k"] :], shares):
        assert combine(chosen).hex() == vector["secret"]


@settings(deadline=None, max_examples=60)
@given(secret=st.binary(min_size=1, max_size=24), data=st.data())
def test_any_k_shares_restore_the_secret_by_both_implementations(secret, data):
    n = data.draw(st.integers(2, 9))
    k = data.draw(st.integers(2, n))
    shares = split(secret, k, n)
    assert [share[-1] for share in shares] == list(range(1, n + 1))
    chosen = data.draw(st.permutations(shares))[:k]
    assert combine(chosen) == slow_combine(chosen) == secret


@settings(deadline=None, max_examples=30)
@given(
    secret=st.binary(min_size=1, max_size=8),
    places=st.permutations(range(1, 256)),
    noise=st.binary(min_size=24, max_size=24),
)
def test_shares_with_other_numbers_combine_too(secret, places, noise):
    """Browsers number the shares at random: only the points on the polynomial count."""

    def share(x: int) -> bytes:
        ys = []
        for index, byte in enumerate(secret):
            a, b = noise[2 * index], noise[2 * index + 1]
            ys.append(byte ^ times(a, x) ^ times(b, times(x, x)))
        return bytes(ys) + bytes([x])

    assert combine([share(x) for x in places[:3]]) == secret


def test_two_of_three_shares_say_nothing_about_the_secret():
    """For each value of the secret's byte there is a third share that gives it: two fit every secret equally."""
    first, second, _ = split(b"\x2a", 3, 3)
    thirds = {combine([first, second, bytes([y, 3])]) for y in range(256)}
    assert thirds == {bytes([value]) for value in range(256)}


def test_too_few_shares_give_a_wrong_secret_silently():
    shares = split(b"AGE-SECRET-KEY-1", 3, 5)
    for pair in itertools.combinations(shares, 2):
        assert combine(list(pair)) != b"AGE-SECRET-KEY-1"


def test_coefficients_come_from_the_given_source_and_only_from_there():
    asked = []
    shares = split(b"\x00\xff", 2, 3, lambda size: asked.append(size) or bytes([1, 2]))
    assert asked == [2]
    assert shares == [bytes([1, 0xFF ^ 2, 1]), bytes([2, 0xFF ^ 4, 2]), bytes([3, 0xFF ^ 6, 3])]


@pytest.mark.parametrize(("k", "n"), [(1, 3), (4, 3), (2, 256), (0, 0)])
def test_impossible_thresholds_are_refused(k, n):
    with pytest.raises(ValueError, match="threshold"):
        split(b"secret", k, n)


def test_an_empty_secret_is_refused():
    with pytest.raises(ValueError, match="nothing"):
        split(b"", 2, 3)


@pytest.mark.parametrize(
    "shares",
    [[], [b"a\x01"], [b"a\x01", b"b\x01"], [b"a\x01", b"b\x00"], [b"a\x01", b"ab\x02"], [b"\x01", b"\x02"]],
    ids=["none", "one", "repeated", "zero", "unequal", "empty"],
)
def test_shares_that_cannot_belong_together_are_refused(shares):
    with pytest.raises(ValueError, match="share"):
        combine(shares)
