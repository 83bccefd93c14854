"""The one table of faults: complete, in both languages, and each fault raised at one place."""

from __future__ import annotations

import ast
import importlib
import re
from collections import defaultdict
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from string import Formatter

import pytest

from cardio.errors import CardError, CardFault
from terminal import faults
from terminal.errors import TerminalError, TerminalFault
from terminal.fault_table import TABLE, Entry
from terminal.text import Text
from terminal.views import FaultView

ROOT = Path(__file__).parents[2]
ENUMS = {
    "CardFault": "cardio.errors",
    "CentreFault": "terminal.centre.errors",
    "LocalApiFault": "terminal.localapi.errors",
    "PaperFault": "terminal.receipts.errors",
    "StoreFault": "offline_cache.errors",
    "TerminalFault": "terminal.errors",
    "SandboxFault": "terminal.sandbox.errors",
    "UiFault": "ui.errors",
}
# Where a fault is only looked up, not raised.
TABLES = {
    "terminal/faults.py",
    "terminal/localapi/errors.py",
    "cardio/interface33/errors.py",
    # Beside the enum: which members are alike for somebody who has to choose.
    "cardio/errors.py",
    "offline_cache/errors.py",
}
EXIT_CODES = {*range(1, 8), 130}


def enum_of(name: str) -> type[Enum]:
    found: type[Enum] = getattr(importlib.import_module(ENUMS[name]), name)
    assert issubclass(found, Enum)
    return found


def members() -> Iterator[Enum]:
    for name in ENUMS:
        yield from enum_of(name)


def test_table_and_enums_cover_each_other() -> None:
    codes = [member.value for member in members()]
    assert len(codes) == len(set(codes))
    assert set(TABLE) == set(codes)


@pytest.mark.parametrize("code", sorted(TABLE))
def test_an_entry_says_cause_and_remedy_in_both_languages(code: str) -> None:
    entry: Entry = TABLE[code]
    assert entry.exit_code in EXIT_CODES
    for text in filter(None, (entry.message, entry.remedy, entry.bare, entry.typed)):
        assert text.zh.endswith(("。", "）", "}"))
        assert any("\u4e00" <= char <= "\u9fff" for char in text.zh)
        assert not any("\u4e00" <= char <= "\u9fff" for char in text.en)
        assert len(text.zh) <= 60
    assert "连接失败" not in entry.message.zh
    assert "{" not in entry.remedy.zh + entry.remedy.en
    assert placeholders(entry.message.zh) == placeholders(entry.message.en)


@pytest.mark.parametrize("code", ["N106", "N118", "N119", "N121", "N130"])
def test_who_has_joined_once_is_told_how_to_join_again(code: str) -> None:
    """Without ``--replace`` the remedy would end in N118."""
    remedy = TABLE[code].remedy
    assert all("--replace" in sentence for sentence in remedy)


SCREEN_ONLY = re.compile(r"点“|按钮|刷新|本页|按页面|”页|打开的窗口|队列中|page|[Rr]efresh|window that")
TYPED_ONLY = re.compile(
    r"--[a-z]|\./run|ssc-terminal|gcc|“(reader|service|queue|program|drive|sandbox|store|journal) [a-z]+”|enrol "
)
OF_COMMANDS = {
    *(
        "T109",
        "T111",
        "T114",
        "T120",
        "T123",
        "T128",
        "T129",
        "U102",
        "U104",
    ),  # arguments, fields, and what keeps a screen from opening
    *("L109", "L110", "S146", "S159", "S161", "S162", "X101", "X104"),  # program, store wipe, sandbox
}
"""Faults that no screen shows."""


@pytest.mark.parametrize("code", sorted(TABLE))
def test_a_remedy_names_what_there_is_where_it_is_read(code: str) -> None:
    """A button on the screen, a command on the command line; a command on a screen only for the administrator."""
    entry = TABLE[code]
    for sentence in entry.typed or entry.remedy:
        assert not SCREEN_ONLY.search(sentence)
    if code not in OF_COMMANDS:
        for sentence, administrator in zip(entry.remedy, ("管理员", "administrator"), strict=True):
            assert not TYPED_ONLY.search(sentence) or administrator in sentence
    if entry.typed is not None:
        assert entry.typed != entry.remedy
        assert faults.typed(FaultView(code, entry.message, entry.remedy)) == entry.typed


def test_what_stands_behind_another_fault_keeps_its_remedy() -> None:
    said = Text("有话说。", "Something.")
    view = faults.because(TerminalError(TerminalFault.QUEUE_ACTION), said, TerminalError(TerminalFault.INTERNAL))
    assert faults.typed(view) == view.remedy


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def uses() -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for package in ("cardio", "offline_cache", "terminal", "ui"):
        for path in sorted((ROOT / package).rglob("*.py")):
            place = path.relative_to(ROOT).as_posix()
            if place in TABLES:
                continue
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in ENUMS:
                    found[f"{node.value.id}.{node.attr}"].append(f"{place}:{node.lineno}")
    return found


def test_each_fault_stands_at_one_place_in_the_source() -> None:
    places = uses()
    # INTERNAL is what the table itself makes of an exception that has no fault.
    wanted = {f"{name}.{member.name}" for name in ENUMS for member in enum_of(name)} - {"TerminalFault.INTERNAL"}
    assert {fault: places.get(fault, []) for fault in wanted if len(places.get(fault, [])) != 1} == {}
    assert set(places) <= wanted


def test_tries_left_are_told_and_otherwise_left_out() -> None:
    assert "3" in faults.explain(CardError(CardFault.PIN_WRONG, tries_left=3)).message.zh
    assert faults.explain(CardError(CardFault.PIN_WRONG)).message.zh == "密码不正确。"


def test_nothing_of_an_unknown_exception_is_shown() -> None:
    view = faults.explain(ValueError("canary 379999199001011234"))
    assert view.code == "T199"
    assert "canary" not in repr(view)
    assert faults.exit_code(ValueError()) == 1


def test_values_fill_the_sentence() -> None:
    error = TerminalError(TerminalFault.SECOND_INSTANCE, pid=42, since="09:00")
    assert "42" in faults.explain(error).message.en
    assert faults.exit_code(error) == 7
