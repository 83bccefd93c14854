"""What ends the taking in, once noticed: a fork, an older copy of this store, and that the centre refuses us for good.

Two histories under one number cannot be made one again, and an older copy would give numbers of papers away twice. What
a terminal with a revoked or replaced certificate takes in goes nowhere. So nothing new is taken in from the moment at
which it is known, also by the next process: until a new life of the log begins; until the centre takes something from
us again, or we have another certificate.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import NamedTuple

from offline_cache import rows
from offline_cache.canonical import NotCanonicalError, Plain, decode, encode
from offline_cache.database import Db
from offline_cache.errors import StoreError, StoreFault
from offline_cache.journal import append
from offline_cache.kept import keep
from offline_cache.sending import broken

OLDER = StoreFault.STORE_OLDER
"""Why an older copy takes nothing in."""

_NAME, _REFUSAL, _LIFE, _SHOWN = "fork", "refusal", "latest-life", "shown"
_MOST_SHOWN = 64


def note(db: Db, at: int, fault: StoreFault) -> None:
    """Remember it and write it into the journal, once for each life."""
    if noticed(db) is not None:
        return
    epoch = rows.epoch_of(db)
    known = rows.anchor(db, epoch)
    keep(db, _NAME, encode([epoch, fault.value]))
    append(db, at, "fork-noticed", None, {"epoch": epoch, "hwm": known.hwm if known else 0})


def noticed(db: Db) -> StoreError | None:
    """Why this life of the log goes no further; ``None`` where nothing was noticed in it."""
    packed: bytes | None = db.value("SELECT value FROM kept WHERE name = ?", (_NAME,))
    if packed is None:
        return None
    try:
        match decode(packed):
            case [int(epoch), str(code)]:
                fault = StoreFault(code)
                return StoreError(fault, f"noticed in epoch {epoch}") if epoch == rows.epoch_of(db) else None
    except (NotCanonicalError, ValueError):
        pass
    raise broken("what was noticed cannot be read")


def note_life(db: Db, epoch: int) -> None:
    """An older copy stands where there was one in this life: the next one comes behind it, also where the centre has
    forgotten it.
    """
    keep(db, _LIFE, encode(max(epoch, latest_life(db))))


def note_older(db: Db, at: int, life: int) -> None:
    """This is an older copy of a store that was once in that life."""
    note(db, at, OLDER)
    note_life(db, life)


class Place(NamedTuple):
    """Of a log: its life, the number of an operation, and the head behind it."""

    epoch: int
    seq: int
    head: bytes


def note_shown(db: Db, at: int, place: Place) -> None:
    """The same by what stands on a medium: the log was once there."""
    note_older(db, at, place.epoch)
    keep_shown(db, [place])


def keep_shown(db: Db, places: Iterable[Place]) -> None:
    """What media have shown of this log, be it to another copy of this store: no restore may end the stop that it was,
    but where it is known that nothing is missing."""
    known = sorted({*shown(db), *places})[-_MOST_SHOWN:]
    if known:
        keep(db, _SHOWN, encode([list(place) for place in known]))


def shown(db: Db) -> list[Place]:
    """What media have shown of this life, or of a later one; what parted from us in a life behind us is settled."""
    packed: bytes | None = db.value("SELECT value FROM kept WHERE name = ?", (_SHOWN,))
    if packed is None:
        return []
    with suppress(NotCanonicalError, ValueError):
        match decode(packed):
            case list(found):
                places = [_place(one) for one in found]
                return [place for place in places if place.epoch >= rows.epoch_of(db)]
    raise broken("what a medium has shown cannot be read")


def _place(packed: Plain) -> Place:
    match packed:
        case [int(epoch), int(seq), bytes(head)]:
            return Place(epoch, seq, head)
    raise ValueError("not a place")


def latest_life(db: Db) -> int:
    """The latest life of the log that is known of here."""
    packed: bytes | None = db.value("SELECT value FROM kept WHERE name = ?", (_LIFE,))
    try:
        match 0 if packed is None else decode(packed):
            case int(known):
                return max(rows.epoch_of(db), known)
    except NotCanonicalError:
        pass
    raise broken("the latest life cannot be read")


def note_refusal(db: Db, at: int, cause: str, certificate: str) -> None:
    """Remember that the centre refuses us, and as whom, and write it into the journal once."""
    if refusal(db) is None:
        keep(db, _REFUSAL, encode([cause, certificate]))
        append(db, at, "refused-noticed", None, {"code": cause})


def lift_refusal(db: Db, at: int, certificate: str | None = None) -> None:
    """The centre takes our word again; or we may be another now.

    :param certificate: what we have now: lifted only where it is not the one that was refused.
    """
    if refusal(db) is None or (certificate is not None and _refused(db)[1] == certificate):
        return
    db.execute("DELETE FROM kept WHERE name = ?", (_REFUSAL,))
    append(db, at, "refused-lifted", None, {})


def refusal(db: Db) -> StoreError | None:
    """Why the centre takes nothing from this terminal."""
    cause = _refused(db)[0]
    return StoreError(StoreFault.TERMINAL_REFUSED, cause, cause=cause) if cause else None


def _refused(db: Db) -> tuple[str, str]:
    packed: bytes | None = db.value("SELECT value FROM kept WHERE name = ?", (_REFUSAL,))
    if packed is None:
        return "", ""
    try:
        match decode(packed):
            case [str(cause), str(certificate)]:
                return cause, certificate
    except NotCanonicalError:
        pass
    raise broken("what was noticed cannot be read")


def refuse(db: Db) -> None:
    """:raises StoreError: ``HISTORY_FORKED``, ``STORE_BEHIND``, ``JOURNAL_BEHIND``, ``TERMINAL_REFUSED``."""
    error = noticed(db) or refusal(db)
    if error is not None:
        raise error
