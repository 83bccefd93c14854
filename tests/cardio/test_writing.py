"""The driver's writing, against the card in software: what is written is there, and who may not write is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cardio import files
from cardio.addressing import BinaryAddress, By, RecordAddress
from cardio.cardkeys import LK_DF03
from cardio.errors import CardError, CardFault
from cardio.files import EF05, EF06, ElementaryFile, Structure
from cardio.keysource import BK, PUK, RK_SSSE, UK_SSSE, KeyRef
from cardio.profile import SSSE
from cardio.session import CardSession
from cardio.simulator.card import SimulatedCard
from cardio.simulator.contents import CardContents
from cardio.simulator.faults import Trouble
from cardio.simulator.personas import FIRST, PERSONAS, SECOND, THIRD
from cardio.simulator.reader import SimulatedReaders
from cardio.simulator.toykeys import ToyKeySource

PHOTO = ElementaryFile(0xEF08, "photo", "数字相片", Structure.TRANSPARENT, {}, UK_SSSE, size=0x1000)


def session_of(contents: CardContents, *troubles: Trouble, t0: bool = True) -> tuple[CardSession, SimulatedCard]:
    card = SimulatedCard(contents, troubles, t0)
    readers = SimulatedReaders(["r"])
    readers.insert("r", card)
    return CardSession(readers.connect("r"), [ToyKeySource()]), card


@pytest.mark.parametrize("t0", [True, False])
@pytest.mark.parametrize("contents", PERSONAS)
def test_a_record_is_written_after_its_key_and_read_back(contents: CardContents, t0: bool) -> None:
    session, _ = session_of(contents, t0=t0)
    with session.flow():
        found = session.identify()
        assert found.identity.card_id == contents.card_id
        assert session.unlock(found, UK_SSSE) == "sandbox"
        session.selection.write_record(EF06, files.SEX, files.SEX.encode("1"))
        session.selection.write_record(EF05, files.CARD_NUMBER, files.CARD_NUMBER.encode("X00000019"))
    record = session.read()
    assert record.holder is not None
    assert record.holder.sex == "1"
    assert record.card_number == "X00000019"


def test_what_was_written_in_a_flow_is_read_anew_in_it() -> None:
    session, card = session_of(SECOND)
    with session.flow():
        before = session.identify()
        asked = card.commands
        assert session.identify() is before
        assert card.commands == asked
        session.unlock(before, UK_SSSE)
        session.selection.write_record(EF05, files.CARD_NUMBER, files.CARD_NUMBER.encode("X00000019"))
        assert session.identify().card_number == "X00000019" != before.card_number


def test_without_the_key_nothing_is_written() -> None:
    session, _ = session_of(SECOND)
    before = session.read().holder
    with session.flow():
        session.identify()
        with pytest.raises(CardError) as refused:
            session.selection.write_record(EF06, files.SEX, files.SEX.encode("1"))
    assert refused.value.sw == 0x6982
    assert session.read().holder == before


@pytest.mark.parametrize("key", [UK_SSSE, PUK, RK_SSSE, BK])
def test_any_key_of_the_whole_card_opens(key: KeyRef) -> None:
    session, card = session_of(THIRD)
    with session.flow():
        assert session.unlock(session.identify(), key) == "sandbox"
    assert card.key_tries_left(key.card_key) == THIRD.key_tries


def test_a_key_of_a_directory_opens_there_alone() -> None:
    session, card = session_of(SECOND)
    key = KeyRef("UK1DF01", 0x83, 0x42, 0x00, "0097")
    with session.flow():
        found = session.identify()
        assert session.unlock(found, key, bytes.fromhex("D15600000500")) == "sandbox"
        with pytest.raises(CardError) as refused:
            session.unlock(found, key, SSSE)
    assert (refused.value.fault, refused.value.sw) == (CardFault.KEY_REFUSED, 0x6A88)
    assert card.key_tries_left(0x83, 0xDF01) == SECOND.key_tries


def test_a_forged_card_is_not_written_to() -> None:
    session, card = session_of(THIRD, Trouble.FORGED)
    with session.flow(), pytest.raises(CardError) as refused:
        session.unlock(session.identify(), UK_SSSE)
    assert refused.value.fault is CardFault.NOT_GENUINE
    assert card.key_tries_left(UK_SSSE.card_key) == THIRD.key_tries


def test_a_card_without_an_id_cannot_be_identified() -> None:
    session, _ = session_of(replace(THIRD, card_id=b"\xff" * 16))
    with pytest.raises(CardError) as refused:
        session.identify()
    assert refused.value.fault is CardFault.FIELD_UNREADABLE


def test_a_picture_is_written_in_pieces_and_read_back() -> None:
    session, _ = session_of(SECOND)
    picture = bytes(range(256)) * 3 + b"end"
    with session.flow():
        found = session.identify()
        session.unlock(found, UK_SSSE)
        session.selection.write_binary(PHOTO, picture)
        session.selection.write_binary(PHOTO, b"TAIL", 0x1000 - 4)
        session.unlock(found, RK_SSSE)
        assert session.selection.read_binary(PHOTO, len(picture)) == picture
        assert session.selection.read_binary(PHOTO, 4, 0x1000 - 4) == b"TAIL"
        assert session.selection.read_binary(PHOTO, 4, 0x1000) == b""
        with pytest.raises(CardError) as refused:
            session.selection.write_binary(PHOTO, b"TAILS", 0x1000 - 4)
    assert refused.value.sw == 0x6A84


def test_a_name_extension_is_appended_to_a_first_generation_card() -> None:
    session, _ = session_of(FIRST)
    extension = files.NAME_EXTENSION.encode(bytes.fromhex("C8FD" + "00" * 18))
    with session.flow():
        session.unlock(session.identify(), UK_SSSE)
        session.selection.write_record(EF06, files.NAME_EXTENSION, extension)
        session.selection.file(EF06)
        assert session.selection.record_at(RecordAddress(7, By.NUMBER)).data == extension
        assert session.selection.record_at(RecordAddress(0x4E, By.IDENTIFIER_LAST, EF06.sfi)).data == extension


@pytest.mark.parametrize(
    ("address", "p1", "p2"),
    [
        (RecordAddress(1), 0x01, 0x00),
        (RecordAddress(1, By.NUMBER), 0x01, 0x04),
        (RecordAddress(1, By.IDENTIFIER, 5), 0x01, 0x28),
        (RecordAddress(8, By.IDENTIFIER, 6), 0x08, 0x30),
        (RecordAddress(1, By.NUMBER, 0x0B), 0x01, 0x5C),
        (RecordAddress(1, By.NUMBER_TO_LAST), 0x01, 0x05),
        (BinaryAddress(0x1234), 0x12, 0x34),
        (BinaryAddress(0x0A, 0x15), 0x95, 0x0A),
    ],
)
def test_addresses_as_the_text_writes_them(address: RecordAddress | BinaryAddress, p1: int, p2: int) -> None:
    assert (address.p1, address.p2) == (p1, p2)


@pytest.mark.parametrize("wrong", [(256, 0), (-1, 0), (1, 31)])
def test_addresses_that_no_command_can_carry(wrong: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="no such"):
        RecordAddress(wrong[0], By.NUMBER, wrong[1])
    with pytest.raises(ValueError, match="no such"):
        BinaryAddress(wrong[0] if wrong[0] < 0 else 0x8000, wrong[1])


@pytest.mark.parametrize("t0", [True, False])
def test_every_form_of_select(t0: bool) -> None:
    session, _ = session_of(SECOND, t0=t0)
    with session.flow():
        selection, aids = session.selection, bytes.fromhex("D156000005")
        names = [selection.application(aids)]
        while (fci := selection.next_application(aids)) is not None:
            names.append(fci)
        assert [fci[4:10].hex() for fci in names] == [f"d1560000050{number}" for number in range(5)]
        assert selection.directory(0xDF04)[4:10].hex() == "d15600000503"
        assert not selection.in_application(SSSE)
        selection.master_file()
        with pytest.raises(CardError) as absent:
            selection.file(EF05)
        assert absent.value.sw == 0x6A82


def test_an_application_and_the_card_are_blocked_by_their_keys() -> None:
    session, _ = session_of(SECOND)
    df03 = bytes.fromhex("D15600000502")
    session.block_application(df03, LK_DF03)
    with session.flow(), pytest.raises(CardError) as blocked:
        session.selection.application(df03)
    assert blocked.value.fault is CardFault.APPLICATION_BLOCKED
    assert session.read().holder is not None
    session.block_card()
    with pytest.raises(CardError) as dead:
        session.open()
    assert dead.value.fault is CardFault.CARD_BLOCKED
