import copy

import pyrage
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing.rules.draws import DrawError, commitment
from signing.rules.escrow import commit, open_share, read_commitment, recover

TRUSTEES = [pyrage.x25519.Identity.generate() for _ in range(5)]
RECIPIENTS = [str(trustee.to_public()) for trustee in TRUSTEES]


def committed(k=3):
    secret, document = commit("DRAW-1", RECIPIENTS, k)
    value, escrow = read_commitment(document, "DRAW-1", RECIPIENTS)
    return secret, document, value, escrow


def shares_of(escrow):
    return [open_share(part, str(trustee)) for part, trustee in zip(escrow, TRUSTEES, strict=True)]


def test_the_document_commits_to_the_secret():
    secret, _document, value, escrow = committed()
    assert value == commitment(secret.salt, secret.value)
    assert len(escrow) == 5


@given(st.permutations(range(5)), st.integers(2, 5))
@settings(max_examples=20, deadline=None)
def test_any_k_trustees_open_what_the_party_withholds(places, k):
    secret, _document, value, escrow = committed(k)
    shares = shares_of(escrow)
    assert recover([shares[place] for place in places[:k]], escrow, k, value) == secret
    with pytest.raises(DrawError, match="are needed"):
        recover([shares[place] for place in places[: k - 1]], escrow, k, value)


def test_the_same_share_twice_does_not_count_as_two():
    _secret, _document, value, escrow = committed()
    first, second = shares_of(escrow)[:2]
    with pytest.raises(DrawError, match="2 shares are there, 3 are needed"):
        recover([first, second, first], escrow, 3, value)


def test_a_trustee_cannot_open_anothers_share():
    *_rest, escrow = committed()
    with pytest.raises(DrawError):
        open_share(escrow[0], str(TRUSTEES[1]))


def test_a_wrong_share_is_told_from_a_right_one():
    _secret, _document, value, escrow = committed()
    shares = shares_of(escrow)
    shares[1] = bytes([shares[1][0] ^ 1]) + shares[1][1:]
    with pytest.raises(DrawError, match="share of place 2"):
        recover(shares[:3], escrow, 3, value)


def test_a_party_that_escrowed_something_else_than_it_committed_to_is_found():
    _secret, document, _value, _escrow = committed()
    other = commit("DRAW-1", RECIPIENTS, 3)[1]
    mixed = {**document, "escrow": other["escrow"]}
    value, escrow = read_commitment(mixed, "DRAW-1", RECIPIENTS)
    with pytest.raises(DrawError, match="the party escrowed something else"):
        recover(shares_of(escrow)[:3], escrow, 3, value)


def test_a_party_that_sealed_another_share_than_it_hashed_is_found():
    _secret, document, *_rest = committed()
    other = commit("DRAW-1", RECIPIENTS, 3)[1]
    mixed = copy.deepcopy(document)
    mixed["escrow"][0]["sealed"] = other["escrow"][0]["sealed"]
    escrow = read_commitment(mixed, "DRAW-1", RECIPIENTS)[1]
    with pytest.raises(DrawError, match="the party sealed another share"):
        open_share(escrow[0], str(TRUSTEES[0]))


def broken():
    document = committed()[1]
    part = document["escrow"][0]
    yield "format", {**document, "format": "another/1"}
    yield "draw", {**document, "draw": "DRAW-2"}
    yield "commitment", {**document, "commitment": document["commitment"].upper()}
    yield "commitment", {**document, "commitment": "00"}
    yield "commitment", {**document, "commitment": 7}
    yield "missing", {"format": document["format"], "draw": "DRAW-1"}
    yield "no escrow", {**document, "escrow": []}
    yield "too few", {**document, "escrow": document["escrow"][:4]}
    yield "order", {**document, "escrow": document["escrow"][::-1]}
    yield "recipient", {**document, "escrow": [{**part, "recipient": RECIPIENTS[1]}, *document["escrow"][1:]]}
    yield "not base64", {**document, "escrow": [{**part, "sealed": "***"}, *document["escrow"][1:]]}
    yield "not age", {**document, "escrow": [{**part, "sealed": "AAAA"}, *document["escrow"][1:]]}
    yield "hash", {**document, "escrow": [{**part, "share_sha256": "00"}, *document["escrow"][1:]]}
    yield "large", {**document, "escrow": [{**part, "sealed": "A" * 8000}, *document["escrow"][1:]]}
    yield "list", []


def test_a_malformed_commitment_is_refused():
    for what, document in broken():
        with pytest.raises(DrawError):
            read_commitment(document, "DRAW-1", RECIPIENTS)
            pytest.fail(what)


@pytest.mark.parametrize(
    ("recipients", "k"), [(RECIPIENTS, 1), (RECIPIENTS, 6), (RECIPIENTS[:1], 1), (["age1nobody"] * 2, 2)]
)
def test_an_impossible_escrow_is_refused(recipients, k):
    with pytest.raises(DrawError):
        commit("DRAW-1", recipients, k)
