"""House rules no linter knows: one user for each outside part, small files, a lock that names no address."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("cardio", "offline_cache", "terminal", "ui")

# Outside part -> the only places that may import it.
ONE_USER = {
    "smartcard": ("cardio/pcsc.py",),
    "requests": ("terminal/centre/client.py", "terminal/centre/transport.py"),
    "PySide6": ("ui/",),
    "sqlite3": ("terminal/sandbox/",),
    "falcon": ("terminal/sandbox/",),
    "cheroot": ("terminal/sandbox/",),
    "h11": ("terminal/localapi/",),
    "wsproto": ("terminal/localapi/",),
    "apsw": ("offline_cache/",),
    "reportlab": ("terminal/receipts/",),
    "PIL": ("terminal/receipts/",),
    "qrcode": ("terminal/receipts/",),
}


def sources(suffix: str) -> Iterator[Path]:
    for package in PACKAGES:
        yield from sorted((ROOT / package).rglob(f"*{suffix}"))


@cache
def trees() -> dict[str, ast.Module]:
    """Every source file by its path, parsed once."""
    return {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8")) for path in sources(".py")}


@cache
def imports() -> dict[str, set[str]]:
    """What each source file imports."""
    return {path: set(imported(tree)) for path, tree in trees().items()}


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


@pytest.mark.parametrize("part", sorted(ONE_USER))
def test_an_outside_part_has_one_user(part: str) -> None:
    users = [path for path, parts in imports().items() if part in parts]
    assert users, "nobody uses it: the rule is out of date"
    assert [path for path in users if not path.startswith(ONE_USER[part])] == []


@pytest.mark.parametrize(("suffix", "most"), [(".py", 400), (".qml", 250)])
def test_a_file_is_one_idea(suffix: str, most: int) -> None:
    long = {
        path.relative_to(ROOT).as_posix(): lines
        for path in sources(suffix)
        if (lines := len(path.read_text("utf-8").splitlines())) > most
    }
    assert long == {}


def test_a_function_fits_a_screen() -> None:
    long = {
        f"{path}:{node.name}": node.end_lineno - node.lineno + 1
        for path, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.end_lineno and node.end_lineno - node.lineno >= 60
    }
    assert long == {}


@pytest.mark.parametrize("lock", ["requirements.lock", "bootstrap.lock", "fuzz.lock"])
def test_the_lock_has_a_hash_for_everything_and_names_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    assert "://" not in text
    assert not re.search(r"^--(index|extra-index|find-links)", text, re.MULTILINE)
    requirements = re.split(r"\n(?=\S)", text.strip())
    assert requirements != [""]
    assert [one.split()[0] for one in requirements if "--hash=sha256:" not in one] == []


def test_toy_keys_stay_in_the_sandbox() -> None:
    toy = re.compile(r"0123456789ABCDEFFEDCBA9876543210", re.IGNORECASE)
    holders = {path.relative_to(ROOT).parts[:2] for path in sources(".py") if toy.search(path.read_text("utf-8"))}
    assert holders <= {("cardio", "simulator"), ("terminal", "sandbox")}
