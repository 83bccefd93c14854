"""Why a program is not served, or cannot be registered. Each has a number beside the interface's own codes."""

from __future__ import annotations

from enum import Enum


class LocalApiFault(Enum):
    """A numbered cause; texts and remedies stand in :mod:`terminal.fault_table`."""

    PORT_TAKEN = "L101"  # another program listens where we should
    WRITES_OFF = "L102"  # settings, or the registration, allow reading and PIN functions only
    DESK_SERVES = "L103"  # a visit at the counter has the card
    READER_IN_USE = "L104"  # another call is under way
    CONSENT_REFUSED = "L105"
    CONSENT_LATE = "L106"  # nobody answered in time
    NOBODY_SIGNED_IN = "L107"
    NOT_SERVED = "L108"  # a function that would hand a PIN to a program
    PROGRAM_UNKNOWN = "L109"  # no program of that name is registered
    PROGRAM_KNOWN = "L110"  # one of that name or origin is registered already
    ORIGIN_INVALID = "L111"
    PROGRAMS_UNREADABLE = "L112"  # the file of registered programs
    NOT_RECORDED = "L113"  # a write that could not be written down does not happen
    CARD_DOUBTFUL = "L114"  # an earlier write of this card has no end
    CARD_WATCHED = "L115"  # the centre has this card on its watch-list
    SERVICE_OFF = "L116"  # the centre has switched off what the function does
    REFERENCE_OLD = "L117"  # reference data past its end: nothing new is written on its word


CODES = {
    LocalApiFault.WRITES_OFF: -9002,
    LocalApiFault.DESK_SERVES: -9003,
    LocalApiFault.READER_IN_USE: -9004,
    LocalApiFault.CONSENT_REFUSED: -9005,
    LocalApiFault.CONSENT_LATE: -9006,
    LocalApiFault.NOBODY_SIGNED_IN: -9007,
    LocalApiFault.NOT_SERVED: -9008,
    LocalApiFault.NOT_RECORDED: -9009,
    LocalApiFault.CARD_DOUBTFUL: -9010,
    LocalApiFault.CARD_WATCHED: -9011,
    LocalApiFault.SERVICE_OFF: -9012,
    LocalApiFault.REFERENCE_OLD: -9013,
}
"""What a call gives; the standard has no code of these numbers."""

BY_CODE = {code: fault for fault, code in CODES.items()}
"""The other way: what the book of writes refuses while a call is on the card."""


class LocalApiError(Exception):
    """A fault of the local interface.

    :param values: what the sentence is filled in with.
    """

    def __init__(self, fault: LocalApiFault, detail: str = "", **values: str | int) -> None:
        super().__init__(f"{fault.value} {fault.name}" + (f": {detail}" if detail else ""))
        self.fault = fault
        self.detail = detail
        self.values = values
