"""``./run test`` runs every test there is, and each once."""

from __future__ import annotations

from pathlib import Path

from tools.suites import CHECKS, TESTS

ROOT = Path(__file__).parents[2]


def test_every_folder_of_tests_is_in_one_suite() -> None:
    there = {path.parent.relative_to(ROOT).as_posix() for path in (ROOT / "tests").rglob("test_*.py")}
    named = [part for suite in (CHECKS, *TESTS) for command in suite.commands for part in command if "tests/" in part]
    assert len(named) == len(set(named))
    assert {folder for folder in there if not any(f"{folder}/".startswith(f"{name}/") for name in named)} == set()
