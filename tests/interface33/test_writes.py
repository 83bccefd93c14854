"""What is told to a book of every write: begun, ended, open where nobody knows; and what a card must then hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from cardio.interface33 import Code, Ending, Interface33, Purpose, Refused, Write
from cardio.keysource import KeySource
from cardio.simulator.card import SimulatedCard
from cardio.simulator.chip import Chip
from cardio.simulator.faults import Fault, Trouble
from cardio.simulator.files import RecordFile
from cardio.simulator.personas import SECOND, THIRD
from cardio.simulator.toykeys import ToyKeySource
from tests.interface33.support import READER, Bench, Typist, bench, hsm_pair, info

FILE, DATA = "SSSEEF06|0B|0C|$", "SSSEEF06|02|379998|$"


class ListBook:
    """:param refuses: what it says to a beginning."""

    def __init__(self, refuses: Refused | None = None) -> None:
        self.begun: list[Write] = []
        self.ended: list[tuple[Ending, bytes]] = []
        self.refuses = refuses
        self.looked: list[bytes] = []

    def begin(self, write: Write) -> None:
        if self.refuses is not None:
            raise self.refuses
        self.begun.append(write)

    def end(self, ending: Ending, proof: bytes) -> None:
        self.ended.append((ending, proof))

    def open_write(self, card_id: bytes) -> tuple[str, tuple[int, ...]] | None:
        if len(self.begun) == len(self.ended):
            return None
        last = self.begun[-1]
        return (last.places, last.sizes) if last.places else None

    def seen(self, card_id: bytes, held: bytes) -> None:
        self.looked.append(held)
        last = self.begun[-1]
        if held in (last.before, last.after):
            self.ended.append((Ending.DONE if held == last.after else Ending.UNDONE, held))


def booked(book: ListBook, keypad: Typist | None = None, sources: Sequence[KeySource] = (ToyKeySource(),)) -> Bench:
    desk = Bench(sources, keypad or Typist())
    desk.interface = Interface33(desk.readers, lambda name: desk.worker, lambda: sources, keypad=desk.keypad, book=book)
    return desk


def stopped(desk: Bench) -> None:
    desk.interface.close()
    desk.worker.stop()


def test_a_write_is_begun_with_what_was_there_and_ends_with_the_cards_word() -> None:
    book = ListBook()
    desk = booked(book)
    desk.insert(THIRD)
    desk.good("iWriteCard", 1, info(THIRD), FILE, DATA)
    stopped(desk)
    (write,) = book.begun
    assert (write.function, write.places, write.sizes) == ("iWriteCard", FILE, (3, 5))
    assert write.after.hex() == "0b01020c03379998"
    assert write.before is not None
    assert (write.before.hex()[:4], len(write.before)) == ("0b01", 8)
    assert book.ended == [(Ending.DONE, b"\x90\x00")]
    assert "379998" not in repr(write)


def test_each_file_is_a_write_of_its_own() -> None:
    book = ListBook()
    desk = booked(book)
    desk.insert(SECOND)
    desk.good("iWriteCard", 1, info(SECOND), "SSSEEF06|0B|$DF01EF05|20|$", "SSSEEF06|02|$DF01EF05|12|$")
    stopped(desk)
    assert [write.places for write in book.begun] == ["SSSEEF06|0B|$", "DF01EF05|20|$"]
    assert [ending for ending, _ in book.ended] == [Ending.DONE, Ending.DONE]


@pytest.mark.parametrize(
    ("function", "more", "typed"),
    [
        ("iWriteCard", (FILE, DATA), ()),
        ("iUnblockPIN", (), ()),
        ("iReloadPIN", (), ("860427", "860427")),
    ],
)
def test_what_cannot_be_written_down_does_not_happen(
    function: str, more: tuple[str, ...], typed: tuple[str, ...]
) -> None:
    desk = booked(ListBook(Refused(-9009)), Typist(*typed))
    card = desk.insert(THIRD)
    written = updates(card)
    assert desk.call(function, 1, info(THIRD), *more).code == -9009
    stopped(desk)
    assert written == []


def test_a_pin_change_that_cannot_be_written_down_does_not_happen() -> None:
    desk = booked(ListBook(Refused(-9009)), Typist("123456", "860427", "860427"))
    written = updates(desk.insert(THIRD))
    assert desk.call("iChangePIN", 1).code == -9009
    stopped(desk)
    assert written == []


def updates(card: SimulatedCard) -> list[str]:
    """Takes down every command that changes the card."""
    seen: list[str] = []
    process = card.process

    def watched(apdu: bytes) -> bytes:
        if apdu[1] in {0xDC, 0xD6, 0x24, 0x5E, 0x2C}:
            seen.append(apdu[:4].hex())
        return process(apdu)

    card.process = watched  # type: ignore[method-assign]
    return seen


def nth_update(trouble: Trouble, value: int = 0) -> Callable[[int], list[Fault]]:
    return lambda at: [Fault(trouble, at, value)]


def commands_before(function: str, *arguments: str) -> int:
    """Number of the first command of a call that changes the card."""
    book = ListBook()
    desk = booked(book, Typist("860427", "860427"))
    card = desk.insert(THIRD)
    process, at = card.process, [0]

    def watched(apdu: bytes) -> bytes:
        if not at[0] and apdu[1] in {0xDC, 0x24}:
            at[0] = card.commands + 1
        return process(apdu)

    card.process = watched  # type: ignore[method-assign]
    desk.good(function, 1, info(THIRD), *arguments)
    stopped(desk)
    return at[0]


@pytest.mark.parametrize(("function", "more"), [("iWriteCard", (FILE, DATA)), ("iReloadPIN", ()), ("iUnblockPIN", ())])
def test_a_refusal_is_undone_and_a_lost_answer_stays_open(function: str, more: tuple[str, ...]) -> None:
    at = commands_before(function, *more)
    for trouble, value, ended in (
        (Trouble.WRONG_STATUS, 0x6985, [(Ending.UNDONE, b"\x69\x85")]),
        (Trouble.REMOVED_AFTER, 0, []),
        (Trouble.REMOVED_BEFORE, 0, []),
    ):
        book = ListBook()
        desk = booked(book, Typist("860427", "860427"))
        desk.insert(THIRD, Fault(trouble, at, value))
        assert desk.call(function, 1, info(THIRD), *more).code < 0
        stopped(desk)
        assert (len(book.begun), book.ended) == (1, ended), trouble


def test_a_second_piece_that_is_refused_leaves_the_write_open() -> None:
    at = commands_before("iWriteCard", FILE, DATA)
    book = ListBook()
    desk = booked(book)
    desk.insert(THIRD, Fault(Trouble.WRONG_STATUS, at + 2, 0x6985))  # update, read back, update
    assert desk.call("iWriteCard", 1, info(THIRD), FILE, DATA).code == -0x6985
    stopped(desk)
    assert (len(book.begun), book.ended) == (1, [])


@pytest.mark.parametrize(
    ("trouble", "ending"), [(Trouble.REMOVED_AFTER, Ending.DONE), (Trouble.REMOVED_BEFORE, Ending.UNDONE)]
)
def test_the_next_insertion_settles_what_stayed_open(trouble: Trouble, ending: Ending) -> None:
    one, value = "SSSEEF06|0B|$", "SSSEEF06|02|$"
    book = ListBook()
    desk = booked(book)
    card = desk.insert(THIRD, Fault(trouble, commands_before("iWriteCard", one, value)))
    assert desk.call("iWriteCard", 1, info(THIRD), one, value).code < 0
    desk.readers.pull(READER)
    desk.readers.insert(READER, card)
    desk.good("iWriteCard", 1, info(THIRD), one, value)
    stopped(desk)
    assert [each for each, _ in book.ended] == [ending, Ending.DONE]
    assert len(book.looked) == 1


def test_the_steps_of_the_hsm_are_written_down_as_well() -> None:
    book = ListBook()
    desk = booked(book)
    desk.insert(THIRD)
    step = desk.good("iWriteCard_HSM_Step1", 1, info(THIRD), "SSSEEF06|0B|$")
    assert book.begun == []  # nothing goes to the card yet
    _, _, factor, raw, _ = step.split("|")
    desk.good("iWriteCard_HSM_Step2", hsm_pair(THIRD, factor, raw), "SSSEEF06|02|$")
    stopped(desk)
    assert [write.places for write in book.begun] == ["SSSEEF06|0B|$"]
    assert [ending for ending, _ in book.ended] == [Ending.DONE]


@pytest.mark.parametrize(("function", "head"), [("iUnblockPIN", "8424000004"), ("iReloadPIN", "8424000114")])
@pytest.mark.parametrize("hsm", [False, True])
def test_the_tries_before_a_pin_is_unblocked_or_reloaded_are_told(function: str, head: str, hsm: bool) -> None:
    book = ListBook()
    desk = booked(book, Typist("860427", "860427"))
    card = desk.insert(THIRD)
    card.chip.pin.restore(card.chip.pin.packed, 1)
    if hsm:
        _, _, factor, raw, _ = desk.good(f"{function}_HSM_Step1", 1, info(THIRD)).split("|")
        desk.good(f"{function}_HSM_Step2", hsm_pair(THIRD, factor, raw))
        desk.call(f"{function}_HSM_Step3", head + "00" * int(head[8:], 16))  # refused, and undone: begun all the same
    else:
        desk.good(function, 1, info(THIRD))
    stopped(desk)
    assert [(write.function, write.tries) for write in book.begun] == [(function, 1)]


# --- what a card must hold


class Liar(SimulatedCard):
    """Says that it wrote, and did not."""

    def process(self, apdu: bytes) -> bytes:
        return b"\x90\x00" if apdu[1] == 0xDC else super().process(apdu)


def test_what_is_written_is_compared_with_what_the_card_then_holds() -> None:
    with bench() as desk:
        desk.readers.insert(READER, Liar(THIRD))
        assert desk.call("iWriteCard", 1, info(THIRD), FILE, DATA).code == Code.CHECKSUM


def test_a_later_record_of_a_tag_is_written_by_its_number() -> None:
    education = "DF01EF15|40|40:2|40:3|$"
    with bench(keypad=Typist(*["123456"] * 4)) as desk:
        card = desk.insert(SECOND)
        first, second, third = desk.good("iReadCard", 1, 1, info(SECOND), education).split("|")[1:4]
        new = "^".join(("021", "379999", "演示学院"))
        desk.good("iWriteCard", 1, info(SECOND), "DF01EF15|40:2|$", f"DF01EF15|{new}|$")
        now = desk.good("iReadCard", 1, 1, info(SECOND), education).split("|")[1:4]
        assert now == [first, new, third]
        assert second != new
        assert desk.call("iWriteCard", 1, info(SECOND), "DF01EF15|40:4|$", f"DF01EF15|{new}|$").code == -0x6A83
        file = next(file for each in card.chip.applications for file in each.files if file.fid == 0xEF15)
        assert isinstance(file, RecordFile)
        file.records[2] = bytes.fromhex("2A0101")  # this card has it in another order: nothing is written over
        assert desk.call("iWriteCard", 1, info(SECOND), "DF01EF15|40:2|$", f"DF01EF15|{new}|$").code == Code.CHECKSUM
        assert file.records[2] == bytes.fromhex("2A0101")
    with bench(psam=False) as desk:
        desk.insert(SECOND)
        _, _, factor, raw, _ = desk.good("iWriteCard_HSM_Step1", 1, info(SECOND), "DF01EF15|40:2|$").split("|")
        pair = hsm_pair(SECOND, factor, raw)
        assert desk.call("iWriteCard_HSM_Step2", pair, f"DF01EF15|{new}|$").code == -0x6982  # nobody sees which it is


class Swapping(Typist):
    """While the PIN is typed for the second time another program has put another card's data into the chip."""

    swap: Callable[[], None]

    def ask(self, purpose: Purpose) -> bytearray:
        if purpose is Purpose.AGAIN:
            self.swap()
        return super().ask(purpose)


def test_the_card_is_looked_at_again_after_the_typing() -> None:
    keypad = Swapping("860427", "860427")
    with bench(keypad=keypad) as desk:
        card = desk.insert(THIRD)
        other = Chip(SECOND, frozenset())

        def swap() -> None:
            card._chip = other

        keypad.swap = swap
        written = updates(card)
        assert desk.call("iReloadPIN", 1, info(THIRD)).code == Code.OTHER_CARD
        assert written == []


@pytest.mark.parametrize("hsm", [False, True])
def test_a_book_is_told_whether_the_card_had_proven_itself(hsm: bool) -> None:
    """The PSAM asks the card before it opens it; over an HSM the caller has a key shown, and the card is asked
    nothing."""
    book = ListBook()
    desk = booked(book)
    desk.insert(THIRD)
    if hsm:
        step = desk.good("iWriteCard_HSM_Step1", 1, info(THIRD), FILE)
        desk.good("iWriteCard_HSM_Step2", hsm_pair(THIRD, *step.split("|")[2:4]), DATA)
    else:
        desk.good("iWriteCard", 1, info(THIRD), FILE, DATA)
    stopped(desk)
    assert [write.proven for write in book.begun] == [not hsm]
