"""What somebody is told when something is refused, by whichever way: the codes and the words, in Chinese and in English."""

import html
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from client.__main__ import main
from tests.factories.parties import PartyKit
from tests.tendering.calling import Caller

CHINESE, ENGLISH = "zh-CN", "en"
_CLOCK = re.compile(r"[0-9]{2}:[0-9]{2}:[0-9]{2}")
_HAN = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True)
class Told:
    """One refusal as it arrived. `status` is HTTP's, or the exit status of the command line."""

    status: int
    blockers: tuple[Mapping[str, Any], ...]

    @property
    def codes(self) -> list[str]:
        return [blocker["code"] for blocker in self.blockers]

    @property
    def words(self) -> list[str]:
        return [blocker["message"] for blocker in self.blockers]

    def assert_english(self) -> None:
        """No Chinese but what was given by people: names and file names are shown as they are."""
        for blocker in self.blockers:
            for sentence in (blocker["message"], blocker["remedy"]):
                for given in sorted(blocker["params"].values(), key=len, reverse=True):
                    sentence = sentence.replace(given, "")
                assert not _HAN.search(sentence), sentence


def by_api(
    kit: PartyKit | None, method: str, path: str, body: Any = None, language: str = CHINESE, role: str = ""
) -> Told:
    """The refusing answer of an endpoint."""
    caller = Caller(kit, role, language=language)
    status, data = caller._call(method.lower(), path, body)
    assert status >= 400, data
    assert data["refused"] is True
    return Told(status, tuple(data["blockers"]))


def by_command(capsys: Any, *words: object) -> Told:
    """`yangguang … --json`, ending with 1."""
    capsys.readouterr()
    status = main([*map(str, words), "--json"])
    data = json.loads(capsys.readouterr().out)
    assert data["refused"] is True
    return Told(status, tuple(data["blockers"]))


def page_says(content: bytes, told: Told) -> bool:
    """Whether a page shows every sentence of the refusal, whatever second it was asked in."""
    shown = _CLOCK.sub("", html.unescape(content.decode()))
    return all(_CLOCK.sub("", message) in shown for message in told.words)


def assert_alike(tellings: Sequence[Told]) -> None:
    """The same codes and, in the same language, the same words."""
    first = tellings[0]
    for other in tellings[1:]:
        assert other.codes == first.codes
        assert other.words == first.words
