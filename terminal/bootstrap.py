"""Puts the parts together. The only place that knows which reader system, key sources and centre there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cardio.keysource import KeySource
from cardio.readers import ReaderSystem, choose
from cardio.refusals import Refusals
from cardio.worker import CardWorker
from offline_cache.errors import StoreError
from terminal.centre.errors import CentreError
from terminal.centre_watch import CentreWatch
from terminal.clock import Clock
from terminal.desk import Desk
from terminal.health import Check, Subjects, check_font_file, examine
from terminal.membership import Membership, join
from terminal.services.catalogue import services
from terminal.settings import Settings
from terminal.visit import Visit

if TYPE_CHECKING:
    from terminal.centre.client import CentreClient


@contextmanager
def pcsc() -> Iterator[ReaderSystem]:
    """The readers of this machine, let go of at the end."""
    from cardio.pcsc import PcscReaders  # noqa: PLC0415 - loads the system's library

    readers = PcscReaders()
    try:
        yield readers
    finally:
        readers.close()


def toy_sources(settings: Settings) -> Sequence[KeySource]:
    """The sandbox's public keys; nothing in production."""
    if settings.environment != "sandbox":
        return ()
    from cardio.simulator.toykeys import ToyKeySource  # noqa: PLC0415 - a production package has none

    return (ToyKeySource(),)


@dataclass
class Bench:
    """A card in a reader, for one command.

    :param unjoined: why the centre cannot be asked at all; ``None`` when it can.
    """

    visit: Visit
    unjoined: BaseException | None


@contextmanager
def bench(
    settings: Settings, clock: Clock, readers: ReaderSystem, *, reader: str | None, toys: bool
) -> Iterator[Bench]:
    """The visit of the one card that is in, and everything let go of afterwards.

    :param toys: whether the sandbox's own keys may prove the card where the centre cannot.
    :raises CardError: no reader, no card, several, mute, busy.
    """
    client: CentreClient | None = None
    unjoined: BaseException | None = None
    try:
        client = join(settings, clock).client
    except (CentreError, StoreError) as error:
        unjoined = error
    state = choose(readers.snapshot(), reader or settings.reader or None)
    worker = CardWorker(readers, state.name)
    spare = toy_sources(settings) if toys else ()
    visit = Visit(worker, state.insertion, lambda: client, spare=spare, spare_too=True, deadline=settings.card_deadline)
    try:
        yield Bench(visit, unjoined)
    finally:
        visit.drop()
        worker.stop()


@dataclass
class _Workers:
    """One card thread for each reader, made when it is first needed. Used by the desk's thread alone."""

    readers: ReaderSystem
    on_stuck: Callable[[str, bool], None] = lambda reader, stuck: None
    made: dict[str, CardWorker] = field(default_factory=dict)

    def of(self, reader: str) -> CardWorker:
        if reader not in self.made:
            on_stuck = self.on_stuck
            self.made[reader] = CardWorker(self.readers, reader, on_stuck=lambda stuck: on_stuck(reader, stuck))
        return self.made[reader]

    def stop(self) -> None:
        for worker in self.made.values():
            worker.stop()


def subjects(settings: Settings, clock: Clock, readers: ReaderSystem, fonts: Check = check_font_file) -> Subjects:
    """What ``doctor`` and the health page look at."""
    return Subjects(settings, clock, readers, lambda: join(settings, clock), fonts)


def desk(
    settings: Settings,
    clock: Clock,
    readers: ReaderSystem,
    *,
    fonts: Check = check_font_file,
    joining: Callable[[], Membership] | None = None,
) -> Desk:
    """The whole application behind a screen, not yet started."""
    workers = _Workers(readers)
    refusals = Refusals()
    toys = toy_sources(settings)
    joined = joining or (lambda: join(settings, clock))
    centre = CentreWatch(joined, clock, away=settings.probe_every, up=settings.probe_idle)

    def new_visit(reader: str, insertion: int) -> Visit:
        worker = workers.of(reader)
        deadline = settings.card_deadline
        return Visit(worker, insertion, centre.client, spare=toys, deadline=deadline, refusals=refusals)

    made = Desk(
        settings=settings,
        clock=clock,
        readers=readers,
        new_visit=new_visit,
        release=lambda reader: workers.of(reader).release(),
        stop_cards=workers.stop,
        centre=centre,
        services=services(),
        health=lambda: examine(subjects(settings, clock, readers, fonts)),
    )
    workers.on_stuck = made.reader_stuck
    return made
