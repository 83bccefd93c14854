"""The person before us, and what can be done."""

from __future__ import annotations

from dataclasses import dataclass

from terminal.text import Text
from terminal.views.common import Fact, FaultView


@dataclass(frozen=True)
class HolderView:
    """The person before us, masked. ``None`` stands for blank or unreadable.

    :param birth_date: the year alone, ``1941-**-**``: with the whole date the masked number could be worked out.
    """

    name: str | None
    number: str | None
    sex: Text | None
    nation: Text | None
    birth_date: str | None
    card_number: str | None
    region: Text | None
    generation: Text
    issued_on: str | None
    expires_on: str | None
    authenticated: bool
    authenticity: Text  # 卡片已核验 / 卡片真伪未核验 …


@dataclass(frozen=True)
class ServiceTile:
    """:param refused: why it cannot be started now; ``None`` when it can."""

    code: str
    title: Text
    summary: Text
    shortcut: str
    refused: FaultView | None = None


@dataclass(frozen=True)
class PinView:
    """:param digits: how many are in; the digits themselves never leave the core."""

    digits: int
    least: int
    most: int
    tries_left: int | None
    message: Text | None = None


@dataclass(frozen=True)
class CardStatusView:
    """A4. :param state: for programs, what the first of ``facts`` says: ``sealed``, ``normal``, ``formal-loss``,
    ``locked``, ``temporary-loss`` or ``cancelled``. :param account_active: whether its bank account can be used.
    """

    state: str
    account_active: bool
    facts: tuple[Fact, ...]
    as_of: str
    advice: Text | None = None
