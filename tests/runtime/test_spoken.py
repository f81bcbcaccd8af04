"""Refusals in words."""

import pytest
from django.utils import translation

from runtime.refusal import Blocker
from runtime.spoken import spoken

LATE = "投标截止时间为%(deadline)s，服务器收到完整文件的时间为%(now)s。"


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("2026-11-21T02:00:00.000Z", "2026-11-21 10:00:00 北京时间"),
        ("2026-11-21T16:00:00.250Z", "2026-11-22 00:00:00.250 北京时间"),
        ("2026-11-21T10:00:00+08:00", "2026-11-21 10:00:00 北京时间"),
        ("2026-11-21", "2026-11-21"),
        ("投标2026-11-21T02:00:00.000Z", "投标2026-11-21T02:00:00.000Z"),
    ],
)
def test_moments_are_told_in_beijing_time(given, shown):
    with translation.override("zh-hans"):
        said = spoken([Blocker("bid.late", LATE, params={"deadline": given, "now": "-"})])[0]
    assert f"投标截止时间为{shown}，" in said["message"]
    assert said["params"]["deadline"] == given, "programs read the stamp"


def test_the_zone_is_named_in_the_reader_s_language():
    blocker = Blocker("x", "%(at)s", params={"at": "2026-11-21T02:00:00.000Z"})
    with translation.override("en"):
        assert spoken([blocker])[0]["message"] == "2026-11-21 10:00:00 Beijing time"
