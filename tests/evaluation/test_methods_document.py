"""docs/methods.md is true: its examples are run, its table of fields is the reader's."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings

from client.commands.score import table
from tendering.rules.methods import evaluate
from tendering.rules.methods.reading import _FIELDS

TEXT = (Path(settings.BASE_DIR) / "docs" / "methods.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```json\n(.+?)```\n```text\n(.*?)```", TEXT, re.DOTALL)


def test_there_is_an_example_of_each_kind() -> None:
    kinds = [json.loads(source)["method"]["kind"] for source, _ in EXAMPLES]
    assert kinds == ["gp_low_price", "benchmark", "lowest_evaluated"]


@pytest.mark.parametrize(("source", "printed"), EXAMPLES)
def test_the_example_prints_what_the_document_shows(source: str, printed: str) -> None:
    case = json.loads(source)
    result = evaluate(case["method"], case["bids"], drawn=case.get("drawn"))
    assert table(result) == printed.rstrip("\n").split("\n")


def test_every_field_of_the_method_is_described() -> None:
    described = set(re.findall(r"^\| (`.+?`) \|", TEXT.split("Terms of the benchmark")[0], re.MULTILINE))
    assert {name.strip("`") for cell in described for name in cell.split(", ")} == _FIELDS - {"title"}
