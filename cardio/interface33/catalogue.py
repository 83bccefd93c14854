"""Every function of the interface as data: its parameters, its buffer, what it does to a card (card.md §6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from cardio.interface33 import basic, filework, pins, purse
from cardio.interface33.flows import Begin, Device, Dialect

Prepare = Callable[[Sequence[object], Device, Dialect], Begin]


class Effect(Enum):
    """What a call leaves behind in the card."""

    READ = "read"
    PIN = "pin"  # the holder's PIN is shown
    CHANGE = "change"  # the holder puts a new PIN in place of the old one
    WRITE = "write"  # files, or the PIN without the old one


@dataclass(frozen=True)
class Function:
    """:param buffer: bytes of the output buffer, the final zero among them.
    :param prepare: checks the arguments and gives the work; ``None`` for a later step, which goes on with it.
    :param family: name of the first step, shared by all steps; the function's own name where it has none.
    :param step: 1 to 3 within the family, 0 for a function by itself.
    :param hands_out_pin: whether the output string has a new PIN in clear, as the standard wants it.
    """

    name: str
    parameters: tuple[str, ...]
    buffer: int
    effect: Effect
    prepare: Prepare | None
    family: str
    step: int = 0
    last: bool = True
    hands_out_pin: bool = False

    @property
    def leaves_something(self) -> bool:
        """Whether the card is another one afterwards."""
        return self.effect in {Effect.CHANGE, Effect.WRITE}


def _plain(name: str, parameters: str, buffer: int, effect: Effect, prepare: Prepare) -> Function:
    return Function(name, tuple(parameters.split()), buffer, effect, prepare, name)


def _steps(
    name: str,
    steps: Sequence[tuple[str, int]],
    effect: Effect,
    prepare: Prepare,
    *,
    hands_out_pin: int = 0,
) -> tuple[Function, ...]:
    """:param steps: parameters and buffer of each. :param hands_out_pin: the step that does."""
    return tuple(
        Function(
            f"{name}_HSM_Step{number}",
            tuple(parameters.split()),
            buffer,
            effect,
            prepare if number == 1 else None,
            f"{name}_HSM",
            number,
            number == len(steps),
            number == hands_out_pin,
        )
        for number, (parameters, buffer) in enumerate(steps, 1)
    )


_CARD = "iType pCardInfo"
_FILE = "iType pCardInfo pFileAddr"
_PAY = "iType pCardInfo pPayInfo"
_THREE = ((_CARD, 512), ("pKey", 1024), ("pKey", 1024))

FUNCTIONS: Final[Mapping[str, Function]] = {
    function.name: function
    for function in (
        _plain("iReadCardBas", "iType", 1024, Effect.READ, basic.read_basic),
        _plain("iReadCard", "iType iAuthType pCardInfo pFileAddr", 20480, Effect.READ, filework.read_card),
        _plain("iWriteCard", "iType pCardInfo pFileAddr pWriteData", 1024, Effect.WRITE, filework.write_card),
        _plain("iVerifyPIN", "iType", 512, Effect.PIN, pins.verify_pin),
        _plain("iChangePIN", "iType", 512, Effect.CHANGE, pins.change_pin),
        _plain("iReloadPIN", _CARD, 512, Effect.WRITE, pins.reload_pin),
        _plain("iUnblockPIN", _CARD, 512, Effect.WRITE, pins.unblock_pin),
        _plain("iDoDebit", _PAY, 512, Effect.WRITE, purse.debit),
        _plain("iReadDebitRecord", "iType", 2048, Effect.READ, filework.read_debits),
        *_steps("iReadCardBas", (("iType", 1024), ("pKey", 1024)), Effect.READ, basic.read_basic_hsm),
        *_steps("iReadCard", ((_FILE, 1024), ("pKey", 20480)), Effect.READ, filework.read_card_hsm),
        *_steps("iWriteCard", ((_FILE, 1024), ("pKey pWriteData", 1024)), Effect.WRITE, filework.write_card_hsm),
        *_steps("iReloadPIN", _THREE, Effect.WRITE, pins.reload_pin_hsm, hands_out_pin=2),
        *_steps("iUnblockPIN", _THREE, Effect.WRITE, pins.unblock_pin_hsm),
        *_steps("iDoDebit", ((_PAY, 512), ("pKey", 1024)), Effect.WRITE, purse.debit_hsm),
    )
}
