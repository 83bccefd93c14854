"""The PSAM and the files: every key that it serves opens through it what it is the key of. Which keys and files these
are is taken from the declarations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from cardio.cardkeys import KEYS, LK_DF03, LK_DF04, RK_DF01, RK_DF03, RK_DF07, RK_EF0C, UK_DF07
from cardio.errors import CardError, CardFault
from cardio.files import BY_PATH, FILES, Access, ElementaryFile, Need, Structure
from cardio.files.df07 import DF07, DF07_EF06
from cardio.keysource import RK_SSSE, UK_SSSE, CardIdentity, KeyRef
from cardio.profile import SSSE
from cardio.psam import PsamKeySource
from cardio.session import CardSession
from cardio.simulator.card import SimulatedCard
from cardio.simulator.contents import CardContents
from cardio.simulator.files import Rule
from cardio.simulator.personas import PERSONAS, SECOND, THIRD
from cardio.simulator.psam_contents import PsamContents
from cardio.simulator.spec import PsamSpec
from cardio.simulator.toykeys import ToyKeySource, authentication
from tests.support.worlds import InProcess, World

PIN = (1, 2, 3, 4, 5, 6)


def served(key: KeyRef | None) -> bool:
    """Whether a PSAM can open this key: everything that it and the card must be told is known."""
    return key is not None and None not in (key.p2, key.use, key.sam)


def reading(generation: int) -> list[tuple[ElementaryFile, KeyRef]]:
    """Files that such a key opens for reading, with it."""
    there = [ef for ef in FILES if generation in ef.read and generation >= ef.application.since]
    return [(ef, key) for ef in there if (key := ef.read[generation].key) is not None and served(key)]


def pin_for(ef: ElementaryFile, generation: int) -> bytearray | None:
    """Typed only where the rule wants it beside the key."""
    return bytearray(PIN) if ef.read[generation].need is Need.PIN_AND_KEY else None


WRITABLE = tuple(ef for ef in FILES if served(ef.write) and 3 in ef.read)


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
            record = ef.records[-1]
            selection.write_record(ef, record, record.encode(value))
        elif ef.structure is Structure.CYCLIC:
            assert ef.content is not None
            selection.add_record(ef, ef.content.encode(value))
        else:
            assert ef.content is not None
            selection.write_binary(ef, ef.content.encode(value))
    found = session.read_file(ef, pin_digits=pin_for(ef, 3))
    if ef.structure is Structure.RECORDS:
        shown = found.values[ef.records[-1].key]
        return shown[0] if ef.records[-1].count > 1 else shown
    return found.rows[0] if ef.structure is Structure.CYCLIC else found.content


def example(ef: ElementaryFile) -> object:
    of_what = ef.content or ef.records[-1]
    return next(one.value for one in of_what.examples if one.written and one.value is not None)


@pytest.mark.parametrize("contents", [SECOND, THIRD], ids=["3DES", "SM4"])
def test_every_key_opens_its_files_for_writing(world: World, source: Watched, contents: CardContents) -> None:
    session = session_of(world, contents, source)
    for ef in WRITABLE:
        for value in (None, example(ef)) if ef.structure is not Structure.CYCLIC else (example(ef),):
            assert written_and_read(session, ef, value) == value, ef.path
    assert {key.name for key in KEYS if key.name.startswith("UK") and served(key)} <= source.asked


@pytest.mark.parametrize("contents", PERSONAS, ids=["first", "second", "third"])
def test_every_key_opens_its_files_for_reading(world: World, source: Watched, contents: CardContents) -> None:
    """By the PSAM alone: each file asks it for its own key, and no other source stands by."""
    session = session_of(world, contents, source)
    files = reading(contents.generation)
    for ef, key in files:
        source.asked.clear()
        found = session.read_file(ef, pin_digits=pin_for(ef, contents.generation))
        assert found.errors == (), ef.path
        assert found.content is not None or found.rows or found.values or found.raw, ef.path
        assert source.asked == {"IRK", key.name}, ef.path
    opening = {key.name for key in KEYS if key.name.startswith("RK") and served(key)}
    assert {key.name for _, key in files} == opening - ({RK_SSSE.name} if contents.generation == 1 else set())


def test_what_a_psam_has_a_key_of_and_does_not_open_is_df07_alone() -> None:
    """The other keys without a place in the PSAM are the province's own, or nobody's."""
    half = {key.name for key in KEYS if key.sam is not None and key.p2 is None and key.name[:2] in {"RK", "UK"}}
    assert half == {key.name for key in (*RK_DF07, *UK_DF07)}
    assert {ef.application.path for ef in FILES for rule in ef.read.values() if rule.key in RK_DF07} == {"DF07"}
    assert served(RK_EF0C) and served(UK_SSSE)


@pytest.mark.parametrize("contents", [SECOND, THIRD], ids=["3DES", "SM4"])
def test_df07_stays_closed_although_the_psam_has_its_keys(
    world: World, source: Watched, contents: CardContents
) -> None:
    """The PSAM makes the cryptogram; by which id the card knows the key is not told, so none is shown to it."""
    session = session_of(world, contents, source)
    identity = session.identify().identity
    for key in (*RK_DF07, *UK_DF07):
        factor, raw = bytes(range(8)), bytes(range(8, 16))
        assert source.external(identity, key, factor, raw) == authentication(identity, factor, raw)
    for ef in (ef for ef in FILES if ef.application is DF07):
        before = world.commands()
        with pytest.raises(CardError) as refused:
            session.read_file(ef)
        name = f"RK{ef.fid - 0xEF04}DF07"
        assert (refused.value.fault, refused.value.detail) == (CardFault.KEY_UNKNOWN, f"{name}: id on the card")
        assert world.commands() == before


@pytest.mark.parametrize("contents", [SECOND, THIRD], ids=["3DES", "SM4"])
def test_told_the_ids_df07_opens_through_the_psam(contents: CardContents) -> None:
    """Nothing but the ids is missing: with made-up ones, in the declaration and on the card, it is read and written."""
    reads, writes = replace(RK_DF07[1], p2=0x84), replace(UK_DF07[1], p2=0x85)
    told = replace(DF07_EF06, read=dict.fromkeys((2, 3), Access(Need.KEY, reads)), write=writes)
    world = InProcess()
    world.insert_psam(1, PsamSpec())
    source = Watched(world)
    session = session_of(world, contents, source)
    assert world.card is not None
    chip = world.card.chip
    (application,) = (each for each in chip.applications if each.fid == DF07.fid)
    file = application.by_fid(told.fid)
    assert file is not None
    file.read, file.write = Rule(key=reads.p2), Rule(key=writes.p2)
    chip.keys._left.update({(0xDF07, 0x84): 3, (0xDF07, 0x85): 3})
    assert session.read_file(told).values["item_f7"] == "示例单位"
    assert written_and_read(session, told, "另一单位") == "另一单位"
    assert source.asked == {"IRK", "RK2DF07", "UK2DF07"}
    source.close()


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
