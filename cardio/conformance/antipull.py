"""Theme 4: pulled at every command of every function, the card is in a state that the next insertion settles.

The commands are not listed: each function is run with the card pulled at its first command, its second, and so on,
until it gets through.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from cardio.conformance.bench import Bench, Hand
from cardio.conformance.case import Case, NotApplicable, Theme
from cardio.interface33 import Code

MOST_COMMANDS: Final = 120
"""Far more than any function sends; a card that is never pulled is a fault of the suite."""

NEW_DATE: Final = "20991231"
_ADDRESS: Final = "SSSEEF05|06|$"


@dataclass(frozen=True)
class Flow:
    """:param run: the call; gives its code. :param settled: what must hold after the card is back, else what is wrong.
    :param needs_pin: the tester has to have given the PIN. :param needs_keys: a PSAM or what stands in its place.
    """

    name: str
    run: Callable[[Bench], int]
    settled: Callable[[Bench], str | None] = lambda bench: None
    needs_pin: bool = False
    needs_keys: bool = True


def _info(bench: Bench) -> str:
    found = bench.identify()
    return f"{found.identity.card_id.hex().upper()}|{found.card_number or ''}|"


def _date(bench: Bench) -> str | None:
    """What was written is there whole or not at all."""
    reply = bench.interface.call("iReadCard", 1, 2, _info(bench), _ADDRESS)
    if reply.code:
        return f"{reply.code} when read again"
    known = {f"SSSEEF05|{NEW_DATE}|$", bench.notes.get("date", "")}
    return None if reply.text in known else "neither the old value nor the new one"


def _write(bench: Bench) -> int:
    return bench.interface.call("iWriteCard", 1, _info(bench), _ADDRESS, f"SSSEEF05|{NEW_DATE}|$").code


def _change(bench: Bench) -> int:
    bench.keypad.changes = True
    try:
        return bench.interface.call("iChangePIN", 1).code
    finally:
        bench.keypad.changes = False


def _reload(bench: Bench) -> int:
    bench.keypad.changes = True
    try:
        return bench.interface.call("iReloadPIN", 1, _info(bench)).code
    finally:
        bench.keypad.changes = False


def _one_pin(bench: Bench) -> str | None:
    """The old PIN or the new one opens the card; whichever it is, it is one of them."""
    if bench.interface.call("iVerifyPIN", 1).code == 0:
        return None
    bench.keypad.changed = True
    try:
        code = bench.interface.call("iVerifyPIN", 1).code
    finally:
        bench.keypad.changed = False
    return None if code == 0 else f"neither the old PIN nor the new one ({code})"


FLOWS: Final = (
    Flow("iReadCardBas", lambda bench: bench.interface.call("iReadCardBas", 1).code),
    Flow(
        "iReadCard",
        lambda bench: bench.interface.call("iReadCard", 1, 2, _info(bench), "SSSEEF05|07|$SSSEEF06|08|09|$").code,
    ),
    Flow("iVerifyPIN", lambda bench: bench.interface.call("iVerifyPIN", 1).code, _one_pin, True, False),
    Flow("iChangePIN", _change, _one_pin, True, False),
    Flow("iWriteCard", _write, _date),
    Flow("iReloadPIN", _reload, _one_pin, True),
    Flow(
        "iUnblockPIN",
        lambda bench: bench.interface.call("iUnblockPIN", 1, _info(bench)).code,
        _one_pin,
        True,
    ),
)


def _pulled(flow: Flow, *, lost: bool) -> Callable[[Bench], str | None]:
    def run(bench: Bench) -> str | None:
        hand = bench.hand
        if hand is None:
            raise NotApplicable("nobody pulls the card at a given command")
        if flow.needs_pin and bench.pin is None:
            raise NotApplicable("no PIN was given")
        if flow.needs_keys and not bench.sources:
            raise NotApplicable("no PSAM and no other key source")
        bench.identify()
        bench.notes["date"] = bench.interface.call("iReadCard", 1, 2, _info(bench), _ADDRESS).text
        for command in range(1, MOST_COMMANDS, bench.every):
            hand.cut(command, lost=lost)
            code = flow.run(bench)
            if code == 0:
                return None if command > 1 else "the card was not pulled at its first command"
            if found := _settle(bench, flow, hand, code):
                return f"at command {command}: {found}"
        return "never came to an end"

    return run


def _settle(bench: Bench, flow: Flow, hand: Hand, code: int) -> str | None:
    if code != Code.NO_CARD:
        return f"{code}, not {int(Code.NO_CARD)}"
    hand.again()
    if found := flow.settled(bench):
        return found
    if flow.name == "iChangePIN":
        return None  # with which PIN to begin again is known only once it was shown
    again = flow.run(bench)
    return None if again == 0 else f"{again} when it was done again"


CASES: Final = tuple(
    Case(
        f"A{number}{'b' if lost else 'a'}",
        Theme.ANTI_PULL,
        f"{flow.name}, card pulled at each command "
        + ("after it was carried out, its answer lost" if lost else "before the card has it"),
        _pulled(flow, lost=lost),
        destructive=True,
    )
    for number, flow in enumerate(FLOWS, 1)
    for lost in (False, True)
)
