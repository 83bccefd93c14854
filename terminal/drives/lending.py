"""Beginning and ending a drive: the centre lends persons and sets numbers aside, what is left goes back.

To begin needs the centre; begun once more it asks for what is still missing alone, so that one that was cut off is
simply begun again. To end needs nobody: it is an operation of the log, which the centre learns of behind everything
that the drive recorded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from offline_cache.drives import DriveStanding, standing
from offline_cache.leases import EndDrive
from terminal.centre.contract import MOST_NUMBERS
from terminal.centre.errors import CentreError
from terminal.clock import Clock
from terminal.drives import roster
from terminal.drives.listing import Listed
from terminal.errors import TerminalError, TerminalFault
from terminal.model.operations import DRIVE_RETURN, MOST_BLOCKS, NO_CARD, PASSED, DriveReturn, ReservedNumber
from terminal.sync.reserving import Centre as Lender
from terminal.sync.reserving import borrow, fetch_numbers, is_elsewhere
from terminal.text import Text

if TYPE_CHECKING:
    from offline_cache.operations import Operation
    from terminal.records import Records

TITLE = Text("批次结束（交回剩余编号和人员）", "End of a drive")


class Centre(Lender, roster.Centre, Protocol):
    """What is asked of the centre."""


@dataclass(frozen=True)
class Begun:
    """:param lent: persons lent now; :param kept: that were here already.
    :param elsewhere: lines of the list whose persons another terminal has.
    :param roster: persons on the roster that was taken; 0 where nobody is lent.
    """

    lent: int
    kept: int
    elsewhere: tuple[int, ...]
    roster: int = 0


def drives(records: Records) -> list[DriveStanding]:
    """What every drive has here.

    :raises offline_cache.errors.StoreError: faults of the key port.
    """
    records.reserve  # noqa: B018 - an older copy of the store has to skip first what was used since
    return standing(records.store)


def begin(records: Records, centre: Centre, drive: str, persons: Sequence[Listed], numbers: int) -> Begun:
    """Borrow these persons, and fill the numbers of the drive up to ``numbers``.

    :raises CentreError: of the way; what was lent before it stays.
    :raises offline_cache.errors.StoreError: ``RESERVE_INVALID``; faults of the key port and of the disk.
    """
    lent, kept, elsewhere = 0, 0, []
    for one in persons:
        subject = records.subject(one.card_id)
        found = records.leases.find(subject)
        if found is not None and found.drive == drive:
            kept += 1
            continue
        try:
            borrow(centre, records.leases, records.identity, drive, one.card_id, subject)
        except CentreError as error:
            if not is_elsewhere(error):
                raise
            elsewhere.append(one.line)
        else:
            lent += 1
    known = roster.fetch(records, centre, drive) if records.leases.subjects(drive) else 0
    missing = numbers - records.reserve.left(drive)
    while missing > 0:
        count = min(missing, MOST_NUMBERS)
        fetch_numbers(centre, records.reserve, records.identity, drive, count)
        missing -= count
    return Begun(lent, kept, tuple(elsewhere), known)


def end(records: Records, clock: Clock, operator: str, drive: str) -> tuple[DriveStanding, Operation]:
    """Give back what is left of a drive. Gives how it stood, and the operation that says so.

    :param operator: number of who does it.
    :raises TerminalError: ``DRIVE_UNKNOWN``.
    :raises offline_cache.errors.StoreError: as :meth:`offline_cache.outbox.Outbox.record`; faults of the key port.
    """
    found = next((one for one in drives(records) if one.drive == drive), None)
    if found is None:
        raise TerminalError(TerminalFault.DRIVE_UNKNOWN, drive=drive)
    records.outbox.ready()  # from the next line on none of the numbers is used
    rest = records.reserve.returning(drive)[:MOST_BLOCKS]
    subject = records.subject(bytes.fromhex(NO_CARD))
    after = records.outbox.comes_after(subject, passed=PASSED)
    body = DriveReturn(
        card_id=NO_CARD,
        operator=operator,
        recorded_at=clock.now().isoformat(timespec="seconds"),
        authenticated=False,
        after=after.hex().upper() if after else None,
        drive=drive,
        token=found.token,
        rest=[ReservedNumber(block=one.block, number=one.first) for one in rest],
    )
    summary = {"title": TITLE.zh, "title_en": TITLE.en, "card": NO_CARD, "drive": drive, "operator": operator}
    draft = records.draft(DRIVE_RETURN, body, subject=subject, summary=summary)
    leases = () if found.token is None else (EndDrive(drive, found.token),)
    (operation,) = records.outbox.record(draft, reserve=[*rest, *leases])
    records.sync.wake()
    return found, operation
