"""Which command asks who gives it: every command is told of in docs/people.md, and asks as it says there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click

from terminal.cli.app import cli
from terminal.cli.people import LOOKING

PAGE = Path(__file__).parents[2] / "docs" / "people.md"
BY = {"people_stdin", "fields_stdin"}
CHANGES = {
    *("queue retry", "queue print", "queue export", "queue park", "queue resolve", "queue correct", "journal export"),
    *("store export", "store salvage", "store backup", "store restore", "store rotate-key", "store wipe"),
    *("drive begin", "drive roster", "drive end"),
    *("service run", "card pin change", "card pin unblock", "card pin reset", "card personalise"),
}
"""What changes something, or takes data out."""


def commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from commands(found, (*path, name))
    else:
        yield " ".join(path), command


def test_what_changes_something_asks_and_the_page_tells_of_every_command() -> None:
    asks = {name for name, command in commands(cli) if BY & {each.name for each in command.params}}
    assert asks == CHANGES | {"queue list", "queue show", "card read"}
    table, _, rest = PAGE.read_text("utf-8").partition("## Commands")[2].partition("Nobody signs in for")
    told = {name for row in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE) for name in re.findall(r"`([^`]+)`", row)}
    assert told == asks
    old = re.search(r"a list past its end does for (.*?), and for no", PAGE.read_text("utf-8"), re.DOTALL)
    assert old is not None
    assert set(re.findall(r"`([^`]+)`", old[1])) == LOOKING <= asks
    assert set(re.findall(r"`([^`]+)`", rest)) == {name for name, _ in commands(cli)} - asks
