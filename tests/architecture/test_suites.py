"""``./run test`` runs every test there is, and each once; its table tells what each suite took."""

from __future__ import annotations

from pathlib import Path

from tools.suites import TESTS, shares

ROOT = Path(__file__).parents[2]

RESULTS = """<testsuites><testsuite>
<testcase classname="tests.e2e.test_demo" name="a" time="30.0" />
<testcase classname="tests.e2e.test_demo.TestVisit" name="b[1]" time="6.0"><failure>no</failure></testcase>
<testcase classname="tests.cardio.test_tlv" name="c" time="1.5" />
<testcase classname="tests.fuzz.test_fuzz" name="d" time="3.0"><skipped message="no"/></testcase>
<testcase classname="tests.receipts.test_pdf" name="e" time="0.3"><error message="no">text</error></testcase>
</testsuite></testsuites>"""


def test_every_folder_of_tests_is_in_one_suite() -> None:
    there = {path.parent.relative_to(ROOT).as_posix() for path in (ROOT / "tests").rglob("test_*.py")}
    named = [folder for suite in TESTS for folder in suite.folders]
    assert len(named) == len(set(named))
    assert set(named) == {"/".join(folder.split("/")[:2]) for folder in there}


def test_a_suite_took_what_its_tests_took_and_failed_where_one_did(tmp_path: Path) -> None:
    (tmp_path / "results.xml").write_text(RESULTS, encoding="utf-8")
    rows = {row.name: row for row in shares(tmp_path / "results.xml", workers=3)}
    assert {name: round(row.took, 3) for name, row in rows.items() if row.took} == {
        "whole program": 12.0,
        "cards and readers": 1.5,
        "papers": 0.1,
    }
    assert {name for name, row in rows.items() if not row.passed} == {"whole program", "papers"}
