"""Faults that a reader or a card can cause.

Each member names one cause and is raised at one place in the source. Sentences, remedies and exit codes stand in
:mod:`terminal.faults`; this package only names the cause.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from typing import Final


class CardFault(Enum):
    """A numbered cause. The value is the code a person reads out on the telephone."""

    SERVICE_STOPPED = "C101"  # the PC/SC service does not run
    NO_READER = "C102"
    SEVERAL_READERS = "C103"  # more than one reader has a card, and none was named
    READER_UNKNOWN = "C104"  # the named reader is not there
    READER_BUSY = "C105"  # another program holds the card or the reader
    READER_GONE = "C106"  # unplugged while in use
    READER_STUCK = "C107"  # a command passed its deadline and the driver has not come back
    NO_CARD = "C108"
    CARD_MUTE = "C109"  # no answer to reset
    CARD_REMOVED = "C110"  # pulled; the outcome of the command under way is unknown
    CARD_CHANGED = "C111"  # not the card this flow began with
    READER_OTHER = "C112"  # a PC/SC error that has no cause of its own
    CARD_RESET = "C113"  # another program reset the card: what was proven and opened on it is gone
    SUPPORT_MISSING = "C114"  # pyscard is not installed: it could not be built on this machine
    NOT_SOCIAL_SECURITY = "C201"  # the SSSE application is not on this card
    UNKNOWN_GENERATION = "C202"  # a version or algorithm that no profile covers
    APPLICATION_BLOCKED = "C203"  # 9303
    CARD_BLOCKED = "C204"  # 6A81 to everything
    ANSWER_MALFORMED = "C205"  # cut short, too long, or not the structure the standard gives
    STATUS_UNEXPECTED = "C206"  # a status word that this command cannot end with
    FIELD_UNREADABLE = "C207"  # one record cannot be read or decoded; the rest stands
    NAME_UNWRITABLE = "C208"  # a name that the chip's character set cannot hold
    FIELD_UNWRITABLE = "C209"  # a value that does not fit the record it is meant for
    COMMAND_MALFORMED = "C210"  # bytes handed in as a command that are not one; nothing went to the card
    FILE_ABSENT = "C221"  # a declared file that this card, or its generation, does not have
    FILE_CLOSED = "C222"  # the card does not let us read the file
    RECORD_ABSENT = "C223"  # a record asked for by its number is not there
    CARD_NOT_PLANNED = "C231"  # another card than the one that is to be issued; nothing was written
    CARD_NOT_BLANK = "C232"  # the card holds somebody else's data or number; nothing was written
    ISSUE_INCOMPLETE = "C233"  # the data of an issue do not make a card
    PLAN_MALFORMED = "C234"  # bytes that are no stored plan of writes
    WRITE_NOT_KEPT = "C235"  # the card said that it wrote, and reads otherwise
    NOT_GENUINE = "C301"  # internal authentication failed: the card's answer is wrong
    KEY_REFUSED = "C302"  # external authentication failed: the key does not fit the card
    KEY_LOCKED = "C303"  # the card refuses the key for good (6983)
    NO_KEY_SOURCE = "C304"  # no PSAM, no HSM: nobody here can prove this card
    PSAM_MISSING = "C305"  # no PSAM in its slot, or what is there is none
    PSAM_ALGORITHM = "C306"  # the PSAM does not know the cipher of this card
    PSAM_KEY_MISSING = "C307"  # the PSAM does not hold the key that is asked for
    PSAM_LEVEL = "C308"  # the PSAM holds the key, but not for this many levels of diversification
    KEY_ANSWER = "C309"  # what a key source made is not the command that was asked for; nothing went to the card
    KEY_UNKNOWN = "C310"  # the key that opens the file is in no list that we have; nothing was tried
    PSAM_REGION = "C311"  # the PSAM holds the key of another city or province alone; nothing was shown to the card
    PIN_WRONG = "C401"
    PIN_LOCKED = "C402"
    PIN_FORMAT = "C403"  # not 4 to 12 digits, refused before any byte goes to the card
    PIN_UNSET = "C404"  # the card carries no PIN


OF_THE_PSAM: Final = frozenset(
    {
        CardFault.PSAM_MISSING,
        CardFault.PSAM_ALGORITHM,
        CardFault.PSAM_KEY_MISSING,
        CardFault.PSAM_LEVEL,
        CardFault.PSAM_REGION,
    }
)
"""Faults of the PSAM itself; any other that happens at it is told as a missing one."""
NO_KEY: Final = OF_THE_PSAM | {CardFault.NO_KEY_SOURCE}
"""Nobody here holds the key that is asked for; the card was not tried."""
UNPROVEN: Final = NO_KEY | {CardFault.NOT_GENUINE}
"""A card that the key sources asked do not know as theirs."""


class CardError(Exception):
    """A fault with what the log may know of it.

    :param fault: the cause.
    :param detail: technical words for the log and the health page; never a PIN, a key or a person's data.
    :param tries_left: for PIN and key faults, what the card says is left; ``None`` where it said nothing.
    :param sw: the status word that led here, where there was one.
    """

    def __init__(
        self, fault: CardFault, detail: str = "", *, tries_left: int | None = None, sw: int | None = None
    ) -> None:
        super().__init__(f"{fault.value} {fault.name}" + (f": {detail}" if detail else ""))
        self.fault = fault
        self.detail = detail
        self.tries_left = tries_left
        self.sw = sw
        self.untouched = False
        """Of a flow that changes the card: whether it certainly ended before its changing command went out."""


@contextmanager
def nothing_changed_yet() -> Iterator[None]:
    """Round the part of a flow before its changing command: a fault in here leaves the card as it was."""
    try:
        yield
    except CardError as error:
        error.untouched = True
        raise
