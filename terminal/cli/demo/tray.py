"""A hand that puts made-up cards into a reader: in process, or in a real pcscd of the demo's own."""

from __future__ import annotations

import os
from contextlib import ExitStack
from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol

from cardio.readers import ReaderSystem

if TYPE_CHECKING:
    from cardio.simulator.spec import CardSpec


class Tray(Protocol):
    """One reader and what is put into it."""

    @property
    def readers(self) -> ReaderSystem: ...

    def insert(self, card: CardSpec) -> None:
        """Put a card in; one that is still in is pulled first."""
        ...

    def eject(self) -> None:
        """Pull the card; harmless when none is in."""
        ...

    def close(self) -> None: ...


class ProcessTray:
    """A reader in this process."""

    def __init__(self) -> None:
        from cardio.simulator.reader import SimulatedReaders  # noqa: PLC0415 - the sandbox may be absent

        self._name = "Demo Reader 00"
        self._readers = SimulatedReaders((self._name,))

    @property
    def readers(self) -> ReaderSystem:
        return self._readers

    def insert(self, card: CardSpec) -> None:
        self._readers.insert(self._name, card.make())

    def eject(self) -> None:
        self._readers.pull(self._name)

    def close(self) -> None:
        self._readers.cancel()


class PcscTray:
    """The first virtual reader of a private pcscd, reached through the real PC/SC library.

    :raises cardio.simulator.pcscd.PcscdUnavailableError: this machine cannot run one.
    """

    def __init__(self) -> None:
        from cardio.reader_support import pcsc_readers  # noqa: PLC0415
        from cardio.simulator.pcscd import PcscdUnavailableError, PrivatePcscd  # noqa: PLC0415

        if find_spec("smartcard") is None:
            raise PcscdUnavailableError("pyscard is not installed")
        self._ends = ExitStack()
        self._service = self._ends.enter_context(PrivatePcscd())
        # The library reads this once, at its first use in this process, which is below.
        os.environ.update(self._service.environment)
        self._readers = pcsc_readers()
        self._ends.callback(self._readers.close)

    @property
    def readers(self) -> ReaderSystem:
        return self._readers

    def insert(self, card: CardSpec) -> None:
        self._service.insert(0, card)

    def eject(self) -> None:
        self._service.eject(0)

    def close(self) -> None:
        self._ends.close()
