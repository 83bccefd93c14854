"""``run``: the counter screen, by configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from terminal.errors import TerminalError, TerminalFault
from terminal.text import Text

if TYPE_CHECKING:
    from terminal.cli.app import Context


@click.command()
@click.option("--mode", type=click.Choice(["counter"]), default="counter", help="Kiosk and drive come later.")
@click.pass_obj
def run(context: Context, mode: str) -> int:
    """Open the screen for the readers of this machine."""
    from terminal import bootstrap  # noqa: PLC0415 - slow
    from terminal.instance import single_instance  # noqa: PLC0415
    from terminal.settings import prepare_data  # noqa: PLC0415
    from ui.app import restart_if_wanted  # noqa: PLC0415
    from ui.app import run as show  # noqa: PLC0415

    settings = context.settings
    with single_instance(prepare_data(settings), context.clock), bootstrap.pcsc() as readers:
        code = show(bootstrap.desk(settings, context.clock, readers, fonts=_check_fonts), settings.language)
    return restart_if_wanted(code)


def _check_fonts() -> Text:
    """The bundled font is loaded, and has every character that faults and services are written with."""
    from terminal.fault_table import TABLE  # noqa: PLC0415
    from terminal.health import check_font_file  # noqa: PLC0415
    from ui.fonts import missing_glyphs  # noqa: PLC0415

    found = check_font_file()
    missing = missing_glyphs("".join(entry.message.zh + entry.remedy.zh for entry in TABLE.values()))
    if missing:
        raise TerminalError(TerminalFault.GLYPHS_MISSING, characters="".join(missing[:10]))
    return found
