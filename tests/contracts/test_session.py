"""The driver reads what the simulator holds: each was written without the other. At both heights of readers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from cardio.errors import CardError, CardFault
from cardio.record import CardRecord, Holder
from cardio.session import CardSession
from cardio.simulator.contents import CardContents
from cardio.simulator.faults import Fault, Trouble
from cardio.simulator.personas import PERSONAS, SECOND, THIRD
from cardio.simulator.records import RARE_NAME
from cardio.simulator.spec import CardSpec
from cardio.simulator.toykeys import ToyKeySource
from tests.support.worlds import InProcess, World


def read(world: World, card: CardSpec | CardContents, *, keys: bool = True) -> CardRecord:
    world.insert(0, card)
    link = world.system.connect(world.names[0])
    try:
        return CardSession(link, [ToyKeySource()] if keys else []).read(fields_all=True)
    finally:
        link.close()


def assert_reads_back(record: CardRecord, contents: CardContents) -> None:
    assert record.atr[4:] == contents.history == record.identity.history
    assert record.identity.card_id == contents.card_id
    assert record.identity.generation == contents.generation
    assert record.version == (contents.version[:3].decode() or None)
    assert record.region == contents.card_id[:3].hex()
    assert record.card_number == contents.card_number
    assert record.card_class == contents.card_class
    assert record.issuer == contents.issuer.hex().upper()
    assert (record.issued_on, record.expires_on) == (contents.issued_on, contents.expires_on)
    holder = record.holder
    assert holder is not None
    assert (holder.social_security_number, holder.name) == (contents.number, contents.name)
    assert (holder.sex, holder.nation) == (contents.sex, contents.nation)
    assert (holder.birth_date, holder.birth_place) == (contents.birth_date, contents.birth_place)
    assert record.bank_account_last4 == (contents.pan[-4:] if contents.pan else None)
    assert (record.authenticated, record.authenticated_by, record.errors) == (True, "sandbox", ())


@pytest.mark.parametrize("t0", [True, False], ids=["61xx", "direct"])
@pytest.mark.parametrize("contents", PERSONAS, ids=["first", "second", "third"])
def test_every_generation_reads_back_exactly(world: World, contents: CardContents, t0: bool) -> None:
    assert_reads_back(read(world, CardSpec(contents, t0=t0)), contents)


def test_pin_wrong_right_and_locked(world: World) -> None:
    world.insert(0, replace(THIRD, pin_tries=2))
    link = world.system.connect(world.names[0])
    session = CardSession(link, [ToyKeySource()])
    assert session.pin_tries() == 2
    with pytest.raises(CardError) as error:
        session.verify_pin(bytearray([1, 2, 3, 4, 5, 7]))
    assert (error.value.fault, error.value.tries_left) == (CardFault.PIN_WRONG, 1)
    session.verify_pin(bytearray([1, 2, 3, 4, 5, 6]))
    assert world.pin_verified()
    assert session.pin_tries() == 2
    for fault in (CardFault.PIN_WRONG, CardFault.PIN_LOCKED, CardFault.PIN_LOCKED):
        with pytest.raises(CardError) as error:
            session.verify_pin(bytearray([9, 9, 9, 9]))
        assert error.value.fault is fault
    link.close()
    world.pull(0)
    world.put_back(0)  # the counter is in the card, not in its power
    link = world.system.connect(world.names[0])
    assert CardSession(link).pin_tries() == 0
    link.close()


class TestInProcess:
    """Cases whose bytes differ but not their way: one height is enough."""

    @pytest.fixture
    def world(self) -> World:
        return InProcess()

    @pytest.mark.parametrize("trouble", [Trouble.PADDED_00, Trouble.PADDED_20, Trouble.PADDED_FF, Trouble.REGION_33])
    @pytest.mark.parametrize("contents", PERSONAS, ids=["first", "second", "third"])
    def test_paddings_and_region_33(self, world: World, contents: CardContents, trouble: Trouble) -> None:
        record = read(world, CardSpec(contents, (Fault(trouble),)))
        if trouble is Trouble.REGION_33:
            contents = replace(contents, card_id=bytes.fromhex("339999") + contents.card_id[3:])
        assert_reads_back(record, contents)

    def test_a_name_across_both_records(self, world: World) -> None:
        record = read(world, CardSpec(THIRD, (Fault(Trouble.RARE_NAME),)))
        assert_reads_back(record, replace(THIRD, name=RARE_NAME))

    def test_no_name_extension(self, world: World) -> None:
        assert_reads_back(read(world, CardSpec(SECOND, (Fault(Trouble.NO_NAME_EXTENSION),))), SECOND)

    def test_a_version_with_a_zero_byte(self, world: World) -> None:
        record = read(world, CardSpec(SECOND, (Fault(Trouble.VERSION_CUT),)))
        assert_reads_back(record, SECOND)

    def test_a_test_card_with_an_open_card_id(self, world: World) -> None:
        record = read(world, CardSpec(THIRD, (Fault(Trouble.CARD_ID_OPEN),)))
        assert record.identity.card_id == THIRD.card_id[:12] + b"\xff" * 4
        assert record.authenticated

    def test_a_blank_card(self, world: World) -> None:
        record = read(world, CardSpec(THIRD, (Fault(Trouble.BLANK_PERSONAL),)))
        assert record.authenticated
        assert record.holder is not None
        assert record.holder == Holder(None, None, None, None, None, None)
        assert record.errors == ()

    def test_a_first_generation_card_with_no_version(self, world: World) -> None:
        contents = replace(PERSONAS[0], version=b"", issued_on=date(2005, 1, 1))
        assert_reads_back(read(world, contents), contents)

    def test_a_forged_card_shows_nobody(self, world: World) -> None:
        record = read(world, CardSpec(THIRD, (Fault(Trouble.FORGED),)))
        assert (record.authenticated, record.holder) == (False, None)
        assert _faults(record) == [CardFault.NOT_GENUINE]

    def test_without_a_key_source(self, world: World) -> None:
        third = read(world, THIRD, keys=False)
        assert (third.holder, third.authenticated) == (None, False)
        second = read(world, SECOND, keys=False)
        assert second.holder is not None
        assert not second.authenticated
        assert _faults(third) == _faults(second) == [CardFault.NO_KEY_SOURCE]

    @pytest.mark.parametrize(
        ("trouble", "fault"),
        [
            (Trouble.NOT_SOCIAL_SECURITY, CardFault.NOT_SOCIAL_SECURITY),
            (Trouble.APPLICATION_BLOCKED, CardFault.APPLICATION_BLOCKED),
            (Trouble.CARD_BLOCKED, CardFault.CARD_BLOCKED),
        ],
    )
    def test_cards_that_cannot_be_read(self, world: World, trouble: Trouble, fault: CardFault) -> None:
        with pytest.raises(CardError) as error:
            read(world, CardSpec(THIRD, (Fault(trouble),)))
        assert error.value.fault is fault

    @pytest.mark.parametrize("trouble", [Trouble.REMOVED_BEFORE, Trouble.REMOVED_AFTER])
    @pytest.mark.parametrize("contents", PERSONAS, ids=["first", "second", "third"])
    def test_a_pull_at_every_command(self, world: World, contents: CardContents, trouble: Trouble) -> None:
        read(world, contents)
        for number in range(1, world.commands() + 1):
            with pytest.raises(CardError) as error:
                read(world, CardSpec(contents, (Fault(trouble, at=number),)))
            assert error.value.fault is CardFault.CARD_REMOVED, number
            assert world.commands() == number  # nothing goes to a card that is gone

    @pytest.mark.parametrize("sw", [0x6F00, 0x6581, 0x9303, 0x63C0, 0x6C00, 0x61FF])
    def test_a_wrong_status_at_every_command_is_a_record_or_a_fault(self, world: World, sw: int) -> None:
        read(world, THIRD)
        for number in range(1, world.commands() + 1):
            spec = CardSpec(THIRD, (Fault(Trouble.WRONG_STATUS, at=number, value=sw),))
            try:
                record = read(world, spec)
            except CardError:
                continue
            assert all(isinstance(error, CardError) for error in record.errors)

    def test_an_answer_cut_short_at_every_command_is_a_record_or_a_fault(self, world: World) -> None:
        read(world, THIRD)
        for number in range(1, world.commands() + 1):
            for left in (0, 1, 2):
                spec = CardSpec(THIRD, (Fault(Trouble.TRUNCATED, at=number, value=left),))
                try:
                    record = read(world, spec)
                except CardError:
                    continue
                assert all(isinstance(error, CardError) for error in record.errors)


def _faults(record: CardRecord) -> list[object]:
    return [error.fault if isinstance(error, CardError) else error for error in record.errors]
