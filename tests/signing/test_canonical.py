import json

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from signing.rules.canonical import NotCanonical, canonical, read_strict

numbers = st.integers(-(2**53) + 1, 2**53 - 1)
leaves = st.none() | st.booleans() | numbers | st.floats(allow_nan=False, allow_infinity=False) | st.text()
values = st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=30)


@given(values)
def test_every_value_is_spelled_as_rfc_8785_says(value):
    try:
        expected = rfc8785.dumps(value)
    except rfc8785.CanonicalizationError:  # lone surrogates
        expected = None
    if expected is None:
        with pytest.raises(NotCanonical):
            canonical(value)
    else:
        assert canonical(value) == expected


@given(st.recursive(st.text(), lambda inner: st.dictionaries(st.sampled_from(["a", "b", "Z", "z-1"]), inner)))
def test_the_quick_way_reads_back_the_same(value):
    assert json.loads(canonical(value)) == value


def test_keys_are_sorted_by_utf_16_units_and_not_by_code_points():
    assert canonical({"\ue000": 1, "\U0001f600": 2}) == '{"\U0001f600":2,"\ue000":1}'.encode()


def test_numbers_are_spelled_as_ecmascript_does():
    spelled = b"[1,1e+21,1e-7,0.000001,-0.5,333333333.3333333]"
    assert canonical([1.0, 1e21, 1e-7, 1e-6, -0.5, 333333333.33333329]) == spelled


def test_control_characters_are_escaped_and_others_are_not():
    assert canonical('\x00\x1f\x7f\n\t"\\/é中') == '"\\u0000\\u001f\x7f\\n\\t\\"\\\\/é中"'.encode()


@pytest.mark.parametrize(
    "value",
    [
        2**53,
        -(2**53),
        {1: "a"},
        {"a": {None: 1}},
        "\ud800",
        {"a": float("nan")},
        float("inf"),
        pytest.param(object(), id="an object"),
        {"a": b"x"},
        {1, 2},
    ],
    ids=repr,
)
def test_what_has_no_canonical_spelling_is_refused(value):
    with pytest.raises(NotCanonical):
        canonical(value)


@pytest.mark.parametrize("text", ['{"a":1,"a":2}', "NaN", '{"a":Infinity}', "[1,]", ""])
def test_reading_refuses_what_two_readers_could_understand_differently(text):
    with pytest.raises(ValueError):
        read_strict(text)
