"""docs/protocol/sealed-bid.md says what the code reads: each JSON example is parsed by the code that reads such files."""

import json
import re
from pathlib import Path

import pyrage
import pytest

from signing.rules.asic_manifest import read_manifest
from signing.rules.canonical import canonical
from signing.rules.inner_bid import read_environment, read_opening
from signing.rules.seal import read_seal
from signing.rules.statements import read_recipient, read_release, read_signed

TEXT = (Path(__file__).parents[2] / "docs/protocol/sealed-bid.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```json (\w+)\n(.+?)```", TEXT, re.DOTALL)
READERS = {
    "seal": read_seal,
    "opening": read_opening,
    "env": read_environment,
    "signed": read_signed,
    "recipient": read_recipient,
    "release": read_release,
}


def test_every_format_has_an_example():
    assert {name for name, _ in EXAMPLES} == set(READERS)
    assert TEXT.count("```json") == len(EXAMPLES)


@pytest.mark.parametrize(("name", "example"), EXAMPLES)
def test_the_example_is_read(name, example):
    example = example.replace("AGE-SECRET-KEY-1…", str(pyrage.x25519.Identity.generate()))
    data = json.loads(example)
    assert READERS[name](canonical(data))
    with pytest.raises(Exception, match="unreadable"):
        READERS[name](canonical(data | {"more": 1}))


def test_the_example_of_a_manifest_is_read():
    example = re.search(r"```xml\n(.+?)```", TEXT, re.DOTALL)
    assert example
    assert list(read_manifest(example[1].encode())) == ["seal.json"]
