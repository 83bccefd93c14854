"""The table of docs/reliability.md: a test for each promise, and every test that it names is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
LINE = re.compile(r"^\| (I\d+) \|(.*)$", re.MULTILINE)
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


def functions(path: Path) -> set[str]:
    return {node.name for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.FunctionDef)}


def test_every_promise_has_its_tests() -> None:
    page = (ROOT / "docs" / "reliability.md").read_text("utf-8")
    lines = dict(LINE.findall(page))
    assert list(lines) == [f"I{n}" for n in range(1, 21)]
    for name, line in lines.items():
        named = NAMED.findall(line)
        assert named, name
        for file, function in named:
            assert (ROOT / file).is_file(), (name, file)
            assert not function or function in functions(ROOT / file), (name, file, function)
