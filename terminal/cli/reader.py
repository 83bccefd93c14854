"""``reader list`` and ``reader conformance``: which readers there are, and a test of one with its card."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from terminal.text import Text

if TYPE_CHECKING:
    from terminal.cli.app import Context

_STATES = {
    "empty": Text("无卡", "empty"),
    "card": Text("有卡", "card"),
    "mute": Text("卡无应答", "mute card"),
    "busy": Text("被占用", "in use"),
}


@click.group()
def reader() -> None:
    """Card readers."""


@reader.command("list")
@click.pass_obj
def reader_list(context: Context) -> None:
    """List the readers of this machine."""
    from terminal.bootstrap import pcsc  # noqa: PLC0415 - slow

    with pcsc() as readers:
        states = readers.snapshot()
    context.output.document(
        [
            {"name": each.name, "state": each.presence.value, "atr": each.atr.hex().upper() if each.atr else None}
            for each in states
        ]
    )
    for each in states:
        context.output.line(f"{each.name}\t{_STATES[each.presence.value].say(context.output.language)}")
    if not states:
        context.output.line(Text("没有读卡器。", "No reader."))


@reader.command("conformance")
@click.option("--reader", "name", help="Test the card in this reader of the machine.")
@click.option("--simulator", type=click.IntRange(1, 3), help="Test the simulator's card of this generation instead.")
@click.option("--destructive", is_flag=True, help="Cases too that may write or use up tries. For a test card only.")
@click.option("--pin-stdin", is_flag=True, help="The card's PIN on standard input, for the cases that need it.")
@click.option(
    "--pull-every",
    type=click.IntRange(1),
    metavar="N",
    help="Ask to pull the card at each N-th command of every function, for the anti-pull cases.",
)
@click.option("--report", "folder", type=click.Path(path_type=Path), default=".", help="Folder for the two files.")
@click.pass_obj
def conformance(  # noqa: PLR0917 - click hands over one parameter for each option
    context: Context,
    name: str | None,
    simulator: int | None,
    destructive: bool,
    pin_stdin: bool,
    pull_every: int | None,
    folder: Path,
) -> int:
    """Test a card and its reader after LD/T 6001.2 and 6001.5, and write a report (HTML and JSON)."""
    from terminal.cli.conformance import run  # noqa: PLC0415 - slow

    return run(
        context,
        name,
        simulator,
        destructive=destructive,
        pin_stdin=pin_stdin,
        pull_every=pull_every,
        folder=folder,
    )
