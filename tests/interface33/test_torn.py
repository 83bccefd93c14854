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
from cardio.simulator.card import CardFaults, SimulatedCard
from cardio.simulator.contents import CardContents
from cardio.simulator.faults import Fault, Trouble
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
    """Plays of one kind send the same commands but for what they write: the family, the kind of file, and whether the
    item is called by another file than the one in which the card has it."""
    place = play.place
    return f"{play.family} {place.ef.structure.name + (' elsewhere' if place.home else '') if place else ''}"


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
            judge(play, cut, after)
        except AssertionError as error:
            wrong[str(cut)] = str(error).splitlines()[0]
    assert wrong == {}


def judge(play: Play, cut: Cut, after: SimulatedCard, make: type[SimulatedCard] = SimulatedCard) -> str:
    """One cut: the code, the card put back, what is then said, and the same call once more. Gives what the card was
    left with.

    :param after: the card of an undisturbed play.
    """
    desk, book, hand = play.desk(Fault(cut.trouble, cut.at, cut.value), make=make)
    try:
        assert play.run(desk) == Code.NO_CARD
        later = play.steps[-1]
        if later.step > 1:
            assert desk.call(later.name, *("00" * 16 for _ in later.parameters)).code == Code.NOT_CONNECTED
        assert desk.call("iVerifyPIN", 1).code == Code.NO_CARD
        desk.readers.pull(READER)
        desk.readers.insert(READER, card_of(desk))
        if play.place is not None:
            return _file(play, desk, book, after)
        if any("pPayInfo" in each.parameters for each in play.steps):
            return _payment(play, desk, book, hand)
        return _pin(play, desk, book, hand)
    finally:
        desk.interface.close()
        desk.worker.stop()


def _open(book: ListBook) -> int:
    return len(book.begun) - len(book.ended)


def _file(play: Play, desk: Bench, book: ListBook, after: SimulatedCard) -> str:
    assert play.place is not None
    place = play.place.stands
    old, new = bytes_there(SimulatedCard(play.contents), place), bytes_there(after, place)
    says_what_is_there(desk, place)
    there, was_open = bytes_there(card_of(desk), place), _open(book)
    assert was_open == (len(book.begun) == 1)
    assert there == old or was_open
    assert all(write.after == new and write.before in {None, old} for write in book.begun)
    assert play.run(desk) == 0
    asked = was_open and shows(play) and len(play.steps) == 1
    assert book.looked == ([there] if asked else [])
    assert book.ended[-1] == (Ending.DONE, b"\x90\x00")
    assert bytes_there(card_of(desk), place) == new
    says_what_is_there(desk, place)
    return {old: "old", new: "new"}.get(there, "neither")


def _payment(play: Play, desk: Bench, book: ListBook, hand: Hand) -> str:
    before = says_what_was_paid(desk, hand)
    assert before in ({0, 1} if _open(book) else {0})
    assert play.run(desk) == 0
    assert says_what_was_paid(desk, hand) == before + 1
    return "new" if before else "old"


def _pin(play: Play, desk: Bench, book: ListBook, hand: Hand) -> str:
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
    return {OLD: "old", NEW: "new", None: "neither"}[taken]


def _new(play: Play) -> bool:
    return play.family.startswith(("iChangePIN", "iReloadPIN"))


def test_every_function_that_leaves_something_is_played_on_every_card() -> None:
    leaving = {each.family for each in FUNCTIONS.values() if each.leaves_something or each.effect is Effect.PIN}
    for contents in PERSONAS:
        assert {play.family for play in plays(contents)} == leaving
    assert {"iWriteCard", "iWriteCard_HSM", "iChangePIN", "iReloadPIN_HSM", "iDoDebit_HSM"} < leaving
    homes = {(play.place.ef.path, play.place.home.path) for play in ALL if play.place and play.place.home}
    assert homes == {("DF02EF06", "DF03EF05"), ("DF03EF05", "DF02EF06")}
    structures = Counter(play.place.ef.structure.name for play in ALL if play.place)
    assert set(structures) == {"RECORDS", "CYCLIC", "TRANSPARENT"}


def of(family: str, path: str = "", generation: int = 2) -> Play:
    (play,) = (
        each
        for each in ALL
        if each.family == family
        and each.contents.generation == generation
        and (each.place.ef.path if each.place else "") == path
    )
    return play


@pytest.mark.parametrize(
    "play", [of("iWriteCard", "DF01EF08"), of("iWriteCard_HSM", "DF01EF05"), of("iChangePIN")], ids=str
)
def test_a_cut_leaves_the_old_the_new_or_neither(play: Play) -> None:
    _, commands, after = undisturbed(play)
    at = next(number for number, apdu in enumerate(commands, 1) if written_by(apdu))
    left = {
        trouble: judge(play, Cut(at, trouble, 1), after)
        for trouble in (Trouble.REMOVED_BEFORE, Trouble.REMOVED_AFTER, Trouble.TORN, Trouble.TORN_ERASED)
    }
    whole = "new" if sum(1 for apdu in commands if written_by(apdu)) == 1 else "neither"  # the first of several
    assert left[Trouble.REMOVED_BEFORE] == "old"
    assert left[Trouble.REMOVED_AFTER] == whole
    torn = "new" if written_by(commands[at - 1]) == 1 else "neither"  # of one byte there is no half
    assert (left[Trouble.TORN], left[Trouble.TORN_ERASED]) == (torn, torn)


class ShowsTheOld(SimulatedCard):
    """Whatever it holds by now, it answers a question as it did the first time."""

    def __init__(self, contents: CardContents, faults: CardFaults = ()) -> None:
        super().__init__(contents, faults)
        self._told: dict[bytes, bytes] = {}

    def process(self, apdu: bytes) -> bytes:
        answer = super().process(apdu)
        return self._told.setdefault(apdu, answer) if apdu[1] == 0xB2 and answer[-2:] == b"\x90\x00" else answer


class TakesAnyPin(SimulatedCard):
    def process(self, apdu: bytes) -> bytes:
        answer = super().process(apdu)
        return b"\x90\x00" if apdu[1] == 0x20 and len(apdu) > 5 else answer


@pytest.mark.parametrize(
    ("play", "make"),
    [(of("iWriteCard", "DF01EF05"), ShowsTheOld), (of("iWriteCard_HSM", "SSSEEF05"), ShowsTheOld)]
    + [(of(family), TakesAnyPin) for family in ("iChangePIN", "iReloadPIN", "iReloadPIN_HSM")],
    ids=str,
)
def test_the_judge_catches_a_card_that_says_what_is_not_so(play: Play, make: type[SimulatedCard]) -> None:
    _, commands, after = undisturbed(play)
    at = max(number for number, apdu in enumerate(commands, 1) if written_by(apdu))
    with pytest.raises(AssertionError):
        judge(play, Cut(at, Trouble.TORN, 2), after, make)
    judge(play, Cut(at, Trouble.TORN, 2), after)
