"""What the centre's reference data says to a command that holds no store, beside a screen too."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from offline_cache.errors import StoreError
from terminal.backroom import BackRoom
from terminal.centre.errors import CentreError
from terminal.clock import Clock
from terminal.errors import TerminalError
from terminal.instance import single_instance
from terminal.membership import Membership
from terminal.settings import Settings, prepare_data, store_path

if TYPE_CHECKING:
    from terminal.reference import Reference


def look(settings: Settings, clock: Clock, joining: Callable[[], Membership]) -> Reference:
    """The store is held for this question alone. Where a screen has it, or it cannot be opened, the centre is asked.

    A terminal without a store was never on-line and refuses nothing; nor does one whose store is broken and whose
    centre is away, since it records nothing and the centre decides what it answers.

    :raises TerminalError: ``SECOND_INSTANCE`` where a screen has the store and the centre cannot be asked;
        ``DATA_FOLDER``.
    """
    from terminal.reference import Reference  # noqa: PLC0415 - slow

    if not store_path(settings).exists():
        return Reference()
    held: TerminalError | None = None
    room = BackRoom(settings, clock, joining, sending=False)
    try:
        try:
            with single_instance(prepare_data(settings), clock):
                said = room.reference()
                if room.records is not None:
                    return said
        except TerminalError as error:
            held = error
        try:
            room.refresh()
        except (CentreError, StoreError):
            if held is not None:
                raise held from None
        return room.heard()
    finally:
        room.close()
