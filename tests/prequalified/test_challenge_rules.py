"""When a challenge may be answered, by the rule alone; over HTTP the account it was issued to separates the purposes too."""

import datetime as dt

import pytest

from prequalified.rules.challenge import LIFE, ChallengeFacts, blockers, platform_of, text

NOON = dt.datetime(2026, 11, 21, 4, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (None, ["challenge.unknown"]),
        (ChallengeFacts("bind", NOON, None), ["challenge.unknown"]),
        (ChallengeFacts("log-in", NOON, NOON), ["challenge.used"]),
        (ChallengeFacts("log-in", NOON - LIFE - SECOND, None), ["challenge.stale"]),
        (ChallengeFacts("log-in", NOON - LIFE, None), []),
        (ChallengeFacts("log-in", NOON, None), []),
    ],
)
def test_a_challenge_is_answered_once_soon_and_for_its_own_purpose(facts, expected):
    assert [blocker.code for blocker in blockers(facts, "log-in", NOON)] == expected


@pytest.mark.parametrize("purpose", ["log-in", "bind"])
def test_what_is_signed_names_its_platform_and_its_purpose_only(purpose):
    words = text(purpose, "https://platform.example", "a" * 64, NOON)
    assert platform_of(words, purpose) == "https://platform.example"
    with pytest.raises(ValueError, match="challenge"):
        platform_of(words, "bind" if purpose == "log-in" else "log-in")
