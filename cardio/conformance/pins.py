"""Theme 1: the PIN functions. The holder's PIN is changed to another one and back; what counts is what the card then
takes and how many tries it has."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from cardio.conformance.bench import Bench, NotApplicable
from cardio.conformance.case import Case, Run, Theme
from cardio.conformance.given import Digits
from cardio.conformance.replies import not_code, not_done
from cardio.interface33 import Code, Reply

Set = Callable[[Bench], Reply]


def shown(bench: Bench, which: Digits = Digits.GIVEN) -> int:
    """The code of iVerifyPIN with these digits."""
    with bench.keypad.types(current=which):
        if which is Digits.GIVEN:
            return bench.interface.call("iVerifyPIN", 1).code
        with bench.pin.wrong_on_purpose():
            return bench.interface.call("iVerifyPIN", 1).code


def _right(bench: Bench) -> str | None:
    return not_code(bench.interface.call("iVerifyPIN", 1), 0)


def spent(bench: Bench) -> int:
    """Prove the PIN, then use up one try on purpose; gives the tries that there are without that.

    :raises NotApplicable: where the PIN is not right, where there are fewer than three tries, or none is counted.
    """
    if code := shown(bench):
        raise NotApplicable(f"the given PIN is not taken ({code})")
    most = bench.needs_tries(3)
    shown(bench, Digits.WRONG)
    if bench.tries() != most - 1:
        raise NotApplicable("a wrong PIN is not counted; see F08")
    return most


def _wrong(bench: Bench) -> str | None:
    """A wrong PIN is told, and counted; the right one gives the tries back."""
    if code := shown(bench):
        return f"{code} for the right PIN"
    most = bench.needs_tries(3)
    if (code := shown(bench, Digits.WRONG)) != Code.PIN_WRONG:
        return f"{code}, not {int(Code.PIN_WRONG)}"
    if (left := bench.tries()) != most - 1:
        return f"{left} tries left after a wrong PIN, not {most - 1}"
    if code := shown(bench):
        return f"{code} for the right PIN after a wrong one"
    left = bench.tries()
    return None if left == most else f"{left} tries left after the right PIN, not {most}"


def cancelled(name: str) -> Run:
    """Nothing is typed."""

    def run(bench: Bench) -> str | None:
        with bench.keypad.cancels():
            return not_code(bench.interface.call(name, 1), Code.PIN_CANCELLED)

    return run


def replaced(bench: Bench, most: int) -> str | None:
    """The new PIN is taken and the old one is not; all tries are there."""
    if (left := bench.tries()) != most:
        return f"{left} tries left after a new PIN, not {most}"
    if code := shown(bench, Digits.OTHER):
        return f"{code} for the new PIN"
    with bench.pin.wrong_on_purpose():
        code = shown(bench)
    if code != Code.PIN_WRONG:
        return f"{code} for the old PIN, not {int(Code.PIN_WRONG)}"
    return None


def change_back(bench: Bench) -> str | None:
    """From the other PIN to the given one, where the card has the other one."""
    with bench.pin.wrong_on_purpose():
        if shown(bench) == 0:
            return None
    with bench.keypad.types(current=Digits.OTHER), bench.pin.wrong_on_purpose():
        code = bench.interface.call("iChangePIN", 1).code
    return None if code == 0 else f"the card has kept the new PIN, whose last digit is two higher ({code})"


def _changed(bench: Bench) -> str | None:
    most = spent(bench)
    with bench.keypad.types(new=Digits.OTHER):
        reply = bench.interface.call("iChangePIN", 1)
    return not_code(reply, 0) or replaced(bench, most) or change_back(bench) or given_again(bench, most)


def given_again(bench: Bench, most: int) -> str | None:
    """The given PIN, and all tries."""
    if code := shown(bench):
        return f"{code} for the given PIN at the end"
    return None if (left := bench.tries()) == most else f"{left} tries left at the end, not {most}"


def _reloaded(bench: Bench) -> str | None:
    bench.keys()
    most = spent(bench)
    with bench.keypad.types(new=Digits.OTHER):
        reply = bench.interface.call("iReloadPIN", 1, bench.info)
    if found := not_done(reply) or replaced(bench, most):
        return found
    back = bench.interface.call("iReloadPIN", 1, bench.info)
    return not_code(back, 0) or given_again(bench, most)


def _unblocked(bench: Bench) -> str | None:
    """The tries are looked at before a PIN is shown, which would give them back by itself."""
    bench.keys()
    most = spent(bench)
    reply = bench.interface.call("iUnblockPIN", 1, bench.info)
    if found := not_done(reply):
        return found
    if (left := bench.tries()) != most:
        return f"{left} tries left after unblocking, not {most}"
    return given_again(bench, most)


_case: Final = partial(Case, theme=Theme.FUNCTIONS, pin=True)

CASES: Final = (
    _case("F07", "iVerifyPIN 接受正确密码", "iVerifyPIN takes the right PIN", _right),
    _case(
        "F08",
        "iVerifyPIN 对错误密码为 -51 且卡少一次机会；正确密码恢复全部次数",
        "iVerifyPIN is -51 for a wrong PIN and the card has one try less; the right PIN gives all back",
        _wrong,
        destructive=True,
    ),
    _case(
        "F09", "iVerifyPIN 取消输入为 -31", "iVerifyPIN that is cancelled is -31", cancelled("iVerifyPIN"), pin=False
    ),
    _case(
        "F10", "iChangePIN 取消输入为 -31", "iChangePIN that is cancelled is -31", cancelled("iChangePIN"), pin=False
    ),
    _case(
        "F11",
        "iChangePIN 改为另一密码：新密码有效、旧密码无效、次数恢复；再改回",
        "iChangePIN to another PIN: the new one is taken, the old one is not, all tries are back; and back again",
        _changed,
        destructive=True,
    ),
    _case(
        "F12",
        "iReloadPIN 重置为另一密码：新密码有效、旧密码无效、次数恢复；再重置回",
        "iReloadPIN to another PIN: the new one is taken, the old one is not, all tries are back; and back again",
        _reloaded,
        destructive=True,
    ),
    _case(
        "F13",
        "iUnblockPIN 恢复已用掉的次数，密码不变",
        "iUnblockPIN gives a used try back and keeps the PIN",
        _unblocked,
        destructive=True,
    ),
)
