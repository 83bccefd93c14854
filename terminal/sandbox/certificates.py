"""Every certificate that was ever issued for a terminal, and what one that is no longer used on-line is still good for.

On-line the newest alone counts. A medium, or a disk, bears the one that it was made under: that may have been renewed
since, or have run out, and its signatures are as good as on the day. Where it was revoked, or the terminal is reported
lost, somebody else may have signed: then people decide.

A centre that was put back to a backup may meet one that it issued and does not remember, of a terminal that it may not
know at all. It is noted: its number is that machine's, is given to no other, and can be renewed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from terminal.sandbox.telling import alarm

LOST, REVOKED, UNKNOWN = "terminal-lost", "certificate-revoked", "certificate-unknown"
"""Why nothing that was made under a certificate takes effect by itself."""

ORDINALS = 1_000_000
"""How many terminals a region can have: the last six digits of their numbers."""
_MOST_DRAWS = 1000


def new_number(db: sqlite3.Connection, region: str, draw: Callable[[], int]) -> str:
    """Number of a new terminal, by lot: counted on, a centre that was put back to a backup would give the very next one
    the number of a terminal that it has forgotten. By lot, with ``k`` forgotten, a new one gets the number of one of
    these with a chance of ``k`` in a million; and never that of one whose certificate was met since.

    :param draw: of :data:`ORDINALS`, from 0.
    :raises LookupError: next to none is free.
    """
    for _ in range(_MOST_DRAWS):
        ordinal = draw()
        number = f"{region}{ordinal:06d}"
        spent = db.execute("SELECT 1 FROM code WHERE ordinal = ?", (ordinal,)).fetchone()
        if spent is None and not is_known(db, number):
            return number
    raise LookupError(region)


def is_known(db: sqlite3.Connection, number: str) -> bool:
    """Whether a certificate of that terminal is remembered, or was met."""
    return db.execute("SELECT 1 FROM certificate WHERE number = ?", (number,)).fetchone() is not None


def meet(db: sqlite3.Connection, serial: str, number: str, moment: int) -> None:
    """One of our authority's that we do not remember. People are told once of each: the machine is theirs, or its
    revocation was forgotten; and where another machine has the number now, there are two.

    :param number: that it names. :param moment: seconds since 1970.
    """
    row = (serial, number, moment)
    if db.execute("INSERT OR IGNORE INTO certificate (serial, number, met) VALUES (?, ?, ?)", row).rowcount == 1:
        alarm(db, number, UNKNOWN, moment)


def issue(db: sqlite3.Connection, serial: str, number: str, moment: int) -> None:
    """A terminal and its certificate; on-line an older certificate of the same terminal is good no longer.

    :param moment: seconds since 1970.
    """
    db.execute("UPDATE certificate SET superseded = ? WHERE number = ? AND superseded IS NULL", (moment, number))
    db.execute("INSERT INTO certificate (serial, number) VALUES (?, ?)", (serial, number))
    db.execute(
        "INSERT INTO terminal (serial, number) VALUES (?, ?) "
        "ON CONFLICT (number) DO UPDATE SET serial = excluded.serial, revoked = 0",
        (serial, number),
    )


def revoke(db: sqlite3.Connection, number: str, moment: int) -> bool:
    """None that this terminal has had is trusted any more: their keys were on one machine. False for an unknown one."""
    db.execute("UPDATE certificate SET revoked = ? WHERE number = ? AND revoked IS NULL", (moment, number))
    db.execute("UPDATE terminal SET revoked = 1 WHERE number = ?", (number,))
    return is_known(db, number)


def attributed(db: sqlite3.Connection, serial: str, subject: str, moment: int) -> tuple[str, str | None]:
    """Whose a certificate of our authority is, and why nothing by it takes effect by itself.

    :param subject: the terminal that it names. That counts where we do not remember it: we were restored from a backup,
        or it was renewed before certificates were remembered.
    :param moment: seconds since 1970.
    """
    meet(db, serial, subject, moment)
    query = "SELECT number, revoked, met FROM certificate WHERE serial = ?"
    number, revoked, met = db.execute(query, (serial,)).fetchone()
    if db.execute("SELECT 1 FROM loss WHERE terminal = ?", (number,)).fetchone() is not None:
        return number, LOST
    return number, REVOKED if revoked is not None else UNKNOWN if met is not None else None
