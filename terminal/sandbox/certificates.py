"""Every certificate that was ever issued for a terminal, and what one that is no longer used on-line is still good for.

On-line the newest alone counts. A medium, or a disk, bears the one that it was made under: that may have been renewed
since, or have run out, and its signatures are as good as on the day. Where it was revoked, or the terminal is reported
lost, somebody else may have signed: then people decide.
"""

from __future__ import annotations

import sqlite3

LOST, REVOKED, UNKNOWN = "terminal-lost", "certificate-revoked", "certificate-unknown"
"""Why nothing that was made under a certificate takes effect by itself."""


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
    return db.execute("UPDATE terminal SET revoked = 1 WHERE number = ?", (number,)).rowcount == 1


def attributed(db: sqlite3.Connection, serial: str, subject: str) -> tuple[str, str | None] | None:
    """Whose a certificate of our authority is, and why nothing by it takes effect by itself; ``None`` where it is no
    terminal's that is known here.

    :param subject: whom it names. That counts where we do not remember it: we were restored from a backup, or it was
        renewed before certificates were remembered.
    """
    row = db.execute("SELECT number, revoked FROM certificate WHERE serial = ?", (serial,)).fetchone()
    number = subject if row is None else str(row[0])
    if db.execute("SELECT 1 FROM terminal WHERE number = ?", (number,)).fetchone() is None:
        return None
    if db.execute("SELECT 1 FROM loss WHERE terminal = ?", (number,)).fetchone() is not None:
        return number, LOST
    if row is None:
        return number, UNKNOWN
    return number, None if row[1] is None else REVOKED
