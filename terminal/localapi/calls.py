"""One program's calls: what it may, in turn, with the seat taken for as long as the card is in use."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol

from cardio.interface33 import FUNCTIONS, Book, Effect, Function, Interface33, Keypad, Purpose, Refused
from cardio.interface33.errors import Code
from cardio.worker import Scheduler, Timer, system_scheduler
from terminal import faults
from terminal.localapi.errors import BY_CODE, CODES, LocalApiError, LocalApiFault
from terminal.localapi.programs import Program
from terminal.localapi.requests import RELEASE
from terminal.localapi.seat import Seat, Sitting, reader_in_use
from terminal.localapi.wishes import Wish, wish_of
from terminal.text import Language

_log = logging.getLogger(__name__)

STEP_PATIENCE: Final = 60.0
"""Seconds that a card waits, powered, for the next step of an HSM function."""


@dataclass(frozen=True)
class Answer:
    """What a program gets. :param out: the output string; a person's data, for nobody else.
    :param handle: over HTTP, of a flow that waits for its next step.
    """

    code: int
    out: str = field(repr=False)
    fault: str | None = None
    message: str | None = None
    handle: str | None = field(default=None, repr=False)


Journal = Callable[[str, str, int], None]
"""Writes down program, function and code; nothing of a person."""


class ProgramBook(Book, Protocol):
    """The book of card writes, and whether it is open."""

    def ready(self, sitting: Sitting | None, family: str) -> None:
        """Who answers for what is written from now on, by functions of this family.

        :raises LocalApiError: NOT_RECORDED where nothing can be written down; SERVICE_OFF, REFERENCE_OLD.
        """
        ...


class Caller:
    """The calls of one connection of a program. Thread-safe: a second call while one is under way is refused, not
    queued.

    :param make: makes the interface, handed the keypad and the book that it shall use.
    :param book: where writes are written down before they begin and when they end.
    :param writes: whether the settings allow functions that write.
    """

    def __init__(
        self,
        program: Program,
        seat: Seat,
        make: Callable[[Keypad, Book], Interface33],
        book: ProgramBook,
        journal: Journal,
        *,
        writes: bool,
        language: Language,
        schedule: Scheduler = system_scheduler,
    ) -> None:
        self.program = program
        self._seat, self._book, self._journal = seat, book, journal
        self._writes = writes and program.writes
        self._language: Language = language
        self._schedule = schedule
        self._interface = make(self, book)
        self._turn = threading.Lock()
        self._sitting: Sitting | None = None
        self._timer: Timer | None = None

    @property
    def waiting(self) -> bool:
        """Whether a card waits, powered, for this one's next step."""
        return self._interface.waiting_in is not None

    def ask(self, purpose: Purpose) -> bytearray:
        """The keypad of this program's calls: the terminal's own screen."""
        if self._sitting is None:
            raise Refused(Code.PIN_CANCELLED)
        return self._seat.ask(self._sitting, purpose)

    def call(self, name: str, arguments: tuple[object, ...]) -> Answer:
        """Carry out one call; never raises."""
        if not self._turn.acquire(blocking=False):
            return self._refused(name, reader_in_use())
        try:
            answer = self._served(name, arguments)
        except LocalApiError as error:
            return self._refused(name, error)
        finally:
            self._settle()
            self._turn.release()
        self._note(name, answer.code)
        return answer

    def release(self) -> Answer:
        """Let the card go that waits for the next step, if one does; not while a call is under way."""
        if not self._turn.acquire(blocking=False):
            return self._refused(RELEASE, reader_in_use())
        try:
            self._get_up()
        finally:
            self._turn.release()
        self._note(RELEASE, 0)
        return Answer(0, "")

    def _served(self, name: str, arguments: tuple[object, ...]) -> Answer:
        function = FUNCTIONS.get(name)
        if function is not None:
            self._admit(function, arguments)
        reply = self._interface.call(name, *arguments)
        if reply.code in BY_CODE:
            raise LocalApiError(BY_CODE[reply.code])
        out = reply.text if reply.code == 0 else ""
        if out and self._sitting is not None and self._sitting.over is not None:
            raise self._sitting.over  # a person's data, and nobody is here any more who serves that person
        return Answer(reply.code, out, message=None if reply.code == 0 else reply.text)

    def _admit(self, function: Function, arguments: tuple[object, ...]) -> None:
        """Sit down, or go on with a later step.

        :raises LocalApiError: what may not be, and why the seat is not free.
        """
        if any(each.hands_out_pin for each in FUNCTIONS.values() if each.family == function.family):
            raise LocalApiError(LocalApiFault.NOT_SERVED)
        if function.effect is Effect.WRITE and not self._writes:
            raise LocalApiError(LocalApiFault.WRITES_OFF)
        self._stop_timer()
        if function.step < 2:
            self._get_up()
            wish = _wish(function, arguments)
            if wish is None:
                return  # the arguments are no good: the interface says so, and no card is touched
            if function.leaves_something:
                self._book.ready(None, function.family)
            self._sitting = self._seat.enter(self.program, wish, self._sent_away)
        elif self._sitting is not None:
            self._seat.go_on(self._sitting)
        if function.leaves_something:
            self._book.ready(self._sitting, function.family)

    def _sent_away(self) -> None:
        """On the desk's thread: a card that waits for its next step waits no longer."""
        self._schedule(0.0, self._waited_enough)

    def _settle(self) -> None:
        """After a call: keep the seat while a card waits for its next step, and no longer than it may."""
        if not self.waiting or (self._sitting is not None and self._sitting.over is not None):
            self._get_up()
        elif self._timer is None:
            self._timer = self._schedule(STEP_PATIENCE, self._waited_enough)

    def _waited_enough(self) -> None:
        if self._turn.acquire(blocking=False):
            try:
                self._timer = None
                self._get_up()
            finally:
                self._turn.release()

    def _stop_timer(self) -> None:
        timer, self._timer = self._timer, None
        if timer is not None:
            timer.cancel()

    def _get_up(self) -> None:
        self._stop_timer()
        self._interface.close()
        sitting, self._sitting = self._sitting, None
        if sitting is not None:
            self._seat.leave(sitting)

    def _refused(self, name: str, error: LocalApiError) -> Answer:
        code = CODES[error.fault]
        self._note(name, code)
        view = faults.explain(error)
        # Chinese sentences follow each other without a blank.
        between = " " if self._language == "en" else ""
        text = f"{view.message.say(self._language)}{between}{view.remedy.say(self._language)}"
        return Answer(code, "", view.code, text)

    def _note(self, name: str, code: int) -> None:
        self._journal(self.program.name, name if name in (*FUNCTIONS, RELEASE) else "?", code)

    def close(self) -> None:
        """Let the card go; after a call that is under way."""
        with self._turn:
            self._get_up()


def _wish(function: Function, arguments: tuple[object, ...]) -> Wish | None:
    try:
        return wish_of(function, arguments)
    except Refused:
        return None
