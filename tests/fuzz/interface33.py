"""The functions of the reader interface against hostile cards, each to its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from cardio import files
from cardio.errors import CardError
from cardio.files import ElementaryFile
from cardio.interface33.catalogue import FUNCTIONS, Function
from cardio.interface33.errors import Code, Refused, code_of
from cardio.interface33.flows import Ask, Device, Dialect, Say
from cardio.interface33.outputs import encode
from cardio.link import Link
from cardio.session import CardSession
from cardio.simulator.card import SimulatedCard
from cardio.simulator.contents import CardContents
from cardio.simulator.reader import SimulatedReaders
from cardio.simulator.toykeys import ToyKeySource
from tests.cardio.pulls.bench import VARIANTS
from tests.fuzz.hostile import HostileLink
from tests.interface33.support import hsm_pair, info

CARD = replace(VARIANTS[2].contents, pin="123456")
DIGITS = b"\x01\x02\x03\x04\x05\x06"

STARTS: tuple[str, ...] = tuple(name for name, each in FUNCTIONS.items() if each.prepare is not None)
"""Functions that begin a piece of work; the later steps go on with it."""


def _strings(ef: ElementaryFile) -> tuple[str, str]:
    """Address and values of a whole file, from its own examples."""
    if ef.content is not None:
        value = next(each.value for each in ef.content.examples if each.value is not None)
        return f"{ef.path}|$", f"{ef.path}|{ef.content.codec.show(value)}|$"
    records = [each for each in ef.of(CARD.generation) if each is not files.NAME_EXTENSION]
    values = [next((each.value for each in record.examples if each.value is not None), None) for record in records]
    tags = "".join(f"{record.tag:02X}|" for record in records)
    shown = "".join(f"{record.codec.show(value)}|" for record, value in zip(records, values, strict=True))
    return f"{ef.path}|{tags}$", f"{ef.path}|{shown}$"


FILES = tuple(_strings(ef) for ef in files.FILES if CARD.generation in ef.read and (ef.content or ef.records))


class _Caller:
    """Another program: what it passes, chosen by bytes."""

    def __init__(self, data: bytes) -> None:
        self._data = data or b"\x00"
        self._file = FILES[self._data[0] % len(FILES)]
        self._bent = len(self._data) > 1 and self._data[1] >= 0xE0

    def first(self, function: Function) -> list[object]:
        known: dict[str, object] = {
            "iType": 1,
            "iAuthType": 1 + self._data[-1] % 2,
            "pCardInfo": info(CARD),
            "pFileAddr": self._file[0],
            "pWriteData": self._file[1],
            "pPayInfo": "100|50+50|20260101010101|",
        }
        return [known[name] for name in function.parameters]

    def next(self, said: str | bytearray, step: Function) -> tuple[object, ...]:
        """An HSM's answer with the toy keys where one was asked for the factor and raw value of a key; else its length
        alone is right."""
        fields = (said if isinstance(said, str) else said.decode("gb18030", "replace")).split("|")
        key = "00" * (25 if step.step == 3 else 16)
        if len(fields) == 5 and len(fields[2]) == len(fields[3]) == 16 and not self._bent:
            key = hsm_pair(CARD, fields[2], fields[3])
        return tuple(key if name == "pKey" else self._file[1] for name in step.parameters)


def play(name: str, data: bytes, link: Link) -> Code | int:
    """One function, all its steps; gives its code. Every exception but the two it may end with comes through."""
    try:
        _played(name, _Caller(data), link)
    except Refused as refused:
        return refused.code
    except CardError as error:
        return code_of(error)
    return Code.OK


def _played(name: str, caller: _Caller, link: Link) -> None:
    function = FUNCTIONS[name]
    assert function.prepare is not None
    flow = function.prepare(caller.first(function), Device(), Dialect())(CardSession(link, [ToyKeySource()]))
    value: object = None
    try:
        while True:
            wish = flow.send(value)
            if isinstance(wish, Ask):
                value = bytearray(DIGITS)
                continue
            assert isinstance(wish, Say)
            encode(wish.out, function.buffer)
            function = FUNCTIONS[f"{function.family}_Step{function.step + 1}"]
            value = caller.next(wish.out, function)
    except StopIteration as end:
        encode(end.value, function.buffer)
    finally:
        flow.close()


def honest(contents: CardContents = CARD) -> Link:
    """A link to a real card of ours."""
    readers = SimulatedReaders(("Hostile 0",))
    readers.insert("Hostile 0", SimulatedCard(contents))
    return readers.connect("Hostile 0")


def conversations() -> Iterator[tuple[str, Callable[[bytes], object]]]:
    """Each function against a card that answers anything, and against a real one with something bent."""
    for name in STARTS:
        yield f"anything {name}", partial(_against, name, real=False)
        yield f"bent {name}", partial(_against, name, real=True)


def _against(name: str, data: bytes, *, real: bool) -> Code | int:
    return play(name, data, HostileLink(data, honest() if real else None))
