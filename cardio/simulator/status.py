"""Status words that the simulated card answers with (card.md §3; spec part 5 table 5)."""

from __future__ import annotations

OK = 0x9000
MEMORY = 0x6581
WRONG_LENGTH = 0x6700
WRONG_STATE = 0x6901
STRUCTURE = 0x6981
SECURITY = 0x6982
LOCKED = 0x6983
NO_CHALLENGE = 0x6984
CONDITIONS = 0x6985
NO_CURRENT_FILE = 0x6986
MAC_MISSING = 0x6987
MAC_WRONG = 0x6988
DATA_WRONG = 0x6A80
UNSUPPORTED = 0x6A81
FILE_NOT_FOUND = 0x6A82
RECORD_NOT_FOUND = 0x6A83
NO_SPACE = 0x6A84
LENGTH_AND_TLV = 0x6A85
WRONG_P1P2 = 0x6A86
KEY_NOT_FOUND = 0x6A88
WRONG_OFFSET = 0x6B00
UNKNOWN_INSTRUCTION = 0x6D00
UNKNOWN_CLASS = 0x6E00
NOTHING_PENDING = 0x6F00
MAC_INVALID = 0x9302
APPLICATION_BLOCKED = 0x9303
FUNDS = 0x9401
COUNTER_END = 0x9402
KEY_INDEX = 0x9403
MAC_UNAVAILABLE = 0x9406


def tries_left(count: int) -> int:
    """63Cx."""
    return 0x63C0 | min(count, 15)


def exact_length(length: int) -> int:
    """6Cxx; 6C00 stands for 256."""
    return 0x6C00 | (length & 0xFF)


def bytes_waiting(length: int) -> int:
    """61xx; 6100 stands for 256 or more."""
    return 0x6100 | (length if length < 256 else 0)


class CommandRefused(Exception):  # noqa: N818 - an ordinary way for a command to end
    """A command ends with a status word and no data."""

    def __init__(self, sw: int) -> None:
        super().__init__(f"{sw:04X}")
        self.sw = sw
