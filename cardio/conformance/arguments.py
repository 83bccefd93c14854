"""Theme 1: every function without a card, for another card, and with a wrong iType; made from the catalogue."""

from __future__ import annotations

from typing import Final

from cardio.conformance.bench import Bench, NotApplicable
from cardio.conformance.case import Case, Run, Theme
from cardio.conformance.functions import PIN_FILE
from cardio.conformance.replies import EXPIRES, WRITTEN, not_code
from cardio.interface33 import FUNCTIONS, Code
from cardio.interface33.catalogue import Effect

FIRST: Final = tuple(name for name, function in FUNCTIONS.items() if function.step < 2)
"""Every function that begins with a card."""

UNSUPPORTED: Final = frozenset({"iDoDebit", "iDoDebit_HSM_Step1"})
"""Refused before a card is looked for; see F19."""

_REST: Final = {"iReadCard": (PIN_FILE,), "iWriteCard": (EXPIRES, WRITTEN), "iReadCard_HSM_Step1": ("SSSEEF06|08|$",),
                "iWriteCard_HSM_Step1": (EXPIRES,)}  # fmt: skip
_WITH_INFO: Final = tuple(
    name for name in FIRST if "pCardInfo" in FUNCTIONS[name].parameters and name not in UNSUPPORTED
)
_LIKE_CARD: Final = "00" * 16 + "|X|"


def good(name: str, info: str) -> tuple[object, ...]:
    """Arguments that a function takes. :param info: pCardInfo."""
    parameters = FUNCTIONS[name].parameters
    start = {"iType": 1, "iAuthType": 2, "pCardInfo": info}
    return (*(start[each] for each in parameters if each in start), *_REST.get(name, ()))


def _no_card(bench: Bench) -> str | None:
    if bench.hand is None:
        raise NotApplicable("nobody takes the card out")
    info = bench.info
    bench.hand.out()
    with bench.keypad.cancels():
        codes = {name: bench.interface.call(name, *good(name, info)).code for name in FIRST if name not in UNSUPPORTED}
    bench.hand.again()
    wrong = [f"{name}: {code}" for name, code in codes.items() if code != Code.NO_CARD]
    return ", ".join(wrong) or None


def _other_card(name: str) -> Run:
    def run(bench: Bench) -> str | None:
        card_id = bytearray(bench.identify().identity.card_id)
        card_id[11] ^= 1
        with bench.keypad.cancels():
            reply = bench.interface.call(name, *good(name, f"{card_id.hex()}|X|"))
        return not_code(reply, Code.OTHER_CARD)

    return run


def _wrong_type(name: str) -> Run:
    def run(bench: Bench) -> str | None:
        rest = good(name, _LIKE_CARD)[1:] if name not in UNSUPPORTED else ("x",) * (len(FUNCTIONS[name].parameters) - 1)
        with bench.keypad.cancels():
            return not_code(bench.interface.call(name, 7, *rest), Code.ARGUMENT)

    return run


CASES: Final = (
    Case(
        "F02",
        "无卡时各功能（iDoDebit 除外）均为 -2",
        "without a card every function but iDoDebit gives -2",
        _no_card,
        Theme.FUNCTIONS,
        clause="codes",
    ),
    *(
        Case(
            f"F{20 + number}",
            f"{name} 的卡信息与卡不符时为 -22",
            f"{name} for another card is -22",
            _other_card(name),
            Theme.FUNCTIONS,
            # A reader that is wrong in just this would write.
            destructive=FUNCTIONS[name].effect is Effect.WRITE,
            clause="codes",
        )
        for number, name in enumerate(_WITH_INFO)
    ),
    *(
        Case(
            f"F{40 + number}",
            f"{name} 的 iType 错为 -14",
            f"{name} with a wrong iType is -14",
            _wrong_type(name),
            Theme.FUNCTIONS,
            clause="codes",
        )
        for number, name in enumerate(FIRST)
    ),
)
