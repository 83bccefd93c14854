"""The PSAM as a key source, in process and in the second slot of a real pcscd: everything the toy source can do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from cardio.errors import CardError, CardFault
from cardio.keysource import IRK, PUK, RK_SSSE, STK, Algorithm, CardIdentity, KeySourceUnavailable
from cardio.psam import PsamKeySource
from cardio.session import CardSession
from cardio.simulator.contents import CardContents
from cardio.simulator.personas import PERSONAS, SECOND, THIRD
from cardio.simulator.psam import SimulatedPsam
from cardio.simulator.psam_contents import PsamContents
from cardio.simulator.spec import PsamSpec
from cardio.simulator.toykeys import ToyKeySource
from tests.support.worlds import InProcess, World

DES_ONLY = replace(PsamContents(), algorithms=frozenset({Algorithm.TDES}))
SSF33_TOO = replace(PsamContents(), algorithms=frozenset({Algorithm.TDES, Algorithm.SSF33}))
"""Its second environment is of the other wide cipher, whose name an SM4 card's is."""


@pytest.fixture
def source(world: World) -> Iterator[PsamKeySource]:
    world.insert_psam(1, PsamSpec())
    made = PsamKeySource(lambda: world.system.connect(world.names[1]))
    yield made
    made.close()


def session_of(world: World, contents: CardContents, source: PsamKeySource) -> CardSession:
    world.insert(0, contents)
    return CardSession(world.system.connect(world.names[0]), [source])


def test_it_knows_the_terminal(source: PsamKeySource) -> None:
    assert source.terminal_number() == PsamContents().terminal
    assert source.serial() == PsamContents().serial


def test_it_tells_its_condition(source: PsamKeySource) -> None:
    condition = source.condition()
    assert condition.terminal == PsamContents().terminal
    assert condition.levels == {Algorithm.TDES: 3, Algorithm.SM4: 3}


def test_the_condition_of_one_with_few_keys(world: World) -> None:
    world.insert_psam(1, PsamSpec(DES_ONLY.at_level(IRK, 1)))
    source = PsamKeySource(lambda: world.system.connect(world.names[1]))
    assert source.condition().levels == {Algorithm.TDES: 1}
    world.insert_psam(1, PsamSpec(PsamContents().without(IRK)))
    with pytest.raises(KeySourceUnavailable) as refused:
        source.condition()
    assert isinstance(refused.value.cause, CardError)
    assert refused.value.cause.fault is CardFault.PSAM_KEY_MISSING
    source.close()


@pytest.mark.parametrize("contents", PERSONAS)
def test_it_proves_and_opens_and_maintains(world: World, source: PsamKeySource, contents: CardContents) -> None:
    session = session_of(world, contents, source)
    record = session.read()
    assert (record.authenticated, record.authenticated_by, record.errors) == (True, "psam", ())
    assert record.holder is not None
    assert record.holder.name == contents.name
    session.reload_pin(bytearray((2, 4, 6, 8, 1, 3)))
    session.unblock_pin()
    session.verify_pin(bytearray((2, 4, 6, 8, 1, 3)))


def test_without_a_psam_the_next_source_serves_and_nothing_is_reported(world: World) -> None:
    world.insert(0, THIRD)
    absent = PsamKeySource(lambda: world.system.connect(world.names[1]))
    record = CardSession(world.system.connect(world.names[0]), [absent, ToyKeySource()]).read()
    assert (record.authenticated_by, record.errors) == ("sandbox", ())
    alone = CardSession(world.system.connect(world.names[0]), [absent]).read()
    assert [error.fault for error in alone.errors if isinstance(error, CardError)] == [
        CardFault.PSAM_MISSING,
        CardFault.NO_KEY_SOURCE,
    ]


def test_a_psam_that_was_pulled_and_put_back_serves_again(world: World, source: PsamKeySource) -> None:
    assert source.terminal_number()
    world.pull(1)
    with pytest.raises(KeySourceUnavailable):
        source.serial()
    world.insert_psam(1, PsamSpec(replace(PsamContents(), terminal="379999000002")))
    assert source.terminal_number() == "379999000002"


@pytest.mark.parametrize(
    ("contents", "fault"),
    [
        (DES_ONLY, CardFault.PSAM_ALGORITHM),
        (SSF33_TOO, CardFault.PSAM_ALGORITHM),
        (PsamContents().without(RK_SSSE), CardFault.PSAM_KEY_MISSING),
        (PsamContents().at_level(RK_SSSE, 4), CardFault.PSAM_LEVEL),
    ],
)
def test_why_it_cannot_serve_a_card_of_the_third_generation(contents: PsamContents, fault: CardFault) -> None:
    world = InProcess()
    world.insert_psam(1, PsamSpec(contents))
    source = PsamKeySource(lambda: world.system.connect(world.names[1]))
    record = session_of(world, THIRD, source).read()
    assert record.holder is None
    assert fault in {error.fault for error in record.errors if isinstance(error, CardError)}
    source.close()


@pytest.mark.parametrize("levels", [1, 2, 3])
@pytest.mark.parametrize("t0", [True, False])
def test_the_levels_are_tried_until_the_psam_takes_one(levels: int, t0: bool) -> None:
    world = InProcess()
    contents = PsamContents()
    for key in (IRK, RK_SSSE, STK):
        contents = contents.at_level(key, levels)
    world.insert_psam(1, PsamSpec(contents, t0))
    source = PsamKeySource(lambda: world.system.connect(world.names[1]))
    record = session_of(world, THIRD, source).read()
    assert (record.authenticated_by, record.holder is not None) == ("psam", True)
    source.close()


def test_another_user_of_the_psam_does_not_end_our_use_of_it(world: World, source: PsamKeySource) -> None:
    """As the health page, which looks at it and lets it go: that resets it."""
    card = third_with(Algorithm.SM4)
    before = source.external(card, IRK, bytes(8), bytes(8))
    other = PsamKeySource(lambda: world.system.connect(world.names[1]))
    assert other.condition().levels
    other.close()
    assert source.external(card, IRK, bytes(8), bytes(8)) == before


def test_a_psam_that_was_changed_for_another_answers_at_the_first_question(world: World, source: PsamKeySource) -> None:
    """Nothing of the one before is told of the one after."""
    assert source.terminal_number() == PsamContents().terminal
    assert source.condition().levels == {Algorithm.TDES: 3, Algorithm.SM4: 3}
    city = replace(PsamContents(), terminal="379999000777").at_level(IRK, 1)
    world.pull(1)
    world.insert_psam(1, PsamSpec(city))
    assert source.terminal_number() == city.terminal
    world.pull(1)
    world.insert_psam(1, PsamSpec(DES_ONLY))
    assert source.condition().levels == {Algorithm.TDES: 3}
    world.pull(1)
    with pytest.raises(KeySourceUnavailable):
        source.terminal_number()
    world.insert_psam(1, PsamSpec())
    assert source.external(third_with(Algorithm.SM4), IRK, bytes(8), bytes(8))


def test_what_worked_is_tried_first_the_next_time() -> None:
    """A PSAM of a city wants one level where two are declared; asked again, it is asked right at once."""
    world = InProcess()
    psam = SimulatedPsam(PsamContents().at_level(RK_SSSE, 1))
    world.readers.insert(world.names[1], psam)
    source = PsamKeySource(lambda: world.system.connect(world.names[1]))
    assert source.terminal_number()
    taken = []
    for _ in range(2):
        before = psam.commands
        source.external(third_with(Algorithm.SM4), RK_SSSE, bytes(8), bytes(8))
        taken.append(psam.commands - before)
    assert taken[0] == taken[1] + 2  # declared, then the most, then the right one
    source.close()


def test_what_worked_with_another_psam_is_not_tried_with_the_next() -> None:
    world, card = InProcess(), third_with(Algorithm.SM4)
    source = PsamKeySource(lambda: world.system.connect(world.names[1]))
    taken = []
    for contents in (PsamContents(), PsamContents().at_level(IRK, 1), PsamContents()):
        psam = SimulatedPsam(contents)
        world.readers.insert(world.names[1], psam)
        source.external(card, IRK, *EIGHTS)
        taken.append(psam.commands)
    assert taken[2] == taken[0] < taken[1]
    source.close()


def test_a_card_in_the_psam_slot_is_no_psam(world: World) -> None:
    """A user card has an environment of the same name, but not the application behind it."""
    world.insert(1, THIRD)
    source = PsamKeySource(lambda: world.system.connect(world.names[1]))
    with pytest.raises(KeySourceUnavailable) as refused:
        source.nonce(third_with(Algorithm.TDES))
    assert isinstance(refused.value.cause, CardError)
    assert refused.value.cause.fault is CardFault.PSAM_MISSING
    source.close()


# --- keys that a city or a province holds


@pytest.mark.parametrize(
    ("levels", "card", "serves"),
    [
        (3, "379999", True),
        (3, "519900", True),
        (2, "379999", True),
        (2, "379901", True),  # another city of the province
        (2, "519900", False),
        (1, "379999", True),
        (1, "379901", False),
        (1, "519900", False),
    ],
)
@pytest.mark.parametrize("contents", [SECOND, THIRD], ids=["3DES", "SM4"])
def test_a_key_serves_the_cards_below_it_and_no_others(
    contents: CardContents, levels: int, card: str, serves: bool
) -> None:
    """A key of elsewhere is not shown to the card, which would count it as a try: the next source is asked."""
    world = InProcess()
    world.insert_psam(1, PsamSpec(PsamContents().at_level(PUK, levels).at_level(STK, 3)))
    source = PsamKeySource(lambda: world.system.connect(world.names[1]))
    session = session_of(world, of_region(contents, card), source)
    assert world.card is not None
    refused = None
    try:
        session.unblock_pin()
    except CardError as error:
        refused = error
    assert (refused is None) == serves
    assert world.card.key_tries_left(PUK.card_key) == contents.key_tries
    if refused is not None:
        assert refused.fault is CardFault.PSAM_REGION
        assert refused.detail == f"PUK: of 379999, for a card of {card}"
        assert refused.untouched
        both = CardSession(world.system.connect(world.names[0]), [source, ToyKeySource()])
        both.unblock_pin()
    source.close()


def test_region_33_keeps_one_key_for_all_its_cities() -> None:
    world = InProcess()
    city = replace(PsamContents(), terminal="330102000001", region="330102")
    world.insert_psam(1, PsamSpec(city.at_level(PUK, 1)))
    source = PsamKeySource(lambda: world.system.connect(world.names[1]))
    session_of(world, of_region(THIRD, "330199"), source).unblock_pin()
    with pytest.raises(CardError) as refused:
        session_of(world, of_region(THIRD, "330299"), source).unblock_pin()
    assert refused.value.fault is CardFault.PSAM_REGION
    source.close()


def test_a_psam_whose_number_is_not_its_region_is_told_its_region() -> None:
    world = InProcess()
    world.insert_psam(1, PsamSpec(replace(PsamContents(), terminal="379912000001").at_level(IRK, 1)))
    made = [PsamKeySource(lambda: world.system.connect(world.names[1]), region) for region in (None, "379999")]
    with pytest.raises(KeySourceUnavailable):
        made[0].external(third_with(Algorithm.SM4), PUK, *EIGHTS)
    made[1].external(third_with(Algorithm.SM4), PUK, *EIGHTS)
    assert made[1].condition().levels
    for source in made:
        source.close()


def test_what_a_psam_without_a_number_holds_is_taken_to_fit() -> None:
    world = InProcess()
    psam = Nameless()
    world.readers.insert(world.names[1], psam)
    source = PsamKeySource(lambda: world.system.connect(world.names[1]))
    assert source.external(third_with(Algorithm.SM4), PUK, *EIGHTS)
    source.close()


class Nameless(SimulatedPsam):
    """Has no file with a terminal number."""

    def process(self, apdu: bytes) -> bytes:
        return b"\x6a\x82" if apdu == bytes.fromhex("00A40000020016") else super().process(apdu)


EIGHTS = (bytes(8), bytes(8))


def of_region(contents: CardContents, region: str) -> CardContents:
    return replace(contents, card_id=bytes.fromhex(region) + contents.card_id[3:])


def third_with(algorithm: Algorithm) -> CardIdentity:
    return CardIdentity(THIRD.card_id, THIRD.history, algorithm, 3)
