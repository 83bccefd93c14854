"""Faults of the terminal itself: its settings, its rules, its own data."""

from __future__ import annotations

from enum import Enum


class TerminalFault(Enum):
    """A numbered cause; texts, remedies and exit codes stand in :mod:`terminal.faults`."""

    SETTINGS_UNREADABLE = "T101"  # the file is missing, unreadable or not TOML
    SETTINGS_UNKNOWN = "T102"  # a key that no setting has
    SETTINGS_VALUE = "T103"  # a value of the wrong kind or out of range
    SECOND_INSTANCE = "T104"
    DATA_FOLDER = "T105"  # the data folder cannot be made or written
    NEEDS_CENTRE = "T106"  # a service that needs the centre, which cannot be reached
    NEEDS_PROOF = "T107"  # a service that needs a proven card
    UNMASK_REFUSED = "T108"
    PRODUCTION_FORBIDS = "T109"  # sandbox things in production
    REGION_FOREIGN = "T110"  # a card of another province
    SERVICE_UNKNOWN = "T111"
    STATEMENT_INCONSISTENT = "T112"  # signed and well-formed, but payments contradict each other
    INPUT_MISSING = "T113"  # something had to be typed, and nobody can type
    FIELDS_INVALID = "T114"  # the names of the fields handed over are not those asked for
    VERSION_UNSUITABLE = "T115"  # a library that is known to break
    DISK_LOW = "T116"
    TEST_CARD = "T118"  # a made-up card in production
    SANDBOX_MISSING = "T120"  # this installation does not carry the sandbox
    PIN_NEEDED = "T121"  # something only the holder may see, and the PIN was not proven
    PIN_LOCKED_ALREADY = "T122"  # locked before anybody tried here
    USAGE = "T123"  # a command that is not written as it should be
    AUTHORITY_UNREADABLE = "T124"  # the certificate file given to enrol
    NO_VPCD = "T125"  # nobody listens where the virtual reader should
    GLYPHS_MISSING = "T126"  # the font lacks characters that the texts use
    INTERRUPTED = "T127"  # the person stopped the command
    FIELDS_UNREADABLE = "T128"  # what was handed over is no JSON object
    FIELD_VALUE = "T129"  # one field holds something that is no text, or that cannot be taken as one
    SIGN_IN_REFUSED = "T130"  # unknown number or wrong password: which of them is not told
    SIGN_IN_LOCKED = "T131"  # too many wrong passwords in a row
    NOBODY_KNOWN = "T132"  # no list of operators here, and no centre to get it from
    ROLE_MISSING = "T133"  # the person may not do this
    SAME_PERSON = "T134"  # the reviewer is the operator
    OPERATORS_UNREADABLE = "T135"  # the list kept here is not what the centre signed
    NOT_SIGNED_IN = "T136"  # nothing is recorded without somebody who answers for it
    HOLDER_UNREAD = "T137"  # a service for a holder whose data the card did not give
    PHONE_INVALID = "T138"
    PIN_WEAK = "T139"
    PIN_DIFFERENT = "T140"  # the new PIN was typed differently the second time
    QUEUE_ACTION = "T144"  # not for this line of the queue
    REGION_UNKNOWN = "T145"  # no region of GB/T 2260, or a made-up one in production
    ADDRESS_CHARACTERS = "T146"  # a character that other systems cannot keep
    ADDRESS_LENGTH = "T147"
    NOTHING_ENTERED = "T148"  # a change of contact data with neither number nor address
    SECOND_CANCELLED = "T143"  # the second person left the page
    LOG_FILE = "T141"  # the file of the log cannot be opened
    OUTPUT_LOST = "T142"  # standard output is closed, or what it goes to is full
    NO_PRIVATE_PCSCD = "T171"  # this machine cannot run a PC/SC service of our own
    BATCH_UNREADABLE = "T161"  # a file of orders that is no such file
    BATCH_LINE = "T162"  # one order of it is not right; nothing was begun
    ISSUED_ELSEWHERE = "T163"  # this application has another card already
    CARD_UNTOLD = "T164"  # begun on this card, and it holds what is neither this issue's nor blank
    CARD_SPOILED = "T165"  # a writing of this card ended with it spoiled
    CARD_LIST = "T166"  # a list of persons for a drive that is none; value line
    DRIVE_UNKNOWN = "T167"  # no drive of this name is under way here; value drive
    CARD_WATCHED = "T181"  # the centre has this card on its watch-list
    SERVICE_OFF = "T182"  # the centre has switched this service off
    REFERENCE_OLD = "T183"  # reference data past its end: nothing is taken in on its word
    HOLDER_BLANK = "T186"  # the card can be read, and holds neither number nor name of a holder
    ROSTER_ABSENT = "T168"  # no roster of this drive is here, or not any more; value drive
    STORE_ROOM = "T184"  # the disk under the store fills up; value free, in MB
    STORE_LARGE = "T185"  # the store has grown beyond its quota; value size, in MB
    SECOND_COPY = "T187"  # the second copy of what waits cannot be written, or is late
    OPERATORS_OLD = "T188"  # the list of people is past its end: nobody serves, a second person is nobody
    INTERNAL = "T199"  # our own mistake


class TerminalError(Exception):
    """A fault of the terminal.

    :param detail: technical words for the log; no secret, no personal data.
    :param values: what the sentence of the fault is filled in with, such as ``pid``.
    """

    def __init__(self, fault: TerminalFault, detail: str = "", **values: str | int) -> None:
        super().__init__(f"{fault.value} {fault.name}" + (f": {detail}" if detail else ""))
        self.fault = fault
        self.detail = detail
        self.values = values
