"""Theme 4: pulled at every command of every function, the card is in a state that the next insertion settles.

The commands are not listed: each function is run with the card pulled at its first command, its second, and so on,
until it gets through without a pull. After each pull the same card is put back, its state looked at, the function run
once more from its beginning, and the card set back as it was.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from cardio.conformance import pins, steps
from cardio.conformance.bench import Bench, NotApplicable
from cardio.conformance.case import Case, Run, Theme
from cardio.conformance.functions import PIN_FILE, PIN_FILE_SINCE, since
from cardio.conformance.given import Digits
from cardio.conformance.replies import EXPIRES, WRITTEN, expiry, read
from cardio.interface33 import FUNCTIONS, Code
from cardio.interface33.catalogue import Effect
from cardio.keysource import IRK, PUK, UK_SSSE, KeyRef

MOST_COMMANDS: Final = 120
"""Far more than any function sends; a card that is never pulled is a fault of the suite."""

Call = Callable[[Bench], int]
Check = Callable[[Bench], str | None]


def _nothing(bench: Bench) -> str | None:
    return None


@dataclass(frozen=True)
class Flow:
    """:param name: of the function, or of its first step. :param run: the call with all its steps; gives the last code.
    :param settled: what must hold after the card is back, else what is wrong.
    :param restored: sets the card back as it was at the start. :param pin: shows the PIN.
    :param since: first generation.
    """

    name: str
    run: Call
    settled: Check = _nothing
    restored: Check = _nothing
    pin: bool = False
    since: int = 1

    @property
    def reads(self) -> bool:
        return FUNCTIONS[self.name].effect is Effect.READ


# --- the calls


def _plain(name: str, *rest: str, info: bool = True, auth: tuple[int, ...] = ()) -> Call:
    def run(bench: Bench) -> int:
        return bench.interface.call(name, 1, *auth, *((bench.info,) if info else ()), *rest).code

    return run


def _to_other(call: Call) -> Call:
    """A new PIN that is another one than the old."""

    def run(bench: Bench) -> int:
        with bench.keypad.types(new=Digits.OTHER), bench.pin.wrong_on_purpose():
            return call(bench)

    return run


def _steps(name: str, key: KeyRef, address: tuple[str, ...], *data: str) -> Call:
    """Two steps of a file function."""

    def run(bench: Bench) -> int:
        first = bench.interface.call(f"{name}_HSM_Step1", 1, bench.info, *address)
        if first.code:
            return first.code
        _, _, factor, raw, _ = first.text.split("|")
        return bench.interface.call(f"{name}_HSM_Step2", steps.pair(bench, key, factor, raw), *data).code

    return run


def _basic_steps(bench: Bench) -> int:
    first = bench.interface.call("iReadCardBas_HSM_Step1", 1)
    if first.code:
        return first.code
    fields = first.text.split("|")
    key = bench.identify().profile.holder_key
    opening = steps.pair(bench, key, fields[6], fields[7]) if key else ""
    return bench.interface.call(
        "iReadCardBas_HSM_Step2", f"{steps.pair(bench, IRK, fields[4], fields[5])}|{opening}|"
    ).code


def _file_steps(bench: Bench) -> int:
    key = bench.identify().profile.holder_key
    if key is None:
        raise NotApplicable("no HSM is needed on this generation")
    return _steps("iReadCard", key, ("SSSEEF06|08|$",))(bench)


def _pin_steps(name: str) -> Call:
    """Three steps of a PIN function."""

    def run(bench: Bench) -> int:
        first = bench.interface.call(f"{name}_HSM_Step1", 1, bench.info)
        if first.code:
            return first.code
        _, _, factor, raw, _ = first.text.split("|")
        second = bench.interface.call(f"{name}_HSM_Step2", steps.pair(bench, PUK, factor, raw))
        if second.code:
            return second.code
        given = steps.to_seal(name, second)
        if given is None:
            raise NotApplicable("the second step gives nothing to seal; see F16 and F30")
        return bench.interface.call(f"{name}_HSM_Step3", steps.sealed(bench, given)).code

    return run


# --- what must hold afterwards


def _date(bench: Bench) -> str | None:
    """What was written is there whole or not at all."""
    reply = read(bench, EXPIRES)
    if reply.code:
        return f"{reply.code} when read again"
    return None if reply.text in {WRITTEN, bench.before} else "neither the old value nor the new one"


def _date_back(bench: Bench) -> str | None:
    if read(bench, EXPIRES).text == bench.before:
        return None
    code = bench.interface.call("iWriteCard", 1, bench.info, EXPIRES, bench.before).code
    return f"{code} when the old value was written back" if code else None


def _one_pin(bench: Bench) -> str | None:
    """The old PIN or the new one opens the card, whichever it is."""
    with bench.pin.wrong_on_purpose():
        if pins.shown(bench) == 0:
            return None
    code = pins.shown(bench, Digits.OTHER)
    return None if code == 0 else f"neither the old PIN nor the new one ({code})"


def _same_pin(bench: Bench) -> str | None:
    code = pins.shown(bench)
    return f"{code} for the PIN that was not to change" if code else None


FLOWS: Final = (
    Flow("iReadCardBas", _plain("iReadCardBas", info=False)),
    Flow("iReadCard", _plain("iReadCard", "SSSEEF05|07|$SSSEEF06|08|09|$", auth=(2,))),
    Flow("iVerifyPIN", _plain("iVerifyPIN", info=False), _same_pin, pin=True),
    Flow("iChangePIN", _to_other(_plain("iChangePIN", info=False)), _one_pin, pins.change_back, pin=True),
    Flow("iWriteCard", _plain("iWriteCard", EXPIRES, WRITTEN), _date, _date_back),
    Flow("iReloadPIN", _to_other(_plain("iReloadPIN")), _one_pin, pins.change_back, pin=True),
    Flow("iUnblockPIN", _plain("iUnblockPIN"), _same_pin, pin=True),
    Flow("iReadDebitRecord", _plain("iReadDebitRecord", info=False), pin=True),
    Flow("iReadCardBas_HSM_Step1", _basic_steps),
    Flow("iReadCard_HSM_Step1", _file_steps),
    Flow("iWriteCard_HSM_Step1", _steps("iWriteCard", UK_SSSE, (EXPIRES,), WRITTEN), _date, _date_back),
    Flow("iReloadPIN_HSM_Step1", _to_other(_pin_steps("iReloadPIN")), _one_pin, pins.change_back, pin=True),
    Flow("iUnblockPIN_HSM_Step1", _pin_steps("iUnblockPIN"), _same_pin, pin=True),
    Flow("iReadCard", _plain("iReadCard", PIN_FILE, auth=(1,)), pin=True, since=PIN_FILE_SINCE),
)
"""Every function that sends commands to a card; iReadCard by key and by PIN."""


def _pulled(flow: Flow, *, lost: bool) -> Run:
    def run(bench: Bench) -> str | None:
        hand = bench.hand
        if hand is None:
            raise NotApplicable("nobody pulls the card at a given command")
        since(bench, flow.since)
        bench.keys()
        if flow.name.endswith("_HSM_Step1"):
            bench.the_hsm(PUK)
        bench.before = "" if flow.restored is not _date_back else expiry(bench)
        for command in range(1, MOST_COMMANDS, bench.every):
            with bench.wire.cut_at(command, lost=lost):
                code = flow.run(bench)
            if not bench.wire.pulled:
                if code:
                    return f"{code}, and the card was not pulled"
                return flow.restored(bench) if command > 1 else "the card was not pulled at its first command"
            bench.interface.close()
            try:
                hand.again()
            except NotApplicable:
                if flow.reads:
                    raise
                return "the card was not put back: it may have kept what this case wrote"
            if found := _settle(bench, flow, code):
                return f"at command {command}: {found}"
        return "never came to an end"

    return run


def _settle(bench: Bench, flow: Flow, code: int) -> str | None:
    if code != Code.NO_CARD:
        return f"{code}, not {int(Code.NO_CARD)}"
    if found := flow.settled(bench) or flow.restored(bench):
        return found
    again = flow.run(bench)
    return f"{again} when it was done again" if again else flow.restored(bench)


def _case(number: int, flow: Flow, *, lost: bool) -> Case:
    how = ("该命令已执行而应答丢失", "after it was carried out, its answer lost") if lost else (
        "卡未收到该命令", "before the card has it")  # fmt: skip
    name = flow.name.replace("_HSM_Step1", " in HSM steps")
    by = " by PIN" if flow.pin and flow.name == "iReadCard" else ""
    return Case(
        f"A{number}{'b' if lost else 'a'}",
        f"{name.replace(' in HSM steps', ' 加密机各步')}{by and '（凭密码）'} 在每条命令处拔卡：{how[0]}",
        f"{name}{by}, card pulled at each command {how[1]}: -2, and settled by the same card",
        _pulled(flow, lost=lost),
        Theme.ANTI_PULL,
        destructive=not flow.reads,
        pin=flow.pin,
    )


CASES: Final = tuple(_case(number, flow, lost=lost) for number, flow in enumerate(FLOWS, 1) for lost in (False, True))
