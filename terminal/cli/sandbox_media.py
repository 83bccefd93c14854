"""``sandbox take-in``: what came to the centre by hand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from terminal.cli.salvage_words import told_by_file
from terminal.text import Text

if TYPE_CHECKING:
    from terminal.cli.app import Context

_LAST = Text("已收到第 {last} 笔为止。", "Taken in, up to operation {last}.")
_TAKEN = Text("本次收下 {taken} 笔，此前已有 {there} 笔。", "{taken} operations taken in, {there} were here already.")
_CASES = Text(
    "有 {count} 笔不能自动办理，转人工处理（本次新立案 {new} 笔）。",
    "{count} operations take no effect by themselves: a case each, for people ({new} of them new).",
)


@click.command("take-in")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--disk", is_flag=True, help="FILE is the data folder of a machine whose keys are gone.")
@click.option("--dir", "folder", type=click.Path(path_type=Path), help="The centre's certificates and memory.")
@click.pass_obj
def take_in(context: Context, file: Path, disk: bool, folder: Path | None) -> None:
    """Take in what a terminal exported to FILE (“store export”, “store salvage”), or what is left on a dead machine's
    disk, as if it had been sent: once, however often. What cannot be joined to the log goes to people, and so does all
    of a terminal that is lost or revoked.
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
    count = taken.counts()
    document = {"last": count.pop("hwm"), "effects": len(effects), "twice": sum(int(n) > 1 for n in effects.values())}
    context.output.document({**document, **count, **told_by_file(context, taken.read)})
    context.output.line(_LAST.format(last=taken.hwm))
    context.output.line(_TAKEN.format(taken=count["taken"], there=count["there"]))
    if with_people := count["cases"] + count["waiting"]:
        context.output.line(_CASES.format(count=with_people, new=count["cases"]))
