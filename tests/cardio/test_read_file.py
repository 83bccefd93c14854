"""Any declared file of a card by its declaration: what it holds, how it opens, what it costs, how it fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from cardio.binary import Picture
from cardio.errors import CardError, CardFault
from cardio.files import EF0C, EF0D, EF05, EF06, EF07, EF08, FILES, ElementaryFile, Need, Structure
from cardio.files.df01 import DF01_EF05, DF01_EF06, DF01_EF15, RESERVED
from cardio.files.df02 import DF02_EF05, DF02_EF07, DF02_EF15, DF02_EF16
from cardio.files.df03 import DF03_EF05, DF03_EF06, DF03_EF07, FIRST_GENERATION
from cardio.files.df04 import AMOUNTS, DF04_EF06, DF04_EF08
from cardio.files.df07 import DF07_EF05
from cardio.files.other import SIGN_CERTIFICATE, SIGN_KEY, TRANSPORT_NUMBER
from cardio.keysource import KeySource
from cardio.session import CardSession
from cardio.simulator import belongings
from cardio.simulator.belongings import CERTIFICATE, FACE
from cardio.simulator.card import SimulatedCard
from cardio.simulator.contents import CardContents
from cardio.simulator.faults import Fault, Trouble
from cardio.simulator.files import BinaryFile, RecordFile
from cardio.simulator.personas import FIRST, PERSONAS, SECOND, THIRD
from cardio.simulator.reader import SimulatedReaders
from cardio.simulator.toykeys import ToyKeySource

READER = "Simulated Reader 00"
PIN = "123456"


class Hand:
    """A card in a reader, and a session with it."""

    def __init__(
        self,
        contents: CardContents,
        *faults: Trouble | Fault,
        sources: Sequence[KeySource] = (ToyKeySource(),),
    ) -> None:
        readers = SimulatedReaders([READER])
        self.card = SimulatedCard(contents, faults)
        readers.insert(READER, self.card)
        self.session = CardSession(readers.connect(READER), sources)

    def count(self, act: Callable[[], object]) -> int:
        before = self.card.commands
        act()
        return self.card.commands - before


def pin() -> bytearray:
    return bytearray(int(digit) for digit in PIN)


def readable(contents: CardContents) -> Iterator[ElementaryFile]:
    """Files that a card of this generation has, and that can be opened with what is told of them."""
    for ef in FILES:
        rule = ef.read.get(contents.generation)
        there = rule is not None and contents.generation >= ef.application.since
        if rule and there and rule.need is not Need.NEVER and (rule.key is None or rule.key.p2 is not None):
            yield ef


@pytest.mark.parametrize("contents", PERSONAS, ids=lambda each: str(each.generation))
@pytest.mark.parametrize("trouble", [Trouble.PADDED_00, Trouble.PADDED_20, Trouble.PADDED_FF])
def test_every_file_of_every_generation_is_read(contents: CardContents, trouble: Trouble) -> None:
    hand = Hand(contents, trouble)
    for ef in readable(contents):
        found = hand.session.read_file(ef, pin_digits=pin())
        assert found.errors == (), ef.path
        if ef.structure is Structure.RECORDS:
            records = ef.of(contents.generation)
            assert found.values.keys() == {record.key for record in records}
            away = {
                record.key
                for record in records
                if record.elsewhere and belongings.home(record.tag, contents) != ef.path
            }
            blank = {key for key, value in found.values.items() if value is None}
            assert blank - {"name_extension"} == away, ef.path
            assert bool(found.raw) == (not records)
        elif ef.structure is Structure.CYCLIC:
            assert found.rows
            assert all(row is not None for row in found.rows)
        else:
            assert found.content is not None
        assert str(found.values) not in repr(found) or not found.values


def test_records_of_one_kind_come_in_their_order() -> None:
    found = Hand(SECOND).session.read_file(DF01_EF15)
    assert found.values["education_level"] == "31"
    first, *others = found.values["studies"]
    assert first == {"item_57": "011", "item_58": "199807", "item_59": "示例学院"}
    assert others == [None, None]


def test_values_differ_between_people() -> None:
    addresses = {Hand(each).session.read_file(DF01_EF05).values.get("registered_address") for each in (SECOND, THIRD)}
    assert len(addresses) == 2


def test_cyclic_files_whole_or_by_number() -> None:
    session = Hand(THIRD).session
    rows = session.read_file(DF04_EF08, pin_digits=pin()).rows
    assert [row["number"] for row in rows] == [3, 2, 1]
    assert session.read_file(DF04_EF08, number=2, pin_digits=pin()).rows == (rows[1],)
    with pytest.raises(CardError) as caught:
        session.read_file(DF04_EF08, number=9, pin_digits=pin())
    assert caught.value.fault is CardFault.RECORD_ABSENT


def file_of(card: SimulatedCard, ef: ElementaryFile) -> object:
    """The file inside the simulated card, to have it hold something else."""
    return next(one.by_fid(ef.fid) for one in card.chip.applications if one.name == ef.application.name)


@pytest.mark.parametrize("ef", [DF02_EF07, DF04_EF08, *RESERVED], ids=lambda ef: ef.path)
def test_what_is_told_of_later_generations_is_not_read_into_the_first(ef: ElementaryFile) -> None:
    """The bytes come as they stand, whatever their length."""
    hand = Hand(FIRST)
    stands: tuple[bytes, ...] = (b"\x01\x02", b"\x03" * 5) if ef.rows else (b"\x04" * 300,)
    file = file_of(hand.card, ef)
    if isinstance(file, RecordFile):
        file.records[:] = stands
    else:
        assert isinstance(file, BinaryFile)
        file.content[:] = stands[0]
    found = hand.session.read_file(ef, pin_digits=pin())
    assert found.errors == ()
    assert (found.rows or (found.content,)) == stands
    if ef.rows:
        assert hand.session.read_file(ef, number=2, pin_digits=pin()).rows == (stands[1],)


class CutBetweenRecords(SimulatedCard):
    """Answers a whole file of rows with the first of them alone."""

    def process(self, apdu: bytes) -> bytes:
        answer = super().process(apdu)
        return answer[:ROW] + answer[-2:] if apdu[:4] == bytes.fromhex("00B20105") else answer


ROW = 18


def test_rows_after_a_cut_between_two_of_them_are_read_too() -> None:
    assert DF02_EF16.content is not None
    assert DF02_EF16.content.codec.length == ROW
    readers = SimulatedReaders([READER])
    for make in (SimulatedCard, CutBetweenRecords):
        card = make(THIRD, (), t0=False)
        file = file_of(card, DF02_EF16)
        assert isinstance(file, RecordFile)
        file.records.append(file.records[0])
        readers.insert(READER, card)
        assert len(CardSession(readers.connect(READER), [ToyKeySource()]).read_file(DF02_EF16).rows) == 2


def test_a_photo_is_a_picture_without_its_padding() -> None:
    assert Hand(THIRD).session.read_file(EF08).content == Picture("image/jpeg", FACE)
    bitmap = Hand(SECOND).session.read_file(EF08).content
    assert (bitmap.media_type, len(bitmap.data)) == ("image/bmp", 54 + 32 * 40 * 3)


@pytest.mark.parametrize("size", [0x300, 0x400])
def test_fingerprints_of_either_size(size: int) -> None:
    assert len(Hand(replace(SECOND, fingerprint_size=size)).session.read_file(EF07).content) == size


def test_certificates_and_transport_number() -> None:
    session = Hand(THIRD).session
    assert session.read_file(SIGN_CERTIFICATE).content == CERTIFICATE
    assert session.read_file(SIGN_KEY).content[0] == 4
    assert session.read_file(TRANSPORT_NUMBER).content == "3104379999000000030"


def test_what_nobody_tells_comes_as_it_stands() -> None:
    session = Hand(FIRST).session
    assert [(one.tag, one.value.hex()) for one in session.read_file(FIRST_GENERATION[0]).raw] == [(0xC1, "01020304")]
    registration = session.read_file(DF01_EF05, pin_digits=pin())
    assert registration.values == {}  # several tags mean something else in generation 1
    assert [one.tag for one in registration.raw] == [0x20, 0x21, 0x0E]


@pytest.mark.parametrize(
    ("contents", "ef", "with_pin", "commands"),
    [
        # SELECT SSSE, EF05, 3 records: 5 to know the card, once; over T=0 one GET RESPONSE more.
        (THIRD, EF05, False, 6 + 1),  # EF05 is the current file already: one READ for all of it
        (THIRD, RESERVED[0], False, 6 + 2 + 1 + 3),  # SELECT application (2), SELECT file, 296 bytes in three pieces
        (SECOND, EF06, False, 6 + 1 + 1),
        # Internal (challenge, command, answer) and external (two challenges, command) authentication.
        (THIRD, EF06, False, 6 + 3 + 3 + 1 + 1),
        (THIRD, DF01_EF06, True, 6 + 1 + 2 + 1 + 1),  # VERIFY, then the application and the file whole
        (THIRD, DF01_EF06, False, 6 + 3 + 2 + 3 + 1 + 1),
        (THIRD, DF02_EF15, False, 6 + 3 + 2 + 3 + 1 + 1),
        (THIRD, DF02_EF05, False, 6 + 3 + 2 + 3 + 1 + 1 + 5),  # 436 bytes do not fit one answer: six records
        (THIRD, DF04_EF06, True, 6 + 1 + 3 + 2 + 3 + 1 + 1),  # both
    ],
)
def test_the_fewest_commands(contents: CardContents, ef: ElementaryFile, with_pin: bool, commands: int) -> None:
    hand = Hand(contents)
    assert hand.count(lambda: hand.session.read_file(ef, pin_digits=pin() if with_pin else None)) == commands


def test_a_second_file_costs_two_commands() -> None:
    hand = Hand(THIRD)
    with hand.session.flow():
        hand.session.read_file(DF03_EF06)
        assert hand.count(lambda: hand.session.read_file(DF03_EF07)) == 2  # SELECT, READ
        # Another key of the same application: two challenges and the key; the card was proven before.
        assert hand.count(lambda: hand.session.read_file(DF03_EF05)) == 3 + 2
        assert hand.count(lambda: hand.session.read_file(DF03_EF07)) == 2


def test_a_pin_shown_before_is_not_asked_again() -> None:
    hand = Hand(THIRD, sources=())
    hand.session.verify_pin(pin())
    assert hand.session.read_file(DF01_EF05, pin_shown=True).values["registration_kind"] == "10"


def test_the_pin_is_wiped_whatever_happens() -> None:
    for ef in (DF01_EF05, DF07_EF05, AMOUNTS, EF05):
        digits = pin()
        with suppress(CardError):
            Hand(THIRD).session.read_file(ef, pin_digits=digits)
        assert digits == b""


def test_a_pin_that_is_not_needed_is_not_shown() -> None:
    hand = Hand(THIRD)
    hand.session.read_file(EF05, pin_digits=bytearray(4))
    assert hand.card.pin_tries_left == THIRD.pin_tries


@pytest.mark.parametrize(
    ("contents", "ef", "options", "fault"),
    [
        (FIRST, EF08, {}, CardFault.FILE_ABSENT),  # generation 1 has no photo
        (FIRST, DF07_EF05, {}, CardFault.FILE_ABSENT),
        (SECOND, FIRST_GENERATION[0], {}, CardFault.FILE_ABSENT),
        (SECOND, SIGN_CERTIFICATE, {}, CardFault.FILE_ABSENT),
        (THIRD, AMOUNTS, {}, CardFault.FILE_CLOSED),
        (THIRD, DF04_EF08, {}, CardFault.FILE_CLOSED),  # wants a PIN
        (THIRD, DF04_EF06, {}, CardFault.FILE_CLOSED),
        (THIRD, DF07_EF05, {}, CardFault.KEY_UNKNOWN),
        (THIRD, DF01_EF05, {"sources": ()}, CardFault.NO_KEY_SOURCE),
        (THIRD, EF06, {"sources": ()}, CardFault.NO_KEY_SOURCE),
        (THIRD, DF01_EF05, {"faults": [Trouble.FORGED]}, CardFault.NOT_GENUINE),
        (THIRD, DF01_EF05, {"faults": [Trouble.APPLICATION_BLOCKED]}, CardFault.APPLICATION_BLOCKED),
        (THIRD, DF01_EF05, {"pin": bytearray(6)}, CardFault.PIN_WRONG),
        (replace(THIRD, pin=None), DF01_EF05, {"pin": pin()}, CardFault.PIN_UNSET),
        (THIRD, EF0D, {"at": {8: 0x6982}}, CardFault.FILE_CLOSED),
        (THIRD, EF0D, {"at": {7: 0x6A82}}, CardFault.FILE_ABSENT),
        (THIRD, RESERVED[0], {"at": {7: 0x6A82}}, CardFault.FILE_ABSENT),
        (THIRD, RESERVED[0], {"at": {9: 0x6A82}}, CardFault.FILE_ABSENT),
        (THIRD, RESERVED[0], {"at": {9: 0x6581}}, CardFault.STATUS_UNEXPECTED),
        (THIRD, RESERVED[0], {"at": {9: 0x9303}}, CardFault.APPLICATION_BLOCKED),
    ],
)
def test_faults(contents: CardContents, ef: ElementaryFile, options: dict[str, Any], fault: CardFault) -> None:
    strikes = [Fault(Trouble.WRONG_STATUS, at, sw) for at, sw in options.get("at", {}).items()]
    hand = Hand(contents, *options.get("faults", []), *strikes, sources=options.get("sources", (ToyKeySource(),)))
    with pytest.raises(CardError) as caught:
        hand.session.read_file(ef, pin_digits=options.get("pin"))
    assert caught.value.fault is fault


def test_a_refusal_that_is_known_beforehand_costs_the_card_nothing() -> None:
    hand = Hand(THIRD)
    hand.session.identify()
    for ef in (DF07_EF05, AMOUNTS, DF04_EF08, FIRST_GENERATION[0]):
        with pytest.raises(CardError):
            hand.session.read_file(ef)
    assert hand.count(lambda: None) == 0
    assert hand.card.key_tries_left(0x0A) == THIRD.key_tries


def test_a_card_that_does_not_give_a_file_whole_gives_it_record_by_record() -> None:
    plain = Hand(SECOND).session.read_file(EF06)
    for sw in (0x6A86, 0x6700, 0x6A81, 0x6981, 0x6A83):
        assert Hand(SECOND, Fault(Trouble.WRONG_STATUS, 8, sw)).session.read_file(EF06) == plain
    for left in (1, 20, 33, 52):  # also exactly behind a record
        assert Hand(SECOND, Fault(Trouble.TRUNCATED, 8, left)).session.read_file(EF06) == plain


def test_one_record_that_is_lost_leaves_the_others() -> None:
    strikes = (Fault(Trouble.WRONG_STATUS, 8, 0x6A86), Fault(Trouble.WRONG_STATUS, 9, 0x6581))
    found = Hand(SECOND, *strikes).session.read_file(EF06)
    assert [error.fault for error in found.errors] == [CardFault.FIELD_UNREADABLE]
    assert found.values["social_security_number"] is None
    assert found.values["birth_date"] == date(1980, 2, 29)


def test_single_records() -> None:
    hand = Hand(THIRD)
    (record,) = (each for each in DF01_EF06.records if each.key == "telephone")
    found = hand.session.read_file(DF01_EF06, records=[record])
    assert found.values == {"telephone": "00000000003"}


def test_a_rule_that_the_card_does_not_share_is_the_cards() -> None:
    """The province's file wants its own key, whatever a declaration says."""
    told = replace(EF0C, read={3: EF06.read[3]})
    with pytest.raises(CardError) as caught:
        Hand(THIRD).session.read_file(told)
    assert caught.value.fault is CardFault.FILE_CLOSED


def test_an_answer_cut_between_two_records_hides_none() -> None:
    rows = Hand(SECOND).session.read_file(DF02_EF16).rows
    for at in range(8, 17):
        assert Hand(SECOND, Fault(Trouble.TRUNCATED, at, 0x12)).session.read_file(DF02_EF16).rows == rows


def test_rows_of_jobs() -> None:
    found = Hand(SECOND).session.read_file(DF02_EF07)
    assert [row["item_1"] for row in found.rows] == ["6020101", "6020101"]
