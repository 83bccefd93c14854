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


class StoreError(Exception):
    """A fault of the keys or of the store.

    :param detail: technical words for the log; never a key and never a person's data.
    """

    def __init__(self, fault: StoreFault, detail: str = "") -> None:
        super().__init__(f"{fault.value} {fault.name}" + (f": {detail}" if detail else ""))
        self.fault = fault
        self.detail = detail
