"""``store salvage``: a damaged store is not the end."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from terminal.cli.new_file import NEW_FILE
from terminal.cli.people import PEOPLE_OPTION
from terminal.cli.salvage_words import told

if TYPE_CHECKING:
    from terminal.cli.app import Context


@click.command()
@NEW_FILE
@click.option(
    "--from", "source", type=click.Path(dir_okay=False, exists=True, path_type=Path), help="Another file of this store."
)
@PEOPLE_OPTION
@click.pass_obj
def salvage(context: Context, file: Path, source: Path | None, people_stdin: bool) -> None:
    """Write all that can still be read of a damaged store to FILE, sealed and signed, to be taken in by the centre.

    The store itself is only read. Told is what could not be read, by its numbers. That a copy beside the store was read
    is written into the store's journal.
    """
    from offline_cache.aside import copies_of  # noqa: PLC0415 - slow
    from offline_cache.database import damaged  # noqa: PLC0415
    from offline_cache.rotation import keys_of  # noqa: PLC0415
    from offline_cache.salvage import salvage as read  # noqa: PLC0415
    from terminal.cli.people import store_closed_for  # noqa: PLC0415
    from terminal.medium import write_salvaged  # noqa: PLC0415
    from terminal.membership import identity_of, key_port  # noqa: PLC0415
    from terminal.settings import store_path  # noqa: PLC0415

    settings = context.settings
    with store_closed_for(context, people_stdin) as operator:
        identity, place = identity_of(settings), store_path(settings)
        origin, keys = identity.origin, keys_of(key_port(settings))
        found = read(source or place, keys, origin, file.absolute().parent)
        if found.operations:
            write_salvaged(found, identity, file)
    if source is not None and source.resolve() in [copy.resolve() for copy in copies_of(place)]:
        _note(context, source.name, found.operations, operator.number)
    if not found.operations:
        raise damaged("no operation can be read")
    context.output.document(told(context, found))


def _note(context: Context, copy: str, count: int, operator: str) -> None:
    """A store that cannot be opened notes nothing: then a wipe does not go either."""
    from offline_cache.aside import SALVAGE  # noqa: PLC0415 - slow
    from offline_cache.errors import StoreError  # noqa: PLC0415
    from offline_cache.journal import Entry  # noqa: PLC0415
    from terminal.cli.people import records_of  # noqa: PLC0415

    with suppress(StoreError), records_of(context) as records:
        records.journal.write(Entry("exported", {"what": SALVAGE, "of": copy, "count": count, "operator": operator}))
