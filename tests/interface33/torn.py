"""Every function that leaves something in a card, called as its row of the table says, with power lost in the middle.

What a program hands in is made from the names of the parameters and from what the step before put out, so that a
function that is declared anew is played without a word here, or fails for want of an argument that nobody knows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Final

from cardio.binary import Opaque, PictureFile
from cardio.codec import Cn, Codec, Day, Hex, NamePart, Number
from cardio.composite import Composite
from cardio.files import BY_PATH, EF05, FILES, NAME_EXTENSION, ElementaryFile, Record, Structure
from cardio.interface33 import FUNCTIONS, Effect, Function, Purpose
from cardio.interface33.arguments import FIELD, FILE, PART
from cardio.simulator import belongings
from cardio.simulator.card import SimulatedCard
from cardio.simulator.contents import CardContents
from cardio.simulator.faults import Fault, Trouble
from cardio.simulator.personas import SECOND, THIRD
from tests.interface33.support import Bench, Typist, hsm_pair, info
from tests.interface33.test_functions import hsm_command
from tests.interface33.test_purse import PAY, hsm
from tests.interface33.test_writes import ListBook, booked

OLD, NEW = "123456", "876543"
BALANCE: Final = 10_000
_IDENTIFYING: Final = frozenset({0x01, 0x03, 0x07})
"""Items of EF05 by which a card is known; a program that writes another one there has another card afterwards."""


class Hand(Typist):
    """A holder who types by what the keypad asks."""

    def __init__(self) -> None:
        super().__init__()
        self.current = OLD

    def ask(self, purpose: Purpose) -> bytearray:
        self.entries = [self.current if purpose is Purpose.CURRENT else NEW]
        return super().ask(purpose)


@dataclass(frozen=True)
class Place:
    """Items of a file, as many as may be written in one call.

    :param items: tags with ``:n`` for a later one of its kind; none of a file without tags.
    :param home: the file in which the card has the item that is called by this one; none where it is this one.
    """

    ef: ElementaryFile
    items: tuple[str, ...]
    values: tuple[str, ...]
    home: ElementaryFile | None = None

    @property
    def stands(self) -> Place:
        """The same by the file where the card has it."""
        return replace(self, ef=self.home or self.ef, home=None)

    @property
    def address(self) -> str:
        return FIELD.join((self.ef.path, *self.items, "")) + FILE

    @property
    def data(self) -> str:
        return FIELD.join((self.ef.path, *self.values, "")) + FILE


@dataclass(frozen=True)
class Play:
    """One family of functions of the table, with all its steps, on one card.

    :param place: what is written, where it is a file.
    """

    steps: tuple[Function, ...]
    contents: CardContents
    place: Place | None = None

    @property
    def family(self) -> str:
        return self.steps[0].family

    def __str__(self) -> str:
        where = f"-{self.place.ef.path}" if self.place else ""
        if self.place and self.place.home:
            where += f"-in-{self.place.home.path}"
        return f"{self.family}{where}-{self.contents.generation}"

    def run(self, desk: Bench) -> int:
        """The code of the step that failed, or of the last."""
        out = ""
        for function in self.steps:
            reply = desk.call(function.name, *(_ARGUMENTS[name](self, out) for name in function.parameters))
            if reply.code:
                return reply.code
            out = reply.text
        return 0

    def desk(self, *faults: Fault, make: type[SimulatedCard] = SimulatedCard) -> tuple[Bench, ListBook, Hand]:
        """A fresh card that has something to lose: money, and a PIN without a try left where tries are given back."""
        book, hand = ListBook(), Hand()
        desk = booked(book, hand)
        desk.card = make(self.contents, faults)
        desk.readers.insert(desk.worker.reader, desk.card)
        desk.card.chip.purse.balance = BALANCE
        if self.family.startswith(("iReloadPIN", "iUnblockPIN")):
            desk.card.chip.pin.restore(desk.card.chip.pin.packed, 0)
        return desk, book, hand


def families() -> Iterator[tuple[Function, ...]]:
    """The steps of each family that leaves something in the card: what it writes, or a counter."""
    chosen = [each for each in FUNCTIONS.values() if each.leaves_something or each.effect is Effect.PIN]
    for _, steps in groupby(chosen, key=lambda each: each.family):
        yield tuple(sorted(steps, key=lambda each: each.step))


def plays(contents: CardContents) -> Iterator[Play]:
    """Every such family, over every file that it can write on this card."""
    for steps in families():
        if any("pFileAddr" in each.parameters for each in steps):
            yield from (Play(steps, contents, place) for place in places(contents, by_hsm=len(steps) > 1))
        else:
            yield Play(steps, contents)


def _key(play: Play, out: str) -> str:
    """What an HSM makes of what the step before put out; the number of its fields tells what that is."""
    fields = out.split("|")
    if len(fields) == 5:
        return hsm_pair(play.contents, fields[2], fields[3])
    return hsm_command(play.contents, out) if len(fields) == 6 else hsm(play.contents, out)[0]


def _place(play: Play) -> Place:
    assert play.place is not None
    return play.place


_ARGUMENTS: Mapping[str, Callable[[Play, str], object]] = {
    "iType": lambda play, out: 1,
    "pCardInfo": lambda play, out: info(play.contents),
    "pFileAddr": lambda play, out: _place(play).address,
    "pWriteData": lambda play, out: _place(play).data,
    "pPayInfo": lambda play, out: PAY,
    "pKey": _key,
}


# --- what is written


def places(contents: CardContents, *, by_hsm: bool) -> Iterator[Place]:
    """Each declared file that this card has and whose writing key is told, with other values than it holds.

    :param by_hsm: files whose key has no told address there are left out, and so is what no card shows to its writing
        key alone: later records of a tag, and an item that may stand in another file.
    """
    generation = contents.generation
    for ef in FILES:
        if (
            ef.write.p2 is None
            or (by_hsm and ef.write.address is None)
            or generation not in ef.read
            or generation < ef.application.since
        ):
            continue
        content = ef.content
        if content is not None and generation not in ef.untold:
            yield Place(ef, (), (_other(content.codec, contents),))
        elif ef.structure is Structure.RECORDS and ef.of(generation):
            named = [each for each in ef.of(generation) if each is not NAME_EXTENSION]
            if ef is EF05:
                named = [each for each in named if each.tag not in _IDENTIFYING]
            yield _items(ef, [each for each in named if not each.elsewhere], contents, 1 if by_hsm else 2)
            for each in named:
                if each.elsewhere and not by_hsm:
                    home = BY_PATH[belongings.home(each.tag, contents) or ef.path]
                    yield replace(_items(ef, [each], contents, 1), home=None if home is ef else home)


def _items(ef: ElementaryFile, named: Sequence[Record[Any]], contents: CardContents, most: int) -> Place:
    """:param most: records of one tag."""
    items = [
        (f"{each.tag:02X}" + (f":{number}" if number > 1 else ""), _other(each.codec, contents))
        for each in named
        for number in range(1, min(each.count, most) + 1)
    ]
    return Place(ef, tuple(tag for tag, _ in items), tuple(value for _, value in items))


def _other(codec: Codec[Any], contents: CardContents) -> str:
    """A value of this type that no made-up card holds, as long as it may be."""
    if isinstance(codec, Composite):
        return PART.join(_other(part.codec, contents) for part in codec.parts)
    if isinstance(codec, NamePart):
        return "欧阳示例·买买提伊力亚斯" + ("·阿卜杜热合曼" if contents.generation > 1 else "")
    if isinstance(codec, PictureFile):
        stranger = THIRD if contents.generation == 2 else SECOND
        return (belongings.transparent("SSSEEF08", stranger) or b"").hex()
    if isinstance(codec, Opaque):
        return "A7" * codec.length
    if isinstance(codec, Day):
        return "20310203"
    if isinstance(codec, Cn | Hex):
        return "73" * codec.length
    return "7" if isinstance(codec, Number) else "7" * codec.length


# --- what goes wrong


@dataclass(frozen=True)
class Cut:
    """:param at: number of the command in the play, from 1. :param value: bytes that are in."""

    at: int
    trouble: Trouble
    value: int = 0

    def __str__(self) -> str:
        return f"command {self.at}: {self.trouble.value} {self.value}"


def written_by(apdu: bytes) -> int:
    """How many bytes of a value, or of a PIN, a command writes; 0 where there is nothing to tear."""
    if apdu[1] in {0xDC, 0xD6}:
        return apdu[4] - 2 * (apdu[1] == 0xDC and apdu[3] & 0b111 != 0b011)
    return len(NEW) // 2 if apdu[:2] == b"\x80\x5e" or apdu[:4] == b"\x84\x24\x00\x01" else 0


def cuts(commands: list[bytes]) -> Iterator[Cut]:
    """Power is lost before each command and after it; where it writes, in the middle, in two ways at three places."""
    for at, apdu in enumerate(commands, 1):
        yield Cut(at, Trouble.REMOVED_BEFORE)
        yield Cut(at, Trouble.REMOVED_AFTER)
        size = written_by(apdu)
        for part in sorted({1, size // 2, size - 1} - {0}) if size > 1 else ():
            yield Cut(at, Trouble.TORN, part)
            yield Cut(at, Trouble.TORN_ERASED, part)


def undisturbed(play: Play) -> tuple[int, list[bytes], SimulatedCard]:
    """The code and the commands of a play to which nothing happens, and the card after it."""
    seen: list[bytes] = []

    class Watched(SimulatedCard):
        def process(self, apdu: bytes) -> bytes:
            seen.append(apdu)
            return super().process(apdu)

    desk, _, _ = play.desk(make=Watched)
    try:
        assert desk.card is not None
        return play.run(desk), seen, desk.card
    finally:
        desk.interface.close()
        desk.worker.stop()
