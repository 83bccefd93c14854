"""The readers of this machine, or a plain fault where what speaks with readers is not installed.

pyscard has no wheel for Linux and is built at set-up; without a compiler everything but real readers goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from cardio import reader_causes as causes
from cardio.link import Link
from cardio.readers import ReaderState, ReaderSystem

_NAMES = frozenset({"smartcard", "_scard"})


class NoReaders:
    """A :class:`cardio.readers.ReaderSystem` that can reach none: each call says why."""

    def _fail(self) -> NoReturn:
        raise causes.support_missing()

    def snapshot(self) -> tuple[ReaderState, ...]:
        """:raises CardError: SUPPORT_MISSING, as do ``wait`` and ``connect``."""
        self._fail()

    def wait(self, previous: Sequence[ReaderState], timeout: float | None) -> tuple[ReaderState, ...]:
        self._fail()

    def connect(self, reader: str) -> Link:
        self._fail()

    def cancel(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """Nothing is open."""


def pcsc_readers() -> ReaderSystem:
    """The readers of the PC/SC service. Loads the system's library."""
    try:
        from cardio.pcsc import PcscReaders  # noqa: PLC0415 - may not be installed, and loads a library
    except ImportError as error:
        if (error.name or "").split(".", maxsplit=1)[0] not in _NAMES:
            raise
        return NoReaders()
    return PcscReaders()
