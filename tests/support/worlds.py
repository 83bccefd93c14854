"""The world around the readers, at two heights: in process, and behind a real pcscd with a real pyscard."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from cardio.pcsc import PcscLink, PcscReaders
from cardio.readers import ReaderSystem
from cardio.simulator.card import SimulatedCard
from cardio.simulator.contents import CardContents
from cardio.simulator.pcscd import PrivatePcscd, RemoteCard
from cardio.simulator.reader import SimulatedReaders
from cardio.simulator.spec import CardSpec, PsamSpec
from tests.support.other_program import other_program


class World(Protocol):
    """What people and other programs do to two readers."""

    system: ReaderSystem
    names: tuple[str, ...]

    def insert(self, slot: int, card: CardSpec | CardContents) -> None: ...

    def insert_psam(self, slot: int, psam: PsamSpec) -> None: ...

    def pull(self, slot: int) -> None: ...

    def put_back(self, slot: int) -> None:
        """The same card as before, counters and all."""
        ...

    def stop_service(self) -> None: ...

    def start_service(self) -> None: ...

    def release(self) -> None:
        """Let a hanging command of the last card come back."""
        ...

    def hanging(self) -> bool: ...

    def pin_verified(self) -> bool: ...

    def commands(self) -> int: ...

    def held_by_other(self, slot: int) -> AbstractContextManager[None]: ...

    def occupied_by_other(self, slot: int) -> AbstractContextManager[None]: ...

    def reset_by_other(self, slot: int) -> None: ...

    def close(self) -> None: ...


def _spec(card: CardSpec | CardContents) -> CardSpec:
    return card if isinstance(card, CardSpec) else CardSpec(card)


class InProcess:
    """Simulated readers."""

    def __init__(self) -> None:
        self.names: tuple[str, ...] = ("Simulated Reader 00", "Simulated Reader 01")
        self.readers = SimulatedReaders(self.names)
        self.system: ReaderSystem = self.readers
        self.card: SimulatedCard | None = None

    @property
    def _card(self) -> SimulatedCard:
        assert self.card is not None
        return self.card

    def insert(self, slot: int, card: CardSpec | CardContents) -> None:
        self.card = _spec(card).make()
        self.put_back(slot)

    def insert_psam(self, slot: int, psam: PsamSpec) -> None:
        self.readers.insert(self.names[slot], psam.make())

    def put_back(self, slot: int) -> None:
        self.readers.insert(self.names[slot], self._card)

    def pull(self, slot: int) -> None:
        self.readers.pull(self.names[slot])

    def stop_service(self) -> None:
        self.readers.stop_service()

    def start_service(self) -> None:
        self.readers.start_service()

    def release(self) -> None:
        self._card.release()

    def hanging(self) -> bool:
        return self._card.hanging.is_set()

    def pin_verified(self) -> bool:
        return self._card.pin_verified

    def commands(self) -> int:
        return self._card.commands

    @contextmanager
    def held_by_other(self, slot: int) -> Iterator[None]:
        self.readers.hold(self.names[slot])
        yield
        self.readers.hold(self.names[slot], False)

    @contextmanager
    def occupied_by_other(self, slot: int) -> Iterator[None]:
        with self.system.connect(self.names[slot]).transaction():
            yield

    def reset_by_other(self, slot: int) -> None:
        self.readers.reset_by_other(self.names[slot])

    def close(self) -> None:
        self.system.close()


class ClosingReaders(PcscReaders):
    """Closes with itself the links that a test has left open: all tests of a process share one pcscd, in which the card
    would stay taken."""

    def __init__(self) -> None:
        super().__init__()
        self._links: list[PcscLink] = []

    def connect(self, reader: str) -> PcscLink:
        link = super().connect(reader)
        self._links.append(link)
        return link

    def close(self) -> None:
        for link in self._links:
            link.close()
        super().close()


class BehindPcscd:
    """Virtual readers of a private pcscd."""

    def __init__(self, service: PrivatePcscd) -> None:
        self.service = service
        self.names = service.reader_names
        self.system: ReaderSystem = ClosingReaders()
        self.card: RemoteCard | None = None

    @property
    def _card(self) -> RemoteCard:
        assert self.card is not None
        return self.card

    def insert(self, slot: int, card: CardSpec | CardContents) -> None:
        self.card = self.service.insert(slot, card)

    def insert_psam(self, slot: int, psam: PsamSpec) -> None:
        self.service.insert(slot, psam)

    def put_back(self, slot: int) -> None:
        self.service.insert(slot, self._card)

    def pull(self, slot: int) -> None:
        self.service.eject(slot)

    def stop_service(self) -> None:
        self.service.kill_service()

    def start_service(self) -> None:
        self.service.start_service()

    def release(self) -> None:
        self.service.release(self._card)

    def hanging(self) -> bool:
        return self.service.state(self._card).hanging

    def pin_verified(self) -> bool:
        return self.service.state(self._card).pin_verified

    def commands(self) -> int:
        return self.service.state(self._card).commands

    def held_by_other(self, slot: int) -> AbstractContextManager[None]:
        return other_program("hold", self.names[slot])

    def occupied_by_other(self, slot: int) -> AbstractContextManager[None]:
        return other_program("occupy", self.names[slot])

    def reset_by_other(self, slot: int) -> None:
        with other_program("reset", self.names[slot]):
            pass

    def close(self) -> None:
        self.system.close()
