"""Faults of the keys and of the store on this machine."""

from __future__ import annotations

from enum import Enum


class StoreFault(Enum):
    """A numbered cause; texts and remedies stand in :mod:`terminal.faults`."""

    KEY_EXPOSED = "S101"  # the key file can be read by other users of this machine
    KEY_UNREADABLE = "S102"  # the key file is there but cannot be read, or is not what was written
    KEY_UNWRITABLE = "S103"  # no room or no right to keep a key
    KEY_FILE_IN_PRODUCTION = "S104"  # plain key files are for the sandbox alone
    SUITE_UNKNOWN = "S105"  # a cryptographic suite that this program does not have
    SUITE_OTHER = "S156"  # made with another suite than this terminal was enrolled with; value which
    KEY_GONE = "S106"  # the store is there, its key is not
    KEY_OTHER = "S107"  # the key does not fit this store, or the store's first page is damaged
    STORE_MISSING = "S108"  # there is no store where one should be
    STORE_EXISTS = "S109"  # a store is there already and is not written over
    STORE_HELD = "S110"  # another process has the store open; values pid and since
    STORE_NEWER = "S111"  # written by a newer program
    STORE_FOREIGN = "S112"  # belongs to another environment or another terminal
    STORE_DAMAGED = "S113"  # a page does not decipher, or the file is malformed; values page and pages, where known
    CHAIN_BROKEN = "S114"  # the operation chain or the journal chain does not verify
    DISK_FULL = "S115"  # no room: not saved
    NOT_SAVED = "S116"  # the disk refused to write: not saved
    SAVE_UNKNOWN = "S117"  # the disk failed in the middle and the store does not open again: look before repeating
    LIBRARY_UNFIT = "S118"  # the database library is too old, has no cipher, or refuses a setting
    ENTRY_REFUSED = "S119"  # an entry that the store does not take
    MOVE_REFUSED = "S120"  # an operation cannot go from its state to that one
    CARD_DOUBTFUL = "S121"  # this card has a write without an end, which must be settled first
    INTENT_ENDED = "S122"  # no open card write of that number: it has its one end already, or never began
    TWO_PEOPLE = "S123"  # settling without proof needs two different people
    HISTORY_FORKED = "S124"  # the centre acknowledged a chain that is not ours
    STORE_BEHIND = "S125"  # the centre has more of us than we have: this is an older copy
    STORE_OLDER = "S158"  # this file once went further than it does now: an older copy
    MIRROR_OLDER = "S126"  # a reference document older than, or different from, the one that is here
    MIGRATION_FAILED = "S127"  # the store could not be brought to this version; the old one is untouched
    STORE_CLOSED = "S128"  # used after it was closed
    SEALED_UNREADABLE = "S129"  # a sealed body that does not open, or does not hold what it should
    PASSPHRASE_WRONG = "S130"  # noqa: S105 - the passphrase does not open the key
    STORE_UNREADABLE = "S131"  # the disk does not let us read, or the folder cannot be used
    OPERATION_UNKNOWN = "S132"  # there is no operation of that number
    EPOCH_OLD = "S134"  # a new history must have a newer number
    EPOCH_CHANGED = "S150"  # sealed for a life of the log that has ended meanwhile: not saved, to be done again
    OFFLINE_LIMIT = "S151"  # off-line for longer, or with more that waits, than the centre allows
    VALUE_LIMIT = "S155"  # with this one more money would wait than the centre allows; value left, in yuan
    CLOCK_BEHIND = "S152"  # the clock on the wall is behind what it has said before; value minutes
    DISK_LOW = "S133"  # too little room to begin writing a card
    KEEPER_REFUSED = "S140"  # the security chip, PSAM or key ring that keeps the keys does not do its work
    BODY_GONE = "S141"  # the centre asks for an operation whose body was let go of long after it was applied
    NUMBERS_OUT = "S142"  # no number of this kind is left: used up, expired or given back
    RESERVE_INVALID = "S143"  # a block of numbers or a lease that the centre did not sign so, or that is not ours
    BACKUP_INVALID = "S145"  # a backup that does not verify; nothing was restored
    WIPE_REFUSED = "S146"  # there is work that the centre has not acknowledged and that was not exported
    RESTORE_REFUSED = "S159"  # the store that would be replaced has work that the copy has not; value count
    COPY_UNSENT = "S160"  # copies set aside hold work that stands nowhere else; values count and copies
    COPY_FOREIGN = "S165"  # a copy is another terminal's, or nothing in it tells whose; values copies and terminal
    EXPORT_UNKNOWN = "S161"  # the journal tells of no medium that goes up to this number; value last
    WIPE_PARKED = "S162"  # people have set something aside and not settled it; value count
    JOURNAL_CUT = "S163"  # lines up to the mark in the key port are not here as they were; values first and last
    JOURNAL_BEHIND = "S147"  # the centre knows a line of our journal that is not here
    TERMINAL_REFUSED = "S154"  # the centre does not take anything from this terminal any more; value cause
    EXPORT_INVALID = "S148"  # a medium that does not hold what a terminal exported


AT_A_PLACE = frozenset({StoreFault.CHAIN_BROKEN})
"""What a proof tells with its place. A file that does not decipher has none to tell."""


class StoreError(Exception):
    """A fault of the keys or of the store.

    :param detail: technical words for the log; never a key and never a person's data.
    :param values: what the sentence of the fault names.
    """

    def __init__(self, fault: StoreFault, detail: str = "", **values: str | int) -> None:
        super().__init__(f"{fault.value} {fault.name}" + (f": {detail}" if detail else ""))
        self.fault = fault
        self.detail = detail
        self.values = values
