"""The words in which a service says what it does: steps, and the arrows between them.

A procedure is data that reads as the specification. The engine (:mod:`terminal.journeys.engine`) runs it, the manual
draws it; neither the engine nor a service knows the other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from cardio.record import CardRecord
from terminal.centre.contract import CardStatus, Contact, SubsidyStatement
from terminal.pin import PinBuffer
from terminal.views import JourneyData

if TYPE_CHECKING:
    from terminal.counter import CounterPort

Data = JourneyData | None
S = TypeVar("S")


class VisitPort(Protocol):
    """The person before us, as a service may use them. Methods that ask card or centre block; steps of work call them.

    They raise the faults of card and centre, and :class:`terminal.errors.TerminalError`.
    """

    @property
    def pin(self) -> PinBuffer: ...

    @property
    def record(self) -> CardRecord | None:
        """What was read from the card; ``None`` before, and once the holder has left."""
        ...

    @property
    def counter(self) -> CounterPort:
        """Who serves, and what is left behind."""
        ...

    @property
    def pin_verified(self) -> bool:
        """Whether the holder proved the PIN in this visit; once is enough."""
        ...

    def pin_tries(self) -> int | None:
        """Tries left, from the card; ``None`` where the card does not say."""
        ...

    def pin_word(self) -> int:
        """The card's status word that tells how many tries are left, none among them."""
        ...

    def verify_pin(self) -> int:
        """Hand the digits to the card and wipe them, whatever comes of it. Gives the card's status word."""
        ...

    def show_pin(self, digits: bytearray) -> int:
        """Show these digits to the card; they are wiped, whatever comes of it. Gives the card's status word."""
        ...

    def change_pin(self, old: bytearray, new: bytearray) -> int:
        """Put a new PIN into the chip; both are wiped, whatever comes of it. Gives the card's status word."""
        ...

    def held(self, places: str, sizes: tuple[int, ...]) -> bytes | None:
        """What the card holds in places of the reader interface; ``None`` where it does not show it."""
        ...

    def card_status(self) -> CardStatus: ...

    def contact(self) -> Contact: ...

    def subsidies(self) -> SubsidyStatement: ...


@dataclass(frozen=True)
class Work(Generic[S]):
    """A step in which the machine does something; ``run`` gives the name of what came out.

    :param retry: the step to go to when the person wants to try again after a fault; empty for none.
    """

    run: Callable[[VisitPort, S], str]
    retry: str = ""


@dataclass(frozen=True)
class Ask(Generic[S]):
    """A step in which the person decides.

    :param view: name of the page.
    :param show: what the page shows.
    :param on: events that stay on the page, each with what it does to the state.
    :param at_once: events that are decided on the spot, without work elsewhere: gives the name of what came out, for
        an arrow to take, or an empty text to stay. Digits typed meanwhile are not lost, as on a busy page.
    """

    view: str
    show: Callable[[VisitPort, S], Data]
    on: Mapping[str, Callable[[S, str], None]] = field(default_factory=dict)
    at_once: Mapping[str, Callable[[VisitPort, S], str]] = field(default_factory=dict)


Step = Work[S] | Ask[S]


@dataclass(frozen=True)
class Arrow:
    """``step`` and what came out of it, or what the person did there, lead to ``to``."""

    step: str
    event: str
    to: str


END = "end"


@dataclass(frozen=True)
class Procedure(Generic[S]):
    """The steps of one service.

    :param state: makes the empty state of one run; it holds everything that is dropped at the end.
    :param forget: wipes what of the state must not even wait for the memory to be used again.
    :raises ValueError: when made with arrows that lead nowhere or steps that nothing leads to.
    """

    first: str
    steps: Mapping[str, Step[S]]
    arrows: tuple[Arrow, ...]
    state: Callable[[], S]
    forget: Callable[[S], None] = lambda state: None

    def __post_init__(self) -> None:
        known = {*self.steps, END}
        reached = {self.first, *(arrow.to for arrow in self.arrows)}
        keys = [(arrow.step, arrow.event) for arrow in self.arrows]
        retries = {step.retry for step in self.steps.values() if isinstance(step, Work) and step.retry}
        if reached - known or {arrow.step for arrow in self.arrows} - known or retries - known:
            raise ValueError("an arrow or a retry leads to a step that does not exist")
        if set(self.steps) - reached or len(keys) != len(set(keys)):
            raise ValueError("a step that nothing leads to, or two arrows for one event")

    def next(self, step: str, event: str) -> str | None:
        """Where ``event`` leads from ``step``; ``None`` when it means nothing there."""
        return next((arrow.to for arrow in self.arrows if (arrow.step, arrow.event) == (step, event)), None)
