"""What can still be proven of a store that does not open, or does not prove itself.

Rows are read one by one (:mod:`offline_cache.salvage_pages`), sorted by their place, and linked anew: operations that
follow each other and whose heads come out of one another are one *run*. The chain from the beginning proves a run, or
the centre does, which knows the head before it; nothing here decides which. A body that does not have its hash is left
out, and its place kept. What a person had set aside stays set aside, and its body, unless that was settled, is handed
over as *doubtful*, for there may be no other: people decide. So it is where nothing tells any more whether it was.
A photo of which something is lost is named, and its other pieces are handed on (:mod:`offline_cache.salvage_photos`).

What is another terminal's is not handed on under this one's name (:mod:`offline_cache.owners`).
"""

from __future__ import annotations

import shutil
import tempfile
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from offline_cache.canonical import NotCanonicalError, Plain, decode
from offline_cache.chain import GENESIS, Origin, journal_head, operation_head
from offline_cache.database import unreadable
from offline_cache.operations import OP_ID, Batch, Sent, State
from offline_cache.owners import foreign, said_by
from offline_cache.salvage_pages import Leaf, copy_readable, leaves
from offline_cache.salvage_photos import LostPhoto, Photo, Photos, Place
from offline_cache.suite import Suite

HASH = 32
MOST, MOST_BYTES = 100, 192 * 1024
"""Of one run."""

_STATES = {state.value for state in State}


@dataclass(frozen=True)
class Span:
    """Numbers from ``first`` to ``last``, of one life of the log; of the journal where ``epoch`` is 0."""

    epoch: int
    first: int
    last: int


@dataclass(frozen=True)
class Salvage:
    """:param runs: of each life in order. ``prev_head`` of a run that does not begin a life is :data:`UNKNOWN`.
    :param doubtful: operations, with their bodies, that were set aside and not settled, or of which nobody can tell
        whether they were; in ``runs`` they stand without.
    :param missing: places of which no row was read. What was recorded last may be missing without a trace.
    :param bodies: places whose body is not there or has another hash.
    :param lines: of the journal, that were not read.
    :param lost_photos: those that are not in ``photos``, or not whole there.
    :param origin: whose it is.
    """

    runs: tuple[Batch, ...]
    doubtful: tuple[Batch, ...]
    photos: tuple[Photo, ...]
    missing: tuple[Span, ...]
    bodies: tuple[Span, ...]
    lines: tuple[Span, ...]
    lost_photos: tuple[LostPhoto, ...]
    origin: Origin

    @property
    def operations(self) -> int:
        return sum(len(run.operations) for run in self.runs)


UNKNOWN = GENESIS
"""No operation but the first of a life follows it, so there it says that the head before is not known."""


def salvage(source: Path, keys: Sequence[bytes], origin: Origin, beside: Path) -> Salvage:
    """Read what can be read of a file of this terminal's. The source is only copied.

    :param keys: those that the file may be under; the one by which anything is found counts.
    :param beside: a folder that takes a copy of the file for a while.
    :raises StoreError: ``STORE_UNREADABLE``: the source cannot be opened, or the folder takes no copy;
        ``COPY_FOREIGN``: it is another terminal's, or nothing in it tells whose: the centre takes it in, as a disk.
    """
    found = rows_of(source, keys, origin.suite, beside)
    whose = found.whose([origin])
    if found.operations and whose != origin:
        raise foreign(str(source), whose.terminal if whose else "")
    return found.proven(origin)


def rows_of(source: Path, keys: Sequence[bytes], suite: Suite, beside: Path) -> Rows:
    """The same, whosever it is.

    :raises StoreError: ``STORE_UNREADABLE``.
    """
    found = Rows(suite)
    scratch = Path(tempfile.mkdtemp(dir=beside, prefix=".salvage-"))
    try:
        for key in keys:
            copy_readable(source, scratch / "copy.db")
            found.said = said_by(scratch / "copy.db", key)
            found.take(leaves(scratch / "copy.db", key))
            if found.operations or found.lines:
                break
    except OSError as error:
        raise unreadable(error.strerror or "") from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return found


@dataclass(frozen=True)
class _Row:
    position: int
    sent: Sent  # with the body as it was read; None where it is not the one that was hashed
    head: bytes
    freed: bool  # let go of by the one rule, long after it was applied


class _Line(NamedTuple):
    at: int
    what: str
    op_id: bytes | None
    fields: dict[str, Plain]
    head: bytes


@dataclass
class Rows:
    """Rows by what they are, unproven. :ivar said: whose they are by the file's own word, where it opens."""

    suite: Suite
    operations: dict[tuple[int, int], _Row] = field(default_factory=dict)
    states: dict[int, str] = field(default_factory=dict)
    lines: dict[int, _Line] = field(default_factory=dict)
    said: Origin | None = None
    photos: Photos = field(init=False)

    def __post_init__(self) -> None:
        self.photos = Photos(self.suite)

    def take(self, rows: Iterable[Leaf]) -> None:
        for number, *columns in rows:
            if isinstance(number, int):
                self._row(number, columns)

    def _row(self, number: int, columns: Sequence[object]) -> None:
        match columns:
            case [
                None,
                int(epoch),
                int(seq),
                bytes(op_id),
                str(kind),
                int(schema),
                bytes(),
                int(),
                _,
                int(),
                bytes(sealed_hash),
                bytes(head),
                bytes(),
                bytes() | str() as sealed,
            ] if (len(op_id), len(sealed_hash), len(head)) == (OP_ID, HASH, HASH):
                good = isinstance(sealed, bytes) and self.suite.digest(sealed) == sealed_hash
                body = sealed if good and isinstance(sealed, bytes) else None
                sent = Sent(seq, op_id, kind, schema, body, sealed_hash)
                self.operations[epoch, seq] = _Row(number, sent, head, sealed == b"")
            case [None, int(at), str(what), op_id, bytes(fields), bytes(head), None, *_] if len(head) == HASH:
                line = _Line(at, what, op_id if isinstance(op_id, bytes) else None, _fields(fields), head)
                self.lines[number] = line
                if what == "blob-kept" and line.op_id:
                    self.photos.line(line.op_id, line.fields)
            case [None, str(state), int(), str(), *_] if state in _STATES:
                self.states[number] = state
            case [bytes(digest), int(position), int(), int(size), bytes(hashes), *_] if len(digest) == HASH:
                self.photos.row(digest, position, size, hashes)
            case [None, bytes(digest), int(n), bytes(sealed), None, *_] if len(digest) == HASH:
                self.photos.piece(digest, n, sealed)
            case _:  # a row of another table, or of an index
                pass

    def whose(self, candidates: Iterable[Origin]) -> Origin | None:
        """Whose they are: by the file's own word, else whosever chains they are; ``None`` where nothing tells."""
        return self.said or next((one for one in candidates if self._is_of(one)), None)

    def _is_of(self, origin: Origin) -> bool:
        """Whether any head comes out of the one before it with this terminal's number."""
        for (epoch, seq), row in self.operations.items():
            before = self.operations.get((epoch, seq - 1))
            prev = GENESIS if seq == 1 else before.head if before else None
            if prev is not None and _head(origin, prev, epoch, row.sent) == row.head:
                return True
        return any(self._follows(origin, n) for n in self.lines)

    def _follows(self, origin: Origin, n: int) -> bool:
        line, before = self.lines[n], self.lines.get(n - 1)
        if n > 1 and before is None:
            return False
        prev = before.head if before else GENESIS
        return line.head == journal_head(
            origin, prev, n=n, at=line.at, what=line.what, op_id=line.op_id, fields=line.fields
        )

    def a_body(self) -> tuple[int, Sent] | None:
        """Any that was read whole, with its life: the centre can tell from its seal whose it is."""
        rows = ((epoch, row.sent) for (epoch, _), row in self.operations.items())
        return next(((epoch, sent) for epoch, sent in rows if sent.sealed is not None), None)

    def proven(self, origin: Origin, others: Collection[tuple[int, int]] = ()) -> Salvage:
        """Linked, as this terminal's. :param others: places that another file has too: no run is partly of these."""
        lives: dict[int, list[_Row]] = defaultdict(list)
        for epoch, seq in sorted(self.operations):
            lives[epoch].append(self.operations[epoch, seq])
        n = max(self.lines, default=0)
        journal = (n, self.lines[n].head if n else GENESIS)
        runs: list[Batch] = []
        doubtful: list[Batch] = []
        aside = self._set_aside()
        unsettled = aside - {line.op_id for line in self.lines.values() if line.what == "resolved" and line.op_id}
        for epoch, rows in lives.items():
            for prev, run in _runs(origin, epoch, rows, others):
                open_ones = [row for row in run if row.sent.op_id not in aside]
                unsure = [row for row in open_ones if row.sent.sealed is not None and row.position not in self.states]
                whole = {row.sent.seq for row in open_ones} - {row.sent.seq for row in unsure}
                shown = [row.sent if row.sent.seq in whole else replace(row.sent, sealed=None) for row in run]
                runs.append(_batch(epoch, prev, shown, run[-1].head, journal))
                unsure += [row for row in run if row.sent.op_id in unsettled and row.sent.sealed is not None]
                doubtful += [_batch(epoch, UNKNOWN, [row.sent], row.head, journal) for row in unsure]
        places = {epoch: [row.sent.seq for row in rows] for epoch, rows in lives.items()}
        last = max(lives, default=1)
        places[last] = [*places.get(last, []), self._last_seq() + 1]
        return Salvage(
            tuple(runs),
            tuple(doubtful),
            tuple(self.photos.read()),
            tuple(gap for epoch, seqs in places.items() for gap in _gaps(epoch, seqs)),
            tuple(
                Span(epoch, row.sent.seq, row.sent.seq)
                for epoch, rows in lives.items()
                for row in rows
                if row.sent.sealed is None and not row.freed
            ),
            tuple(_gaps(0, sorted(self.lines))),
            tuple(self._lost_photos()),
            origin,
        )

    def _set_aside(self) -> set[bytes]:
        """What a person had set aside, by the row that says so or by the journal: either is enough."""
        lines = [line for _, line in sorted(self.lines.items())]
        last = {line.op_id: line.what for line in lines if line.what in {"parked", "retried"}}
        return {op_id for op_id, what in last.items() if op_id and what == "parked"} | {
            row.sent.op_id for row in self.operations.values() if self.states.get(row.position) == State.PARKED.value
        }

    def _last_seq(self) -> int:
        """The highest place of the newest life that any row tells of."""
        newest = max((epoch for epoch, _ in self.operations), default=1)
        begun = max((n for n, line in self.lines.items() if line.what == "epoch-begun"), default=0)
        told = [line.fields.get("seq") for n, line in self.lines.items() if n > begun and line.what == "recorded"]
        rows = [seq for epoch, seq in self.operations if epoch == newest]
        return max([*rows, *(seq for seq in told if isinstance(seq, int))], default=0)

    def _lost_photos(self) -> Iterator[LostPhoto]:
        rows = [(epoch, row) for (epoch, _), row in self.operations.items()]
        places = {row.sent.op_id: Place(epoch, row.sent.seq, row.freed) for epoch, row in rows}
        return self.photos.lost(places, {row.position: row.sent.op_id for _, row in rows})


def _fields(packed: bytes) -> dict[str, Plain]:
    try:
        found = decode(packed)
    except NotCanonicalError:
        return {}
    return found if isinstance(found, dict) else {}


def _runs(
    origin: Origin, epoch: int, rows: list[_Row], others: Collection[tuple[int, int]]
) -> Iterator[tuple[bytes, list[_Row]]]:
    """Operations that link, with the head before each run. A long run is cut in pieces that the centre takes."""
    run: list[_Row] = []
    size, before, seq, prev = 0, GENESIS, 0, GENESIS
    for row in rows:
        shared = (epoch, row.sent.seq) in others
        full = len(run) == MOST or (run and (size > MOST_BYTES or shared != ((epoch, seq) in others)))
        links = row.sent.seq == seq + 1 and row.head == _head(origin, before, epoch, row.sent)
        if run and (full or not links):
            yield prev, run
        if full or not links:
            run, size, prev = [], 0, before if links else UNKNOWN
        run.append(row)
        size += len(row.sent.sealed or b"")
        before, seq = row.head, row.sent.seq
    if run:
        yield prev, run


def _head(origin: Origin, before: bytes, epoch: int, sent: Sent) -> bytes:
    """The one behind it."""
    return operation_head(
        origin,
        before,
        epoch=epoch,
        seq=sent.seq,
        op_id=sent.op_id,
        kind=sent.kind,
        schema=sent.schema,
        sealed_hash=sent.sealed_hash,
    )


def _batch(epoch: int, prev: bytes, sent: list[Sent], head: bytes, journal: tuple[int, bytes]) -> Batch:
    return Batch(epoch, sent[0].seq, prev, tuple(sent), head, *journal)


def _gaps(epoch: int, numbers: Iterable[int]) -> Iterator[Span]:
    """What is missing from 1 on, between numbers in order."""
    expected = 1
    for number in numbers:
        if number > expected:
            yield Span(epoch, expected, number - 1)
        expected = max(expected, number + 1)
