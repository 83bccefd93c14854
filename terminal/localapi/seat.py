"""The one seat that other programs share at the reader, as the desk sees it.

A call waits on its server's thread; everything that changes the seat happens on the desk's thread.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as Late
from dataclasses import dataclass
from typing import Final, Protocol

from cardio.interface33 import Code, Purpose, Refused
from terminal.localapi.errors import LocalApiError, LocalApiFault
from terminal.localapi.programs import Program
from terminal.localapi.wishes import Wish
from terminal.people.operators import Operator
from terminal.pin import LEAST, MOST, PinBuffer
from terminal.text import Text
from terminal.views.common import Fact
from terminal.views.holder import PinView
from terminal.views.programs import ProgramView

PATIENCE: Final = 60.0
"""Seconds that a person has to answer, or to type; a second person has as many again."""


class People(Protocol):
    """Who is at the counter, as :class:`terminal.people.reception.Reception` knows it; on the desk's thread."""

    @property
    def operator(self) -> Operator | None: ...

    def ask_second(self, lines: tuple[Fact, ...]) -> Future[Operator]: ...

    def cancel(self) -> None: ...


PURPOSES: Final = {
    Purpose.CURRENT: Text("请持卡人输入社保密码", "The holder enters the social security PIN"),
    Purpose.NEW: Text("请持卡人输入新密码", "The holder enters the new PIN"),
    Purpose.AGAIN: Text("请持卡人再输入一次新密码", "The holder enters the new PIN once more"),
}


@dataclass(eq=False)
class Sitting:
    """One program at the reader, from its call to its end.

    :param gone: called on the desk's thread when the program is sent away; must not block.
    :param asked: of the consent, while it is awaited. :param second: of the second person, while that one is.
    :param operator: who consented; :param reviewer: the second person, where there was one.
    :param over: why it may not go on, once it may not.
    """

    program: Program
    wish: Wish
    gone: Callable[[], None]
    asked: Future[None] | None = None
    second: Future[Operator] | None = None
    typed: Future[bytearray] | None = None
    purpose: Purpose = Purpose.CURRENT
    operator: Operator | None = None
    reviewer: Operator | None = None
    over: LocalApiError | None = None


def reader_in_use() -> LocalApiError:
    """Another call is under way."""
    return LocalApiError(LocalApiFault.READER_IN_USE)


def nobody_here() -> LocalApiError:
    """Nobody serves."""
    return LocalApiError(LocalApiFault.NOBODY_SIGNED_IN)


def refusal_of(*, nobody: bool, visit: bool) -> LocalApiError | None:
    """Why no program may sit down now.

    :param nobody: nobody is signed in. :param visit: a holder is being served.
    """
    if nobody:
        return nobody_here()
    return LocalApiError(LocalApiFault.DESK_SERVES) if visit else None


class Seat:
    """:param post: has a call run on the desk's thread. :param changed: shows the desk anew.
    :param refusal: why nobody may sit down now; asked on the desk's thread.
    :param people: who consents; where nobody can be known nothing is written.
    """

    def __init__(
        self,
        post: Callable[[Callable[[], None]], None],
        changed: Callable[[], None],
        refusal: Callable[[], LocalApiError | None],
        people: People | None = None,
        *,
        patience: float = PATIENCE,
    ) -> None:
        self._post, self._changed, self._refusal, self._patience = post, changed, refusal, patience
        self._people = people
        self._sitting: Sitting | None = None
        self._closed = False
        self.pin = PinBuffer()

    def close(self) -> None:
        """Send away whoever sits or waits, for good; from any thread."""
        self._post(self._close)

    def _close(self) -> None:
        self._closed = True
        self.end()

    # --- the program's side, on its server's thread

    def enter(self, program: Program, wish: Wish, gone: Callable[[], None] = lambda: None) -> Sitting:
        """Sit down, with the operator's consent where the call writes.

        :param gone: see :class:`Sitting`.
        :raises LocalApiError: why not.
        """
        sitting = Sitting(program, wish, gone)
        answer: Future[None] = Future()
        self._post(lambda: self._sit(sitting, answer))
        self._wait(sitting, answer, self._patience * (2 if wish.two else 1))
        return sitting

    def go_on(self, sitting: Sitting) -> None:
        """The next step of the same flow: everything that could refuse the first is asked again.

        :raises LocalApiError: why it may not.
        """
        answer: Future[None] = Future()
        self._post(lambda: self._again(sitting, answer))
        self._wait(sitting, answer, self._patience)

    def _wait(self, sitting: Sitting, answer: Future[None], patience: float) -> None:
        try:
            answer.result(patience)
        except Late:
            self.leave(sitting)
            raise LocalApiError(LocalApiFault.CONSENT_LATE) from None

    def leave(self, sitting: Sitting) -> None:
        """Give the seat up. Safe to call twice."""
        self._post(lambda: self._stand(sitting))

    def ask(self, sitting: Sitting, purpose: Purpose) -> bytearray:
        """Have the holder type on the screen.

        :raises Refused: PIN_CANCELLED, PIN_TIMEOUT.
        """
        typed: Future[bytearray] = Future()
        self._post(lambda: self._open_pad(sitting, purpose, typed))
        try:
            return typed.result(self._patience)
        except Late:
            self._post(lambda: self._close_pad(sitting))
            raise Refused(Code.PIN_TIMEOUT) from None

    # --- the desk's side, on its thread

    @property
    def taken(self) -> bool:
        return self._sitting is not None

    @property
    def at_pin(self) -> bool:
        return self._sitting is not None and self._sitting.typed is not None

    @property
    def view(self) -> ProgramView | None:
        sitting = self._sitting
        if sitting is None:
            return None
        name, wish = sitting.program.name, sitting.wish
        if sitting.typed is not None:
            pin = PinView(len(self.pin), LEAST, MOST, None)
            return ProgramView(name, wish.action, "pin", pin, PURPOSES[sitting.purpose])
        return ProgramView(name, wish.action, "asks" if sitting.asked else "runs", lines=wish.lines)

    def allow(self) -> None:
        """The operator consents; a second person is called where the wish wants one."""
        sitting = self._sitting
        if sitting is None or sitting.asked is None or sitting.second is not None:
            return
        if not sitting.wish.two or self._people is None:
            self._consented(sitting)
            return
        second = sitting.second = self._people.ask_second((*sitting.wish.facts, *sitting.wish.lines))
        second.add_done_callback(lambda done: self._post(lambda: self._seconded(sitting, done)))

    def _seconded(self, sitting: Sitting, done: Future[Operator]) -> None:
        if self._sitting is not sitting or sitting.asked is None or sitting.second is not done:
            return
        sitting.second = None
        if done.exception() is None:
            sitting.reviewer = done.result()
            self._consented(sitting)
        self._changed()

    @staticmethod
    def _consented(sitting: Sitting) -> None:
        asked, sitting.asked = sitting.asked, None
        if asked is not None:
            asked.set_result(None)

    def refuse(self) -> None:
        """The operator does not consent, or the holder does not type."""
        sitting = self._sitting
        if sitting is None:
            return
        if sitting.asked is not None:
            asked, self._sitting = sitting.asked, None
            self._no_second(sitting)
            asked.set_exception(LocalApiError(LocalApiFault.CONSENT_REFUSED))
        elif sitting.typed is not None:
            typed, sitting.typed = sitting.typed, None
            self.pin.wipe()
            typed.set_exception(Refused(Code.PIN_CANCELLED))

    def end(self) -> None:
        """Nobody serves any more: what waits is refused, and no further step goes on. A piece of work that is on the
        card at this moment ends first, because a write is not to be torn apart; the seat is free after it."""
        sitting = self._sitting
        if sitting is not None:
            sitting.over = nobody_here()
            self.refuse()
            sitting.gone()

    def _no_second(self, sitting: Sitting) -> None:
        if sitting.second is not None and self._people is not None:
            sitting.second = None
            self._people.cancel()

    def typed(self) -> None:
        """The holder is done; too few digits are passed over."""
        sitting = self._sitting
        if sitting is not None and sitting.typed is not None and len(self.pin) >= LEAST:
            typed, sitting.typed = sitting.typed, None
            typed.set_result(self.pin.take())

    def _sit(self, sitting: Sitting, answer: Future[None]) -> None:
        refusal = self._refusal()
        if refusal is None and (self._closed or self._sitting is not None):
            refusal = reader_in_use()
        if refusal is not None:
            answer.set_exception(refusal)
            return
        self._sitting = sitting
        sitting.operator = self._people.operator if self._people is not None else None
        if sitting.wish.asks:
            sitting.asked = answer
        else:
            answer.set_result(None)
        self._changed()

    def _again(self, sitting: Sitting, answer: Future[None]) -> None:
        refusal = sitting.over or self._refusal()
        if refusal is None and self._sitting is not sitting:
            refusal = reader_in_use()
        if refusal is None:
            answer.set_result(None)
        else:
            sitting.over = refusal
            answer.set_exception(refusal)

    def _stand(self, sitting: Sitting) -> None:
        if self._sitting is sitting:
            self._no_second(sitting)
            self._sitting = None
            self.pin.wipe()
            self._changed()

    def _open_pad(self, sitting: Sitting, purpose: Purpose, typed: Future[bytearray]) -> None:
        if self._sitting is not sitting or sitting.over is not None:
            typed.set_exception(Refused(Code.PIN_CANCELLED))
            return
        self.pin.wipe()
        sitting.typed, sitting.purpose = typed, purpose
        self._changed()

    def _close_pad(self, sitting: Sitting) -> None:
        sitting.typed = None
        self.pin.wipe()
        self._changed()
