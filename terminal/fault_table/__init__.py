"""Texts, remedies and exit codes of all faults. Data only; read through :mod:`terminal.faults`.

House style: the cause in one sentence; the remedy is something the person at the counter can do now.
"""

from __future__ import annotations

from terminal.fault_table.card import CARD, READER
from terminal.fault_table.centre import CENTRE_WAY
from terminal.fault_table.copies import COPIES
from terminal.fault_table.entry import Entry
from terminal.fault_table.localapi import LOCAL_API
from terminal.fault_table.paper import PAPER
from terminal.fault_table.people import PEOPLE
from terminal.fault_table.store import STORE
from terminal.fault_table.terminal import SANDBOX, SCREEN, TERMINAL

TABLE: dict[str, Entry] = {
    **READER,
    **CARD,
    **CENTRE_WAY,
    **STORE,
    **COPIES,
    **TERMINAL,
    **PEOPLE,
    **SCREEN,
    **PAPER,
    **LOCAL_API,
    **SANDBOX,
}

__all__ = [
    "CARD",
    "CENTRE_WAY",
    "COPIES",
    "LOCAL_API",
    "PAPER",
    "PEOPLE",
    "READER",
    "SANDBOX",
    "SCREEN",
    "STORE",
    "TABLE",
    "TERMINAL",
    "Entry",
]
