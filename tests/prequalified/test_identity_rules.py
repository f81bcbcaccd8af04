"""Codes, names and details: what is accepted, and every fault at once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prequalified.rules import details, names, uscc
from prequalified.rules.registration import MOVES, OPEN_ROLES, Identity, move_blockers, registration_blockers
from tests.prequalified.api import DETAILS, NAME

BODY = st.text(uscc.ALPHABET, min_size=17, max_size=17)


@pytest.mark.parametrize("code", ["91350100M000100Y43", "91110000802100433B"])
def test_valid_codes_are_accepted(code):
    assert uscc.check(code) == []


@given(BODY, st.integers(0, 17), st.sampled_from(uscc.ALPHABET))
def test_any_single_wrong_sign_of_a_code_is_found(body, place, sign):
    good = body + uscc.check_digit(body)
    assert uscc.check(good) == []
    wrong = good[:place] + sign + good[place + 1 :]
    assert (uscc.check(wrong) == []) == (wrong == good)


@given(BODY)
def test_a_wrong_check_digit_is_named_with_the_right_one(body):
    right = uscc.check_digit(body)
    wrong = next(sign for sign in uscc.ALPHABET if sign != right)
    (blocker,) = uscc.check(body + wrong)
    assert (blocker.code, blocker.params["digit"]) == ("uscc.check_digit", right)


@pytest.mark.parametrize("code", ["", "91350100M000100Y4", "91350100M000100Y433", "91350100I000100Y43", "９" * 18])
def test_codes_of_another_form_are_refused(code):
    assert [blocker.code for blocker in uscc.check(code)] == ["uscc.form"]


def test_a_code_is_read_in_full_width_and_with_blanks():
    assert uscc.normal(" ９１３５0100ｍ000100y43 ") == "91350100M000100Y43"


@pytest.mark.parametrize(
    "other",
    ["甲（集团）有限公司", "甲(集团) 有限公司", "甲〔集团〕有限公司", "　甲（集团）有限公司　", "甲【集团】有限公司"],
)
def test_spellings_of_one_name_are_one_name(other):
    assert names.key(other) == names.key("甲(集团)有限公司")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("東莞市建設工程監理有限公司", "东莞市建设工程监理有限公司"),
        ("廣東華業實業（集團）", "广东华业实业(集团)"),
        ("藝術館", "艺术馆"),
    ],
)
def test_traditional_and_simplified_writing_are_one_name(one, other):
    assert names.key(one) == names.key(other)


@pytest.mark.parametrize(("one", "other"), [("乾元建设", "干元建设"), ("瞭望咨询", "了望咨询")])
def test_signs_that_simplified_writing_uses_too_keep_names_apart(one, other):
    assert names.key(one) != names.key(other)


def test_full_width_letters_and_case_make_no_difference_but_other_signs_do():
    assert names.key("ＡＢＣ建设") == names.key("abc建设") != names.key("abd建设")


@given(st.text(max_size=60) | st.text(st.characters(min_codepoint=0x3400, max_codepoint=0x9FFF), max_size=60))
def test_the_key_of_a_name_is_its_own_key(name):
    assert names.key(names.tidy(name)) == names.key(name)
    assert names.key(names.key(name)) == names.key(name)


def faults(kind="organisation", name=NAME, number="91350100M000100Y43", role="bidder", terms=True, **taken):
    return {blocker.code for blocker in registration_blockers(Identity(kind, name, number, **taken), role, terms)}


def test_a_registration_without_fault_is_let_through():
    assert faults() == set()
    assert faults("person", "张三", "110101199001011234", "evaluator") == set()


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"kind": "person", "role": "bidder", "number": "110101199001011234"}, {"role.organisations_only"}),
        ({"role": "evaluator"}, {"role.persons_only"}),
        ({"role": "staff"}, {"role.not_open"}),
        ({"role": "system"}, {"role.not_open"}),
        ({"kind": "ghost"}, {"kind.unknown"}),
        ({"name": " 　"}, {"name.missing"}),
        ({"name": "甲" * 201}, {"name.long"}),
        ({"kind": "person", "role": "evaluator", "number": "12"}, {"number.form"}),
        (
            {"terms": False, "name_taken": True, "number": "1", "role": "staff"},
            {"terms.not_accepted", "name.taken", "uscc.form", "role.not_open"},
        ),
    ],
)
def test_every_fault_is_told_at_once(told, expected):
    assert faults(**told) == expected


@pytest.mark.parametrize("role", OPEN_ROLES)
def test_complete_details_pass_and_each_missing_one_is_named(role):
    assert details.blockers(role, DETAILS[role]) == []
    required = {detail.key for detail in details.DETAILS[role] if detail.required}
    assert {blocker.place for blocker in details.blockers(role, {})} == required


@pytest.mark.parametrize(
    ("key", "value"), [("phone", "call me"), ("email", "no at sign"), ("email", "a@b"), ("address", "甲" * 201)]
)
def test_malformed_details_are_named(key, value):
    (blocker,) = details.blockers("bidder", {**DETAILS["bidder"], key: value})
    assert (blocker.code, blocker.place) == ("detail.form", key)


def test_details_nobody_asked_for_are_dropped():
    assert "role" not in details.asked("bidder", {"role": "staff", "status": "verified"})


@pytest.mark.parametrize("status", MOVES)
@pytest.mark.parametrize("move", ["edit", "submit", "delete", "verify", "refuse", "recall"])
def test_a_move_is_open_in_its_states_only(status, move):
    assert (move_blockers(status, move) == []) == (move in MOVES[status])
