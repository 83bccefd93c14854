"""Pages on which something is done: forms, second persons, PIN change, results."""

from __future__ import annotations

from dataclasses import dataclass, field

from terminal.text import Text
from terminal.views.common import Fact, FaultView


@dataclass(frozen=True)
class FormField:
    """One thing to be typed. ``value`` is what stands in the field now; what stood at the centre is ``before``, masked.

    :param keyboard: ``digits`` or ``text``.
    """

    name: str
    label: Text
    value: str
    before: Text | None
    most: int
    keyboard: str
    error: FaultView | None = None
    hint: Text | None = None


@dataclass(frozen=True)
class FormView:
    """Events: ``set`` (value ``name=text``) and ``next``."""

    fields: tuple[FormField, ...]
    complete: bool


@dataclass(frozen=True)
class ConfirmView:
    """What will be done, to be read out to the holder. Event: ``confirm``. ``second_person``: a reviewer comes next."""

    lines: tuple[Fact, ...]
    second_person: bool
    offline: bool


@dataclass(frozen=True)
class SecretView:
    """A sign-in of one person: the operator, the same one unlocking, or a second person (review, doubtful card).

    The secret goes in by :meth:`DeskPort.secret_char`; only the count comes back.

    :param number: the operator number typed, or the one whose session is locked.
    :param fixed_number: the number cannot be changed (unlocking).
    :param people: numbers of those who took part already and cannot be the second person.
    :param lines: what a second person approves, to be seen before the secret is typed; empty for a sign-in.
    """

    title: Text
    number: str
    fixed_number: bool
    characters: int
    message: FaultView | None = None
    people: tuple[str, ...] = ()
    lines: tuple[Fact, ...] = ()


@dataclass(frozen=True)
class PinChangeView:
    """:param entry: which of the three is being typed: ``old``, ``new`` or ``again``. Otherwise as :class:`PinView`."""

    entry: str
    digits: int
    least: int
    most: int
    tries_left: int | None
    message: Text | None = None


@dataclass(frozen=True)
class DoubtfulView:
    """A card write that was cut off earlier, found again at this insertion. Events: ``settle``, ``later``."""

    title: Text
    what: Text
    since: str
    ask: Text


@dataclass(frozen=True)
class ResultView:
    """How it ended, in the words of the paper. Events: ``print``, ``done``.

    :param tone: ``good``, ``warning`` or ``bad``.
    :param code: the text code for the telephone; ``scan``: what the square code says.
    :param qr: rows of the square code, ``None`` where there is none.
    :param hand_over: what to do about the paper, after what became of it.
    :param printed: ``None`` not yet, else what became of it; in ``printed_tone``: ``good`` on paper, else ``plain``.
    """

    headline: Text
    tone: str
    number: str
    lines: tuple[Fact, ...]
    next_steps: Text
    code: str
    qr: tuple[tuple[bool, ...], ...] | None
    hand_over: Text | None = None
    printed: Text | None = None
    printed_tone: str = "good"
    print_fault: FaultView | None = None
    take_card: bool = True
    scan: str = field(default="", repr=False)
