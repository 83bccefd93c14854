"""What a service declares about itself. Everything else follows from it: tiles, refusals, manual, command line."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from terminal.errors import TerminalError, TerminalFault
from terminal.procedure import Procedure
from terminal.text import Text


class CardNeed(Enum):
    """What the service needs of the card (domain.md §2.1)."""

    NONE = "–"
    PRESENT = "C"
    HOLDER = "C, holder read"
    GENUINE = "C, genuine"
    PROVEN = "C, proven"


class PinNeed(Enum):
    """Whether the holder proves the social security PIN, once in a visit."""

    NONE = "–"
    ONCE = "P"


class Offline(Enum):
    """What may be done without the centre (domain.md §2.1)."""

    LOCAL = "L"
    QUEUED = "Q"
    NEVER = "N"


class Risk(Enum):
    """Who has to look at it besides the operator (domain.md §2.1)."""

    NONE = "R1"
    SECOND_PERSON = "R2"
    CENTRE = "R3"


@dataclass(frozen=True)
class Service:
    """One thing the terminal can do for a holder.

    :param code: slug, as on the command line. :param aliases: rows of the business catalogue, such as ``A4``.
    :param group: menu group, by the names of the national service list.
    :param shortcut: key on the holder page.
    :param fields: what a command has to hand over besides the PIN.
    """

    code: str
    title: Text
    summary: Text
    aliases: tuple[str, ...]
    group: Text
    shortcut: str
    card: CardNeed
    pin: PinNeed
    offline: Offline
    risk: Risk
    procedure: Procedure[Any]
    fields: tuple[str, ...] = ()

    @property
    def leaves_something(self) -> bool:
        """Whether it needs the store, and somebody who answers for it."""
        return self.offline is not Offline.NEVER


def refusal(
    service: Service, *, proven: bool, reachable: bool, genuine: bool = True, holder: bool = True
) -> TerminalError | None:
    """Why ``service`` cannot be started now, told at the first screen and not after the work was done.

    :param proven: by the centre, which then tells about the holder. :param genuine: by anybody.
    :param holder: whether the card gave its holder.
    """
    if service.offline is Offline.NEVER and not reachable:
        return TerminalError(TerminalFault.NEEDS_CENTRE)
    if (service.card is CardNeed.PROVEN and not proven) or (service.card is CardNeed.GENUINE and not genuine):
        return TerminalError(TerminalFault.NEEDS_PROOF)
    if service.card is CardNeed.HOLDER and not holder:
        return TerminalError(TerminalFault.HOLDER_UNREAD)
    return None
