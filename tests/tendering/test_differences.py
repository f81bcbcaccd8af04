from tendering.rules.differences import differences, fixed_blockers
from tests.tendering.facts import changed, content


def test_a_change_is_told_by_its_place_with_old_and_new():
    old = content()
    new = changed(changed(old, "method.items.0.max", "28"), "qualifications", [*old["qualifications"], "新要求"])
    assert differences(old, new) == [
        {"path": "method.items.0.max", "old": "30", "new": "28"},
        {"path": "qualifications.2", "old": None, "new": "新要求"},
    ]


def test_versions_themselves_are_no_change():
    assert differences(content(), content(version=2, text=[])) == []


def test_how_bids_are_opened_cannot_change_any_more():
    old = content()
    assert [each.place for each in fixed_blockers(old, changed(old, "decryption.k", 4))] == ["decryption"]
    assert fixed_blockers(old, changed(old, "qualifications", [])) == []
