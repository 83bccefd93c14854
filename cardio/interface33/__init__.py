"""The reader interface of LD/T 33 (人社信息函[2016]38号, LD/T 6001.5): ``iReadCardBas`` and its companions.

:class:`Interface33` is the library that other programs know as SSCardDriver, with the standard's strings and codes; the
arguments, outputs and codes are modules of their own. See ``docs/interface33.md``.
"""

from __future__ import annotations

from cardio.interface33.catalogue import FUNCTIONS, Effect, Function
from cardio.interface33.errors import Code, Refused
from cardio.interface33.flows import Device, Dialect, Keypad, Purpose
from cardio.interface33.functions import Interface33
from cardio.interface33.outputs import Reply
from cardio.interface33.writes import Book, Ending, NoBook, Write

__all__ = [
    "FUNCTIONS",
    "Book",
    "Code",
    "Device",
    "Dialect",
    "Effect",
    "Ending",
    "Function",
    "Interface33",
    "Keypad",
    "NoBook",
    "Purpose",
    "Refused",
    "Reply",
    "Write",
]
