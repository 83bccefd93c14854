"""Puts the parts together. The only place that knows which reader system, key sources and centre there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from cardio.watcher import Watcher
from cardio.worker import CardWorker
from offline_cache.errors import StoreError

from cardio.errors import CardError
from cardio.keysource import KeySource
from cardio.readers import ReaderState, ReaderSystem, choose
from terminal.centre.client import CentreClient
from terminal.centre.errors import CentreError
from terminal.centre_watch import CentreWatch
from terminal.clock import Clock
from terminal.desk import Desk
from terminal.health import Check, Subjects, check_font_file, examine
from terminal.membership import Membership, join
from terminal.services.catalogue import services
from terminal.settings import Settings
from terminal.visit import Visit


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
    visit = Visit(worker, lambda: client, spare=spare, spare_too=True, deadline=settings.card_deadline)
    try:
        yield Bench(visit, unjoined)
    finally:
        visit.drop()
        worker.close()


@dataclass
class _Workers:
    """One card thread for each reader, made when it is first needed."""

    readers: ReaderSystem
    made: dict[str, CardWorker] = field(default_factory=dict)

    def of(self, reader: str) -> CardWorker:
        if reader not in self.made:
            self.made[reader] = CardWorker(self.readers, reader)
        return self.made[reader]


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
    toys = toy_sources(settings)
    centre = CentreWatch(joining or (lambda: join(settings, clock)), clock, settings.probe_every)

    def watch(seen: Callable[[tuple[ReaderState, ...] | CardError], None]) -> Callable[[], None]:
        watcher = Watcher(readers, seen)
        watcher.start()
        return watcher.stop

    def new_visit(reader: str) -> Visit:
        return Visit(workers.of(reader), centre.client, spare=toys, deadline=settings.card_deadline)

    return Desk(
        settings=settings,
        clock=clock,
        readers=readers,
        watch=watch,
        new_visit=new_visit,
        release=lambda reader: workers.of(reader).release(),
        centre=centre,
        services=services(),
        health=lambda: examine(subjects(settings, clock, readers, fonts)),
    )
