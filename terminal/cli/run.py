"""``run``: the counter screen, by configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from terminal.cli.fonts import check_fonts

if TYPE_CHECKING:
    from terminal.cli.app import Context
    from terminal.settings import Settings


def open_keys(settings: Settings) -> None:
    """A passphrase is asked for where the program was started, before a window covers that.

    :raises offline_cache.errors.StoreError: ``PASSPHRASE_WRONG``.
    """
    from offline_cache.rotation import CURRENT  # noqa: PLC0415 - slow
    from terminal.membership import key_port  # noqa: PLC0415

    if settings.key_keeper == "passphrase":
        key_port(settings).get(CURRENT)


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
    open_keys(settings)
    with single_instance(prepare_data(settings), context.clock), bootstrap.pcsc() as readers:
        code = show(bootstrap.desk(settings, context.clock, readers, fonts=check_fonts), settings.language)
    return restart_if_wanted(code)
