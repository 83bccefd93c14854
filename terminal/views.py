"""What a screen may know: immutable values, made by :class:`terminal.desk.Desk`, shown by :mod:`ui` as they are.

Personal values here are already masked; the plain ones leave only through :meth:`DeskPort.unmask` while a key is held.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from terminal.text import Text


class Stage(Enum):
    """Where the desk is. One card, one stage."""

    WAITING = "waiting"  # no card
    NOTICE = "notice"  # a card is in; nothing personal is read before the notice is accepted
    READING = "reading"
    HOLDER = "holder"
    SERVICE = "service"  # a journey runs
    FAULT = "fault"  # the card could not be used; shown until the card is out or the fault is put right


@dataclass(frozen=True)
class FaultView:
    """One cause, one sentence, one remedy."""

    code: str
    message: Text
    remedy: Text


@dataclass(frozen=True)
class ReaderView:
    """:param state: one of ``empty``, ``card``, ``mute``, ``busy``, ``stuck``."""

    name: str
    state: str


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
class Fact:
    """One line of a plain two-column list. :param tone: ``plain``, ``good``, ``warning`` or ``bad``."""

    label: Text
    value: Text
    tone: str = "plain"
    note: Text | None = None


@dataclass(frozen=True)
class CardStatusView:
    facts: tuple[Fact, ...]
    as_of: str
    advice: Text | None = None


@dataclass(frozen=True)
class Total:
    """Payments counted by how they ended. Amounts in fen. A payment whose re-issue is told too is in none of them."""

    paid_count: int
    paid: int
    returned_count: int
    returned: int
    pending_count: int
    pending: int


@dataclass(frozen=True)
class CategoryTotal:
    category: str
    name: Text
    total: Total


@dataclass(frozen=True)
class YearTotal:
    year: int
    total: Total
    categories: tuple[CategoryTotal, ...]


_DAY = Text("日期", "Date")


@dataclass(frozen=True)
class PaymentLine:
    """:param title: the item, or its neutral category while ``hidden``.
    :param tone: ``good`` paid, ``warning`` on its way, ``bad`` returned, ``muted`` replaced by a re-issue or recovered.
    :param facts: what the line unfolds to.
    :param date_label: what happened on ``date``: 到账, 发放 or 审批.
    """

    payment_id: str
    year: int
    batch: str
    title: Text
    category: str
    amount: int
    state: Text
    tone: str
    date: str
    account: Text
    hidden: bool
    reason: Text | None
    remedy: Text | None
    facts: tuple[Fact, ...] = ()
    date_label: Text = _DAY


@dataclass(frozen=True)
class SubsidyView:
    """The plain account (明白账). ``years`` is newest first; ``lines`` are those of ``selected``, newest first.

    :param selected: a year, or ``None`` for all of them.
    :param columns: what paid, returned and pending are called, the same words as on the lines.
    """

    as_of: str
    years: tuple[YearTotal, ...]
    selected: int | None
    category: str | None
    lines: tuple[PaymentLine, ...]
    columns: tuple[Text, ...] = ()


@dataclass(frozen=True)
class JourneyView:
    """One step of a running service.

    :param view: which page shows it: ``busy``, ``pin``, ``card-status``, ``subsidies`` or ``fault``.
    :param actions: events the page may send, such as ``back``, ``retry``, ``year``, ``reveal``.
    """

    code: str
    title: Text
    step: str
    view: str
    data: PinView | CardStatusView | SubsidyView | None = None
    fault: FaultView | None = None
    actions: tuple[str, ...] = ()


@dataclass(frozen=True)
class CentreView:
    """:param reachable: ``None`` before the first contact. :param checked_at: local time ``HH:MM``."""

    reachable: bool | None
    checked_at: str | None = None
    fault: FaultView | None = None


@dataclass(frozen=True)
class DeskView:
    """Everything the screen shows, at one moment."""

    stage: Stage
    environment: str
    outlet: str
    terminal: str
    centre: CentreView = CentreView(None)
    readers: tuple[ReaderView, ...] = ()
    reader: str | None = None
    holder: HolderView | None = None
    services: tuple[ServiceTile, ...] = ()
    journey: JourneyView | None = None
    fault: FaultView | None = None
    loss_hotline: str = "12333"
    bank_hotline: str = ""
    notices: tuple[Text, ...] = field(default=())
    offers: tuple[Text, ...] = ()  # titles of all services of this terminal, also while nobody is here
    offers_offline: tuple[Text, ...] = ()  # those of them that do not need the centre


@dataclass(frozen=True)
class HealthLine:
    """One check of ``doctor`` and of the health page. :param state: ``ok``, ``warning``, ``fault`` or ``checking``."""

    name: Text
    state: str
    value: Text
    fault: FaultView | None = None


class DeskPort(Protocol):
    """The application as a screen sees it. Every call returns at once; what follows arrives through ``subscribe``."""

    @property
    def view(self) -> DeskView: ...

    def subscribe(self, listener: Callable[[DeskView], None]) -> Callable[[], None]:
        """Call ``listener`` with every new view, from any thread. Gives the function that ends it."""
        ...

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def accept_notice(self) -> None: ...

    def decline_notice(self) -> None: ...

    def choose_reader(self, name: str) -> None: ...

    def start_service(self, code: str) -> None: ...

    def send(self, event: str, value: str = "") -> None:
        """An action of the running journey: ``retry``, ``year`` (value ``2025`` or empty), ``category``, ``reveal``
        (value: payment id)."""
        ...

    def pin_digit(self, digit: int) -> None: ...

    def pin_erase(self) -> None: ...

    def pin_enter(self) -> None: ...

    def leave_service(self) -> None:
        """Back to the holder page."""
        ...

    def end_visit(self) -> None:
        """Drop everything of this holder; the card may stay in, and is not read again until it was out."""
        ...

    def retry(self) -> None:
        """Try again what the fault page shows."""
        ...

    def unmask(self, field_name: str) -> str | None:
        """The plain value of ``name``, ``number``, ``birth_date`` or ``card_number`` while the person holds "show";
        logged."""
        ...

    def health(self) -> Future[tuple[HealthLine, ...]]: ...
