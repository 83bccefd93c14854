"""A command that is not written right is told so in the language that was asked for."""

from __future__ import annotations

import json
import re
from pathlib import Path

import click
import pytest

from terminal import VERSION
from terminal.cli import usage
from terminal.cli.app import cli, run
from terminal.cli.output import Output
from terminal.cli.sandbox import fault_of
from terminal.text import Language


def mistake(*arguments: str, language: Language = "zh") -> str:
    output = Output(as_json=False, language=language)
    with pytest.raises(click.ClickException) as caught:
        cli.main(list(arguments), prog_name="ssc-terminal", standalone_mode=False, obj=output)
    return usage.said(caught.value, language)


@pytest.mark.parametrize(
    ("arguments", "zh", "en"),
    [
        (("nosuch",), "没有命令“nosuch”", "there is no command “nosuch”"),
        (("queue", "nosuch"), "没有命令“nosuch”", "there is no command “nosuch”"),
        (("--nosuch",), "没有选项 --nosuch", "there is no option --nosuch"),
        (("queue", "show"), "缺少 KEY", "KEY is missing"),
        (("queue", "show", "a", "b"), "参数太多", "there is an argument too many"),
        (
            ("queue", "resolve", "k", "--how", "x"),
            "--how 只能是 withdraw, escalate",
            "--how is one of withdraw, escalate",
        ),
        (("sync", "--seconds", "0"), "--seconds 的值不对", "the value of --seconds is wrong"),
        (
            ("sandbox", "psam", "--vpcd", "--number", "1"),
            "--number：须是 12 位数字",
            "--number: it has 12 digits",
        ),
        (("sync", "--seconds"), "选项 --seconds 的用法不对", "the option --seconds is not used right"),
    ],
)
def test_every_usual_mistake_has_words_of_ours(arguments: tuple[str, ...], zh: str, en: str) -> None:
    assert mistake(*arguments) == zh
    assert mistake(*arguments, language="en") == en
    assert re.search("[A-Z][a-z]", mistake(*arguments)) is None  # no sentence of click's


def test_a_value_that_a_command_judges_itself_is_never_told_in_one_language_alone() -> None:
    """click's own ``BadParameter`` and ``UsageError`` have one text, which would stand in a Chinese sentence."""
    for path in Path("terminal/cli").rglob("*.py"):
        raised = re.findall(r"raise click\.(?:BadParameter|UsageError)\(", path.read_text("utf-8"))
        assert raised == [], path


def test_the_version_is_told_also_where_nothing_is_installed(capsys: pytest.CaptureFixture[str]) -> None:
    assert (run(["--version"]), capsys.readouterr().out) == (0, f"ssc-terminal {VERSION}\n")
    assert run(["--json", "--version"]) == 0
    assert json.loads(capsys.readouterr().out) == {"version": VERSION}


@pytest.mark.parametrize(
    "fault",
    ["removed-before", "truncated@0", "wrong-status@x=6982", "wrong-status@6=27136", "truncated@2=-1", "hang@-1"],
)
def test_a_fault_at_a_command_wants_its_number(fault: str) -> None:
    with pytest.raises(usage.WrongValueError) as caught:
        fault_of(fault)
    assert f"{fault.partition('@')[0]}@N" in usage.said(caught.value, "en")


@pytest.mark.parametrize("folder", ["/dev/null/x", "/proc"], ids=["no folder", "takes no file"])
def test_pictures_that_cannot_be_kept_are_told_before_the_start(
    folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--json", "--environment", "sandbox", "demo", "--headless", "--screenshots", folder]) == 2
    assert json.loads(capsys.readouterr().out)["fault"]["code"] == "T123"
