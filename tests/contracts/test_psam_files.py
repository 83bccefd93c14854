"""The PSAM and the files of the applications: every key of DF01 to DF04 opens through it what it is the key of."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cardio.cardkeys import LK_DF03, LK_DF04, RK_DF01, RK_DF02, RK_DF03, RK_DF04, UK_DF01, UK_DF02, UK_DF03, UK_DF04
from cardio.errors import CardError, CardFault
from cardio.files import BY_PATH, ElementaryFile, Structure
from cardio.keysource import CardIdentity, KeyRef
from cardio.profile import SSSE
from cardio.psam import PsamKeySource
from cardio.session import CardSession
from cardio.simulator.card import SimulatedCard
from cardio.simulator.contents import CardContents
from cardio.simulator.personas import SECOND, THIRD
from cardio.simulator.psam_contents import PsamContents
from cardio.simulator.spec import PsamSpec
from cardio.simulator.toykeys import ToyKeySource
from tests.support.worlds import InProcess, World

DECLARED = (*RK_DF01, *UK_DF01, *RK_DF02, *UK_DF02, *RK_DF03, *UK_DF03, *RK_DF04, *UK_DF04)
FILES = tuple(ef for ef in BY_PATH.values() if ef.write in DECLARED and 3 in ef.read)
PIN = (1, 2, 3, 4, 5, 6)


class Watched(PsamKeySource):
    """Notes which keys it is asked for."""

    def __init__(self, world: World) -> None:
        super().__init__(lambda: world.system.connect(world.names[1]))
        self.asked: set[str] = set()

    def external(self, card: CardIdentity, key: KeyRef, factor: bytes, raw: bytes) -> bytes:
        self.asked.add(key.name)
        return super().external(card, key, factor, raw)


@pytest.fixture
def source(world: World) -> Iterator[Watched]:
    world.insert_psam(1, PsamSpec())
    made = Watched(world)
    yield made
    made.close()


def session_of(world: World, contents: CardContents, *sources: PsamKeySource | ToyKeySource) -> CardSession:
    world.insert(0, contents)
    return CardSession(world.system.connect(world.names[0]), sources)


def written_and_read(session: CardSession, ef: ElementaryFile, value: object) -> object:
    """Put ``value`` in by the key that writes, and give what the key that reads shows of it afterwards."""
    selection = session.selection
    with session.flow():
        session.unlock(session.identify(), ef.write, ef.application.name)
        if ef.structure is Structure.RECORDS:
            record = ef.records[0]
            selection.write_record(ef, record, record.encode(value))
        elif ef.structure is Structure.CYCLIC:
            assert ef.content is not None
            selection.add_record(ef, ef.content.encode(value))
        else:
            assert ef.content is not None
            selection.write_binary(ef, ef.content.encode(value))
    pin = bytearray(PIN) if ef.path == "DF04EF06" else None  # wants both
    found = session.read_file(ef, pin_digits=pin)
    if ef.structure is Structure.RECORDS:
        shown = found.values[ef.records[0].key]
        return shown[0] if ef.records[0].count > 1 else shown
    return found.rows[0] if ef.structure is Structure.CYCLIC else found.content


def example(ef: ElementaryFile) -> object:
    of_what = ef.content or ef.records[0]
    return next(one.value for one in of_what.examples if one.written and one.value is not None)


@pytest.mark.parametrize("contents", [SECOND, THIRD], ids=["3DES", "SM4"])
def test_every_key_opens_its_files(world: World, source: Watched, contents: CardContents) -> None:
    session = session_of(world, contents, source)
    for ef in FILES:
        for value in (None, example(ef)) if ef.structure is not Structure.CYCLIC else (example(ef),):
            assert written_and_read(session, ef, value) == value, ef.path
    assert source.asked == {"IRK", *(key.name for key in DECLARED)}


@pytest.mark.parametrize("lock", [LK_DF03, LK_DF04], ids=lambda lock: lock.name)
@pytest.mark.parametrize("contents", [SECOND, THIRD], ids=["3DES", "SM4"])
def test_lock_keys_lock_their_application(contents: CardContents, lock: KeyRef) -> None:
    world = InProcess()
    world.insert_psam(1, PsamSpec())
    source = Watched(world)
    session = session_of(world, contents, source)
    ef = BY_PATH[f"{lock.name[2:]}EF05"]
    session.block_application(ef.application.name, lock)
    with pytest.raises(CardError) as blocked:
        session.read_file(ef)
    assert blocked.value.fault is CardFault.APPLICATION_BLOCKED
    source.close()


@pytest.mark.parametrize(
    ("psam", "fault"),
    [
        (PsamContents().without(RK_DF01[0]), CardFault.PSAM_KEY_MISSING),
        (PsamContents().at_level(RK_DF01[0], 4), CardFault.PSAM_LEVEL),
    ],
    ids=["missing", "level"],
)
def test_a_key_that_the_psam_cannot_give_is_asked_of_the_next_source(psam: PsamContents, fault: CardFault) -> None:
    """Which proves the card itself; alone, the PSAM's own reason is told."""
    world = InProcess()
    world.insert_psam(1, PsamSpec(psam))
    source = Watched(world)
    session = session_of(world, THIRD, source)
    with pytest.raises(CardError) as refused:
        session.read_file(BY_PATH["DF01EF05"])
    assert refused.value.fault is fault
    assert refused.value.detail == "RK1DF01"
    both = CardSession(world.system.connect(world.names[0]), [source, ToyKeySource()])
    assert both.read_file(BY_PATH["DF01EF05"]).values["registered_address"]
    with both.flow():
        assert both.unlock(both.identify(), RK_DF01[0], BY_PATH["DF01EF05"].application.name) == "sandbox"
    source.close()


def test_one_more_key_of_an_application_that_the_psam_does_not_hold() -> None:
    world = InProcess()
    world.insert_psam(1, PsamSpec(PsamContents().without(RK_DF03[0])))
    source = Watched(world)
    session = session_of(world, THIRD, source)
    with session.flow(), pytest.raises(CardError) as refused:
        assert session.read_file(BY_PATH["DF03EF05"]).values
        session.read_file(BY_PATH["DF03EF07"])
    assert refused.value.fault is CardFault.PSAM_KEY_MISSING
    source.close()


class Places(SimulatedCard):
    """Notes which application is selected when it is asked to prove itself."""

    selected = b""

    def process(self, apdu: bytes) -> bytes:
        if apdu[:3] == bytes.fromhex("00A404"):
            self.selected = apdu[5 : 5 + apdu[4]]
        if apdu[1] == 0x88:
            self.proven_in.append(self.selected)
        return super().process(apdu)

    def __init__(self, contents: CardContents) -> None:
        super().__init__(contents)
        self.proven_in: list[bytes] = []


def test_a_card_proves_itself_in_its_first_application_to_each_source() -> None:
    world = InProcess()
    world.insert_psam(1, PsamSpec(PsamContents().without(RK_DF01[0])))
    source, card = Watched(world), Places(THIRD)
    world.readers.insert(world.names[0], card)
    session = CardSession(world.system.connect(world.names[0]), [source, ToyKeySource()])
    assert session.read_file(BY_PATH["DF01EF05"]).values
    assert card.proven_in == [SSSE, SSSE]
    source.close()
