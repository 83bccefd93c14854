"""The one seat that other programs share at the reader, as the desk sees it.

A call waits on its server's thread; everything that changes the seat happens on the desk's thread.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as Late
from dataclasses import dataclass
from typing import Final

from cardio.interface33 import Code, Effect, Function, Purpose, Refused
from terminal.localapi.errors import LocalApiError, LocalApiFault
from terminal.localapi.programs import Program
from terminal.pin import LEAST, MOST, PinBuffer
from terminal.text import Text
from terminal.views.holder import PinView
from terminal.views.programs import ProgramView

PATIENCE: Final = 60.0
"""Seconds that a person has to answer, or to type."""

ACTIONS: Final = {
    "iReadCardBas": Text("读取卡片基本信息", "read the card's basic information"),
    "iReadCard": Text("读取卡内信息", "read files of the card"),
    "iWriteCard": Text("写入卡内信息", "write into the card"),
    "iVerifyPIN": Text("核验社保密码", "check the social security PIN"),
    "iChangePIN": Text("修改社保密码", "change the social security PIN"),
    "iReloadPIN": Text("重置社保密码", "set a new social security PIN"),
    "iUnblockPIN": Text("解锁社保密码", "unblock the social security PIN"),
    "iDoDebit": Text("卡内账户扣款", "pay from the account in the card"),
    "iReadDebitRecord": Text("读取卡内交易明细", "read the payments kept in the card"),
}
"""By the family of the function."""

_PURPOSES: Final = {
    Purpose.CURRENT: Text("请持卡人输入社保密码", "The holder enters the social security PIN"),
    Purpose.NEW: Text("请持卡人输入新密码", "The holder enters the new PIN"),
    Purpose.AGAIN: Text("请持卡人再输入一次新密码", "The holder enters the new PIN once more"),
}


@dataclass
class Sitting:
    """One program at the reader, from its call to its end. :param asked: of the consent, while it is awaited."""

    program: Program
    action: Text
    asked: Future[None] | None = None
    typed: Future[bytearray] | None = None
    purpose: Purpose = Purpose.CURRENT


def reader_in_use() -> LocalApiError:
    """Another call is under way."""
    return LocalApiError(LocalApiFault.READER_IN_USE)


def refusal_of(*, nobody: bool, visit: bool) -> LocalApiError | None:
    """Why no program may sit down now.

    :param nobody: nobody is signed in. :param visit: a holder is being served.
    """
    if nobody:
        return LocalApiError(LocalApiFault.NOBODY_SIGNED_IN)
    return LocalApiError(LocalApiFault.DESK_SERVES) if visit else None


class Seat:
    """:param post: has a call run on the desk's thread. :param changed: shows the desk anew.
    :param refusal: why nobody may sit down now; asked on the desk's thread.
    """

    def __init__(
        self,
        post: Callable[[Callable[[], None]], None],
        changed: Callable[[], None],
        refusal: Callable[[], LocalApiError | None],
        *,
        patience: float = PATIENCE,
    ) -> None:
        self._post, self._changed, self._refusal, self._patience = post, changed, refusal, patience
        self._sitting: Sitting | None = None
        self._closed = False
        self.pin = PinBuffer()

    def close(self) -> None:
        """Send away whoever sits or waits; from any thread."""
        self._post(self._close)

    def _close(self) -> None:
        self._closed = True
        self.refuse()

    # --- the program's side, on its server's thread

    def enter(self, program: Program, function: Function) -> Sitting:
        """Sit down, with the operator's consent where the call writes.

        :raises LocalApiError: why not.
        """
        action = ACTIONS[function.family.removesuffix("_HSM")]
        sitting = Sitting(program, action)
        answer: Future[None] = Future()
        self._post(lambda: self._sit(sitting, answer, asks=function.effect is Effect.WRITE))
        try:
            answer.result(self._patience)
        except Late:
            self.leave(sitting)
            raise LocalApiError(LocalApiFault.CONSENT_LATE) from None
        return sitting

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
        if sitting.typed is not None:
            pin = PinView(len(self.pin), LEAST, MOST, None)
            return ProgramView(sitting.program.name, sitting.action, "pin", pin, _PURPOSES[sitting.purpose])
        return ProgramView(sitting.program.name, sitting.action, "asks" if sitting.asked else "runs")

    def allow(self) -> None:
        """The operator consents."""
        if self._sitting is not None and self._sitting.asked is not None:
            asked, self._sitting.asked = self._sitting.asked, None
            asked.set_result(None)

    def refuse(self) -> None:
        """The operator does not consent, or the holder does not type."""
        sitting = self._sitting
        if sitting is None:
            return
        if sitting.asked is not None:
            asked, self._sitting = sitting.asked, None
            asked.set_exception(LocalApiError(LocalApiFault.CONSENT_REFUSED))
        elif sitting.typed is not None:
            typed, sitting.typed = sitting.typed, None
            self.pin.wipe()
            typed.set_exception(Refused(Code.PIN_CANCELLED))

    def typed(self) -> None:
        """The holder is done; too few digits are passed over."""
        sitting = self._sitting
        if sitting is not None and sitting.typed is not None and len(self.pin) >= LEAST:
            typed, sitting.typed = sitting.typed, None
            typed.set_result(self.pin.take())

    def _sit(self, sitting: Sitting, answer: Future[None], *, asks: bool) -> None:
        refusal = self._refusal()
        if refusal is None and (self._closed or self._sitting is not None):
            refusal = reader_in_use()
        if refusal is not None:
            answer.set_exception(refusal)
            return
        self._sitting = sitting
        if asks:
            sitting.asked = answer
        else:
            answer.set_result(None)
        self._changed()

    def _stand(self, sitting: Sitting) -> None:
        if self._sitting is sitting:
            self._sitting = None
            self.pin.wipe()
            self._changed()

    def _open_pad(self, sitting: Sitting, purpose: Purpose, typed: Future[bytearray]) -> None:
        if self._sitting is not sitting:
            typed.set_exception(Refused(Code.PIN_CANCELLED))
            return
        self.pin.wipe()
        sitting.typed, sitting.purpose = typed, purpose
        self._changed()

    def _close_pad(self, sitting: Sitting) -> None:
        sitting.typed = None
        self.pin.wipe()
        self._changed()
