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


@dataclass(frozen=True)
class Flow:
    """:param fewest: commands of the shortest way by the texts. :param why: how that number comes about."""

    name: str
    contents: CardContents
    run: Callable[[CardSession], object]
    fewest: int
    why: str


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


FLOWS = (
    Flow("read, generation 1", FIRST, CardSession.read, 18, "2 SELECT, 13 records of two files, 1 SELECT, 2 for proof"),
    Flow("read, generation 2", SECOND, CardSession.read, 19, "as before, and the name's extension"),
    Flow("read, generation 3", THIRD, CardSession.read, 22, "as before, and 3 for the key of EF06"),
    Flow("ask for tries", THIRD, CardSession.pin_tries, 2, "SELECT, VERIFY"),
    Flow("verify PIN", THIRD, lambda session: session.verify_pin(pin()), 2, "SELECT, VERIFY"),
    Flow("change PIN", THIRD, lambda session: session.change_pin(pin(), pin()), 2, "SELECT, CHANGE PIN"),
    Flow(
        "unblock PIN",
        THIRD,
        CardSession.unblock_pin,
        12,
        "5 to know the card, 2 for proof, 3 for PUK, 2 for the command",
    ),
    Flow("reload PIN", THIRD, lambda session: session.reload_pin(pin()), 12, "as before"),
    Flow(
        "residence (DF01 EF06), key",
        THIRD,
        lambda session: session.read_file(DF01_EF06),
        13,
        "5, 2, SELECT, 3, SELECT, READ",
    ),
    Flow(
        "photo, JPEG of 333 bytes", THIRD, lambda session: session.read_file(EF08), 14, "5, 2, 3, SELECT, three pieces"
    ),
    Flow(
        "issue, generation 3",
        blank(THIRD),
        make,
        41,
        "5, 2, 3 for RKSSSE, 10 looks, 3 for UKSSSE, 9 written and read back",
    ),
)


def counted(flow: Flow) -> int:
    """Commands that the card got, answers fetched over T=0 aside."""
    readers = SimulatedReaders([READER])
    card = SimulatedCard(flow.contents, t0=False)
    readers.insert(READER, card)
    flow.run(CardSession(readers.connect(READER), [ToyKeySource()]))
    return card.commands
