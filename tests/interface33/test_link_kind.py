"""iType: by which way the card is spoken to, where one card lies on a reader without contacts and one is in a slot."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from operator import xor

import pytest

from cardio.interface33 import Code, Interface33
from cardio.simulator.card import SimulatedCard
from cardio.simulator.contents import CardContents
from cardio.simulator.personas import SECOND, THIRD
from cardio.simulator.reader import SimulatedReaders
from cardio.simulator.toykeys import ToyKeySource
from cardio.worker import CardWorker

SLOT, FIELD = "Reader A", "Reader B"


class WithoutContacts(SimulatedCard):
    """Its ATR is one that the reader makes up (PC/SC part 3, 3.1.3.2.3)."""

    def __init__(self, contents: CardContents) -> None:
        super().__init__(contents, t0=False)

    @property
    def atr(self) -> bytes:
        body = b"\x8d\x80\x01" + self.contents.history
        return b"\x3b" + body + bytes((reduce(xor, body),))


@pytest.fixture
def readers() -> SimulatedReaders:
    made = SimulatedReaders((SLOT, FIELD))
    made.insert(SLOT, SimulatedCard(SECOND))
    made.insert(FIELD, WithoutContacts(THIRD))
    return made


@pytest.fixture
def interface(readers: SimulatedReaders) -> Iterator[Interface33]:
    workers = {name: CardWorker(readers, name) for name in (SLOT, FIELD)}
    made = Interface33(readers, workers.__getitem__, lambda: (ToyKeySource(),))
    yield made
    made.close()
    for worker in workers.values():
        worker.stop()


def number(interface: Interface33, kind: int) -> str:
    """卡号 of the card that is read, or the code."""
    reply = interface.call("iReadCardBas", kind)
    return reply.text.split("|")[2] if reply.code == Code.OK else str(int(reply.code))


def test_the_kind_of_link_chooses_the_card(readers: SimulatedReaders, interface: Interface33) -> None:
    slot, field = SECOND.card_number, THIRD.card_number
    assert [number(interface, kind) for kind in (1, 2, 3, 4)] == [slot, field, slot, field]
    readers.pull(SLOT)
    assert [number(interface, kind) for kind in (1, 2, 3, 4)] == ["-2", field, field, field]
    readers.pull(FIELD)
    readers.insert(SLOT, SimulatedCard(SECOND))
    assert [number(interface, kind) for kind in (1, 2, 3, 4)] == [slot, "-2", slot, slot]
