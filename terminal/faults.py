"""The one table of faults: what the person reads, what to do, and the exit code.

Codes belong to the enums of the packages that raise them (``C`` cards, ``N`` centre, ``S`` store, ``T`` terminal,
``U`` screens); the table is keyed by code because the screens lie above this module. A test proves that table and enums
cover each other; ``python -m terminal.docs faults`` makes the manual from it.

Exit codes are a contract with the system around us (platform.md §7): 0 ok, 1 failure, 2 usage, 3 configuration,
4 device missing, 5 centre unreachable, 6 partly done, 7 refused, 130 interrupted.
"""

from __future__ import annotations

from dataclasses import dataclass
from string import Formatter

from terminal.errors import TerminalFault
from terminal.fault_table import TABLE, Entry
from terminal.text import Text
from terminal.views import FaultView

INTERNAL = TerminalFault.INTERNAL.value


@dataclass(frozen=True)
class Explained:
    """A fault ready to be shown: the view, and what scripts need besides."""

    view: FaultView
    exit_code: int
    tries_left: int | None = None


def code_of(error: BaseException) -> str:
    """The code of a fault; ``T199`` for anything that is not one of ours."""
    code = getattr(getattr(error, "fault", None), "value", None)
    return code if isinstance(code, str) and code in TABLE else INTERNAL


def _values(error: BaseException) -> dict[str, str | int]:
    values: dict[str, str | int] = dict(getattr(error, "values", {}))
    tries = getattr(error, "tries_left", None)
    if tries is not None:
        values["tries"] = tries
    return values


def _needs(text: Text) -> set[str]:
    return {name for sentence in text for _, name, _, _ in Formatter().parse(sentence) if name}


def _message(entry: Entry, values: dict[str, str | int]) -> Text:
    if _needs(entry.message) <= values.keys():
        return entry.message.format(**values)
    return entry.bare or entry.message


def explain(error: BaseException) -> FaultView:
    """One sentence and one remedy for any exception. Nothing of an unknown exception is shown."""
    code = code_of(error)
    entry = TABLE[code]
    return FaultView(code, _message(entry, _values(error)), entry.remedy)


def exit_code(error: BaseException) -> int:
    """What the process answers when it ends because of ``error``."""
    return TABLE[code_of(error)].exit_code


def explained(error: BaseException) -> Explained:
    """View, exit code and tries left in one value."""
    return Explained(explain(error), exit_code(error), getattr(error, "tries_left", None))
