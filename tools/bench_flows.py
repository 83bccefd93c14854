"""How many commands each flow of a card takes, against the fewest that the texts leave room for.

GET RESPONSE is not counted: over T=0 it comes by itself wherever an answer waits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from cardio.files import EF08
from cardio.files.df01 import DF01_EF06
from cardio.personalise import Issue, make_plan, personalise
from cardio.record import Holder
from cardio.session import CardSession
from cardio.simulator.card import SimulatedCard
from cardio.simulator.contents import CardContents
from cardio.simulator.personas import FIRST, SECOND, THIRD
from cardio.simulator.reader import SimulatedReaders
from cardio.simulator.toykeys import ToyKeySource

READER = "Simulated Reader 00"


Parts = tuple[tuple[int, str], ...]
"""How many commands, and what for."""


@dataclass(frozen=True)
class Flow:
    """:param parts: of the shortest way by the texts, record by record, each file reached by its short identifier."""

    name: str
    contents: CardContents
    run: Callable[[CardSession], object]
    parts: Parts

    @property
    def fewest(self) -> int:
        """Commands of the shortest way."""
        return sum(count for count, _ in self.parts)

    @property
    def why(self) -> str:
        """How that number comes about."""
        return " + ".join(f"{count} {what}" for count, what in self.parts)


def pin() -> bytearray:
    return bytearray((1, 2, 3, 4, 5, 6))


def blank(contents: CardContents) -> CardContents:
    """As it comes from its maker."""
    return replace(contents, number=None, name=None, birth_date=None, card_number="")


def issue() -> Issue:
    holder = Holder("379999199310100028", "阿依古丽·买买提", "2", "05", date(1993, 10, 10), "379999")
    return Issue("A-0001", holder, "A00000038", date(2026, 1, 2), date(2036, 1, 2))


def make(session: CardSession) -> object:
    """Issue into the chip, plan and all."""
    with session.flow():
        return personalise(session, make_plan(issue(), session.identify()))


ENTER: Parts = ((1, "SELECT"),)
KNOWN: Parts = (*ENTER, (3, "records to know the card"))
PROVEN: Parts = ((2, "for proof"),)
KEY: Parts = ((3, "for a key"),)
MAINTAINED: Parts = (*KNOWN, *PROVEN, *KEY, (2, "for the command"))

FLOWS = (
    Flow("read, generation 1", FIRST, CardSession.read, (*ENTER, (13, "records"), *PROVEN)),
    Flow("read, generation 2", SECOND, CardSession.read, (*ENTER, (14, "records"), *PROVEN)),
    Flow("read, generation 3", THIRD, CardSession.read, (*ENTER, (14, "records"), *PROVEN, *KEY)),
    Flow("ask for tries", THIRD, CardSession.pin_tries, (*ENTER, (1, "VERIFY"))),
    Flow("verify PIN", THIRD, lambda session: session.verify_pin(pin()), (*ENTER, (1, "VERIFY"))),
    Flow("change PIN", THIRD, lambda session: session.change_pin(pin(), pin()), (*ENTER, (1, "CHANGE PIN"))),
    Flow("unblock PIN", THIRD, CardSession.unblock_pin, MAINTAINED),
    Flow("reload PIN", THIRD, lambda session: session.reload_pin(pin()), MAINTAINED),
    Flow(
        "residence (DF01 EF06), key",
        THIRD,
        lambda session: session.read_file(DF01_EF06),
        (*KNOWN, *PROVEN, *ENTER, *KEY, (1, "READ")),
    ),
    Flow(
        "photo, JPEG of 333 bytes",
        THIRD,
        lambda session: session.read_file(EF08),
        (*KNOWN, *PROVEN, *KEY, (3, "pieces")),
    ),
    Flow(
        "issue, generation 3",
        blank(THIRD),
        make,
        (*KNOWN, *PROVEN, *KEY, (10, "looks"), *KEY, (9, "written"), (9, "read back")),
    ),
)


def counted(flow: Flow) -> int:
    """Commands that the card got, answers fetched over T=0 aside."""
    readers = SimulatedReaders([READER])
    card = SimulatedCard(flow.contents, t0=False)
    readers.insert(READER, card)
    flow.run(CardSession(readers.connect(READER), [ToyKeySource()]))
    return card.commands
