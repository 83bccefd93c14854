"""``sandbox take-in``: what came to the centre by hand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from terminal.cli.salvage_words import told
from terminal.text import Text

if TYPE_CHECKING:
    from terminal.cli.app import Context

_TAKEN = Text("已收到第 {last} 笔为止。", "Taken in, up to operation {last}.")
_CASES = Text(
    "有 {count} 笔不能由链证明，已立案待人工处理。",
    "{count} operations are not proven by the chain: a case each, for people.",
)


@click.command("take-in")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--disk", is_flag=True, help="FILE is the data folder of a machine whose keys are gone.")
@click.option("--dir", "folder", type=click.Path(path_type=Path), help="The centre's certificates and memory.")
@click.pass_obj
def take_in(context: Context, file: Path, disk: bool, folder: Path | None) -> None:
    """Take in what a terminal exported to FILE (“store export”, “store salvage”), or what is left on a dead machine's
    disk, as if it had been sent: once, however often. What the chain does not prove goes to people.
    """
    from terminal.sandbox.people import Population  # noqa: PLC0415 - slow
    from terminal.sandbox.server import Centre  # noqa: PLC0415
    from terminal.settings import prepare_data  # noqa: PLC0415

    taking = Centre(folder or prepare_data(context.settings) / "centre", Population())
    try:
        taken = taking.office.take_medium(file, disk=disk)
        effects = taking.office.feed.effects()
    finally:
        taking.state.close()
    document = {"last": taken.hwm, "effects": len(effects), "twice": sum(int(n) > 1 for n in effects.values())}
    read = told(context, taken.salvage) if taken.salvage is not None else {}
    context.output.document({**document, "cases": taken.cases, **read})
    context.output.line(_TAKEN.format(last=taken.hwm))
    if taken.cases:
        context.output.line(_CASES.format(count=taken.cases))
