"""Refusals in the reader's language: the one place where a blocker's Chinese sentence is translated and filled in."""

import re
from collections.abc import Iterable, Mapping

from django.utils.translation import gettext

from runtime.clock import readable
from runtime.refusal import Blocker, Refusal

_COUNTED = re.compile(r"(\d+)(日|个工作日|秒)")  # a term as prequalified.rules.timing writes it


def _word(word: str) -> str:
    counted = _COUNTED.fullmatch(word)
    return gettext(f"%(count)s{counted[2]}") % {"count": counted[1]} if counted else gettext(word)


def _worded(params: Mapping[str, str]) -> dict[str, str]:
    """`term` and `terms` (joined by 、) hold words of ours, not a user's: they are translated too."""
    words = {key: readable(value) for key, value in params.items()}
    for key in words.keys() & {"term", "terms"}:
        words[key] = gettext("、").join(_word(word) for word in words[key].split("、"))
    return {key: value.replace("北京时间", gettext("北京时间")) for key, value in words.items()}


def _say(sentence: str, params: dict[str, str]) -> str:
    """Translate, then fill in; a place without a value is a bug of the rule and raises KeyError in its test."""
    return gettext(sentence) % params if sentence else ""


def spoken(blockers: Refusal | Iterable[Blocker]) -> list[dict[str, object]]:
    """`[{code, message, rule, remedy, params, place}]` in the active language, for page, API, socket and command line."""
    if isinstance(blockers, Refusal):
        blockers = blockers.blockers
    said = []
    for blocker in blockers:
        params = _worded(blocker.params)
        words = {"message": _say(blocker.message, params), "remedy": _say(blocker.remedy, params)}
        said.append({**blocker.as_data(), **words})
    return said


def answer(refusal: Refusal) -> dict[str, object]:
    """The body of a refusal in the API: `{"refused": true, "blockers": […]}`."""
    return {"refused": True, "blockers": spoken(refusal)}
