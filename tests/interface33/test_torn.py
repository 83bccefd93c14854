"""Power lost at each command of each function that leaves something in a card, and in the middle of what it writes.

Each ends in the text's code for a card that went, and the next calls say what the card holds: the old, the new, or that
neither is there. Made from the table of functions and the declarations of files. The whole in ``./run prove``; a part,
chosen by a fixed seed, in the test command.
"""

from __future__ import annotations

import os
import random
from collections import Counter

import pytest

from cardio.interface33 import FUNCTIONS, Code, Effect, Ending
from cardio.simulator.faults import Fault
from cardio.simulator.personas import PERSONAS
from tests.interface33.support import READER, Bench
from tests.interface33.test_writes import ListBook
from tests.interface33.torn import NEW, OLD, Cut, Hand, Play, cuts, families, plays, undisturbed, written_by
from tests.interface33.truth import (
    bytes_there,
    card_of,
    says_what_is_there,
    says_what_was_paid,
    says_which_pin,
    shows,
)

PART = {"quick": 40, "full": None}.get(os.environ.get("SSC_PROOF", ""), 4)
"""Cuts of one play; ``None`` is all of them."""

ALL = [play for contents in PERSONAS for play in plays(contents)]


def kind(play: Play) -> str:
    """Plays of one kind send the same commands but for what they write: the family and the kind of file."""
    return f"{play.family} {play.place.ef.structure.name if play.place else ''}"


def chosen() -> list[Play]:
    """All plays in the whole proof, else one of each kind."""
    if PART is None:
        return ALL
    lot = random.Random("torn")  # noqa: S311 - a seed
    return [lot.choice([play for play in ALL if kind(play) == each]) for each in dict.fromkeys(map(kind, ALL))]


WHOLE = list({(kind(play), play.contents.generation): play for play in ALL}.values()) if PART is None else chosen()
"""Plays that are cut at every command. What comes before the writing is the same in others of their kind."""


@pytest.mark.proof
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("play", chosen(), ids=str)
def test_power_lost_anywhere_ends_in_its_code_and_the_next_call_tells_the_truth(play: Play) -> None:
    code, commands, after = undisturbed(play)
    if play.family == "iDoDebit":  # pays nothing, and sends nothing that could be torn
        assert (code, commands) == (Code.NO_PSAM, [])
        return
    assert code == 0
    some = [cut for cut in cuts(commands) if play in WHOLE or written_by(commands[cut.at - 1])]
    if PART is not None and len(some) > PART:
        lot = random.Random(str(play))  # noqa: S311 - a seed
        writes = [cut for cut in some if written_by(commands[cut.at - 1])]
        some = [*lot.sample(writes, min(PART // 2, len(writes))), *lot.sample(some, PART // 2)]
    wrong = {}
    for cut in some:
        try:
            judge(play, cut, after_bytes=bytes_there(after, play.place) if play.place else b"")
        except AssertionError as error:
            wrong[str(cut)] = str(error).splitlines()[0]
    assert wrong == {}


def judge(play: Play, cut: Cut, after_bytes: bytes) -> None:
    """One cut: the code, the card put back, what is then said, and the same call once more."""
    desk, book, hand = play.desk(Fault(cut.trouble, cut.at, cut.value))
    try:
        assert play.run(desk) == Code.NO_CARD
        later = play.steps[-1]
        if later.step > 1:
            assert desk.call(later.name, *("00" * 16 for _ in later.parameters)).code == Code.NOT_CONNECTED
        assert desk.call("iVerifyPIN", 1).code == Code.NO_CARD
        desk.readers.pull(READER)
        desk.readers.insert(READER, card_of(desk))
        if play.place is not None:
            _file(play, desk, book, after_bytes)
        elif any("pPayInfo" in each.parameters for each in play.steps):
            _payment(play, desk, book, hand)
        else:
            _pin(play, desk, book, hand)
    finally:
        desk.interface.close()
        desk.worker.stop()


def _open(book: ListBook) -> int:
    return len(book.begun) - len(book.ended)


def _file(play: Play, desk: Bench, book: ListBook, new: bytes) -> None:
    place = play.place
    assert place is not None
    says_what_is_there(desk, place)
    there, was_open = bytes_there(card_of(desk), place), _open(book)
    assert was_open in {0, 1}
    if was_open:
        assert (book.begun[0].before, book.begun[0].after) == (
            book.begun[0].before if shows(play) else None,
            new,
        )
    assert play.run(desk) == 0
    asked = was_open and shows(play) and len(play.steps) == 1
    assert book.looked == ([there] if asked else [])
    assert book.ended[-1] == (Ending.DONE, b"\x90\x00")
    assert bytes_there(card_of(desk), place) == new
    says_what_is_there(desk, place)


def _payment(play: Play, desk: Bench, book: ListBook, hand: Hand) -> None:
    before = says_what_was_paid(desk, hand)
    assert before in ({0, 1} if _open(book) else {0})
    assert play.run(desk) == 0
    assert says_what_was_paid(desk, hand) == before + 1


def _pin(play: Play, desk: Bench, book: ListBook, hand: Hand) -> None:
    """A PIN of which nobody knows what it is says so, and is reloaded."""
    taken = says_which_pin(desk, hand)
    assert taken == OLD or _open(book) or card_of(desk).chip.pin.left == 0
    hand.current = taken or OLD
    if taken is None and play.family in {"iChangePIN", "iVerifyPIN"}:
        assert play.run(desk) == Code.PIN_WRONG
        (reload,) = (steps for steps in families() if steps[0].family == "iReloadPIN")
        assert Play(reload, play.contents).run(desk) == 0
    else:
        assert play.run(desk) == 0
    assert says_which_pin(desk, hand) == (NEW if _new(play) or taken == NEW else OLD)


def _new(play: Play) -> bool:
    return play.family.startswith(("iChangePIN", "iReloadPIN"))


def test_every_function_that_leaves_something_is_played_on_every_card() -> None:
    leaving = {each.family for each in FUNCTIONS.values() if each.leaves_something or each.effect is Effect.PIN}
    for contents in PERSONAS:
        assert {play.family for play in plays(contents)} == leaving
    assert {"iWriteCard", "iWriteCard_HSM", "iChangePIN", "iReloadPIN_HSM", "iDoDebit_HSM"} < leaving
    structures = Counter(play.place.ef.structure.name for play in ALL if play.place)
    assert set(structures) == {"RECORDS", "CYCLIC", "TRANSPARENT"}
