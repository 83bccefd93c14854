"""``reader list``: which readers there are and what is in them."""

from __future__ import annotations

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
