"""``store salvage``: a damaged store is not the end."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from terminal.cli.people import PEOPLE_OPTION
from terminal.cli.salvage_words import told

if TYPE_CHECKING:
    from terminal.cli.app import Context


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--from", "source", type=click.Path(dir_okay=False, exists=True, path_type=Path), help="Another file of this store."
)
@PEOPLE_OPTION
@click.pass_obj
def salvage(context: Context, file: Path, source: Path | None, people_stdin: bool) -> None:
    """Write all that can still be read of a damaged store to FILE, sealed and signed, to be taken in by the centre.

    The store itself is only read. Told is what could not be read, by its numbers.
    """
    from offline_cache.database import damaged  # noqa: PLC0415 - slow
    from offline_cache.rotation import keys_of  # noqa: PLC0415
    from offline_cache.salvage import salvage as read  # noqa: PLC0415
    from terminal.cli.people import store_closed_for  # noqa: PLC0415
    from terminal.medium import write_salvaged  # noqa: PLC0415
    from terminal.membership import identity_of, key_port  # noqa: PLC0415
    from terminal.settings import store_path  # noqa: PLC0415

    settings = context.settings
    with store_closed_for(context, people_stdin):
        identity = identity_of(settings)
        origin, keys = identity.origin, keys_of(key_port(settings))
        found = read(source or store_path(settings), keys, origin, file.absolute().parent)
        if not found.operations:
            raise damaged("no operation can be read")
        write_salvaged(found, identity, file)
    context.output.document(told(context, found))
