"""With a real PSAM driver over a simulated PSAM: its number, and the codes that send a caller to the HSM."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from cardio.cardkeys import RK_DF01, UK_DF01
from cardio.interface33 import Code, Interface33
from cardio.interface33.errors import FALL_BACK
from cardio.keysource import IRK, PUK, RK_SSSE, STK, UK_SSSE, Algorithm, KeyRef
from cardio.psam import PsamKeySource
from cardio.simulator.card import SimulatedCard
from cardio.simulator.contents import CardContents
from cardio.simulator.personas import PERSONAS, THIRD
from cardio.simulator.psam import SimulatedPsam
from cardio.simulator.psam_contents import PsamContents
from cardio.simulator.reader import SimulatedReaders
from cardio.worker import CardWorker
from tests.interface33.support import Typist, info

CARD, SAM = "Reader A", "Reader B"
INFO = info(THIRD)


@contextmanager
def with_psam(contents: CardContents, psam: PsamContents | None, keypad: Typist | None = None) -> Iterator[Interface33]:
    readers = SimulatedReaders((CARD, SAM))
    readers.insert(CARD, SimulatedCard(contents))
    if psam is not None:
        readers.insert(SAM, SimulatedPsam(psam))
    worker = CardWorker(readers, CARD)
    source = PsamKeySource(lambda: readers.connect(SAM))
    interface = Interface33(readers, lambda name: worker, lambda: (source,), aside=(SAM,), keypad=keypad)
    try:
        yield interface
    finally:
        interface.close()
        worker.stop()


class Desk:
    """A terminal whose PSAM somebody pulls, or changes for another."""

    def __init__(self) -> None:
        self.readers = SimulatedReaders((CARD, SAM))
        self.readers.insert(CARD, SimulatedCard(THIRD))
        self.readers.insert(SAM, SimulatedPsam(PsamContents()))
        self.source = PsamKeySource(lambda: self.readers.connect(SAM))
        self.worker = CardWorker(self.readers, CARD)
        self.interface = Interface33(self.readers, lambda name: self.worker, lambda: (self.source,), aside=(SAM,))

    def paying(self) -> int:
        return self.interface.call("iDoDebit", 1, INFO, "1|1+0|20240506070809|").code


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    # It has served before: all that it remembers is of this PSAM.
    assert made.paying() == Code.NOT_SUPPORTED
    assert made.interface.call("iReadCardBas", 1).code == Code.OK
    yield made
    made.interface.close()
    made.worker.stop()
    made.source.close()


def test_a_psam_that_was_pulled_is_missing_at_the_first_call(desk: Desk) -> None:
    desk.readers.pull(SAM)
    assert [desk.paying(), desk.paying()] == [Code.NO_PSAM] * 2
    assert desk.interface.call("iReadCardBas", 1).code == Code.NO_PSAM
    desk.readers.insert(SAM, SimulatedPsam(PsamContents()))
    assert desk.interface.call("iReadCardBas", 1).code == Code.OK
    desk.readers.pull(SAM)
    assert desk.interface.call("iReadCardBas", 1).code == Code.NO_PSAM


@pytest.mark.parametrize(
    ("psam", "code"),
    [
        (replace(PsamContents(), terminal="379999000777"), Code.OK),
        (PsamContents().at_level(IRK, 1), Code.OK),
        (replace(PsamContents(), algorithms=frozenset({Algorithm.TDES})), Code.PSAM_ALGORITHM),
        (PsamContents().without(RK_SSSE), Code.PSAM_NO_RK),
        (PsamContents().at_level(IRK, 4), Code.PSAM_LEVEL),
        (replace(PsamContents(), terminal="379901000001").at_level(IRK, 1), Code.PSAM_LEVEL),
    ],
    ids=["another number", "of a city", "no SM4", "no RKSSSE", "no level", "of another city"],
)
def test_what_another_psam_says_is_told_at_the_first_call(desk: Desk, psam: PsamContents, code: Code) -> None:
    desk.readers.insert(SAM, SimulatedPsam(psam))
    for _ in range(2):
        reply = desk.interface.call("iReadCardBas", 1)
        assert reply.code == code
        if code == Code.OK:
            assert reply.text.split("|")[9] == psam.terminal
    assert desk.paying() == Code.NOT_SUPPORTED
    desk.readers.insert(SAM, SimulatedPsam(PsamContents()))
    assert desk.interface.call("iReadCardBas", 1).code == Code.OK


def test_a_card_in_the_place_of_the_psam_is_none_at_the_first_call(desk: Desk) -> None:
    desk.readers.insert(SAM, SimulatedCard(THIRD))
    assert [desk.paying(), desk.interface.call("iReadCardBas", 1).code] == [Code.NO_PSAM] * 2


@pytest.mark.parametrize("contents", PERSONAS, ids=["first", "second", "third"])
def test_the_terminal_number_is_the_psams(contents: CardContents) -> None:
    psam = PsamContents()
    with with_psam(contents, psam) as interface:
        reply = interface.call("iReadCardBas", 1)
        assert reply.code == 0
        assert reply.text.split("|")[9] == psam.terminal
        address = "SSSEEF05|06|$"
        assert interface.call("iWriteCard", 1, info(contents), address, "SSSEEF05|20310101|$").code == 0
        assert interface.call("iReadCard", 1, 2, info(contents), address).text == "SSSEEF05|20310101|$"


@pytest.mark.parametrize(
    ("psam", "code"),
    [
        (None, Code.NO_PSAM),
        (replace(PsamContents(), algorithms=frozenset({Algorithm.TDES})), Code.PSAM_ALGORITHM),
        (
            replace(
                PsamContents(),
                keys={place: rule for place, rule in PsamContents().keys.items() if place[1] != RK_SSSE.psam_id},
            ),
            Code.PSAM_NO_RK,
        ),
    ],
    ids=["none", "no SM4", "no RKSSSE"],
)
def test_codes_of_basic_information_that_send_the_caller_to_the_hsm(psam: PsamContents | None, code: Code) -> None:
    with with_psam(THIRD, psam) as interface:
        assert interface.call("iReadCardBas", 1).code == code
        assert code in FALL_BACK


NO_SUCH_KEY = -0x6A88
DF01, VALUE = "DF01EF05|20|$", "DF01EF05|10|$"


def lacking(*keys: KeyRef) -> PsamContents:
    psam = PsamContents()
    for key in keys:
        psam = psam.without(key)
    return psam


@pytest.mark.parametrize(
    ("psam", "name", "arguments", "code"),
    [
        (None, "iReadCard", (2, INFO, DF01), Code.NO_PSAM),
        (None, "iWriteCard", (INFO, DF01, VALUE), Code.NO_PSAM),
        (None, "iUnblockPIN", (INFO,), Code.NO_PSAM),
        (lacking(RK_DF01[0]), "iReadCard", (2, INFO, DF01), NO_SUCH_KEY),
        (lacking(UK_DF01[0]), "iWriteCard", (INFO, DF01, VALUE), NO_SUCH_KEY),
        (lacking(RK_SSSE), "iReadCard", (2, INFO, "SSSEEF06|0A|$"), Code.PSAM_NO_RK),
        (lacking(UK_SSSE), "iWriteCard", (INFO, "SSSEEF05|06|$", "SSSEEF05|20310101|$"), NO_SUCH_KEY),
        (lacking(PUK), "iUnblockPIN", (INFO,), NO_SUCH_KEY),
        (lacking(STK), "iUnblockPIN", (INFO,), NO_SUCH_KEY),
        (lacking(STK), "iReloadPIN", (INFO,), NO_SUCH_KEY),
        (PsamContents().at_level(RK_DF01[0], 4), "iReadCard", (2, INFO, DF01), Code.PSAM_LEVEL),
        (PsamContents().at_level(UK_DF01[0], 4), "iWriteCard", (INFO, DF01, VALUE), Code.PSAM_LEVEL),
        (PsamContents().at_level(PUK, 4), "iUnblockPIN", (INFO,), Code.PSAM_LEVEL),
        (PsamContents().at_level(STK, 4), "iUnblockPIN", (INFO,), Code.PSAM_LEVEL),
        (PsamContents().at_level(STK, 4), "iReloadPIN", (INFO,), Code.PSAM_LEVEL),
        (replace(PsamContents(), terminal="379901000001"), "iUnblockPIN", (INFO,), Code.PSAM_LEVEL),
        (PsamContents(), "iReadCard", (2, INFO, DF01), Code.OK),
        (PsamContents(), "iWriteCard", (INFO, DF01, VALUE), Code.OK),
        (PsamContents(), "iReloadPIN", (INFO,), Code.OK),
    ],
)
def test_codes_of_files_and_pin(psam: PsamContents | None, name: str, arguments: tuple[object, ...], code: int) -> None:
    """Card.md §6: what the PSAM says of a key is told, and is no missing PSAM."""
    with with_psam(THIRD, psam, Typist("246813", "246813")) as interface:
        assert interface.call(name, 1, *arguments).code == code
        assert code in FALL_BACK | {Code.OK}
