"""One reader with one card, a keypad that types what a test says, and an HSM with the toy keys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from cardio.interface33 import Code, Dialect, Interface33, Purpose, Refused, Reply
from cardio.keysource import Algorithm, CardIdentity, KeySource
from cardio.security import authentication
from cardio.simulator.card import SimulatedCard
from cardio.simulator.contents import TOY_ROOT, CardContents
from cardio.simulator.faults import Fault, Trouble
from cardio.simulator.reader import SimulatedReaders
from cardio.simulator.toykeys import ToyKeySource
from cardio.worker import CardWorker

READER = "Reader A"


class Typist:
    """Types prepared digits; a code in their place is what the keypad ends with."""

    def __init__(self, *entries: str | Code) -> None:
        self.entries = list(entries)
        self.asked: list[Purpose] = []
        self.typed: list[bytearray] = []
        """What it handed out, which others wipe."""

    def ask(self, purpose: Purpose) -> bytearray:
        self.asked.append(purpose)
        entry = self.entries.pop(0)
        if isinstance(entry, Code):
            raise Refused(entry)
        self.typed.append(bytearray(int(digit) for digit in entry))
        return self.typed[-1]


class Bench:
    """The interface over one simulated reader."""

    def __init__(self, sources: Sequence[KeySource], keypad: Typist, dialect: Dialect | None = None) -> None:
        self.readers = SimulatedReaders((READER,))
        self.worker = CardWorker(self.readers, READER)
        self.keypad = keypad
        self.interface = Interface33(
            self.readers, lambda name: self.worker, lambda: sources, keypad=keypad, dialect=dialect
        )
        self.card: SimulatedCard | None = None

    def insert(self, contents: CardContents, *faults: Fault | Trouble) -> SimulatedCard:
        self.card = SimulatedCard(contents, faults)
        self.readers.insert(READER, self.card)
        return self.card

    def call(self, name: str, *arguments: object) -> Reply:
        return self.interface.call(name, *arguments)

    def good(self, name: str, *arguments: object) -> str:
        """The output of a call that has to succeed."""
        reply = self.call(name, *arguments)
        assert reply.code == 0, f"{name}: {reply.code} {reply.text}"
        return reply.text


@contextmanager
def bench(*, psam: bool = True, keypad: Typist | None = None, dialect: Dialect | None = None) -> Iterator[Bench]:
    """:param psam: whether a key source stands in the PSAM's place."""
    made = Bench((ToyKeySource(),) if psam else (), keypad or Typist(), dialect)
    try:
        yield made
    finally:
        made.interface.close()
        made.worker.stop()


def info(contents: CardContents) -> str:
    """pCardInfo."""
    return f"{contents.card_id.hex().upper()}|{contents.card_number}|"


def identity(contents: CardContents) -> CardIdentity:
    algorithm = Algorithm.SM4 if contents.generation == 3 else Algorithm.TDES
    return CardIdentity(contents.card_id, contents.history, algorithm, contents.generation)


def hsm_pair(contents: CardContents, factor: str, raw: str) -> str:
    """What an HSM with the toy keys answers: cryptogram and raw value, 32 hex digits."""
    made = authentication(identity(contents), TOY_ROOT, bytes.fromhex(factor), bytes.fromhex(raw))
    return (made.hex() + raw).upper()
