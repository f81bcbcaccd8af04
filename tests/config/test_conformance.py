"""The certification table: all checks listed, markers read, outcomes counted."""

import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from tests.conformance import checks, same_id

ROOT = Path(__file__).resolve().parent.parent.parent


def test_all_273_checks_are_listed_once_with_their_stars():
    known = checks()
    functions = [check for check in known if check.startswith("A-")]
    assert [int(check[2:]) for check in functions] == list(range(1, 227))
    assert [int(check[2:]) for check in known if check.startswith("B-")] == list(range(1, 48))
    assert {check.stars for check in known.values()} == {"*", "**", "***", "**/***"}


def test_a_check_is_found_by_any_spelling_and_a_wrong_one_is_an_error():
    known = checks()
    assert same_id("A-7", known) == same_id("A-007", known) == "A-07"
    assert same_id("B-16", known) == "B-016"
    with pytest.raises(pytest.UsageError):
        same_id("A-227", known)


def test_the_table_shows_met_only_with_a_passing_and_no_failing_test(tmp_path):
    (tmp_path / "test_sample.py").write_text(
        dedent("""
            import pytest

            @pytest.mark.cts("A-110", "A-111")
            def test_holds(): pass

            @pytest.mark.cts("A-111")
            def test_fails(): assert False

            @pytest.mark.cts("A-112")
            def test_is_left_out(): pytest.skip("not here")
        """)
    )
    command = [sys.executable, "-m", "tests.conformance", "-n", "0", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    table = {line.split()[0]: line for line in done.stdout.splitlines() if line[:2] in {"A-", "B-"}}
    assert len(table) == 273
    assert " met " in table["A-110"] and "test_holds" in table["A-110"]
    assert " unmet " in table["A-111"] and "test_fails FAILED" in table["A-111"]
    assert " unmet " in table["A-112"] and " unmet " in table["B-016"]
    assert "met 1 of 273" in done.stdout
    assert done.returncode == 1
