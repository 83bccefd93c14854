"""With a real PSAM driver over a simulated PSAM: its number, and the codes that send a caller to the HSM."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from cardio.interface33 import Code, Interface33
from cardio.interface33.errors import FALL_BACK
from cardio.keysource import RK_SSSE, Algorithm
from cardio.psam import PsamKeySource
from cardio.simulator.card import SimulatedCard
from cardio.simulator.contents import CardContents
from cardio.simulator.personas import PERSONAS, THIRD
from cardio.simulator.psam import PsamContents, SimulatedPsam
from cardio.simulator.reader import SimulatedReaders
from cardio.worker import CardWorker
from tests.interface33.support import info

CARD, SAM = "Reader A", "Reader B"


@contextmanager
def with_psam(contents: CardContents, psam: PsamContents | None) -> Iterator[Interface33]:
    readers = SimulatedReaders((CARD, SAM))
    readers.insert(CARD, SimulatedCard(contents))
    if psam is not None:
        readers.insert(SAM, SimulatedPsam(psam))
    worker = CardWorker(readers, CARD)
    source = PsamKeySource(lambda: readers.connect(SAM))
    interface = Interface33(readers, lambda name: worker, lambda: (source,), aside=(SAM,))
    try:
        yield interface
    finally:
        interface.close()
        worker.stop()


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
def test_codes_that_send_the_caller_to_the_hsm(psam: PsamContents | None, code: Code) -> None:
    with with_psam(THIRD, psam) as interface:
        assert interface.call("iReadCardBas", 1).code == code
        assert code in FALL_BACK
