"""The link that flows get from a worker: bound to one thread and to one insertion."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from cardio.errors import CardError
from cardio.link import Link


class CardLink:
    """A link of the worker (:class:`cardio.link.Link`): on the card's thread alone, and until the insertion ends.

    After its end every method raises CARD_REMOVED when the card went, or CARD_RESET when the link had to be renewed on
    the same card: whoever kept state of the card by this link has lost it.
    """

    def __init__(self, link: Link, insertion: int) -> None:
        self._link = link
        self._thread = threading.get_ident()
        self._ended: Callable[[str], CardError] | None = None
        self.insertion = insertion
        self.doubtful = False
        """The reader failed in the middle of something: not to be used for the next flow."""
        self.waiting_for_turn = False
        """Another program has the card, and we wait."""

    @property
    def reader(self) -> str:
        """Name of the reader."""
        return self._link.reader

    @property
    def atr(self) -> bytes:
        """Answer to reset."""
        return self._link.atr

    def transmit(self, apdu: bytes | bytearray) -> tuple[bytes, int]:
        """See :meth:`cardio.link.Link.transmit`."""
        if self._ended is not None or threading.get_ident() != self._thread:
            self._check()
        try:
            return self._link.transmit(apdu)
        except CardError:
            self.doubtful = True
            raise

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """See :meth:`cardio.link.Link.transaction`."""
        holder = self._link.transaction()
        with self._use():
            self.waiting_for_turn = True
            try:
                holder.__enter__()
            finally:
                self.waiting_for_turn = False
        try:
            yield
        finally:
            holder.__exit__(None, None, None)

    def reset(self) -> None:
        """See :meth:`cardio.link.Link.reset`."""
        with self._use():
            self._link.reset()

    def close(self) -> None:
        """Nothing: the worker closes the link when the insertion ends."""

    @contextmanager
    def _use(self) -> Iterator[None]:
        self._check()
        try:
            yield
        except CardError:
            self.doubtful = True
            raise

    def _check(self) -> None:
        if threading.get_ident() != self._thread:
            raise RuntimeError("a link was used off its card's thread")
        if self._ended is not None:
            raise self._ended(self.reader)

    def end(self, why: Callable[[str], CardError]) -> None:
        """Close for good. The worker's to call."""
        self._ended = why
        self._link.close()
