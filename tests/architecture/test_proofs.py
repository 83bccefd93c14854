"""``./run prove`` picks every property test, as the mark is set before pytest picks by it; its report is honest."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.comparing import lost_or_twice, not_once
from tools import proof_report

ROOT = Path(__file__).parents[2]


def test_a_property_is_a_proof() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--collect-only", "-m", "proof", "tests/cardio/test_tlv.py"],
        cwd=ROOT, capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert "::" in done.stdout


def noted(folder: Path, part: str, **changed: object) -> None:
    """A part of the power cuts, as a test puts it down."""
    numbers = {"images": 10, "lost_or_doubled": 0, "of_points": "7"}
    told = {"proof": "power-cuts", "of": 2, "profile": "full", "commit": "abc", "numbers": numbers, **changed}
    (folder / f"power-cuts.{part}.part.json").write_text(json.dumps(told))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(proof_report, "FOLDER", tmp_path)
    monkeypatch.setattr(proof_report, "commit", lambda: "abc")
    return tmp_path


def test_a_proof_counts_when_all_its_parts_ran(folder: Path) -> None:
    noted(folder, "0")
    noted(folder, "1")
    row = proof_report.collect("full")["power-cuts"]
    assert (row.missing, row.numbers) == ([], {"images": 20, "lost_or_doubled": 0, "of_points": "7"})
    assert "NOT COUNTED" not in str(row)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"of": 3}, "2 of 3 parts"),
        ({"profile": "quick"}, "parts that are not of the full proof"),
        ({"commit": "abd"}, "parts of another commit"),
        ({"numbers": {"lost_or_doubled": 1}}, "something was lost or doubled"),
        ({"numbers": {"of_points": "8"}}, "its parts do not agree"),
    ],
)
def test_what_is_not_whole_does_not_count(folder: Path, changed: dict[str, object], why: str) -> None:
    noted(folder, "0")
    noted(folder, "1", **changed)
    row = proof_report.collect("full")["power-cuts"]
    assert row.missing == [why]
    assert f"NOT COUNTED: {why}" in str(row)


def test_a_proof_that_did_not_run_is_in_the_report(folder: Path) -> None:
    results = folder / "results.xml"
    results.write_text(
        '<testsuite><testcase classname="tests.a" name="one"/><testcase classname="tests.a" name="two">'
        '<skipped message="no strace"/></testcase></testsuite>'
    )
    text, counted = proof_report.write(results)
    assert not counted
    assert text.count("[NOT COUNTED: it did not run]") == len(proof_report.TITLES)
    assert "passed: 1, skipped: 1" in text
    assert "skipped: tests.a::two no strace" in text
    assert (folder / "report.txt").read_text() == text + "\n"
    assert json.loads((folder / "report.json").read_text())["commit"] == "abc"


def test_every_note_is_of_a_proof_that_the_report_knows() -> None:
    told = {
        name
        for path in (ROOT / "tests").rglob("*.py")
        for name in re.findall(r"\b(?:note|play)\(\s*(?:\w+Machine, )?\"([a-z-]+)\"", path.read_text(encoding="utf-8"))
    }
    assert told == set(proof_report.TITLES)


def test_no_result_of_a_proof_is_written_down_as_a_constant() -> None:
    """What was lost or caught is counted from what was compared; a literal would say so whatever happened."""
    calls = [
        (path.name, word)
        for path in (ROOT / "tests").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "note"
        for word in node.keywords
        if word.arg in ("lost_or_doubled", "caught", "errors")
    ]
    assert len(calls) > 10
    assert [name for name, word in calls if isinstance(word.value, ast.Constant)] == []


def test_what_is_lost_and_what_is_there_twice_is_named() -> None:
    assert lost_or_twice(["a", "b"], ["b", "a", "c"]) == set()  # said is not all that may be there
    assert lost_or_twice(["a", "b"], ["b", "c", "c"]) == {"a", "c"}
    assert not_once(["a", "b", "c"], {"a": 1, "b": 2, "d": 5}) == {"b", "c"}
