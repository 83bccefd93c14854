"""The lane of photos and signatures: behind operations and outcomes, one piece at a time, whatever becomes of it.

The centre says which pieces of a blob it has; what is missing goes, and its signed word of the whole ends it. Nothing
is remembered here that a start would miss. A blob that is refused lets the others pass, and is tried again later.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Protocol

from offline_cache.blob_rows import Waiting, Word
from terminal import faults
from terminal.centre import causes, chain
from terminal.centre.contract import BlobPiece, BlobStanding
from terminal.centre.errors import CentreError
from terminal.sync.answers import Answer, Kind

_log = logging.getLogger(__name__)

OF_ALL = frozenset({Kind.UNKNOWN, Kind.BUSY, Kind.CLOCK, Kind.REFUSED, Kind.STORE, Kind.DAMAGED})
"""What is true of the whole way to the centre. Anything else is about one blob, and stops nobody."""


class Centre(Protocol):
    """The part of :class:`terminal.centre.client.CentreClient` that is used here."""

    def blob(self, terminal: str, blob: str) -> BlobStanding: ...

    def send_piece(self, terminal: str, blob: str, piece: int, body: BlobPiece) -> BlobStanding: ...


class Store(Protocol):
    """The part of :class:`offline_cache.blob_rows.Blobs` that is used here."""

    def waiting(self, passed: Collection[bytes] = ...) -> Waiting | None: ...

    def piece(self, digest: bytes, index: int) -> bytes: ...

    def arrived(self, digest: bytes, word: Word) -> None: ...

    def doubt(self) -> None: ...


@dataclass(frozen=True)
class Step:
    """One request. :param piece: its number; ``None`` asks which are there."""

    blob: Waiting
    piece: int | None


class Lane:
    """One terminal's blobs.

    :param classify: what a fault on the way amounts to.
    :param prove: believes the centre's word of a whole blob, or raises a :class:`CentreError`.
    """

    def __init__(
        self,
        centre: Centre,
        store: Store,
        terminal: str,
        classify: Callable[[CentreError], Answer],
        prove: Callable[[bytes, BlobStanding], Word],
    ) -> None:
        self._centre, self._store, self._terminal = centre, store, terminal
        self._classify, self._prove = classify, prove
        self._current: Waiting | None = None
        self._have: set[int] = set()  # of the current one, as the centre said
        self._passed: set[bytes] = set()

    def carry(self) -> Answer:
        """The next request, and what its answer amounts to.

        :raises StoreError: of our own store.
        """
        step = self.next()
        return Answer(Kind.NO_BLOB) if step is None else self.settle(step, lambda: self._request(step))

    def next(self) -> Step | None:
        """What goes next; ``None`` when nothing waits."""
        waiting = self._store.waiting(self._passed)
        if waiting is None and self._passed:
            self._passed.clear()  # those that were refused have another turn
            waiting = self._store.waiting()
        if waiting is None:
            self._current = None
            return None
        if self._current != waiting:
            return Step(waiting, None)
        missing = (index for index in range(len(waiting.hashes)) if index not in self._have)
        return Step(waiting, next(missing, None))

    def settle(self, step: Step, exchange: Callable[[], BlobStanding]) -> Answer:
        """What the answer to a step amounts to. ``exchange`` gives it, or raises a :class:`CentreError`."""
        try:
            standing = exchange()
            whole = self._judged(step, standing)
        except CentreError as error:
            self._current = None  # what is there is asked anew
            answer = self._classify(error)
            if answer.kind in OF_ALL:
                raise
            if step.blob.digest not in self._passed:
                self._passed.add(step.blob.digest)
                _log.info("a blob was not taken", extra={"fault": faults.code_of(error)})
            more = self._store.waiting(self._passed) is not None
            return Answer(Kind.CARRIED, left=True) if more else Answer(Kind.UNKNOWN)
        if whole is None:
            self._current, self._have = step.blob, set(standing.have)
            return Answer(Kind.CARRIED, left=True, count=int(step.piece is not None))
        self._current = None
        self._store.arrived(step.blob.digest, whole)
        return Answer(Kind.CARRIED, left=True, news=True)

    def _judged(self, step: Step, standing: BlobStanding) -> Word | None:
        """The centre's word of the whole, ``None`` while it misses something.

        :raises CentreError: ``ACKNOWLEDGEMENT_INVALID`` for a word that proves nothing, and for an answer that would
            make us send the same for ever.
        """
        blob, count = step.blob.digest, len(step.blob.hashes)
        have = set(standing.have)
        if not standing.whole:
            known = (standing.terminal, bytes.fromhex(standing.blob)) == (self._terminal, blob)
            kept = self._have | {step.piece} if step.piece is not None else set()  # what was there stays there
            if not known or have >= set(range(count)) or not have >= kept:
                raise causes.acknowledgement_invalid("of a blob: not what was asked, or not what was sent")
            return None
        return self._prove(blob, standing)

    def _request(self, step: Step) -> BlobStanding:
        name, terminal = step.blob.digest.hex().upper(), self._terminal
        if step.piece is None:
            return self._centre.blob(terminal, name)
        return self._centre.send_piece(terminal, name, step.piece, piece_of(self._store, step.blob, step.piece))


def piece_of(store: Store, blob: Waiting, index: int) -> BlobPiece:
    """A piece as it goes on the wire."""
    return BlobPiece(
        size=blob.size,
        hashes=[one.hex().upper() for one in blob.hashes],
        sealed=chain.to_text(store.piece(blob.digest, index)),
    )
