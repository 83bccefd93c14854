"""Everything the screen shows, and what it may ask for."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Protocol

from terminal.text import Text
from terminal.views.common import CentreView, FaultView, HealthLine, ReaderView, Stage
from terminal.views.forms import ConfirmView, DoubtfulView, FormView, PinChangeView, ResultView, SecretView
from terminal.views.holder import CardStatusView, HolderView, PinView, ServiceTile
from terminal.views.programs import ProgramView
from terminal.views.queue import DayEndView, OperatorView, QueueBadge, QueueView
from terminal.views.subsidies import SubsidyView

JourneyData = (
    PinView
    | CardStatusView
    | SubsidyView
    | FormView
    | ConfirmView
    | SecretView
    | PinChangeView
    | DoubtfulView
    | ResultView
)


@dataclass(frozen=True)
class JourneyView:
    """One step of a running service.

    :param view: which page shows it: ``busy``, ``pin``, ``card-status``, ``subsidies``, ``form``, ``confirm``,
        ``second-person``, ``pin-change``, ``doubtful``, ``result`` or ``fault``.
    :param actions: events the page may send, such as ``back``, ``retry``, ``year``, ``reveal``.
    """

    code: str
    title: Text
    step: str
    view: str
    data: JourneyData | None = None
    fault: FaultView | None = None
    actions: tuple[str, ...] = ()


@dataclass(frozen=True)
class DeskView:
    """Everything the screen shows, at one moment."""

    stage: Stage
    environment: str
    outlet: str
    terminal: str
    centre: CentreView = field(default_factory=lambda: CentreView(None))
    readers: tuple[ReaderView, ...] = ()
    reader: str | None = None
    holder: HolderView | None = None
    services: tuple[ServiceTile, ...] = ()
    journey: JourneyView | None = None
    fault: FaultView | None = None
    loss_hotline: str = "12333"
    bank_hotline: str = ""
    notices: tuple[Text, ...] = field(default=())
    operator: OperatorView | None = None
    secret: SecretView | None = None
    queue: QueueBadge | None = None
    offers: tuple[Text, ...] = ()  # titles of all services of this terminal, also while nobody is here
    offers_offline: tuple[Text, ...] = ()  # those of them that do not need the centre
    program: ProgramView | None = None  # another program of the outlet at the reader


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

    def secret_number(self, number: str) -> None:
        """The operator number on the sign-in or second-person page."""
        ...

    def secret_char(self, character: str) -> None:
        """One character of the secret, into a buffer that is wiped."""
        ...

    def secret_erase(self) -> None: ...

    def secret_enter(self) -> None:
        """Sign in, unlock, or confirm as the second person, whichever the page is for."""
        ...

    def secret_cancel(self) -> None:
        """Leave a second-person page."""
        ...

    def touch(self) -> None:
        """A key was pressed or something touched, whatever page or overlay took it: somebody is here."""
        ...

    def lock(self) -> None:
        """Lock the session; a running visit ends first."""
        ...

    def sign_out(self) -> None:
        """Hand the desk over: nobody is signed in."""
        ...

    def queue(self) -> Future[QueueView]: ...

    def queue_act(self, key: str, action: str) -> Future[FaultView | None]:
        """An action of a queue line; ``None`` when it was done. Those that want two people open the second-person page
        first (``DeskView.secret``) and resolve when it is answered."""
        ...

    def sync_now(self) -> None:
        """Try to reach the centre at once."""
        ...

    def day_end(self) -> Future[DayEndView]: ...

    def program_allow(self) -> None:
        """The operator lets another program do what it asks."""
        ...

    def program_refuse(self) -> None:
        """The operator does not, or the holder does not type the PIN for it."""
        ...
