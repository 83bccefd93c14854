"""The one table of faults: what the person reads, what to do, and the exit code.

Codes belong to the enums of the packages that raise them (``C`` cards, ``N`` centre, ``P`` papers, ``S`` store,
``T`` terminal, ``U`` screens); the table is keyed by code because the screens lie above this module. A test proves that
table and enums cover each other; ``python -m terminal.docs faults`` makes the manual from it.

Exit codes are a contract with the system around us (platform.md §7): 0 ok, 1 failure, 2 usage, 3 configuration,
4 device missing, 5 centre unreachable, 6 partly done, 7 refused, 130 interrupted.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum
from string import Formatter

from cardio.errors import CardFault
from offline_cache.errors import StoreFault
from terminal.centre.errors import CentreFault
from terminal.errors import TerminalFault
from terminal.fault_table import TABLE, Entry
from terminal.fault_table.entry import BECAUSE
from terminal.text import Text
from terminal.views import FaultView

INTERNAL = TerminalFault.INTERNAL.value

# Groups of faults by what the application does about them. They stand here, beside the table, so that everywhere else
# in the source a fault's name marks the one place where it is raised.

PIN_AGAIN = frozenset({CardFault.PIN_WRONG, CardFault.PIN_FORMAT})
"""The person may type again at once."""

PERSON_AGAIN = frozenset(
    {
        TerminalFault.SIGN_IN_REFUSED,
        TerminalFault.SIGN_IN_LOCKED,
        TerminalFault.ROLE_MISSING,
        TerminalFault.SAME_PERSON,
    }
)
"""Somebody else, or the same person once more, may type number and password."""

SOMEBODY_ELSE = frozenset({TerminalFault.SAME_PERSON})
"""Only somebody else may: the number that was typed is of no use."""

OF_REGION = frozenset({TerminalFault.REGION_UNKNOWN})
"""Of an address, what stands under the field of its region."""

PULLED = frozenset({CardFault.CARD_REMOVED})
"""The card left in the middle of a command."""

UNASKED = frozenset({CardFault.NO_KEY_SOURCE})
"""Nobody could be asked to prove the card."""

NOBODY = frozenset({CardFault.NO_CARD})
"""Nothing is wrong; there is just no card in."""

CHOICE = frozenset({CardFault.NO_CARD, CardFault.SEVERAL_READERS})
"""The desk goes on waiting: for a card, or for the person to choose one of several."""

DISPROVED = frozenset({CardFault.NOT_GENUINE, CardFault.ANSWER_MALFORMED})
"""The card was asked to prove itself, and its answer was wrong, or none."""

UNPROVEN = frozenset({CardFault.NO_KEY_SOURCE, CardFault.KEY_REFUSED, CardFault.KEY_LOCKED})
"""The card stays unproven or closed; what could be read is shown with the reason."""

CENTRE_AWAY = frozenset(
    {
        CentreFault.UNREACHABLE,
        CentreFault.CONNECTION_LOST,
        CentreFault.TOO_SLOW,
        CentreFault.NOT_THE_CENTRE,
        CentreFault.SIGNATURE_WRONG,
        CentreFault.SERVER_CERTIFICATE,
        CentreFault.TERMINAL_REFUSED,
        CentreFault.CLOCK_WRONG,
        CentreFault.BUSY,
        CentreFault.CENTRE_FAILED,
        CentreFault.API_DIFFERENT,
        CentreFault.NOT_ENROLLED,
        CentreFault.CERTIFICATE_EXPIRED,
    }
)
"""The centre cannot be used at all, whatever is asked of it."""

UNJOINED = frozenset({CentreFault.NOT_ENROLLED})
"""No network helps; a code from the centre does."""

CLOCK = frozenset({CentreFault.CLOCK_WRONG})
"""Nothing the centre says can be judged until the clock is right."""

DAMAGED = frozenset({StoreFault.STORE_DAMAGED, StoreFault.CHAIN_BROKEN})
"""The store of this terminal is not what was written."""

FORKED = StoreFault.HISTORY_FORKED
"""The centre's history of this terminal is another one, whoever noticed it."""

OLDER = frozenset({StoreFault.STORE_BEHIND, StoreFault.JOURNAL_BEHIND, StoreFault.STORE_OLDER})
"""This store, or its journal, is an older copy."""

BESIDE = CENTRE_AWAY | {CentreFault.ANSWER_INVALID, CentreFault.REQUEST_REFUSED, CentreFault.ADDRESS_INVALID}
"""What kept the centre from proving a card is beside the point when another key source did."""

PASSING = frozenset(
    {
        CardFault.READER_BUSY,
        CardFault.READER_STUCK,
        CardFault.READER_OTHER,
        CardFault.CARD_MUTE,
        CardFault.CARD_RESET,
        CardFault.ANSWER_MALFORMED,
        CardFault.STATUS_UNEXPECTED,
        CentreFault.UNREACHABLE,
        CentreFault.CONNECTION_LOST,
        CentreFault.TOO_SLOW,
        CentreFault.NOT_THE_CENTRE,
        CentreFault.CLOCK_WRONG,
        CentreFault.BUSY,
        CentreFault.CENTRE_FAILED,
        TerminalFault.INTERNAL,
    }
)
"""Trying again may help."""


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


def is_one_of(error: BaseException, group: Collection[Enum]) -> bool:
    """Whether the fault of ``error`` is in ``group``; an unknown exception counts as ``INTERNAL``."""
    return getattr(error, "fault", TerminalFault.INTERNAL) in group


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


def typed(view: FaultView) -> Text:
    """The remedy of a fault for who reads it on a command line, where there is no page and no button."""
    entry = TABLE.get(view.code)
    return entry.typed if entry is not None and entry.typed is not None and view.remedy == entry.remedy else view.remedy


def because(error: BaseException, said: Text, cause: BaseException) -> FaultView:
    """``error`` in the words of ``said``, with what stood behind it, and the remedy of that."""
    behind = explain(cause)
    values: dict[str, str | int] = {"code": behind.code}
    remedy = Text(
        BECAUSE.zh.format(**values, message=behind.message.zh, remedy=behind.remedy.zh),
        BECAUSE.en.format(**values, message=behind.message.en, remedy=behind.remedy.en),
    )
    return FaultView(code_of(error), said, remedy)


def exit_code(error: BaseException) -> int:
    """What the process answers when it ends because of ``error``."""
    return TABLE[code_of(error)].exit_code


def explained(error: BaseException) -> Explained:
    """View, exit code and tries left in one value."""
    return Explained(explain(error), exit_code(error), getattr(error, "tries_left", None))
