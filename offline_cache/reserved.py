"""Numbers that the centre has set aside for this terminal, used at most once.

A block is a run of numbers for one purpose, signed by the centre's ``content`` key, with a token that only grows.

    block   "ssc-block-1"  [environment, terminal, block, purpose, first, last, token, expires]

A number is used in the transaction that records the operation which carries it. Against an older copy of the file a
mark outside of it, in the key port, says how far each purpose may have been used: a store that is behind its mark skips
to it. What goes back to the centre is behind the mark as well. Where files and keys come back together from an older
copy of the whole disk only the centre is left, which makes a case of a number that comes twice (docs/sync.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from offline_cache import leases
from offline_cache.canonical import framed
from offline_cache.chain import Origin
from offline_cache.database import Db
from offline_cache.errors import StoreError, StoreFault
from offline_cache.journal import append
from offline_cache.keys import KeyPort, damaged_key
from offline_cache.leases import EndDrive, Lease, invalid
from offline_cache.seen import latest, see

if TYPE_CHECKING:
    from offline_cache.store import Store

Fields = dict[str, str | int | bool]
STRIDE = 16
"""Numbers that the mark runs ahead, so that it is written once for so many; at most so many are skipped by a crash."""


@dataclass(frozen=True)
class Block:
    """:param expires: milliseconds since 1970, from which on no number of it is used."""

    block: str
    purpose: str
    first: int
    last: int
    token: int
    expires: int
    signature: bytes = field(repr=False)
    key_id: str = ""

    def statement(self, origin: Origin) -> bytes:
        """What the centre signs."""
        words = [self.block, self.purpose, self.first, self.last, self.token, self.expires]
        return framed("ssc-block-1", [origin.environment, origin.terminal, *words])


@dataclass(frozen=True)
class Number:
    """A number to be used in the operation ``op_id``; from :meth:`Reserve.next`."""

    purpose: str
    number: int
    block: str
    token: int


@dataclass(frozen=True)
class Use:
    """In :meth:`offline_cache.outbox.Outbox.record`: this operation carries this number."""

    number: Number
    op_id: bytes


@dataclass(frozen=True)
class GiveBack:
    """In :meth:`offline_cache.outbox.Outbox.record`: this tells the centre that the rest of a block returns.

    :param first: the number from which on, as the operation says it. From :meth:`Reserve.returning`.
    """

    block: str
    first: int


class Reserve:
    """The blocks of one store.

    :param keys: where the marks outside of the file are.
    :raises StoreError: faults of the key port.
    """

    def __init__(self, store: Store, keys: KeyPort) -> None:
        self._store, self._keys = store, keys
        self._ahead: set[str] = set()
        self._catch_up()

    # --- numbers ----------------------------------------------------------------------------------------------------

    def take(self, block: Block, public: bytes) -> None:
        """Take a block in. The same one again does nothing. One that an older copy of the file does not know any more
        goes on behind its mark.

        :param public: the centre's ``content`` key.
        :raises StoreError: ``RESERVE_INVALID``; faults of the key port.
        """
        at = self._at()
        mark = 0 if block.purpose in self._ahead else self._mark(block.purpose)  # ahead of what this process used

        def work(db: Db) -> None:
            _take(db, at, block, public)
            _skip(db, at, block.purpose, mark)

        self._store.do(work)

    def left(self, purpose: str) -> int:
        """How many numbers can still be used."""
        at = self._at()
        return self._store.do(
            lambda db: sum(row[3] - row[4] + 1 for row in _open_blocks(db, purpose, latest(db, at))), write=False
        )

    def next(self, purpose: str) -> Number:
        """The number that the next operation of this purpose carries. It is used by recording, not by asking.

        :raises StoreError: ``NUMBERS_OUT``; faults of the key port.
        """
        at = self._at()
        number = self._store.do(lambda db: _next(db, purpose, latest(db, at)), write=False)
        mark = self._mark(purpose)
        if number.number > mark:
            self._set_mark(purpose, number.number + STRIDE - 1)
        self._ahead.add(purpose)
        return number

    def counts(self, lease: Lease) -> bool:
        """Whether the drive of a lease has numbers: used up, run out or void after a restore, but not given back before
        the person was lent.
        """
        sql = (
            "SELECT 1 FROM block WHERE purpose = ?"
            " AND (returned_at IS NULL OR returned_at > (SELECT taken_at FROM lease WHERE subject = ?)) LIMIT 1"
        )
        return self._store.do(lambda db: db.value(sql, (lease.drive, lease.subject)), write=False) is not None

    def returning(self, purpose: str) -> list[GiveBack]:
        """What is left of a purpose, to be given back: to be recorded at once. From now on none of it is used here,
        whatever becomes of the recording: the mark stands behind it, so that an older copy of the file skips it too.

        :raises StoreError: faults of the key port.
        """
        rest = self._store.do(lambda db: _rest(db, purpose), write=False)
        if rest:
            self._set_mark(purpose, max(self._mark(purpose), *(last for _, _, last in rest)))
            self._ahead.discard(purpose)
        return [GiveBack(block, first) for block, first, _ in rest]

    def close(self) -> None:
        """At the end of the day's work: the marks are set to what was really used, so that nothing is skipped."""
        for purpose in sorted(self._ahead):
            self._set_mark(purpose, self._store.do(partial(_used, purpose=purpose), write=False))
        self._ahead.clear()

    def _catch_up(self) -> None:
        """Skip what a crash, or an older copy of the file, leaves in doubt."""
        at = self._at()
        for purpose in self._store.do(_purposes, write=False):
            self._store.do(partial(_skip, at=at, purpose=purpose, mark=self._mark(purpose)))

    def _mark(self, purpose: str) -> int:
        found = self._keys.get(f"numbers-{purpose}")
        if found is None:
            return 0
        try:
            return int(found)
        except ValueError:
            raise damaged_key("numbers: not a mark") from None

    def _set_mark(self, purpose: str, mark: int) -> None:
        self._keys.put(f"numbers-{purpose}", str(max(mark, 0)).encode())

    def _at(self) -> int:
        return int(self._store.now().timestamp() * 1000)


# --- inside a unit of work --------------------------------------------------------------------------------------------

_BEHIND = "max(?, 1 + (SELECT coalesce(max(taken_at), 0) FROM lease WHERE drive = purpose))"
"""When numbers went: behind every lease of their drive that is here, whatever the clock on the wall says. A lease that
comes later bears no earlier time than this."""


def apply(db: Db, at: int, reserve: Sequence[Use | GiveBack | EndDrive]) -> None:
    """What a unit of work does to what is set aside.

    :raises StoreError: ``NUMBERS_OUT``.
    """
    for one in reserve:
        if isinstance(one, Use):
            use(db, at, one)
        elif isinstance(one, GiveBack):
            give_back(db, at, one)
        else:
            leases.end(db, at, one)


def use(db: Db, at: int, one: Use) -> None:
    """Use the number in the transaction that records its operation.

    :raises StoreError: ``NUMBERS_OUT`` when it is not the next one any more: ask again, and seal again.
    """
    time = latest(db, at)
    if _next(db, one.number.purpose, time) != one.number:
        raise out(f"{one.number.purpose} {one.number.number}: not the next one")
    number = one.number
    db.execute("UPDATE block SET next = next + 1 WHERE block = ?", (number.block,))
    db.execute(
        "INSERT INTO numbered (purpose, number, block, op_id, at) VALUES (?, ?, ?, ?, ?)",
        (number.purpose, number.number, number.block, one.op_id, at),
    )
    see(db, time)
    fields: Fields = {"purpose": number.purpose, "number": number.number, "block": number.block, "token": number.token}
    append(db, at, "number-used", one.op_id, fields)


def give_back(db: Db, at: int, one: GiveBack) -> None:
    """The rest of a block goes back to the centre, in the transaction that records the operation which says so.

    :raises StoreError: ``NUMBERS_OUT`` when there is no such block, it went back already, or one of it was used since.
    """
    row = db.row("SELECT purpose, next, last FROM block WHERE block = ? AND returned_at IS NULL", (one.block,))
    if row is None or row[1] != one.first:
        raise out(f"{one.block}: not open, or not from there on")
    db.execute(f"UPDATE block SET returned_at = {_BEHIND} WHERE block = ?", (at, one.block))  # noqa: S608 - our own word
    fields: Fields = {"purpose": row[0], "block": one.block, "first": row[1], "last": row[2]}
    append(db, at, "numbers-returned", None, fields)


def void_all(db: Db, at: int, reason: str) -> None:
    """After a restore: whatever is left of every open block might have been used since the copy was made."""
    for block, purpose, first, last in list(
        db.rows("SELECT block, purpose, next, last FROM block WHERE returned_at IS NULL ORDER BY block")
    ):
        db.execute(f"UPDATE block SET next = last + 1, returned_at = {_BEHIND} WHERE block = ?", (at, block))  # noqa: S608
        fields: Fields = {"purpose": purpose, "block": block, "first": first, "last": last, "reason": reason}
        append(db, at, "numbers-void", None, fields)


def out(detail: str) -> StoreError:
    """No number can be used."""
    return StoreError(StoreFault.NUMBERS_OUT, detail)


def _take(db: Db, at: int, new: Block, public: bytes) -> None:
    if not db.origin.suite.verify(public, new.statement(db.origin), new.signature):
        raise invalid("block: the signature does not hold")
    body = new.statement(db.origin)
    known = db.value("SELECT body FROM block WHERE block = ?", (new.block,))
    if known is not None:
        if known != body:
            raise invalid("block: another one of this name")
        return
    token, last = db.row("SELECT max(token), max(last) FROM block WHERE purpose = ?", (new.purpose,)) or (None, None)
    if token is not None and (new.token <= token or new.first <= last):
        raise invalid("block: older than, or inside, one that is here")
    if not 0 < new.first <= new.last:
        raise invalid("block: no numbers")
    db.execute(
        "INSERT INTO block (block, purpose, first, last, next, token, expires, body, signature, key_id, taken_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (new.block, new.purpose, new.first, new.last, new.first, new.token, new.expires, body, new.signature,
         new.key_id, at),
    )  # fmt: skip
    fields: Fields = {
        "purpose": new.purpose,
        "block": new.block,
        "first": new.first,
        "last": new.last,
        "token": new.token,
    }
    append(db, at, "numbers-taken", None, fields)


def _open_blocks(db: Db, purpose: str, time: int) -> list[tuple[str, int, int, int, int]]:
    """``block, token, first, last, next`` of those that can still be used, oldest first."""
    found = db.rows(
        "SELECT block, token, first, last, next FROM block WHERE purpose = ? AND returned_at IS NULL AND next <= last"
        " AND expires > ? ORDER BY first",
        (purpose, time),
    )
    return [(row[0], row[1], row[2], row[3], row[4]) for row in found]


def _next(db: Db, purpose: str, time: int) -> Number:
    for block, token, _, _, number in _open_blocks(db, purpose, time):
        return Number(purpose, number, block, token)
    raise out(purpose)


def _rest(db: Db, purpose: str) -> list[tuple[str, int, int]]:
    """``block, next, last`` of those that have a number left, expired or not."""
    found = db.rows(
        "SELECT block, next, last FROM block WHERE purpose = ? AND returned_at IS NULL AND next <= last ORDER BY first",
        (purpose,),
    )
    return [(row[0], row[1], row[2]) for row in found]


def _purposes(db: Db) -> list[str]:
    return [str(row[0]) for row in db.rows("SELECT DISTINCT purpose FROM block ORDER BY purpose")]


def _used(db: Db, purpose: str) -> int:
    """The highest number that was used, skipped or given back."""
    found: int | None = db.value(
        "SELECT max(iif(returned_at IS NULL, next - 1, last)) FROM block"
        " WHERE purpose = ? AND (next > first OR returned_at IS NOT NULL)",
        (purpose,),
    )
    return found or 0


def _skip(db: Db, at: int, purpose: str, mark: int) -> None:
    for block, first, last, following in list(
        db.rows(
            "SELECT block, first, last, next FROM block WHERE purpose = ? AND next <= ? AND next <= last"
            " AND returned_at IS NULL ORDER BY first",
            (purpose, mark),
        )
    ):
        to = min(last, mark)
        if to < first:
            continue
        db.execute("UPDATE block SET next = ? WHERE block = ?", (to + 1, block))
        fields: Fields = {"purpose": purpose, "block": block, "first": following, "last": to, "reason": "mark"}
        append(db, at, "numbers-void", None, fields)
