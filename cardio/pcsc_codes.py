"""Every PC/SC error code and the cause it stands for (PC/SC part 5; pcsc-lite's ``pcsclite.h``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cardio import reader_causes as causes
from cardio.errors import CardError

SUCCESS = 0x00000000
CANCELLED = 0x80100002
INVALID_HANDLE = 0x80100003
UNKNOWN_READER = 0x80100009
TIMEOUT = 0x8010000A
SHARING_VIOLATION = 0x8010000B
NO_SMARTCARD = 0x8010000C
PROTO_MISMATCH = 0x8010000F
COMM_ERROR = 0x80100013
NOT_TRANSACTED = 0x80100016
READER_UNAVAILABLE = 0x80100017
NO_SERVICE = 0x8010001D
SERVICE_STOPPED = 0x8010001E
NO_READERS_AVAILABLE = 0x8010002E
UNSUPPORTED_CARD = 0x80100065
UNRESPONSIVE_CARD = 0x80100066
UNPOWERED_CARD = 0x80100067
RESET_CARD = 0x80100068
REMOVED_CARD = 0x80100069
SECURITY_VIOLATION = 0x8010006A

Cause = Callable[[str], CardError]

_BASE: Mapping[int, Cause] = {
    INVALID_HANDLE: causes.service_stopped,  # our handles die with the service that gave them
    COMM_ERROR: causes.service_stopped,
    NO_SERVICE: causes.service_stopped,
    SERVICE_STOPPED: causes.service_stopped,
    SECURITY_VIOLATION: causes.service_stopped,  # pcsc-lite: the service closed the connection; as a rule it is ending
    SHARING_VIOLATION: causes.reader_busy,
    UNSUPPORTED_CARD: causes.card_mute,  # an ATR that cannot be understood
    UNRESPONSIVE_CARD: causes.card_mute,
    UNPOWERED_CARD: causes.card_mute,
    RESET_CARD: causes.card_reset,
    REMOVED_CARD: causes.card_removed,
    NOT_TRANSACTED: causes.card_removed,  # what a pull in mid-command looks like
}

ON_CONNECT: Mapping[int, Cause] = {
    **_BASE,
    NO_SMARTCARD: causes.no_card,
    UNKNOWN_READER: causes.reader_unknown,
    READER_UNAVAILABLE: causes.reader_unknown,
    NO_READERS_AVAILABLE: causes.reader_unknown,
}
"""What a code means before there is a link."""

ON_LINK: Mapping[int, Cause] = {
    **_BASE,
    NO_SMARTCARD: causes.card_removed,
    UNKNOWN_READER: causes.reader_gone,
    READER_UNAVAILABLE: causes.reader_gone,
    NO_READERS_AVAILABLE: causes.reader_gone,
}
"""What a code means while a card is being used."""

SERVICE_LOST = frozenset(code for code, cause in _BASE.items() if cause is causes.service_stopped)
"""Codes after which every handle of ours is dead."""


def failure(table: Mapping[int, Cause], code: int, what: str) -> CardError:
    """The fault for a code; one that the table does not know is READER_OTHER."""
    code &= 0xFFFFFFFF
    detail = f"{what}: {code:08X}"
    return table.get(code, causes.reader_other)(detail)
